"""Telling one system what the other one knows: each thing once, looked for before and read back after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from domain.errors import BusinessException
from domain.innfordring import Beloep, Innbetaling, Konto, Side, Status
from domain.krav import Tilstand
from domain.samkjoering import (
    Endring,
    Kvittering,
    NyeBeloep,
    NyInnbetaling,
    NyStatus,
    Overlevering,
)
from flows.effekter.endring import OneEffect, idempotency_key
from flows.fagsystemer import BeforeSave
from flows.samkjoering.krav import Delt, read_delte
from flows.samkjoering.morgen import refuse_outside
from flows.systems import Systems
from hub.automation import Action, Effect, Json, Look, Plan, WorkItem

See = Callable[[Delt], Look]
Tell = Callable[[Delt, str], Awaitable[None]]
"""Tells the system, under this idempotency key."""


@dataclass
class Melding(OneEffect):
    """One thing told to one system. Both are read before and after: what is told is what the other one shows now."""

    kravnr: str
    systems: Systems
    as_of: date
    seen: See
    tell: Tell
    key: str
    _delt: Delt | None = None

    @property
    def settle(self) -> float:
        return self.systems.settle[self.effect.system]

    async def see(self) -> Look:
        self._delt = (await read_delte(self.systems, [self.kravnr], self.as_of))[self.kravnr]
        return self.seen(self._delt)

    async def change(self, before_save: BeforeSave) -> None:
        assert self._delt is not None, "looked at before it is changed"
        before_save()
        await self.tell(self._delt, self.key)

    def receipt(self) -> Json:
        return self.effect.after


@dataclass
class Overleveringsmelding(Melding):
    """Whose krav it is, is asked once more before it is handed over to be collected: a plan that was begun may be
    finished on a later day (VERN-2)."""

    async def change(self, before_save: BeforeSave) -> None:
        assert self._delt is not None, "looked at before it is changed"
        await refuse_outside(self._delt, self.systems, self.as_of)
        await super().change(before_save)


def effect_of(kravnr: str, endring: Endring) -> Effect:
    """As it stands in a plan. What is told is nested, since it is about no field of a krav of the system's own."""
    angre = f"Rett {kravnr} for hånd i systemet som fikk meldingen."
    match endring:
        case Overlevering(status):
            return Effect(f"overlever:{kravnr}", Side.PROCASSO.value, {}, {"status": _json(status)}, angre)
        case Kvittering():
            return Effect(f"kvitter:{kravnr}", Side.PILEN.value, {}, {}, angre)
        case NyeBeloep(foer, naa):
            before, after = {"beloep": _beloep_json(foer)}, {"beloep": _beloep_json(naa)}
            return Effect(f"beloep:{kravnr}", Side.PROCASSO.value, before, after, angre)
        case NyStatus(til, status, etter):
            before, after = {"status": _json(etter)}, {"status": _json(status)}
            return Effect(f"status:{kravnr}:{til.value}:{status.id}", til.value, before, after, angre)
        case NyInnbetaling(til, innbetaling):
            told = {"dato": innbetaling.dato.isoformat(), "oere": innbetaling.beloep}
            key = f"innbetaling:{kravnr}:{til.value}:{innbetaling.id}"
            return Effect(key, til.value, {}, {"innbetaling": told}, angre)


def news_of(delt: Delt, endring: Endring) -> str:
    """What is told, as `side:id`: the side that knew it, and its own id of it."""
    match endring:
        case NyStatus(til, status, _):
            return f"{til.den_andre.value}:{status.id}"
        case NyInnbetaling(til, innbetaling):
            return f"{til.den_andre.value}:{innbetaling.id}"
        case Kvittering() if delt.procasso:
            return f"PROCASSO:{delt.procasso.id}"
    return f"PILEN:v{delt.fersk.versjon if delt.fersk else 0}"


def actions_of(item: WorkItem, plan: Plan, systems: Systems) -> list[Action]:
    """In the order of the plan. An effect of a kind we do not know gets no action."""
    return list(_actions(item, plan, systems))


def _actions(item: WorkItem, plan: Plan, systems: Systems) -> Iterator[Action]:
    for effect in plan.effects:
        kind, kravnr, *rest = effect.key.split(":")
        key = idempotency_key(item, effect)
        make = partial(Melding, effect, kravnr, systems, plan.as_of, key=key)
        match kind, rest:
            case "overlever", []:
                status = _status("", effect.after["status"])
                seen, tell = partial(_is_handed_over, status), partial(_hand_over, systems, status)
                yield Overleveringsmelding(effect, kravnr, systems, plan.as_of, seen, tell, key)
            case "kvitter", []:
                yield make(seen=_is_acknowledged, tell=partial(_acknowledge, systems))
            case "beloep", []:
                foer, naa = _beloep(effect.before), _beloep(effect.after)
                yield make(seen=partial(_has_beloep, foer, naa), tell=partial(_change_beloep, systems, foer, naa))
            case "status", [side, status_id]:
                status, etter = _status(status_id, effect.after["status"]), _status("", effect.before["status"])
                yield make(
                    seen=partial(_has_status, Side(side), status, etter),
                    tell=partial(_set_status, systems, Side(side), status, etter),
                )
            case "innbetaling", [side, innbetaling_id]:
                penger = effect.after["innbetaling"]
                innbetaling = Innbetaling(innbetaling_id, date.fromisoformat(penger["dato"]), penger["oere"])
                yield make(
                    seen=partial(_has_innbetaling, Side(side), innbetaling),
                    tell=partial(_book, systems, Side(side), innbetaling),
                )


