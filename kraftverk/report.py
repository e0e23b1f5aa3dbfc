"""`kraftverk report`: the control report of a night as a workbook and as CSV, and its balance at the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from config.aarsaker import explain
from console.roles import Right
from flows import registry
from flows.installation import Installation
from flows.rapport.balanse import Balanse
from flows.rapport.csv_fil import to_csv
from flows.rapport.dagsrapport import Dagsrapport, make_dagsrapport
from flows.rapport.excel import write_excel
from flows.rapport.fersk import read_fresh
from flows.rapport.om import Opphav, checksum, checksums, make_om
from flows.rapport.tabell import Tabell
from flows.rapport.tabeller import make_tabeller
from hub.audit import Actor
from hub.report import NightReport, night_report
from hub.storage import logins, queues, seals
from hub.storage.database import Database
from kraftverk.people import actor
from kraftverk.terminal import make_console
from kraftverk.usage import UsageError
from kraftverk.whole_file import whole

FILE_NAME = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": "-"})
out = make_console()


@dataclass(frozen=True, slots=True)
class ReportOrder:
    automation: str | None
    """None is all of them together."""
    as_of: date | None
    folder: Path
    avstem: bool
    """Whether the systems are asked again."""

    @property
    def utvalg(self) -> str:
        return self.automation or "alle automatiseringer"


def report_night(order: ReportOrder) -> int:
    """Write the report and say how it came out; 1 when the balance does not add up or a krav deviates."""
    installation = Installation.open()
    rapport = make_report(installation, order)
    for path in write_report(installation, rapport, order):
        out.print(f"wrote {path}", soft_wrap=True)
    for natt in rapport.netter:
        _tell(natt, rapport.balanser[natt.control.automation])
    out.print(f"{len(rapport.avstemming.avvik)} deviations in what was read back")
    return 0 if rapport.stemmer else 1


def make_report(installation: Installation, order: ReportOrder) -> Dagsrapport:
    """Raises UsageError when nothing of the night has been run, SystemException when a system cannot be asked again."""
    if order.automation:
        registry.module(order.automation)
    as_of = order.as_of or installation.today
    with installation.database.read() as c:
        every = [night_report(c, name, as_of) for name in registry.MODULES]
    netter = [natt for natt in every if natt.control.found or natt.control.automation in registry.NIGHT]
    chosen = [natt.control for natt in netter if order.automation in (None, natt.control.automation)]
    if not any(control.found for control in chosen):
        raise UsageError(f"The night of {as_of} has not been run ({order.utvalg}): see `kraftverk run`.")
    titler = {name: registry.module(name).METADATA.tittel for name in registry.MODULES}
    if order.avstem:
        lest = asyncio.run(read_fresh(installation, netter))
        rapport = make_dagsrapport(as_of, netter, titler, lest.krav, lest.vernede)
    else:
        rapport = make_dagsrapport(as_of, netter, titler)
    return rapport.of(order.automation) if order.automation else rapport


def write_report(installation: Installation, rapport: Dagsrapport, order: ReportOrder) -> list[Path]:
    """Note who takes the report out, then write it. Raises UsageError when the folder cannot be written to."""
    with installation.database.read() as c:
        names = logins.names(c)
    tabeller = make_tabeller(rapport, explain, names)
    person = actor(installation.settings, Right.READ)
    made_by = f"{names.get(person.name, person.name)} ({person.role})"
    _note(installation.database, person, rapport, tabeller)
    with installation.database.read() as c:
        opphav = Opphav(made_by, datetime.now(UTC), order.utvalg, seals.latest(c))
    every = make_om(rapport, opphav, tabeller), *tabeller
    name = "_".join(filter(None, ["kontrollrapport", rapport.as_of.isoformat(), order.automation]))
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
        workbook = order.folder / f"{name}.xlsx"
        with whole(workbook) as beside:
            write_excel(beside, every)
        return [workbook, *(_write_csv(order.folder, name, tabell) for tabell in every)]
    except OSError as error:
        raise UsageError(f"{order.folder} cannot be written to ({error.strerror}): name another folder.") from None


def _write_csv(folder: Path, name: str, tabell: Tabell) -> Path:
    path = folder / f"{name}_{tabell.navn.lower().translate(FILE_NAME)}.csv"
    with whole(path) as beside:
        beside.write_bytes(to_csv(tabell))
    return path


def _note(database: Database, person: Actor, rapport: Dagsrapport, tabeller: Sequence[Tabell]) -> None:
    """Taking a report out is an event of each queue it is about. Written first: no report leaves without it."""
    said = f"night {rapport.as_of}, checksum {checksum(checksums(tabeller))}"
    with database.begin() as c:
        for name in rapport.automations:
            queues.tell(database, c, name, person, "control report", said)


def _tell(natt: NightReport, balanse: Balanse) -> None:
    states = [f"{n} {state}" for state, n in natt.control.states.items() if n]
    later = [f"{balanse.lukket_senere} closed later"] if balanse.lukket_senere else []
    parts = " + ".join(states + later) or "0"
    wrong = "" if balanse.stemmer else f"; DOES NOT ADD UP, difference {balanse.differanse}"
    ran = "" if natt.control.found else " (not run)"
    out.print(f"{natt.control.automation}{ran}: {balanse.inn} in = {parts}{wrong}")
