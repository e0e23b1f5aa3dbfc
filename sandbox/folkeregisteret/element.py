"""What every element of a Folkeregister document has: its source, its times, and whether it still holds."""

from __future__ import annotations

import hashlib
from typing import Any

Element = dict[str, Any]


def draw(number: str, label: str, sides: int) -> int:
    """A throw of a die that always falls the same way for the same person and label: 0 to sides - 1."""
    digest = hashlib.sha256(f"{label}:{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % sides


def gjeldende(since: str, aarsak: str, **fields: Any) -> Element:
    """An element that holds today, from the day `since`."""
    return {**_common(since, aarsak), "erGjeldende": True, **fields}


def historisk(since: str, until: str, aarsak: str, **fields: Any) -> Element:
    """An element that held from the day `since` and does no more: a reader must leave it out."""
    return {**_common(since, aarsak), "erGjeldende": False, "opphoerstidspunkt": _instant(until), **fields}


def in_register_order(number: str, label: str, elements: list[Element]) -> list[Element]:
    """The register promises no order: for about half of the persons the newest element comes last."""
    return elements[::-1] if draw(number, f"order of {label}", 2) else elements


def _common(since: str, aarsak: str) -> Element:
    return {
        "ajourholdstidspunkt": f"{since}T14:41:28.711214642+01:00",
        "kilde": "Kraftverk sandbox",
        "aarsak": aarsak,
        "gyldighetstidspunkt": _instant(since),
    }


def _instant(day: str) -> str:
    return f"{day}T00:00:00+01:00"
