"""The words of the message of the morning, and of the alarm when a night has not come through."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time

from connectors.varsling.melding import Melding
from domain.kalender import OSLO
from hub.storage.night_status import Found, NightStatus

NOT_RUN = {Found.FAILED: "stanset av en feil", Found.NOT_BEGUN: "ikke startet"}


def morgenmelding(
    night: Sequence[NightStatus], titler: Mapping[str, str], as_of: date, lenke: str, on_time: Collection[str] = ()
) -> Melding:
    """How each routine stands: those that have not run first, then those that are running.

    `on_time`: the routines of a round that has begun and has time left; one of them that has not begun waits its turn.
    """
    ran = [status for status in night if status.found.came_through]
    going = [status for status in night if _is_going(status, on_time)]
    missing = [status for status in night if status not in ran and status not in going]
    waits, overdue = sum(status.waits for status in night), sum(status.overdue for status in night)
    came = f"{_rutiner(len(missing))} er ikke kjørt" if missing else ""
    runs = f"{len(going) if missing else _rutiner(len(going))} pågår" if going else ""
    emne = ", ".join(filter(None, [came, runs])) or "alle rutinene er kjørt"
    emne = f"Kraftverk {as_of:%d.%m.%Y}: {emne}, {waits} til oppfølging"
    return Melding(
        f"{emne}, {overdue} over frist" if overdue else emne,
        f"{len(ran)} av {_rutiner(len(night))} er kjørt for {as_of:%d.%m.%Y}.",
        tuple((titler[status.automation], _stilling(status, on_time)) for status in [*missing, *going, *ran]),
        lenke,
    )


def vakthund(
    runde: str, night: Sequence[NightStatus], titler: Mapping[str, str], as_of: date, due: time, lenke: str
) -> Melding:
    """That these routines should have come through by `due` and have not."""
    going = [status for status in night if status.found is Found.UNDER_WAY]
    missing = len(night) - len(going)
    came = [
        f"{_rutiner(missing)} er ikke kjørt" if missing else "",
        f"{len(going) if missing else _rutiner(len(going))} pågår fortsatt, eller ble avbrutt" if going else "",
    ]
    return Melding(
        f"Kraftverk {as_of:%d.%m.%Y}: {runde} er ikke {'kjørt som den skal' if missing else 'ferdig'}",
        f"{runde[:1].upper()}{runde[1:]} skulle vært kommet gjennom kl. {due:%H.%M}. {', '.join(filter(None, came))}. "
        "Power-teamet må se etter om noe har stanset.",
        tuple((titler[status.automation], NOT_RUN.get(status.found) or _late(status)) for status in night),
        lenke,
    )


def hub_away(as_of: date, lenke: str) -> Melding:
    return Melding(
        f"Kraftverk {as_of:%d.%m.%Y}: databasen svarer ikke",
        "Ingen kan si om natten er kjørt, for databasen svarer ikke. Power-teamet må se etter.",
        (),
        lenke,
    )


def _is_going(status: NightStatus, on_time: Collection[str]) -> bool:
    waits_its_turn = status.found is Found.NOT_BEGUN and status.automation in on_time
    return status.found is Found.UNDER_WAY or waits_its_turn


def _stilling(status: NightStatus, on_time: Collection[str]) -> str:
    counts = [
        f"{status.done} gjort" if status.done else "",
        f"{status.waits} til oppfølging" if status.waits else "",
        f"{status.overdue} over frist" if status.overdue else "",
        f"{status.proposals} til godkjenning" if status.proposals else "",
    ]
    said = ", ".join(filter(None, counts))
    if not status.found.came_through:
        return ". ".join(filter(None, [_not_through(status, on_time), said]))
    said = said or "ingenting å gjøre"
    return f"bare tørrkjøring, {said}" if status.found is Found.DRY else said


def _not_through(status: NightStatus, on_time: Collection[str]) -> str:
    if not _is_going(status, on_time):
        return f"IKKE KJØRT ({NOT_RUN[status.found]})"
    if status.found is Found.NOT_BEGUN:
        return "venter på tur, runden pågår"
    return f"pågår, begynte {_klokken(status)}" if status.automation in on_time else _late(status)


def _late(status: NightStatus) -> str:
    """It should have come through by now. A run that was killed looks the same."""
    return f"pågår fortsatt, eller ble avbrutt: begynte {_klokken(status)}"


def _klokken(status: NightStatus) -> str:
    """«kl. 06.02»."""
    assert status.began is not None, "what is under way has begun"
    return f"{datetime.fromtimestamp(status.began, OSLO):kl. %H.%M}"


def _rutiner(n: int) -> str:
    return f"{n} rutine" if n == 1 else f"{n} rutiner"
