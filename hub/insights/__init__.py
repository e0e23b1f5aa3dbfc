"""What the hub's own rows tell about a period: how much was done, by whom, how soon, and what stopped it."""
