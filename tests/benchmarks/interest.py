"""Rente of 100,000 kontrollsanksjoner, and the same by the rule's own words: day by day, one krav at a time."""

from __future__ import annotations

import csv
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random

from config.satser import SATSER
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from domain.sanksjonsrente import beregn_sanksjonsrente
from flows.satser import load_satser

SANCTIONS = 100_000
EVERY = 200
"""One in so many is computed by the slow rule too."""
AS_OF = date(2026, 11, 23)
FIRST = date(2023, 1, 2)
EASTER = (date(2023, 4, 9), date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5))
A_DAY = timedelta(days=1)

Sanction = tuple[Krav, list[Hendelse]]


def seconds() -> float:
    """CPU seconds for all of them, the table of rates read and summed up as well. Raises AssertionError when one of
    the sample differs from the slow rule by an øre.
    """
    rng = Random(7)
    sanctions = [_sanction(number, rng) for number in range(SANCTIONS)]
    start = time.process_time()
    satser = load_satser()
    renter = [beregn_sanksjonsrente(krav, hendelser, AS_OF, satser) for krav, hendelser in sanctions]
    taken = time.process_time() - start
    slow, free = _Slow(), _holidays()
    for (krav, hendelser), rente in list(zip(sanctions, renter, strict=True))[::EVERY]:
        expected = slow.rente(krav.hovedstol, _runs_from(krav, hendelser, free), hendelser)
        if rente != expected:
            raise AssertionError(f"{krav.kravnr}: {rente} øre, and {expected} day by day")
    return taken


def _sanction(number: int, rng: Random) -> Sanction:
    """One in four has paid a part, one in ten has paid another, one in twenty has had a complaint decided."""
    forfall = FIRST + timedelta(days=rng.randrange((AS_OF - FIRST).days))
    kravnr = f"PI{number:07}"

    def event(kode: str, beloep: int | None = None) -> Hendelse:
        return Hendelse(kravnr, forfall + timedelta(days=rng.randint(-10, 700)), kode, beloep)

    hendelser = [event("INNBETALING", rng.randint(1, 90_000)) for share in (4, 10) if rng.randrange(share) == 0]
    hendelser += [event("KLAGE_AVGJORT")] if rng.randrange(20) == 0 else []
    krav = Krav(
        kravnr=kravnr,
        kravtype=Kravtype.KONTROLLSANKSJON,
        fagsystem=Fagsystem.PILEN,
        fordringshaver="BYM",
        skyldner="",
        kjennemerke=None,
        ilagt_tidspunkt=datetime(forfall.year, forfall.month, forfall.day, 12, tzinfo=UTC) - timedelta(days=21),
        forfall=forfall,
        hovedstol=rng.choice((33_000, 66_000, 99_000)),
        kostnader=0,
        renter=0,
        saksnr="S1",
        steg="PURRING",
        tilstand=Tilstand.AAPEN,
        saksflyt=Saksflyt.ORDINAER,
        kid="",
    )
    return krav, hendelser


class _Slow:
    """Forsinkelsesrente as RENTE-2 to RENTE-8 say it, in fractions, with its own reading of the rates."""

    def __init__(self) -> None:
        with SATSER.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["kind"] == "forsinkelsesrente"]
        self._percent = {row["valid_from"]: Fraction(row["value"]) for row in rows}

    def rente(self, hovedstol: int, forfall: date, hendelser: Sequence[Hendelse]) -> int:
        """Øre of unpaid rente at AS_OF; a payment covers rente first, and what has run is rounded at each."""
        rente, day = 0, forfall
        paid = sorted((h.dato, h.beloep) for h in hendelser if h.beloep is not None and h.dato <= AS_OF)
        for until, beloep in [*paid, (AS_OF, 0)]:
            run = Fraction(0)
            while day < until:
                day += A_DAY
                run += hovedstol * self._of(day)
            rente += int(run + Fraction(1, 2))
            to_rente = min(rente, beloep)
            rente -= to_rente
            hovedstol = max(0, hovedstol - (beloep - to_rente))
        return rente

    def _of(self, day: date) -> Fraction:
        half_year = date(day.year, 1 if day.month < 7 else 7, 1)
        days = (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
        return self._percent[half_year.isoformat()] / 100 / days


def _runs_from(krav: Krav, hendelser: Sequence[Hendelse], free: set[date]) -> date:
    """The forfall, or 14 days after a decided complaint where that is later; both moved to a working day."""
    decided = [h.dato + 14 * A_DAY for h in hendelser if h.hendelse == "KLAGE_AVGJORT" and h.dato <= AS_OF]
    return max(_moved(day, free) for day in (krav.forfall, *decided))


def _moved(day: date, free: set[date]) -> date:
    while day.weekday() >= 5 or day in free:
        day += A_DAY
    return day


def _holidays() -> set[date]:
    """RENTE-3, by Easter Sunday and the days that have a date."""
    moving = {easter + days * A_DAY for easter in EASTER for days in (-3, -2, 1, 39, 50)}
    fixed = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
    return moving | {date(year, *day) for year in range(FIRST.year, AS_OF.year + 2) for day in fixed}
