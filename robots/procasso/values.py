"""From what stands on Procasso's screens to values."""

from __future__ import annotations

from datetime import date, datetime

from domain.krav import Saksflyt
from robots.screens.values import ValueNotRead

KRAVNR, SAKSNR = r"[A-Z]{2}\d{7}", r"C\d{1,7}"
"""How Procasso writes them. Another letter than C could be a dwelling's number, such as H0103."""

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
