"""Matrikkelen at Kartverket: properties, their owners as it copies them from Grunnboken, and its log of changes."""
