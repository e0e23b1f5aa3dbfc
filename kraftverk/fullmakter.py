"""The fullmaktsmatrise of config/, in the hub's own terms."""

from __future__ import annotations

from config.fullmakter import load_fullmakter
from hub.fullmakt import Fullmakt, Fullmakter


def read_fullmakter() -> Fullmakter:
    """Up to which amount each role may approve. Raises SettingsError."""
    lines = load_fullmakter()
    return Fullmakter(
        [Fullmakt(linje.gyldig_fra, linje.rolle, linje.kravtype, linje.til_og_med_oere) for linje in lines]
    )
