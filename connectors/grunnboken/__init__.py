"""Grunnboken at Kartverket: who has the registered title to a property, and the log of what has been registered."""
