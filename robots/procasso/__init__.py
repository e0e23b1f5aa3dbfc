"""Procasso's old screens: a robot for what its API does not do, which is to set the saksflyt of a krav."""
