"""A report as Markdown, for an artifact of a run. Counts and sums only: what Prefect keeps, no erasure reaches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from domain.kalender import OSLO
from flows.rapport.dagsrapport import Dagsrapport
from flows.rapport.krav_tabeller import list_varsler
from flows.rapport.ord import Forklar
from flows.rapport.tabell import Beloep, Celle, Tabell
from flows.rapport.tabeller import OPPSUMMERING, make_tabeller
from hub.seal import Seal

SHOWN = (*OPPSUMMERING, "Avstemming")


def to_markdown(rapport: Dagsrapport, forklar: Forklar) -> str:
    """The balance, the sums, what was left alone and what hurries; names no krav."""
    titles = ", ".join(rapport.tittel(name) for name in rapport.automations)
    parts = [f"## Kontrollrapport {_cell(rapport.as_of)}: {titles}", "\n".join(f"- {line}" for line in _heads(rapport))]
    for tabell in make_tabeller(rapport, forklar):
        if tabell.navn in SHOWN and tabell.rader:
            parts.append(f"### {tabell.navn}\n\n{_table(tabell)}")
    return "\n\n".join(parts) + "\n"


def seal_to_markdown(seal: Seal) -> str:
    """The seal, and what it is kept for."""
    return (
        f"## Segl {seal.no}\n\n`{seal.mark}`\n\n"
        f"Tatt {_cell(datetime.fromtimestamp(seal.at, OSLO))} over {seal.events} nye hendelser i {seal.heads} "
        "oppgaver, og over seglet før. Ta vare på linjen utenfor Kraftverk: med den kan det vises at ingenting er "
        "fjernet fra revisjonssporet siden, heller ikke ved at databasen er byttet ut med en eldre kopi.\n"
    )


def _heads(rapport: Dagsrapport) -> Iterator[str]:
    """What a supervisor looks for first."""
    for name, balanse in rapport.balanser.items():
        went = "går opp" if balanse.stemmer else f"**går ikke opp, differanse {balanse.differanse}**"
        yield f"{rapport.tittel(name)}: {balanse.inn} inn, {balanse.aapne} fortsatt åpne; {went}"
    avvik = len(rapport.avstemming.avvik)
    yield f"**{avvik} avvik i avstemmingen**" if avvik else "Ingen avvik i avstemmingen"
    frister = [line.last_safe_workday for _, line in list_varsler(rapport) if line.last_safe_workday]
    if frister:
        first = _cell(date.fromisoformat(frister[0]))
        yield f"{len(frister)} krav foreldes snart; første siste trygge virkedag er {first}"


def _table(tabell: Tabell) -> str:
    rows = (tabell.kolonner, tuple("---" for _ in tabell.kolonner), *tabell.rader)
    return "\n".join(f"| {' | '.join(_cell(celle) for celle in rad)} |" for rad in rows)


def _cell(celle: Celle) -> str:
    match celle:
        case Beloep():
            return celle.kroner
        case datetime():
            return celle.astimezone(OSLO).strftime("%d.%m.%Y %H:%M")
        case date():
            return celle.strftime("%d.%m.%Y")
    return "" if celle is None else str(celle).replace("|", "\\|").replace("\n", " ")
