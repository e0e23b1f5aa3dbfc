"""The letters of the routines, as PDF: what they say, how they look, and the facts they are made of."""
