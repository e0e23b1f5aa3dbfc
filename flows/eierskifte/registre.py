"""Where it is told who owns a property: Kartverket's two registers, and the form for what is not registered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from connectors.eierskjema.reader import read_skjemaer
from connectors.grunnboken.client import GrunnbokClient
from connectors.matrikkelen.client import MatrikkelClient
from domain.eiendom import Matrikkelnummer
from domain.eierskifte import Eierskjema, siste_skjema


@dataclass(frozen=True, slots=True)
class Eiendomsregistre:
    """`kommune`: the one whose changes are followed. `skjemaer`: the folder with the forms."""

    matrikkelen: MatrikkelClient
    grunnboken: GrunnbokClient
    kommune: str
    skjemaer: Path

    async def read_skjemaer(self, as_of: date) -> dict[Matrikkelnummer, Eierskjema]:
        """The form that counts for each property that has one. Raises SystemException."""
        return siste_skjema(await asyncio.to_thread(read_skjemaer, self.skjemaer), as_of)
