"""The words of the message of the morning, and of the alarm when a night has not come through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time

from connectors.varsling.melding import Melding
from hub.storage.night_status import Found, NightStatus

STILLING = {
    Found.UNDER_WAY: "ikke ferdig",
    Found.FAILED: "stanset av en feil",
    Found.NOT_BEGUN: "ikke startet",
}


def morgenmelding(night: Sequence[NightStatus], titler: Mapping[str, str], as_of: date, lenke: str) -> Melding:
    """How each routine stands, those that have not run first."""
    missing = [status for status in night if not status.found.came_through]
    ran = [status for status in night if status.found.came_through]
    waits, overdue = sum(status.waits for status in night), sum(status.overdue for status in night)
    came = f"{_rutiner(len(missing))} er ikke kjørt" if missing else "alle rutinene er kjørt"
    emne = f"Kraftverk {as_of:%d.%m.%Y}: {came}, {waits} til oppfølging"
    return Melding(
        f"{emne}, {overdue} over frist" if overdue else emne,
        f"{len(ran)} av {_rutiner(len(night))} er kjørt for {as_of:%d.%m.%Y}.",
        tuple((titler[status.automation], _stilling(status)) for status in [*missing, *ran]),
        lenke,
    )


def vakthund(
    runde: str, night: Sequence[NightStatus], titler: Mapping[str, str], as_of: date, due: time, lenke: str
) -> Melding:
    """That these routines should have run by `due` and have not."""
    return Melding(
        f"Kraftverk {as_of:%d.%m.%Y}: {runde} er ikke kjørt som den skal",
        f"{runde[:1].upper()}{runde[1:]} skulle vært kommet gjennom kl. {due:%H.%M}. {_rutiner(len(night))} er ikke "
        "kjørt. Power-teamet må se etter om noe har stanset.",
        tuple((titler[status.automation], STILLING[status.found]) for status in night),
        lenke,
    )


def hub_away(as_of: date, lenke: str) -> Melding:
    return Melding(
        f"Kraftverk {as_of:%d.%m.%Y}: databasen svarer ikke",
        "Ingen kan si om natten er kjørt, for databasen svarer ikke. Power-teamet må se etter.",
        (),
        lenke,
    )


def _stilling(status: NightStatus) -> str:
    counts = [
        f"{status.done} gjort" if status.done else "",
        f"{status.waits} til oppfølging" if status.waits else "",
        f"{status.overdue} over frist" if status.overdue else "",
        f"{status.proposals} til godkjenning" if status.proposals else "",
    ]
    said = ", ".join(filter(None, counts))
    if not status.found.came_through:
        return ". ".join(filter(None, [f"IKKE KJØRT ({STILLING[status.found]})", said]))
    said = said or "ingenting å gjøre"
    return f"bare tørrkjøring, {said}" if status.found is Found.DRY else said


def _rutiner(n: int) -> str:
    return f"{n} rutine" if n == 1 else f"{n} rutiner"
