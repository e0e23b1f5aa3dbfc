"""The outside world while a run goes on: the population, changed by the simulators, and a log of every effect."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sandbox.population import Population, Row, Rows


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of a register was changed, or is new (`before` is None), on this day of the world."""

    day: date
    file: str
    """personer, enheter, doedsbo, eiendommer or eierforhold."""
    key: str = field(repr=False)
    before: Row | None = field(repr=False)
    after: Row = field(repr=False)


class World:
    """All simulators share one. Whoever changes it, or reads two things that must agree, holds `lock`."""

    def __init__(self, population: Population) -> None:
        self.lock = asyncio.Lock()
        self.locked_cases: set[str] = set()
        """Saksnumre that somebody has open in PAX, PILEN or PROCASSO, so that nobody else can save them."""
        self.at_dawn: list[Callable[[], None]] = []
        """What simulators do when a new day has begun, under the lock."""
        self._population = population
        self._effects: list[dict[str, Any]] = []
        self._history: list[Happening] = []
        self._krav_log: list[str] = []
        self._avskrevet: dict[str, str] = {}
        self._versjoner: defaultdict[str, int] = defaultdict(lambda: 1)
        self._late: set[asyncio.Task[None]] = set()

    @property
    def population(self) -> Population:
        """The world as it is now."""
        return self._population

    @property
    def name(self) -> str:
        """The name of the population, or of the day it has come to."""
        return self._population.name

    @property
    def as_of(self) -> date:
        """Today in this world."""
        return self._population.as_of

    @property
    def personer(self) -> Rows:
        """By foedselsnummer."""
        return self._population.personer

    @property
    def enheter(self) -> Rows:
        """By organisasjonsnummer."""
        return self._population.enheter

    @property
    def krav(self) -> Rows:
        """The truth, by kravnr. Change a row with `change_krav`."""
        return self._population.krav

    @property
    def hendelser(self) -> dict[str, list[Row]]:
        """The truth, by kravnr."""
        return self._population.hendelser

    @property
    def kunder(self) -> Rows:
        """ISY-PA's customers, by kundenr."""
        return self._population.kunder

    @property
    def eiendommer(self) -> Rows:
        """Properties, by matrikkelnummer."""
        return self._population.eiendommer

    @property
    def eierforhold(self) -> Rows:
        """Who owns what of them, now and before, by an id of its own."""
        return self._population.eierforhold

    @property
    def pax_uttrekk(self) -> list[Row]:
        """What PAX wrote in its nightly extract, in its order."""
        return self._population.pax_uttrekk

    @property
    def history(self) -> Sequence[Happening]:
        """What has changed in this world from day to day, in order: what a register tells in its feed."""
        return self._history

    @property
    def krav_log(self) -> Sequence[str]:
        """Every krav that was written or got an event since the world was loaded, by kravnr, in order."""
        return self._krav_log

    def versjon(self, kravnr: str) -> int:
        """How many times the krav has been written, itself counted: 1 when it is as loaded."""
        return self._versjoner[kravnr]

    def change_krav(self, kravnr: str, **cells: str) -> None:
        """Write these cells of a krav and raise its versjon, also when they are what they were."""
        self._population.krav[kravnr].update(cells)
        self._versjoner[kravnr] += 1
        self._krav_log.append(kravnr)

    def add_hendelse(self, row: Row) -> None:
        """One more event of a krav, which keeps its versjon."""
        self._population.hendelser.setdefault(row["kravnr"], []).append(row)
        self._krav_log.append(row["kravnr"])

    def write_off(self, kravnr: str, kode: str) -> None:
        """Tilstand AVSKREVET, and why: no file of a population says that."""
        self._avskrevet[kravnr] = kode
        self.change_krav(kravnr, tilstand="AVSKREVET")

    def avskrivingskode(self, kravnr: str) -> str:
        """Why the krav was written off; empty when it was not, or was so from the start."""
        return self._avskrevet.get(kravnr, "")

    def move_to(self, population: Population) -> None:
        """Go on to another day; a krav that differs from the one before gets a new versjon.

        What became of people, enheter and properties goes into `history`.
        The day's extract was written without knowledge of what has been written off in this run, so that is put in.
        """
        for kravnr, row in population.krav.items():
            before = self._population.krav.get(kravnr)
            if before is not None and before != row:
                self._versjoner[kravnr] += 1
            if before != row or population.hendelser.get(kravnr) != self._population.hendelser.get(kravnr):
                self._krav_log.append(kravnr)
        for file, before_day, rows in (
            ("personer", self._population.personer, population.personer),
            ("enheter", self._population.enheter, population.enheter),
            ("doedsbo", self._population.doedsbo, population.doedsbo),
            ("eiendommer", self._population.eiendommer, population.eiendommer),
            ("eierforhold", self._population.eierforhold, population.eierforhold),
        ):
            changed = [key for key, row in rows.items() if before_day.get(key) != row]
            self._history += [Happening(population.as_of, file, key, before_day.get(key), rows[key]) for key in changed]
        self._population = population
        krav = population.krav
        self._avskrevet = {nr: kode for nr, kode in self._avskrevet.items() if krav[nr]["tilstand"] == "AVSKREVET"}
        for row in population.pax_uttrekk:
            if row["kravnr"] in self._avskrevet:
                row["tilstand"] = "AVSKREVET"
        for begin_day in self.at_dawn:
            begin_day()

    def effect(self, system: str, kind: str, key: str, **detail: Any) -> None:
        """Write down that `system` executed a save, also one that repeats another or changes nothing."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        number = len(self._effects) + 1
        self._effects.append({"n": number, "at": at, "system": system, "kind": kind, "key": key, "detail": detail})

    def effects(self) -> list[dict[str, Any]]:
        """Every effect so far, in order."""
        return list(self._effects)

    @property
    def pending(self) -> int:
        """Saves that were answered but have not taken place yet."""
        return len(self._late)

    def later(self, milliseconds: int, action: Callable[[], None]) -> None:
        """Run `action` under the lock in a while: a save that was answered before it takes place."""
        task = asyncio.create_task(self._run_later(milliseconds, action))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _run_later(self, milliseconds: int, action: Callable[[], None]) -> None:
        await asyncio.sleep(milliseconds / 1000)
        async with self.lock:
            action()
