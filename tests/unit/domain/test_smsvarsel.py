"""Who gets an SMS of a parkeringsgebyr, and who of them is held back: worked by hand from docs/rutiner.md."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.innbetalinger import MissingAmount
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Tilstand
from domain.skyldner import Gradering, Person
from domain.smsvarsel import (
    Smsgrunn,
    aa_betale,
    er_betalt_innen,
    finn_smshinder,
    is_holdt_tilbake,
    is_smskandidat,
    velg_dagens,
)
from domain.utelukkelse import Grunn
from tests.unit.flows.minor_world import KRAV

LagKrav = Callable[..., Krav]

AS_OF = date(2026, 11, 23)
"""A Monday."""
FNR = "12848547962"


@pytest.fixture
def gebyr(lag_krav: LagKrav) -> LagKrav:
    """900 kroner, due on Tuesday 10 November."""

    def make(**changes: Any) -> Krav:
        values = {
            "kravtype": Kravtype.PARKERINGSGEBYR,
            "fagsystem": Fagsystem.PILEN,
            "skyldner": FNR,
            "steg": "FORFALT",
            "tilstand": Tilstand.AAPEN,
            "forfall": date(2026, 11, 10),
            "hovedstol": 90_000,
            "kostnader": 0,
            "renter": 0,
            "kid": "770000016",
        }
        return lag_krav(**values | changes)

    return make


def paid(beloep: int | None, dato: date = date(2026, 11, 20), hendelse: str = "INNBETALING") -> Hendelse:
    return Hendelse("K1", dato, hendelse, beloep)


def person(**changes: Any) -> Person:
    return replace(Person(FNR, date(1985, 4, 12), doed=False, gradering=Gradering.UGRADERT, status="bosatt"), **changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"kravtype": Kravtype.KONTROLLSANKSJON}, False),
        ({"kravtype": Kravtype.PIGGDEKKGEBYR}, False),
        ({"fagsystem": Fagsystem.PAX}, False),
        ({"tilstand": Tilstand.KLAGE}, False),
        ({"tilstand": Tilstand.BETALINGSAVTALE}, False),
        ({"tilstand": Tilstand.BETALT}, False),
        ({"steg": "VARSEL"}, False),
        ({"skyldner": "252916636"}, False),
    ],
)
def test_a_candidate_is_an_overdue_parkeringsgebyr_of_a_person_in_pilen(
    gebyr: LagKrav, changes: dict[str, Any], expected: bool
) -> None:
    assert is_smskandidat(gebyr(**changes), [], AS_OF, 3) is expected


@pytest.mark.parametrize(
    ("forfall", "first_day"),
    [
        (date(2026, 11, 20), date(2026, 11, 23)),  # a Friday
        (date(2026, 11, 21), date(2026, 11, 26)),  # a Saturday: Monday, and three days
        (date(2026, 12, 24), date(2026, 12, 27)),  # Christmas Eve is a working day
        (date(2026, 12, 25), date(2026, 12, 31)),  # a holiday on a Friday: Monday the 28th
    ],
)
def test_three_days_after_the_deadline_moved_to_a_working_day(gebyr: LagKrav, forfall: date, first_day: date) -> None:
    krav = gebyr(forfall=forfall)
    assert is_smskandidat(krav, [], first_day, 3)
    assert not is_smskandidat(krav, [], date.fromordinal(first_day.toordinal() - 1), 3)


def test_what_is_paid_is_not_asked_for(gebyr: LagKrav) -> None:
    krav = gebyr(kostnader=1_000, renter=500)
    assert aa_betale(krav, [], AS_OF) == 91_500
    assert aa_betale(krav, [paid(40_000), paid(None, hendelse="KLAGE"), paid(10_000)], AS_OF) == 41_500
    assert aa_betale(krav, [paid(40_000, date(2026, 11, 24))], AS_OF) == 91_500, "tomorrow has not been"
    assert aa_betale(krav, [paid(100_000)], AS_OF) == 0
    assert is_smskandidat(krav, [paid(91_499)], AS_OF, 3)
    assert not is_smskandidat(krav, [paid(91_500)], AS_OF, 3)


def test_nobody_is_told_of_an_amount_that_nobody_knows(gebyr: LagKrav) -> None:
    krav, ukjent = gebyr(), [paid(40_000), paid(None)]
    with pytest.raises(MissingAmount):
        aa_betale(krav, ukjent, AS_OF)
    assert is_smskandidat(krav, ukjent, AS_OF, 3), "it is looked at, and then listed with why"
    assert finn_smshinder(krav, person(), ukjent, AS_OF) is Smsgrunn.PAYMENT_AMOUNT_MISSING
    assert finn_smshinder(krav, person(), [paid(40_000)], AS_OF) is None
    assert not er_betalt_innen(krav, ukjent, AS_OF)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"har_verge": True}, Smsgrunn.UNDER_VERGEMAAL),
        ({"har_verge": True, "doed": True}, Grunn.ESTATE),
        ({"foedselsdato": date(2008, 12, 1)}, Grunn.MINOR),
        ({"gradering": Gradering.FORTROLIG, "doed": True, "har_verge": True}, Grunn.PROTECTED),
    ],
)
def test_who_is_not_told_whatever_the_contact_register_says(
    gebyr: LagKrav, changes: dict[str, Any], expected: Grunn | Smsgrunn | None
) -> None:
    assert finn_smshinder(gebyr(), person(**changes), [], AS_OF) is expected


def test_what_is_not_told_of(gebyr: LagKrav) -> None:
    assert finn_smshinder(gebyr(), None, [], AS_OF) is Grunn.INVALID_DEBTOR
    assert finn_smshinder(gebyr(kid=""), person(), [], AS_OF) is Smsgrunn.NO_KID
    assert finn_smshinder(gebyr(kid=""), person(har_verge=True), [], AS_OF) is Smsgrunn.UNDER_VERGEMAAL
    assert finn_smshinder(gebyr(forfall=date(2023, 11, 1)), person(), [], AS_OF) is Grunn.FORELDET


@pytest.mark.parametrize(
    ("noekkel", "andel", "expected"),
    [
        ("0" * 64, 0.0, False),
        ("0" * 64, 0.0001, True),
        ("19" + "0" * 62, 0.1, True),  # 25 of 256: 0.098
        ("1a" + "0" * 62, 0.1, False),  # 26 of 256: 0.102
        ("f" * 64, 1.0, True),
        ("8" + "0" * 63, 0.5, False),
    ],
)
def test_the_share_that_is_held_back(noekkel: str, andel: float, expected: bool) -> None:
    assert is_holdt_tilbake(noekkel, andel) is expected


def test_about_a_tenth_is_held_back_and_a_larger_share_holds_the_same_ones() -> None:
    keys = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(5_000)]
    tenth = {key for key in keys if is_holdt_tilbake(key, 0.1)}
    assert 430 < len(tenth) < 570  # 500, give or take more than three standard deviations of 21
    assert tenth < {key for key in keys if is_holdt_tilbake(key, 0.2)}


def test_one_krav_for_each_person_and_day_the_oldest_first(gebyr: LagKrav) -> None:
    def krav(kravnr: str, forfall: date) -> Krav:
        return gebyr(kravnr=kravnr, forfall=forfall)

    early, late = date(2026, 11, 3), date(2026, 11, 10)
    found = [
        ("bea", krav("K2", late)),
        ("bea", krav("K4", early)),
        ("bea", krav("K3", early)),
        ("ane", krav("K1", late)),
    ]
    assert velg_dagens(found, []) == {"K1", "K3"}
    assert velg_dagens(found, ["bea"]) == {"K1"}
    assert velg_dagens([], ["bea"]) == set()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), unique=True), st.sets(st.sampled_from("abc")))
def test_nobody_gets_two_and_nobody_who_may_have_one_gets_none(found: list[tuple[str, int]], had: set[str]) -> None:
    krav = [(person, replace(KRAV, kravnr=f"{person}{number}")) for person, number in found]
    chosen = velg_dagens(krav, had)
    assert sorted(kravnr[0] for kravnr in chosen) == sorted({person for person, _ in found} - had)


@pytest.mark.parametrize(
    ("tilstand", "payments", "expected"),
    [
        (Tilstand.BETALT, [paid(90_000, date(2026, 12, 7))], True),
        (Tilstand.BETALT, [paid(90_000, date(2026, 12, 8))], False),
        (Tilstand.BETALT, [paid(50_000, date(2026, 12, 1)), paid(40_000, date(2026, 12, 9))], False),
        (Tilstand.BETALT, [], True),
        (Tilstand.AAPEN, [paid(90_000, date(2026, 12, 7))], True),
        (Tilstand.AAPEN, [paid(89_999, date(2026, 12, 7))], False),
        (Tilstand.AAPEN, [], False),
        (Tilstand.KLAGE, [], False),
        (Tilstand.AVSKREVET, [], False),
    ],
)
def test_paid_in_time(gebyr: LagKrav, tilstand: Tilstand, payments: list[Hendelse], expected: bool) -> None:
    assert er_betalt_innen(gebyr(tilstand=tilstand), payments, date(2026, 12, 7)) is expected
