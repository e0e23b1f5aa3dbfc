"""The change rows of one proposal: who the new owner is, is read again from the registers when they are written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from connectors.isypa_filer.mapping import Endring
from domain.errors import BusinessException, SystemException
from domain.kunde import Kunde
from domain.utelukkelse import Grunn
from flows.effekter.isypa import EndreIsypa
from flows.eierskifte.fakta import fetch_eierfakta
from flows.systems import Systems
from hub.automation import Effect, Fence, Plan, ProtectedFound, WorkItem

Les = Callable[[], Awaitable[Mapping[str, Endring]]]


@dataclass
class EndreEier(EndreIsypa):
    """ISY-PA's customer gets its new owner. Until the rows are written they are known by key alone."""

    les: Les = field(kw_only=True)

    @classmethod
    def of(cls, item: WorkItem, plan: Plan, effects: Iterable[Effect], systems: Systems) -> EndreEier:
        rader = {effect.key: effect for effect in effects}
        ukjent = {key: Endring(key.partition(":")[0], "", item.reference) for key in rader}
        stamme = f"eier-{systems.alias(f'{item.reference}:{item.occasion}')}"
        les = partial(_read_rows, item, plan, rader, systems)
        return cls(ukjent, stamme, systems.isypa, systems.settle["ISYPA"], les=les)

    async def act(self, keys: Sequence[str], fence: Fence) -> None:
        """Raises BusinessException (OWNER_CHANGED) and ProtectedFound before anything is put down."""
        try:
            self.endringer = await self.les()
        except (BusinessException, SystemException) as error:
            error.nothing_done = True
            raise
        await super().act(keys, fence)


async def _read_rows(
    item: WorkItem, plan: Plan, rader: Mapping[str, Effect], systems: Systems
) -> Mapping[str, Endring]:
    kundenr = item.payload["kundenr"]
    kunde = await find_kunde(systems, kundenr)
    if kunde is None:
        raise BusinessException("OWNER_CHANGED", kundenr)
    fakta = await fetch_eierfakta([kunde], await systems.eiendom.read_skjemaer(plan.as_of), systems, plan.as_of)
    if fakta.vern(kunde) is Grunn.PROTECTED:
        raise ProtectedFound
    ny_eier = fakta.ny_eier(kunde)
    if ny_eier is None:
        raise BusinessException("OWNER_CHANGED", kundenr)
    made = {}
    for key, effect in rader.items():
        felt = key.partition(":")[0]
        fra, before, after = getattr(kunde, felt), effect.before[felt], effect.after[felt]
        # `after`: of two rows the one was taken and the other refused, and the extract shows it by now
        if eier_alias(ny_eier, kundenr, systems) != after or eier_alias(fra, kundenr, systems) not in (before, after):
            raise BusinessException("OWNER_CHANGED", kundenr)
        made[key] = Endring(felt, ny_eier, item.reference, fra, kundenr)
    return made


async def find_kunde(systems: Systems, kundenr: str) -> Kunde | None:
    """The customer, if it has a property, as ISY-PA last told of it."""
    kunder = await asyncio.to_thread(systems.isypa.read_kunder)
    return next((kunde for kunde in kunder if kunde.kundenr == kundenr and kunde.matrikkelnummer), None)


def eier_alias(nummer: str, kundenr: str, systems: Systems) -> str:
    """Somebody at this customer, as a word: the same person at another customer is another word."""
    return systems.alias(f"{kundenr}:{nummer}")
