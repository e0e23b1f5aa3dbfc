"""Writes what the world and the hub look like after a run, as CSV that can be compared with right answers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from flows import registry
from flows.installation import Installation
from hub.report import ControlReport, control_report
from kraftverk.simulators import Simulators
from kraftverk.usage import UsageError
from kraftverk.whole_file import whole

ITEM_COLUMNS = ("automation", "reference", "status", "result", "reason", "kravnumre", "attempts")
LINE_COLUMNS = ("automation", "code", "kravnr", "last_interrupt_date", "last_safe_workday", "antall")
STATUSES = frozenset({"completed", "business", "system", "uncertain", "awaiting_approval"})


def export_run(installation: Installation, folder: Path, as_of: date | None = None) -> list[Path]:
    """Write krav.csv and brev.csv (from the outside systems), arbeidsposter.csv and kontrollrapport.csv for one night.

    Raises UsageError when the night has not been run, or something of it is still on its way: an export of half a night
    would be read as a whole one.
    """
    as_of = as_of or installation.today
    every = [_report(installation, name, as_of) for name in registry.MODULES]
    not_run = [report.automation for report in every if report.automation in registry.NIGHT and not report.found]
    if not_run:
        raise UsageError(f"The night of {as_of} has not been run ({', '.join(not_run)}): see `kraftverk run`.")
    reports = [report for report in every if report.found]
    on_its_way = {report.automation: report.still_open for report in reports if report.still_open}
    if on_its_way:
        what = ", ".join(f"{name}: {count}" for name, count in on_its_way.items())
        raise UsageError(f"Not everything is at rest ({what}): wait, or see `kraftverk items list`.")
    simulators = _simulators(installation)
    krav, brev = simulators.krav(), simulators.brev()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [
            _write_bytes(folder / "krav.csv", krav),
            _write_bytes(folder / "brev.csv", brev),
            _write(folder / "arbeidsposter.csv", ITEM_COLUMNS, _items(reports)),
            _write(folder / "kontrollrapport.csv", LINE_COLUMNS, _lines(reports)),
        ]
    except OSError as error:
        raise UsageError(f"{folder} cannot be written to ({error.strerror}): name another folder.") from None


def _report(installation: Installation, name: str, as_of: date) -> ControlReport:
    with installation.database.read() as c:
        return control_report(c, name, as_of)


def _items(reports: Iterable[ControlReport]) -> Iterator[Sequence[object]]:
    for report in reports:
        for item in report.items:
            if item.status in STATUSES:
                yield (
                    report.automation,
                    item.reference,
                    item.status,
                    item.result,
                    item.reason,
                    ";".join(item.krav),
                    item.attempts,
                )


def _lines(reports: Iterable[ControlReport]) -> Iterator[Sequence[object]]:
    for report in reports:
        for line in report.lines:
            yield (
                report.automation,
                line.code,
                line.krav or "",
                line.last_interrupt_date or "",
                line.last_safe_workday or "",
                line.antall if line.krav is None else "",
            )


def _simulators(installation: Installation) -> Simulators:
    """The truth, asked of the outside world itself: only simulated systems can be asked for all of it."""
    if installation.settings.sandbox is None:
        raise UsageError("Only a simulated world can be exported: this environment has real systems.")
    return Simulators(installation.settings.sandbox)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def _write_bytes(path: Path, content: bytes) -> Path:
    with whole(path) as beside:
        beside.write_bytes(content)
    return path