def _is_handed_over(status: Status, delt: Delt) -> Look:
    """There; or not there, and still a krav to hand over as it was planned; or a person must see what it has become."""
    if delt.procasso is not None:
        return Look.ALL
    if delt.pilen is None or not delt.skal_innfordres:
        return Look.UNKNOWN
    return Look.NONE if delt.pilen.konto.statuser[-1].id == status.id else Look.UNKNOWN


async def _hand_over(systems: Systems, status: Status, delt: Delt, key: str) -> None:
    if delt.pilen is None:
        raise BusinessException("KRAV_UNKNOWN", delt.kravnr)
    await systems.innfordringer.create(delt.pilen.krav, status, key)


def _is_acknowledged(delt: Delt) -> Look:
    """An id of another innfordring than the one there is, a person must look at."""
    if delt.pilen is None or delt.procasso is None:
        return Look.UNKNOWN
    if delt.pilen.innfordring is None:
        return Look.NONE
    return Look.ALL if delt.pilen.innfordring == delt.procasso.id else Look.UNKNOWN


async def _acknowledge(systems: Systems, delt: Delt, key: str) -> None:
    assert delt.procasso is not None, "looked at before it is changed"
    await systems.kontoer.hand_over(delt.kravnr, delt.procasso.id, key)


def _has_beloep(foer: Beloep, naa: Beloep, delt: Delt) -> Look:
    if delt.procasso is None:
        return Look.UNKNOWN
    return {naa: Look.ALL, foer: Look.NONE}.get(delt.procasso.beloep, Look.UNKNOWN)


async def _change_beloep(systems: Systems, foer: Beloep, naa: Beloep, delt: Delt, key: str) -> None:
    await systems.innfordringer.change_beloep(delt.kravnr, foer, naa, key)


def _has_status(til: Side, status: Status, etter: Status, delt: Delt) -> Look:
    """Told under its id; not told, and nothing has come since it was decided; or something has."""
    konto = _konto(til, delt)
    if konto is None:
        return Look.UNKNOWN
    if any(each.referanse == status.id for each in konto.statuser):
        return Look.ALL
    return Look.NONE if konto.statuser[-1].id == etter.id else Look.UNKNOWN


async def _set_status(systems: Systems, til: Side, status: Status, etter: Status, delt: Delt, key: str) -> None:
    client = systems.kontoer if til is Side.PILEN else systems.innfordringer
    await client.set_status(delt.kravnr, status, etter.id, key)


def _has_innbetaling(til: Side, innbetaling: Innbetaling, delt: Delt) -> Look:
    """By its id alone, so that a key that was lost books nothing twice; another amount under it is for a person, and so
    is one that whoever took it in does not have any more.
    """
    konto = _konto(til, delt)
    if konto is None:
        return Look.UNKNOWN
    told = [each for each in konto.innbetalinger if each.referanse == innbetaling.id]
    if not told:
        teller = _konto(til.den_andre, delt)
        return Look.NONE if teller and innbetaling in teller.innbetalinger else Look.UNKNOWN
    same = [(each.dato, each.beloep) for each in told] == [(innbetaling.dato, innbetaling.beloep)]
    return Look.ALL if same else Look.UNKNOWN


async def _book(systems: Systems, til: Side, innbetaling: Innbetaling, delt: Delt, key: str) -> None:
    client = systems.kontoer if til is Side.PILEN else systems.innfordringer
    await client.book(delt.kravnr, innbetaling, key)


def _konto(side: Side, delt: Delt) -> Konto | None:
    holder = delt.pilen if side is Side.PILEN else delt.procasso
    return holder.konto if holder else None


def _json(status: Status) -> Json:
    return {"id": status.id, "tilstand": status.tilstand.value}


def _status(status_id: str, told: Json) -> Status:
    return Status(status_id or told["id"], Tilstand(told["tilstand"]))


def _beloep_json(beloep: Beloep) -> Json:
    return {"kostnader": beloep.kostnader, "renter": beloep.renter, "forfall": beloep.forfall.isoformat()}


def _beloep(values: Json) -> Beloep:
    told = values["beloep"]
    return Beloep(told["kostnader"], told["renter"], date.fromisoformat(told["forfall"]))
