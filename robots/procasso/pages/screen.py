"""The screens of Procasso: pages of a web system like others, with a notice over them now and then."""

from __future__ import annotations

from robots.masking import Safe
from robots.screens import screen
from robots.screens.layer import Layer

LAYER = Layer("Lest og forstått")
NOTICE_SAFE = Safe(labels=frozenset({"Driftsmelding", LAYER.close_button}))


class Screen(screen.Screen):
    """One screen of Procasso."""

    SYSTEM = "PROCASSO"
    LAYER = LAYER
