"""How dates, amounts and numbers are written to people, in Norwegian."""

from __future__ import annotations

from datetime import date

NBSP = "\u00a0"
"""Keeps a number together on one line."""

_MAANEDER = (
    "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "desember",
)  # fmt: skip


def skriv_dato(dag: date) -> str:
    """7. desember 2026."""
    return f"{dag.day}.{NBSP}{_MAANEDER[dag.month - 1]} {dag.year}"


def skriv_beloep(oere: int) -> str:
    """1 350,00 kroner."""
    kroner, rest = divmod(oere, 100)
    return f"{kroner:,}".replace(",", NBSP) + f",{rest:02}{NBSP}kroner"


def skriv_konto(nummer: str) -> str:
    """1234 56 78901."""
    return NBSP.join((nummer[:4], nummer[4:6], nummer[6:]))


def skriv_kid(kid: str) -> str:
    """In groups of four from the left: easier to read, and to type without a slip."""
    return NBSP.join(kid[start : start + 4] for start in range(0, len(kid), 4))
