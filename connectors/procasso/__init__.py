"""Procasso, the collection system, by REST. Its API is unpublished: the contract is our assumption.

`saksflyt` can be read here and set in Procasso's screens only.
"""
