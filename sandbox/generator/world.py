"""The mixture: how many of each, and who they are."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sandbox.columns import ENHETER, HENDELSER, KJORETOY, KRAV, PAX_UTTREKK, PERSONER
from sandbox.generator.claims import RENTE2026, Claims, Kind
from sandbox.generator.register import Register
from sandbox.population import Row

# PAX has krav ilagt before 1 February 2025 only; PILEN took over then.
PAX_LAST = date(2025, 1, 31)
FIRST_AS_OF, LAST_AS_OF = date(2025, 6, 1), date(2027, 12, 31)
# A little under three years: a krav no older than this is not foreldet.
THREE_YEARS = timedelta(days=3 * 365 - 30)

GEBYR_STEG = ("FORFALT", "VARSEL", "UTLEGG")
SANKSJON_STEG = ("PURRING", "LETT", "TUNGT", "FORLIK")
GRADERINGER = ("fortrolig", "fortrolig", "strengtFortrolig", "klientadresse")
MERGED_SIZES = (2, 2, 2, 2, 2, 3, 3, 4, 6)
OTHER_TILSTANDER = ("KLAGE", "KLAGE", "BETALINGSAVTALE", "BETALINGSAVTALE", "STOPPET", "BETALT", "BETALT", "AVSKREVET")
OTHER_KRAV = (
    ("KOMMUNALE_AVGIFTER", "VAV"),
    ("EIENDOMSSKATT", "KEM"),
    ("BARNEHAGE", "BYDEL03"),
    ("SFO", "BYDEL11"),
    ("HUSLEIE", "BOLIGBYGG"),
    ("PIGGDEKKGEBYR", "BYM"),
)

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

    def fill(self) -> None:
        """Groups first, single parking krav up to their share, and other krav for the rest."""
        for _ in range(round(self._size * MERGE_GROUPS)):
            self._group(self._ordinary_debtor(), self._rng.choice(MERGED_SIZES))
        edges = self._edge_debtors()
        for number in range(round(self._size * EDGE_GROUPS)):
            self._group(edges[number % len(edges)](), 2)
        for _ in range(round(self._size * ALREADY_MERGED)):
            self._already_merged(self._ordinary_debtor())
        while len(self.claims.krav) < self._size * PARKING:
            self._single_parking(edges)
        while len(self.claims.krav) < self._size:
            self._other()

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
        if rng.random() < 0.05:
            kind = self._years_ago(kind)
        tilstand = rng.choice(OTHER_TILSTANDER) if rng.random() < 0.25 else "AAPEN"
        self.claims.add(skyldner, kind, tilstand=tilstand)

    def _other(self) -> None:
        rng = self._rng
        kravtype, fordringshaver = rng.choice(OTHER_KRAV)
        fagsystem = "ISYPA" if kravtype == "KOMMUNALE_AVGIFTER" and rng.random() < 0.25 else "PROCASSO"
        steg = rng.choice(GEBYR_STEG if kravtype == "PIGGDEKKGEBYR" else SANKSJON_STEG)
        first, last = self._as_of - THREE_YEARS, self._as_of - timedelta(days=30)
        kind = Kind(fagsystem, kravtype, fordringshaver, steg, first, last)
        luck = rng.random()
        if luck < 0.06:
            row = self.claims.add(self.register.minor(), kind, tilstand="STOPPET")
            row |= {"saksflyt": "MINDREAARIG", "kostnader": "0.00"}
        elif luck < 0.2:
            self.claims.add(self.register.minor(), kind)
        elif luck < 0.25:
            self.claims.add(self.register.young_adult(), kind)
        else:
            tilstand = rng.choice(OTHER_TILSTANDER) if luck < 0.45 else "AAPEN"
            self.claims.add(self._ordinary_debtor(), self._years_ago(kind) if luck > 0.95 else kind, tilstand=tilstand)

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
            lambda: register.adult(gradering=rng.choice(GRADERINGER)),
            lambda: register.unit("ENK", innehaver=register.adult(gradering="fortrolig")),
            lambda: register.adult(status="doed", doedsdato=self._days_ago(rng.randint(20, 900))),
            register.minor,
            lambda: register.adult(foedselsdato=""),
            register.misspelt,
            register.stranger,
            lambda: register.unit("ENK", "konkurs", innehaver=register.adult()),
            lambda: register.unit("AS", rng.choice(("konkurs", "under_avvikling", "tvangsopplosning"))),
            lambda: register.unit("AS", rng.choice(("slettet", "fjernet"))),
            lambda: register.unit("ENK", "slettet", innehaver=register.adult()),
        ]

    def _parking_kind(self) -> Kind:
        """PAX and PILEN half each; in PILEN the gebyr from 2026 are a kind apart from the earlier ones."""
        rng, recent = self._rng, self._as_of - timedelta(days=30)
        oldest = self._as_of - THREE_YEARS
        if rng.random() < 0.5:
            kravtype, steg = (
                ("KONTROLLSANKSJON", SANKSJON_STEG) if rng.random() < 0.1 else ("PARKERINGSGEBYR", GEBYR_STEG)
            )
            return Kind("PAX", kravtype, "BYM", rng.choice(steg), min(oldest, PAX_LAST), PAX_LAST)
        if rng.random() < 0.6:
            owner = "OBF" if rng.random() < 0.06 else "BYM"
            return Kind("PILEN", "KONTROLLSANKSJON", owner, rng.choice(SANKSJON_STEG), max(oldest, PAX_LAST), recent)
        before_2026 = recent < RENTE2026 or rng.random() < 0.5
        first, last = (max(oldest, PAX_LAST), RENTE2026 - timedelta(days=1)) if before_2026 else (RENTE2026, recent)
        return Kind("PILEN", "PARKERINGSGEBYR", "BYM", rng.choice(GEBYR_STEG), first, min(last, recent))

    def _days_ago(self, days: int) -> str:
        return (self._as_of - timedelta(days=days)).isoformat()

    def _other_steg(self, kind: Kind) -> Kind:
        steg = GEBYR_STEG if kind.kravtype == "PARKERINGSGEBYR" else SANKSJON_STEG
        return replace(kind, steg=self._rng.choice([other for other in steg if other != kind.steg]))

    def _years_ago(self, kind: Kind) -> Kind:
        """The same kind of krav, so old that it may be foreldet."""
        last = min(kind.first, self._as_of - timedelta(days=3 * 366 + 60))
        return replace(kind, first=last - timedelta(days=700), last=last)


def _sorted(rows: Iterable[Row], column: str) -> list[Row]:
    return sorted(rows, key=lambda row: row[column])


def _write(path: Path, columns: Mapping[str, object], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
