"""The screens of PAX: pages of a web system like others, with the news of PAX over them now and then."""

from __future__ import annotations

from robots.pax.pages.news import LAYER
from robots.screens import screen
from robots.screens.screen import Sight, UnexpectedPage, arrive, look

__all__ = ["Screen", "Sight", "UnexpectedPage", "arrive", "look"]


class Screen(screen.Screen):
    """One screen of PAX."""

    SYSTEM = "PAX"
    LAYER = LAYER
