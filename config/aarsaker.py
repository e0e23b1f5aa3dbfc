"""The error catalogue: what a saksbehandler reads for each reason code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).with_name("aarsaker.toml")


@dataclass(frozen=True, slots=True)
class Aarsak:
    kode: str
    kort: str
    """What a list and a button have room for."""
    tekst: str
    forslag: str


@cache
def catalogue() -> dict[str, Aarsak]:
    raw = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    return {kode: Aarsak(kode, **fields) for kode, fields in raw.items()}


def explain(kode: str) -> Aarsak:
    """The texts of a code; a code without texts says so, and shows itself."""
    ukjent = Aarsak(kode, kode, f"Årsaken {kode} har ingen forklaring ennå.", "Si fra til Power-teamet.")
    return catalogue().get(kode, ukjent)
