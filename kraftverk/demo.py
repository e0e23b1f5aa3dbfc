"""`kraftverk demo`: nights against simulated systems, from an empty folder to a result that can be compared."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from rich.console import Console

from domain.kalender import OSLO
from kraftverk.house import House
from kraftverk.terminal import make_console
from kraftverk.usage import UsageError, parse_date
from kraftverk.world import BROWSER, World, emptied
from robots.executable import find_browser
from sandbox.generator.world import FIRST_AS_OF, LAST_AS_OF, generate
from sandbox.population import apply_changes, load

GENERATED_KRAV = 440
"""The size of the product's own small world: every sort of case of the four routines, some 120 oppgaver, half of them
merges; a few minutes of work."""
GENERATED_SEED = 1


@dataclass(frozen=True, slots=True)
class DemoOrder:
    population: Path | None
    as_of: str | None
    once: bool
    export: Path | None
    week: Path | None
    workers: int
    postgres: bool
    faults: float
    state: Path


def run_demo(order: DemoOrder) -> int:
    """Run it; 0 when everything came to rest, 1 when something is still on its way."""
    out = make_console()
    days = _days(order.week)
    as_of = parse_date(order.as_of)
    today = as_of or datetime.now(OSLO).date()
    if order.population is not None:
        _check(order.population, days)
    elif days:
        raise UsageError("A week goes on from a world: name that world with --population.")
    elif not FIRST_AS_OF <= today <= LAST_AS_OF:
        raise UsageError(
            f"The product's own world knows {FIRST_AS_OF} to {LAST_AS_OF}: choose a day there with --as-of."
        )
    find_browser(os.environ.get(BROWSER))
    _check_export(order.export)
    with _stopped_politely(), emptied(order.state) as world:
        population = order.population or _generate(world, today, out)
        return _nights(order, world, population, as_of or _as_of(population), days, out)


def _nights(order: DemoOrder, world: World, population: Path, as_of: date, days: list[Path], out: Console) -> int:
    with House(world, order.workers, order.postgres, out) as house:
        house.open(population, as_of, order.faults)
        if order.population is None:
            house.make_trouble()
        code = house.night(as_of, _export_folder(order.export, 0, days))
        for number, day in enumerate(days, start=1):
            house.next_day(day, _as_of(day))
            code = max(code, house.night(_as_of(day), _export_folder(order.export, number, days)))
        if order.population is None:
            house.lose_an_answer()
            code = max(code, house.morning(as_of))
        if not order.once:
            house.stay()
        return code


def _check(population: Path, days: list[Path]) -> None:
    """Read it here first: its errors belong in this terminal, not in a simulator's log."""
    world = load(population)
    for day in days:
        world = apply_changes(world, day)


def _check_export(folder: Path | None) -> None:
    """Before the work is done, not after it."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made ({error.strerror}): name another folder with --export.") from None
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{folder} cannot be written to: name another folder with --export.")


def _generate(world: World, as_of: date, out: Console) -> Path:
    out.print(f"Making a world of {GENERATED_KRAV} krav …")
    folder = world.folder / "population"
    generate(folder, krav=GENERATED_KRAV, seed=GENERATED_SEED, as_of=as_of)
    return folder


def _as_of(folder: Path) -> date:
    meta: Mapping[str, str] = json.loads((folder / "population.json").read_text(encoding="utf-8"))
    return date.fromisoformat(meta["as_of"])


def _days(week: Path | None) -> list[Path]:
    """day-1, day-2, … of a moving world, in order."""
    if week is None:
        return []
    named = [day for day in week.glob("day-*") if re.fullmatch(r"day-\d+", day.name)]
    days = sorted(named, key=lambda day: int(day.name.removeprefix("day-")))
    if not days:
        raise UsageError(f"{week} has no day-1: name the folder that holds the days of a moving world.")
    return days


def _export_folder(export: Path | None, number: int, days: list[Path]) -> Path | None:
    return export / f"day-{number}" if export and days else export


@contextmanager
def _stopped_politely() -> Iterator[None]:
    """SIGTERM stops the demo as Ctrl-C does, with every child ended in order."""

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, interrupt)
    yield
