"""Procasso's old screens: four frames, tabs that are postbacks, and dialogues drawn by script over the page."""

from sandbox.procasso.screens.routes import app

__all__ = ["app"]
