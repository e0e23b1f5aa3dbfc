"""The message of the morning: how the night went, to those who must know before they ask."""

from __future__ import annotations

from datetime import date, datetime, time

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact

from connectors.http import build_client
from connectors.varsling.melding import Melding
from domain.kalender import OSLO
from flows import registry
from flows.installation import Installation
from flows.runtime import default_night
from flows.varsling import tekst
from flows.varsling.runder import in_time, runder
from flows.varsling.sending import send_once
from flows.workshop import kanaler
from hub.storage import night_status

KIND = "morgenmelding"


def write(installation: Installation, as_of: date, now: time | None = None) -> Melding:
    """The message about this night, as it stands at this hour in Oslo; at the present one when none is given."""
    titler = {name: registry.module(name).METADATA.tittel for name in registry.MODULES}
    with installation.database.read() as c:
        night = night_status.read(c, list(titler), as_of)
    due = installation.settings.morgenmelding
    rounds = runder(due.natt_ferdig, due.morgen_ferdig)
    on_time = in_time(rounds, night, now or datetime.now(OSLO).time())
    return tekst.morgenmelding(night, titler, as_of, installation.settings.console.url, on_time)


@flow(name="morgenmelding")
async def morgenmelding() -> None:
    """A channel that fails makes the run a failed one, when the others have been sent."""
    installation = Installation.open()
    as_of = default_night(installation)
    melding = write(installation, as_of)
    shown = melding.text.replace("\n", "  \n")  # Markdown would make one line of them
    await acreate_markdown_artifact(markdown=f"# {melding.emne}\n\n{shown}", key="morgenmelding")
    async with build_client() as http:
        sent = await send_once(installation.database, KIND, as_of, melding, kanaler(installation.settings, http))
    for each in sent:
        get_run_logger().info("%s: %s", each.kanal, each.fault or ("sent before" if each.already else "sent"))
    if not sent:
        get_run_logger().warning("nobody is told: no channel is set under [morgenmelding]")
    if failed := [each.kanal for each in sent if each.fault]:
        raise RuntimeError(f"not sent by: {', '.join(failed)}")
