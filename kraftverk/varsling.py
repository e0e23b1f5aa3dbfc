"""`kraftverk morgenmelding` and `kraftverk vakthund`: telling people how the night went, and that it did not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.exc import DBAPIError

from config.settings import Settings, load
from connectors.http import build_client
from connectors.varsling.melding import Melding
from domain.kalender import OSLO
from flows import registry
from flows.installation import Installation
from flows.morgenmelding import KIND, write
from flows.varsling import tekst
from flows.varsling.runder import Runde, runder
from flows.varsling.sending import Sent, send, send_once
from flows.workshop import kanaler
from hub.storage import night_status
from hub.storage.database import Database
from kraftverk.terminal import make_console

out = make_console(soft_wrap=True)


def send_morgenmelding(*, only_print: bool, again: bool) -> int:
    installation = Installation.open()
    as_of = installation.today
    melding = write(installation, as_of)
    if only_print:
        out.print(melding.emne, melding.text, sep="\n\n")
        return 0
    return _tell(asyncio.run(_send(installation.settings, installation.database, KIND, as_of, melding, again)))


def watch(now: datetime | None = None) -> int:
    """Look in the hub's database alone, so that it works while Prefect and the workers are down; 0 when all is well.

    `now`: for tests; else the time in Oslo.
    """
    settings = load()
    now = now or datetime.now(OSLO)
    as_of = settings.as_of or now.date()
    times = settings.morgenmelding
    due = [each for each in runder(times.natt_ferdig, times.morgen_ferdig) if each.ferdig <= now.time()]
    database = Database(settings.database)
    try:
        found = [_look_at(settings, database, each, as_of) for each in due]
    except DBAPIError:
        out.print("The hub's database does not answer.")
        _tell(asyncio.run(_send(settings, None, "", as_of, tekst.hub_away(as_of, settings.console.url))))
        return 1
    finally:
        database.close()
    return max(found, default=0)


def _look_at(settings: Settings, database: Database, each: Runde, as_of: date) -> int:
    titler = {name: registry.module(name).METADATA.tittel for name in each.automations}
    with database.read() as c:
        night = night_status.read(c, each.automations, as_of)
    missing = [status for status in night if not status.found.came_through]
    if not missing:
        out.print(f"{each.navn} {as_of}: all {len(night)} have run")
        return 0
    for status in missing:
        out.print(f"{each.navn} {as_of}: {status.automation} {status.found}")
    melding = tekst.vakthund(each.navn, missing, titler, as_of, each.ferdig, settings.console.url)
    _tell(asyncio.run(_send(settings, database, f"vakthund {each.navn}", as_of, melding)))
    return 1


async def _send(
    settings: Settings, database: Database | None, kind: str, as_of: date, melding: Melding, again: bool = False
) -> list[Sent]:
    async with build_client() as http:
        channels = kanaler(settings, http)
        if database is None:
            return await send(melding, channels)
        return await send_once(database, kind, as_of, melding, channels, again=again)


def _tell(sent: Sequence[Sent]) -> int:
    """1 when there is anybody who has not been told."""
    for each in sent:
        said = each.fault or ("sent for this night before (--again sends it again)" if each.already else "sent")
        out.print(f"{each.kanal}: {said}")
    if not sent:
        out.print("Nobody is told: no channel is set under [morgenmelding] in the settings.")
    return 1 if not sent or any(each.fault for each in sent) else 0
