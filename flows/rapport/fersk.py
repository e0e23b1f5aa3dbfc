"""Reads what a night has changed once more in the systems, for the reconciliation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.krav import Krav
from flows import registry
from flows.installation import Installation
from flows.rapport.lesing import read_krav
from flows.rapport.virkninger import list_virkninger
from flows.systems import Systems
from hub.automation import Vernet
from hub.report import NightReport

SYSTEMS = ("PILEN", "PROCASSO")
"""Those that are asked in bulk. PAX is not: a robot would open the pages of every krav once more."""


@dataclass(frozen=True, slots=True)
class Lest:
    krav: dict[str, list[Krav]]
    """System -> the krav as it shows them now."""
    vernede: frozenset[str]
    """Kravnumre of those whose skyldner is protected now."""


async def read_fresh(installation: Installation, netter: Sequence[NightReport]) -> Lest:
    """Raises SystemException when a system does not answer."""
    queue = next(iter(registry.MODULES))
    async with installation.workshop(queue) as open_lane, open_lane() as systems:

        async def les(fagsystem: str, kravnumre: Sequence[str]) -> list[Krav]:
            return [fersk.krav for fersk in (await systems.fagsystem(fagsystem).get_krav(kravnumre)).values()]

        virkninger = list_virkninger(netter)
        krav = await read_krav(les, virkninger, SYSTEMS)
        lest = [ett for alle in krav.values() for ett in alle]
        # What Procasso collects for Pilen is among no krav of its own; whose it is, Pilen knows.
        endret = {nr for each in virkninger if each.system in SYSTEMS for nr in each.krav}
        lest += await les("PILEN", sorted(endret - {ett.kravnr for ett in lest}))
        return Lest(krav, await _vernede(systems, lest))


async def _vernede(systems: Systems, krav: Sequence[Krav]) -> frozenset[str]:
    skyldnere = await systems.get_skyldnere(ett.skyldner for ett in krav)
    return frozenset(ett.kravnr for ett in krav if isinstance(skyldnere.outside(ett), Vernet))
