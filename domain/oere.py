"""Amounts are whole øre (int) everywhere inside; text with two decimals and a point only at the edges."""

from __future__ import annotations

import re

_BELOEP = re.compile(r"(0|[1-9][0-9]*)\.([0-9]{2})")


def parse_oere(tekst: str) -> int:
    """Read "1127.50" as 112750 øre.

    Strict: ASCII digits, point, two decimals; no sign, since no contract has a negative amount. Raises ValueError,
    without the text: a column that has slipped may hold anything, also a fødselsnummer.
    """
    funnet = _BELOEP.fullmatch(tekst)
    if funnet is None:
        raise ValueError("not an amount: expected kroner with two decimals and a point, such as 1127.50")
    return int(funnet[1]) * 100 + int(funnet[2])


def format_oere(oere: int) -> str:
    """Write 112750 øre as "1127.50". Raises ValueError for a negative amount, which no contract can carry."""
    if oere < 0:
        raise ValueError("a negative amount cannot be written")
    return f"{oere // 100}.{oere % 100:02d}"


def round_half_up(teller: int, nevner: int) -> int:
    """The fraction `teller / nevner`, neither below zero, as the nearest whole number; a half goes up (RENTE-8)."""
    return (2 * teller + nevner) // (2 * nevner)
