"""The mixture: how many of each, and who they are."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

from sandbox.columns import (
    EIENDOMMER,
    EIERFORHOLD,
    ENHETER,
    HENDELSER,
    KJORETOY,
    KRAV,
    KUNDER,
    PAX_UTTREKK,
    PERSONER,
)
from sandbox.generator.claims import RENTE2026, Claims
from sandbox.generator.days import days_before
from sandbox.generator.gone import GONE, Closings, Properties
from sandbox.generator.kinds import GEBYR_STEG, OTHER_STEG, PROCASSO_KRAV, Kind, steg_of
from sandbox.generator.limits import OLD, Limits
from sandbox.generator.minors import YOUNG, Minors
from sandbox.generator.register import Register
from sandbox.generator.sanctions import SANCTIONS, Sanctions
from sandbox.population import Row

# PAX has krav ilagt before 1 February 2025 only; PILEN took over then.
PAX_LAST = date(2025, 1, 31)
FIRST_AS_OF, LAST_AS_OF = date(2025, 6, 1), date(2027, 12, 31)
# A little under three years: a krav no older than this is not foreldet.
THREE_YEARS = 3 * 365 - 30

MERGED_SIZES = (2, 2, 2, 2, 2, 3, 3, 4, 6)
OTHER_TILSTANDER = ("KLAGE", "KLAGE", "BETALINGSAVTALE", "BETALINGSAVTALE", "STOPPET", "BETALT", "BETALT", "AVSKREVET")
MERGE_GROUPS = 1 / 8
EDGE_GROUPS = 1 / 50
ALREADY_MERGED = 1 / 100
PARKING = 3 / 4


def generate(folder: Path, *, krav: int, seed: int, as_of: date) -> None:
    """Write a population of exactly `krav` krav, about an eighth as many groups to merge, to `folder`."""
    world = _World(krav, seed, as_of)
    world.fill()
    extract = world.claims.extract()
    hendelser = sorted(world.claims.hendelser, key=lambda row: (row["dato"], row["kravnr"]))
    folder.mkdir(parents=True, exist_ok=True)
    header = {"as_of": as_of.isoformat(), "name": f"generert-{krav}-{seed}", "seed": seed}
    (folder / "population.json").write_text(json.dumps(header, indent=2) + "\n", encoding="utf-8")
    _write(folder / PERSONER.name, PERSONER.columns, _sorted(world.register.personer, "foedselsnummer"))
    _write(folder / ENHETER.name, ENHETER.columns, _sorted(world.register.enheter, "organisasjonsnummer"))
    _write(folder / KUNDER.name, KUNDER.columns, world.properties.kunder)
    _write(folder / EIENDOMMER.name, EIENDOMMER.columns, world.properties.eiendommer)
    _write(folder / EIERFORHOLD.name, EIERFORHOLD.columns, world.properties.eierforhold)
    _write(folder / KJORETOY.name, KJORETOY.columns, _sorted(world.register.kjoretoy, "kjennemerke"))
    _write(folder / KRAV.name, KRAV.columns, _sorted(world.claims.krav, "kravnr"))
    _write(folder / HENDELSER.name, HENDELSER.columns, hendelser)
    _write(folder / PAX_UTTREKK.name, PAX_UTTREKK.columns, extract)


class _World:
    """Draws debtors and krav until there are enough."""

    def __init__(self, krav: int, seed: int, as_of: date) -> None:
        self._size = krav
        self._as_of = as_of
        self._rng = Random(seed)  # noqa: S311
        self.register = Register(self._rng, as_of)
        self.claims = Claims(self._rng, as_of, self.register, krav)
        self.properties = Properties(as_of, self.register, self.claims)

    def fill(self) -> None:
        """Groups to merge first, then what the other routines look for, and ordinary krav for the rest."""
        for _ in range(round(self._size * MERGE_GROUPS)):
            self._group(self._ordinary_debtor(), self._rng.choice(MERGED_SIZES))
        edges = self._edge_debtors()
        for number in range(max(len(edges), round(self._size * EDGE_GROUPS))):
            self._group(edges[number % len(edges)](), 2)
        for _ in range(round(self._size * ALREADY_MERGED)):
            self._already_merged(self._ordinary_debtor())
        self._place_special()
        while len(self.claims.krav) < self._size * PARKING:
            self._single_parking(edges)
        while self.claims.room:
            self._other()
        self.properties.fill()

    def _place_special(self) -> None:
        """At least one of each sort while there is room: all of them in a world of some hundred krav."""
        parts = (self._rng, self._as_of, self.register, self.claims)
        minors, sanctions, limits, closings = Minors(*parts), Sanctions(*parts), Limits(*parts), Closings(*parts)
        sorts: list[tuple[int, Callable[[], None]]] = [
            *((young.share, partial(minors.place, young)) for young in YOUNG),
            *((sanction.share, partial(sanctions.place, sanction)) for sanction in SANCTIONS),
            *((old.share, partial(limits.place, old)) for old in OLD),
            *((gone.share, partial(closings.place, gone)) for gone in GONE),
        ]
        for share, place in sorts:
            for _ in range(min(self.claims.room, max(1, round(self._size * share / 10_000)))):
                place()

    def _group(self, skyldner: str, size: int) -> None:
        """Krav of one kind in cases of their own; some have one in dispute beside them that must stay out."""
        kind = self._parking_kind()
        for _ in range(size):
            self.claims.add(skyldner, kind)
        if self._rng.random() < 0.1:
            self.claims.add(skyldner, kind, tilstand=self._rng.choice(("KLAGE", "BETALINGSAVTALE")))
        elif self._rng.random() < 0.1:
            self.claims.add(skyldner, self._other_steg(kind))

    def _already_merged(self, skyldner: str) -> None:
        kind = self._parking_kind()
        saksnr = self.claims.new_case(kind.fagsystem)
        for _ in range(self._rng.randint(2, 4)):
            self.claims.add(skyldner, kind, saksnr=saksnr)

    def _single_parking(self, edges: list[Callable[[], str]]) -> None:
        rng = self._rng
        skyldner = rng.choice(edges)() if rng.random() < 0.04 else self._ordinary_debtor()
        kind = self._parking_kind()
        tilstand = rng.choice(OTHER_TILSTANDER) if rng.random() < 0.25 else "AAPEN"
        self.claims.add(skyldner, kind, tilstand=tilstand)

    def _other(self) -> None:
        rng = self._rng
        kravtype, fordringshaver = rng.choice(PROCASSO_KRAV)
        fagsystem = "ISYPA" if kravtype == "KOMMUNALE_AVGIFTER" and rng.random() < 0.25 else "PROCASSO"
        first, last = days_before(self._as_of, THREE_YEARS), days_before(self._as_of, 30)
        kind = Kind(fagsystem, kravtype, fordringshaver, rng.choice(steg_of(kravtype)), first, last)
        tilstand = rng.choice(OTHER_TILSTANDER) if rng.random() < 0.25 else "AAPEN"
        self.claims.add(self._ordinary_debtor(), kind, tilstand=tilstand)

    def _ordinary_debtor(self) -> str:
        luck = self._rng.random()
        if luck < 0.05:
            return self.register.unit(self._rng.choice(("AS", "AS", "ANS", "DA")))
        if luck < 0.07:
            return self.register.unit("ENK", innehaver=self.register.adult())
        return self.register.adult()

    def _edge_debtors(self) -> list[Callable[[], str]]:
        register, rng = self.register, self._rng
        return [
            register.protected,
            lambda: register.unit("ENK", innehaver=register.protected()),
            register.dead,
            register.minor,
            register.undated,
            register.misspelt,
            register.stranger,
            lambda: register.unit("ENK", "konkurs", innehaver=register.adult()),
            lambda: register.unit("AS", rng.choice(("konkurs", "under_avvikling", "tvangsopplosning"))),
            lambda: register.unit("AS", rng.choice(("slettet", "fjernet"))),
            lambda: register.unit("ENK", "slettet", innehaver=register.adult()),
        ]

    def _parking_kind(self) -> Kind:
        """PAX and PILEN half each; in PILEN the gebyr from 2026 are a kind apart from the earlier ones."""
        rng, recent = self._rng, days_before(self._as_of, 30)
        oldest = days_before(self._as_of, THREE_YEARS)
        if rng.random() < 0.5:
            kravtype, steg = ("KONTROLLSANKSJON", OTHER_STEG) if rng.random() < 0.1 else ("PARKERINGSGEBYR", GEBYR_STEG)
            return Kind("PAX", kravtype, "BYM", rng.choice(steg), min(oldest, PAX_LAST), PAX_LAST)
        if rng.random() < 0.6:
            owner = "OBF" if rng.random() < 0.06 else "BYM"
            return Kind("PILEN", "KONTROLLSANKSJON", owner, rng.choice(OTHER_STEG), max(oldest, PAX_LAST), recent)
        before_2026 = recent < RENTE2026 or rng.random() < 0.5
        first, last = (max(oldest, PAX_LAST), days_before(RENTE2026, 1)) if before_2026 else (RENTE2026, recent)
        return Kind("PILEN", "PARKERINGSGEBYR", "BYM", rng.choice(GEBYR_STEG), first, min(last, recent))

    def _other_steg(self, kind: Kind) -> Kind:
        return replace(kind, steg=self._rng.choice([other for other in steg_of(kind.kravtype) if other != kind.steg]))


def _sorted(rows: Iterable[Row], column: str) -> list[Row]:
    return sorted(rows, key=lambda row: row[column])


def _write(path: Path, columns: Mapping[str, object], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
