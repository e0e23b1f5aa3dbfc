"""Inkassokostnader (INK-2 til INK-6).

Inkassoloven 13. mai 1988 nr. 26 og inkassoforskriften 14. juli 1989 nr. 562. Loven av 2026 (LOV-2026-05-22-19) er ikke
i kraft; disse reglene gjelder til da (INK-10).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from domain.kalender import add_maaneder
from domain.oere import round_half_up
from domain.sats import Slag
from domain.satser import Satser

KORTESTE_FRIST = timedelta(days=14)
"""Fra forfall til første gebyrbrev, og fristen hvert brev minst må gi (inkassoloven §§ 9 og 10, INK-2, INK-4)."""
_TUNGT_ETTER = timedelta(days=28)
_SEKS_MAANEDER = 6
_HELE_KRONER_FRA = date(2026, 1, 1)
_KRONE = 100
_TUNGT, _IKKE_FORBRUKER, _UTEN_FRADRAG = Fraction(2), Fraction(3, 2), Fraction(5, 4)


class Brev(StrEnum):
    """Brevene en fordringshaver kan kreve gebyr for (forskriften § 1-2)."""

    PURRING = "PURRING"
    INKASSOVARSEL = "INKASSOVARSEL"
    BETALINGSOPPFORDRING = "BETALINGSOPPFORDRING"


_SLAG = {
    Brev.PURRING: Slag.PURREGEBYR,
    Brev.INKASSOVARSEL: Slag.PURREGEBYR,
    Brev.BETALINGSOPPFORDRING: Slag.BETALINGSOPPFORDRINGSGEBYR,
}


@dataclass(frozen=True, slots=True)
class Gebyrbrev:
    """Et brev det er krevd gebyr for. `frist` er betalingsfristen i brevet."""

    brev: Brev
    sendt: date
    frist: date

    @property
    def ga_nok_tid(self) -> bool:
        """Fristen var på minst 14 dager fra sendedagen."""
        return self.frist - self.sendt >= KORTESTE_FRIST


def brevgebyr(brev: Brev, sendt: date, satser: Satser) -> int:
    """Høyeste gebyr i øre for brevet: en del av inkassosatsen på sendedagen (forskriften § 1-2, INK-3, INK-4).

    Fra 2026 avrundet til hele kroner, halve opp (FOR-2025-12-19-2709). Raises MissingRate.
    """
    gebyr = Fraction(satser.get(_SLAG[brev], sendt)) * satser.get_beloep(Slag.INKASSOSATS, sendt)
    enhet = _KRONE if sendt >= _HELE_KRONER_FRA else 1
    return round_half_up(gebyr.numerator, gebyr.denominator * enhet) * enhet


def kan_kreve_brevgebyr(brev: Brev, sendt: date, forfall: date, tidligere: Iterable[Gebyrbrev]) -> bool:
    """Kan det kreves gebyr for enda et brev på kravet? (Forskriften §§ 1-2 og 1-3, INK-4, INK-5.)

    Tidligst 14 dager etter forfall. To purringer eller én purring og ett inkassovarsel, det andre bare når en frist på
    minst 14 dager i det første er oversittet; så én betalingsoppfordring. Gebyr som er eldre enn seks måneder, teller
    ikke med: da kan det kreves på nytt.
    """
    if sendt < forfall + KORTESTE_FRIST:
        return False
    med = [ett for ett in tidligere if sendt < add_maaneder(ett.sendt, _SEKS_MAANEDER)]
    if brev is Brev.BETALINGSOPPFORDRING:
        return all(ett.brev is not brev for ett in med)
    foer = [ett for ett in med if ett.brev is not Brev.BETALINGSOPPFORDRING]
    to_varsler = brev is Brev.INKASSOVARSEL and any(ett.brev is brev for ett in foer)
    oversittet = all(ett.ga_nok_tid and sendt > ett.frist for ett in foer)
    return len(foer) < 2 and not to_varsler and oversittet


def tidsrom_for_rettslige_skritt(betalingsoppfordring: Gebyrbrev) -> tuple[date, date]:
    """Første og siste dag for rettslige skritt: etter fristen i betalingsoppfordringen (§ 11, INK-2).

    Seks måneder regnes fra sendedagen, den forsiktige lesningen.
    """
    etter_fristen = betalingsoppfordring.frist + timedelta(days=1)
    return etter_fristen, add_maaneder(betalingsoppfordring.sendt, _SEKS_MAANEDER)


def is_tungt(betalingsoppfordringens_frist: date, on: date) -> bool:
    """Er betalingsoppfordringen oversittet med mer enn 28 dager? (Forskriften § 2-3, INK-6.)"""
    return on > betalingsoppfordringens_frist + _TUNGT_ETTER


def beregn_salaer(
    hovedstol: int,
    forfall: date,
    betalt: date,
    satser: Satser,
    *,
    tungt: bool,
    forbruker: bool,
    mva_fradrag: bool,
) -> int:
    """Høyeste inkassosalær i øre for en sak med denne hovedstolen (forskriften §§ 2-2 og 2-3, INK-6).

    Trinnet følger hovedstolen og forfallet: krav forfalt før 1. oktober 2020 har de gamle trinnene. Satsen er den på
    dagen hovedstolen betales. Tungt: det dobbelte. `forbruker` False: halvannen gang. `mva_fradrag` False, når
    fordringshaveren ikke har fradragsrett: 25 prosent til. Raises MissingRate.
    """
    salaer = Fraction(satser.get_trinn(Slag.INKASSOSALAER, forfall, hovedstol))
    salaer *= satser.get_beloep(Slag.INKASSOSATS, betalt)
    salaer *= _TUNGT if tungt else 1
    salaer *= 1 if forbruker else _IKKE_FORBRUKER
    salaer *= 1 if mva_fradrag else _UTEN_FRADRAG
    return round_half_up(salaer.numerator, salaer.denominator)
