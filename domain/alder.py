"""Alder i hele år."""

from __future__ import annotations

from datetime import date

MYNDIGHETSALDER = 18
"""Vergemålsloven § 8 (MIND-1)."""


def age(foedselsdato: date, on: date) -> int:
    """Alder på datoen `on`, en Oslo-dato; året er fylt ved fødselsdagens begynnelse (MIND-6).

    Den som er født 29. februar, fyller år 1. mars når året ikke er skuddår: det verner den mindreårige lengst.
    Raises ValueError when `on` is before the birth, which is for the caller to have judged.
    """
    if on < foedselsdato:
        raise ValueError("nobody has an age before the birth")
    har_ikke_hatt_foedselsdag = (on.month, on.day) < (foedselsdato.month, foedselsdato.day)
    return on.year - foedselsdato.year - har_ikke_hatt_foedselsdag


def is_mindreaarig(foedselsdato: date, on: date) -> bool:
    """Under 18 år på datoen `on`: vergemålsloven § 8 (MIND-1, MIND-6). Raises ValueError as `age`."""
    return age(foedselsdato, on) < MYNDIGHETSALDER
