"""Procasso: the collection system."""
