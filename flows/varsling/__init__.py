"""What people are told about a night without having asked: its text, and that it is sent once."""
