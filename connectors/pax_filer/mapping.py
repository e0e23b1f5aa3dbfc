"""From a row of PAX' hendelser to a hendelse. Pure; raises FieldError."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.fields import read_amount, read_date, read_text
from domain.krav import Hendelse


def map_hendelse(row: Mapping[str, str]) -> Hendelse:
    """An event; its code is open."""
    return Hendelse(
        kravnr=read_text("kravnr", row["kravnr"]),
        dato=read_date("dato", row["dato"]),
        hendelse=read_text("hendelse", row["hendelse"]),
        beloep=read_amount("beloep", row["beloep"]) if row["beloep"] else None,
    )
