"""Messages to the people who look after the robots: by e-mail, and in Teams."""
