"""From what stands on Procasso's screens to values."""

from __future__ import annotations

from datetime import date, datetime

from domain.krav import Saksflyt
from robots.screens.values import ValueNotRead

SAKSFLYTER = {
    Saksflyt.ORDINAER: "Ordinær",
    Saksflyt.MINDREAARIG: "Mindreårig",
    Saksflyt.MYNDIG_NYTT_VARSEL: "Myndig, nytt varsel",
}
"""As the screens name them."""


def parse_saksflyt(text: str) -> Saksflyt:
    """`Mindreårig`. Raises ValueNotRead."""
    for saksflyt, name in SAKSFLYTER.items():
        if text == name:
            return saksflyt
    raise ValueNotRead("Saksflyt")


def parse_dato(text: str) -> date:
    """`24.12.2024`. Raises ValueNotRead."""
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 (a date has no zone)
    except ValueError:
        raise ValueNotRead("Gjelder fra") from None
