"""Hvem får SMS om et parkeringsgebyr som er forfalt, og hvem får det ikke (rutinen `sms-notice`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.innbetalinger import INNBETALING, MissingAmount, sum_innbetalt
from domain.kalender import next_bankdag
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Tilstand
from domain.skyldner import Person, is_enhetsnummer
from domain.utelukkelse import Grunn, utelukkelse

FORFALT = "FORFALT"
_SIFRE = 13
"""Hexadecimal digits: as many as a float holds exactly."""


@dataclass(frozen=True, slots=True)
class Smsregler:
    """Every one a setting; days are calendar days, `holdt_andel` from 0 to 1."""

    after_days: int
    """This long after the deadline, moved to a working day, the SMS may go."""
    holdt_andel: float
    """Of the krav get no SMS, so that what the SMS does can be measured against them."""
    measure_days: int
    """Paid within so many days counts as paid."""


class Smsgrunn(StrEnum):
    """Grunner som bare denne rutinen har, ved siden av `Grunn` og `Varslingshinder`."""

    UNDER_VERGEMAAL = "UNDER_VERGEMAAL"
    PAYMENT_AMOUNT_MISSING = "PAYMENT_AMOUNT_MISSING"
    NO_KID = "NO_KID"
    HELD_BACK = "HELD_BACK"
    SMS_TOMORROW = "SMS_TOMORROW"


def aa_betale(krav: Krav, hendelser: Iterable[Hendelse], as_of: date) -> int:
    """Det som gjenstår av hele kravet, i øre, etter innbetalinger til og med `as_of`; aldri under null.

    Raises MissingAmount.
    """
    return max(0, krav.sum - sum_innbetalt(hendelser, as_of))


def is_smskandidat(krav: Krav, hendelser: Iterable[Hendelse], as_of: date, after_days: int) -> bool:
    """Et forfalt, ubetalt parkeringsgebyr i Pilen mot en person, `after_days` dager etter fristen (GEBYR-2).

    Krav i PAX er fra før februar 2025 og for lengst gått videre.
    """
    return (
        krav.kravtype is Kravtype.PARKERINGSGEBYR
        and krav.fagsystem is Fagsystem.PILEN
        and krav.tilstand is Tilstand.AAPEN
        and krav.steg == FORFALT
        and not is_enhetsnummer(krav.skyldner)
        and (as_of - next_bankdag(krav.forfall)).days >= after_days
        and not er_betalt(krav, hendelser, as_of)
    )


def er_betalt(krav: Krav, hendelser: Iterable[Hendelse], as_of: date) -> bool:
    """Er ingenting igjen av kravet? Ikke når noe som er betalt, står uten beløp: da vet ingen det."""
    try:
        return aa_betale(krav, hendelser, as_of) == 0
    except MissingAmount:
        return False


def finn_smshinder(
    krav: Krav, skyldner: Person | None, hendelser: Iterable[Hendelse], as_of: date
) -> Grunn | Smsgrunn | None:
    """Hvorfor det ikke skal sendes SMS, før kontaktregisteret er spurt; PROTECTED først (VERN-2).

    En verge skal ha brevet, og en SMS til den vergen tar seg av, når ikke fram til rett person (MIND-9).
    """
    if grunn := utelukkelse(krav, skyldner, hendelser, as_of):
        return grunn
    if skyldner is not None and skyldner.har_verge:
        return Smsgrunn.UNDER_VERGEMAAL
    try:
        aa_betale(krav, hendelser, as_of)
    except MissingAmount:
        return Smsgrunn.PAYMENT_AMOUNT_MISSING
    return None if krav.kid else Smsgrunn.NO_KID


def is_holdt_tilbake(noekkel: str, andel: float) -> bool:
    """Er kravet blant dem som ikke får SMS (SMS-4)? `noekkel` er en HMAC av kravnr, heksadesimalt.

    Svaret er det samme hver dag, og ingen kan velge det.
    """
    return int(noekkel[:_SIFRE], 16) / float(16**_SIFRE) < andel


def velg_dagens(krav: Sequence[tuple[str, Krav]], fikk_i_dag: Collection[str]) -> set[str]:
    """Kravnumrene som får SMS i dag, av par av person og krav: høyst ett krav for hver person og dag, det med eldst
    forfall først (SMS-3)."""
    valgt: dict[str, str] = {}
    for person, ett in sorted(krav, key=lambda par: (par[1].forfall, par[1].kravnr)):
        if person not in fikk_i_dag:
            valgt.setdefault(person, ett.kravnr)
    return set(valgt.values())


def er_betalt_innen(krav: Krav, hendelser: Iterable[Hendelse], innen: date) -> bool:
    """Var kravet betalt til og med `innen`? Er det betalt uten at noen innbetaling er ført, vet vi ikke når: ja."""
    betalinger = [h for h in hendelser if h.hendelse == INNBETALING]
    if krav.tilstand is Tilstand.BETALT:
        return all(betaling.dato <= innen for betaling in betalinger)
    return er_betalt(krav, betalinger, innen)
