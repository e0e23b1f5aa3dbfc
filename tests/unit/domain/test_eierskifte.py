"""Who the right owner of a customer's property is (EIER-1 to EIER-5). Numbers are synthetic, and may be anybody's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.eiendom import Eiendom, Eierandel, Matrikkelnummer, parse_matrikkelnummer
from domain.eierskifte import (
    Eiergrunn,
    Eierskifte,
    Eierskjema,
    Kilde,
    RettEier,
    TilMenneske,
    avgjoer_eierskifte,
    er_skjema_til_side,
    finn_ny_eier,
    finn_rett_eier,
    siste_skjema,
    stoerste_eier,
)
from domain.kunde import Kunde
from domain.skyldner import Enhet, Enhetsstatus, Person

A, B, C = "01817328096", "02818518024", "230582785"
NUMMER = Matrikkelnummer("0301", 207, 412)
KJOEPT = date(2020, 6, 15)
HEL = Fraction(1)
I_DAG = date(2026, 11, 23)


def andel(eier: str | None, teller: int = 1, nevner: int = 1, fra: date | None = KJOEPT) -> Eierandel:
    return Eierandel(eier, Fraction(teller, nevner), fra)


def eid(*eiere: Eierandel, utgaatt: bool = False) -> Eiendom:
    return Eiendom(NUMMER, utgaatt, eiere)


def person(nummer: str, *, doed: bool = False) -> Person:
    return Person(nummer, date(1985, 1, 2), doed, "ugradert", "doed" if doed else "bosatt")


def skjema(eier: str = C, dato: date = date(2026, 11, 1), referanse: str = "SK-1") -> Eierskjema:
    return Eierskjema(NUMMER, eier, dato, referanse)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0301-207/412", Matrikkelnummer("0301", 207, 412)),
        ("0301-207/412/3", Matrikkelnummer("0301", 207, 412, 3)),
        ("0301-207/412/0/17", Matrikkelnummer("0301", 207, 412, 0, 17)),
        ("0301-0/412", None),
        ("0301-207/0/0/0", None),
        ("301-207/412", None),
        ("0301-207", None),
        ("0301-207/412/0/0/0", None),
        ("٠301-207/412", None),
        (" 0301-207/412", None),
        ("", None),
    ],
)
def test_a_matrikkelnummer(text: str, expected: Matrikkelnummer | None) -> None:
    assert parse_matrikkelnummer(text) == expected


@given(st.tuples(*[st.integers(1, 99999)] * 2, *[st.integers(0, 99999)] * 2))
def test_a_matrikkelnummer_is_read_as_it_is_written(parts: tuple[int, int, int, int]) -> None:
    nummer = Matrikkelnummer("0301", *parts)
    assert parse_matrikkelnummer(str(nummer)) == nummer


@pytest.mark.parametrize(
    ("eiere", "naa", "expected"),
    [
        ([andel(A)], A, A),
        ([andel(A)], B, A),
        ([andel(A, 2, 3), andel(B, 1, 3)], B, A),
        ([andel(A, 1, 2), andel(B, 1, 2)], A, A),
        ([andel(A, 1, 2), andel(B, 1, 2)], B, B),
        ([andel(A, 1, 2), andel(B, 1, 2)], C, Eiergrunn.OWNERS_EQUAL),
        # A's two shares are one of two thirds.
        ([andel(A, 1, 3), andel(B, 1, 3), andel(A, 1, 3)], B, A),
        # A third of the property is nobody's: it could be as much as A's.
        ([andel(A, 1, 3), andel(B, 1, 4)], B, Eiergrunn.OWNER_UNCLEAR),
        # A quarter is missing, and A's half is more than that.
        ([andel(A, 1, 2), andel(B, 1, 4)], B, A),
        ([andel(A, 1, 2)], A, Eiergrunn.OWNER_UNCLEAR),
        ([andel(A), andel(B)], A, Eiergrunn.OWNER_UNCLEAR),
        ([andel(None)], A, Eiergrunn.OWNER_UNCLEAR),
        ([andel(A, 3, 4), andel(None, 1, 4)], A, Eiergrunn.OWNER_UNCLEAR),
        ([Eierandel(A, None, KJOEPT)], A, Eiergrunn.OWNER_UNCLEAR),
        ([], A, Eiergrunn.OWNER_UNCLEAR),
    ],
)
def test_who_owns_most(eiere: list[Eierandel], naa: str, expected: str | Eiergrunn) -> None:
    assert stoerste_eier(eiere, naa) == expected


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.integers(0, 5))
def test_whoever_is_chosen_owns_as_much_as_any(parts: list[int], who: int) -> None:
    """The parts of everybody make up the whole. The order of the register decides nothing."""
    eiere = [andel(str(place), part, sum(parts)) for place, part in enumerate(parts)]
    chosen = stoerste_eier(eiere, str(who))
    assert stoerste_eier(eiere[::-1], str(who)) == chosen
    if chosen is Eiergrunn.OWNERS_EQUAL:
        assert parts.count(max(parts)) > 1
        assert who >= len(parts) or parts[who] < max(parts)
    else:
        assert parts[int(chosen)] == max(parts)


@pytest.mark.parametrize(
    ("grunnbok", "matrikkel", "expected"),
    [
        (eid(andel(A)), eid(andel(A)), RettEier(A, Kilde.TINGLYST)),
        # Grunnboken is the newer when the two are not of one mind.
        (eid(andel(B)), eid(andel(A)), RettEier(B, Kilde.TINGLYST)),
        (eid(andel(B)), None, Eiergrunn.OWNER_UNCLEAR),
        (None, eid(andel(B)), Eiergrunn.OWNER_UNCLEAR),
        (None, eid(andel(A)), RettEier(A, Kilde.TINGLYST)),
        (eid(andel(A)), None, RettEier(A, Kilde.TINGLYST)),
        (None, None, Eiergrunn.OWNER_UNCLEAR),
        (eid(andel(B)), eid(andel(B), utgaatt=True), Eiergrunn.PROPERTY_GONE),
        (eid(andel(A), utgaatt=True), eid(andel(A)), Eiergrunn.PROPERTY_GONE),
        (eid(), eid(andel(B)), Eiergrunn.OWNER_UNCLEAR),
        (eid(andel(B, 1, 2), andel(C, 1, 2)), eid(andel(A)), Eiergrunn.OWNERS_EQUAL),
    ],
)
def test_two_registers(grunnbok: Eiendom | None, matrikkel: Eiendom | None, expected: RettEier | Eiergrunn) -> None:
    """A stands as the owner today."""
    assert finn_rett_eier(A, grunnbok, matrikkel, None) == expected


@pytest.mark.parametrize(
    ("fra", "expected"),
    [
        (date(2020, 6, 15), RettEier(C, Kilde.SKJEMA)),
        (date(2026, 11, 1), RettEier(C, Kilde.SKJEMA)),
        (date(2026, 11, 2), RettEier(A, Kilde.TINGLYST)),
        (None, RettEier(C, Kilde.SKJEMA)),
    ],
)
def test_a_form_counts_until_something_newer_is_registered(fra: date | None, expected: RettEier) -> None:
    eiendom = eid(andel(A, fra=fra))
    assert finn_rett_eier(A, eiendom, eiendom, skjema()) == expected


FOER, ETTER = date(2020, 6, 15), date(2026, 11, 20)
"""Before the form, which counts from 1 November 2026, and after it."""


@pytest.mark.parametrize(
    ("grunnbok", "matrikkel", "expected"),
    [
        # The andel was touched; Matrikkelen had the same owner before the form.
        ([andel(A, fra=ETTER)], [andel(A, fra=FOER)], RettEier(C, Kilde.SKJEMA)),
        ([andel(A, 1, 2, ETTER), andel(B, 1, 2, FOER)], [andel(B, 1, 2), andel(A, 1, 2)], RettEier(C, Kilde.SKJEMA)),
        # B has bought: Matrikkelen has not copied it, or says so too.
        ([andel(B, fra=ETTER)], [andel(A, fra=FOER)], RettEier(B, Kilde.TINGLYST)),
        ([andel(B, fra=ETTER)], [andel(B, fra=ETTER)], RettEier(B, Kilde.TINGLYST)),
        # A owned half before, and has bought the rest.
        ([andel(A, fra=ETTER)], [andel(A, 1, 2), andel(A, 1, 2, ETTER)], RettEier(A, Kilde.TINGLYST)),
        ([andel(A, fra=ETTER)], [andel(A, 1, 2), andel(B, 1, 2)], RettEier(A, Kilde.TINGLYST)),
        # Grunnboken has not been touched since: Matrikkelen's copy cannot know of more.
        ([andel(A, fra=FOER)], [andel(B, fra=ETTER)], RettEier(C, Kilde.SKJEMA)),
        # Nobody can tell whether the owner is another.
        ([andel(A, fra=ETTER)], None, Eiergrunn.OWNER_UNCLEAR),
        ([andel(A, fra=ETTER)], [andel(A, fra=None)], Eiergrunn.OWNER_UNCLEAR),
        ([andel(A, fra=ETTER)], [andel(None, fra=FOER)], Eiergrunn.OWNER_UNCLEAR),
        # Nor need anybody, when it is the owner of the form.
        ([andel(C, fra=ETTER)], [andel(C, fra=None)], RettEier(C, Kilde.TINGLYST)),
        # Matrikkelen alone: its date is the day the owner took over.
        (None, [andel(A, fra=ETTER)], RettEier(A, Kilde.TINGLYST)),
        (None, [andel(A, fra=FOER)], RettEier(C, Kilde.SKJEMA)),
    ],
)
def test_only_another_owner_sets_a_form_aside(
    grunnbok: list[Eierandel] | None, matrikkel: list[Eierandel] | None, expected: RettEier | Eiergrunn
) -> None:
    """A stands as the owner today, and the form says C."""
    i_grunnboken, i_matrikkelen = (None if eiere is None else eid(*eiere) for eiere in (grunnbok, matrikkel))
    assert finn_rett_eier(A, i_grunnboken, i_matrikkelen, skjema()) == expected


@pytest.mark.parametrize(
    ("grunnbok", "expected"),
    [
        ([andel(B, fra=ETTER)], True),
        ([andel(A, 1, 2, ETTER), andel(B, 1, 2, ETTER)], True),
        ([andel(None, fra=ETTER)], False),
        ([andel(A, fra=ETTER)], False),
        ([andel(C, fra=ETTER)], False),
        ([andel(A, fra=FOER)], False),
    ],
)
def test_a_form_set_aside_for_another_than_its_owner_is_to_be_told_of(
    grunnbok: list[Eierandel], expected: bool
) -> None:
    """Matrikkelen has had A since before the form. Where nobody can tell, a person decides instead."""
    assert er_skjema_til_side(A, eid(*grunnbok), eid(andel(A)), skjema()) is expected
    assert er_skjema_til_side(A, eid(*grunnbok), eid(andel(A)), None) is False


def test_everybody_by_the_number_she_has_now() -> None:
    before = eid(andel(A, 1, 2), andel(None, 1, 4), andel(C, 1, 4))
    assert before.med_numre(lambda nummer: {A: B}.get(nummer, nummer)) == eid(
        andel(B, 1, 2), andel(None, 1, 4), andel(C, 1, 4)
    )


def test_a_form_about_what_is_gone_changes_nothing() -> None:
    assert finn_rett_eier(A, eid(andel(A), utgaatt=True), None, skjema()) is Eiergrunn.PROPERTY_GONE
    assert finn_rett_eier(A, None, None, skjema()) is Eiergrunn.OWNER_UNCLEAR


def test_the_newest_form_of_a_property_counts() -> None:
    first, second = skjema(B, date(2026, 3, 1), "SK-1"), skjema(C, date(2026, 9, 1), "SK-2")
    to_come = skjema(A, date(2026, 12, 1), "SK-3")
    assert siste_skjema([second, to_come, first], date(2026, 11, 23)) == {NUMMER: second}
    assert siste_skjema([second, to_come, first], date(2026, 12, 1)) == {NUMMER: to_come}
    assert siste_skjema([], date(2026, 11, 23)) == {}


@pytest.mark.parametrize(
    ("payer", "felter"),
    [(A, ("eier", "fakturamottaker")), (C, ("eier",)), (B, ("eier",)), ("", ("eier",))],
)
def test_the_payer_follows_only_when_it_was_the_old_owner(payer: str, felter: tuple[str, ...]) -> None:
    kunde = Kunde("K1", "VAV", A, payer, str(NUMMER))
    sold = eid(andel(B))
    assert avgjoer_eierskifte(kunde, sold, sold, None, person(B), I_DAG) == Eierskifte(B, Kilde.TINGLYST, felter)


def test_the_right_owner_already_stands_there() -> None:
    kunde = Kunde("K1", "VAV", A, A, str(NUMMER))
    assert avgjoer_eierskifte(kunde, eid(andel(A)), eid(andel(A)), None, person(A, doed=True), I_DAG) is None


@pytest.mark.parametrize(
    ("ny", "grunn"),
    [
        (person(B, doed=True), Eiergrunn.ESTATE),
        (None, Eiergrunn.OWNER_INVALID),
        (Enhet(C, "AS", Enhetsstatus.SLETTET), Eiergrunn.OWNER_INVALID),
        (Enhet(C, None, Enhetsstatus.FJERNET), Eiergrunn.OWNER_INVALID),
        (replace(person(B), foedselsdato=date(2008, 11, 24)), Eiergrunn.OWNER_MINOR),  # 18 tomorrow
        (replace(person(B), foedselsdato=None), Eiergrunn.OWNER_MINOR),
        (replace(person(B), status="falskIdentitet"), Eiergrunn.OWNER_INVALID),
    ],
)
def test_a_new_owner_nobody_can_propose(ny: Person | Enhet | None, grunn: Eiergrunn) -> None:
    kunde = Kunde("K1", "VAV", A, A, str(NUMMER))
    sold = eid(andel(B))
    assert avgjoer_eierskifte(kunde, sold, sold, None, ny, I_DAG) == TilMenneske(grunn)


def test_who_is_18_today_can_be_proposed() -> None:
    kunde, sold = Kunde("K1", "VAV", A, A, str(NUMMER)), eid(andel(B))
    ny = replace(person(B), foedselsdato=date(2008, 11, 23))
    assert isinstance(avgjoer_eierskifte(kunde, sold, sold, None, ny, I_DAG), Eierskifte)
    assert finn_ny_eier(kunde, sold, sold, None, ny, I_DAG) == B
    assert finn_ny_eier(kunde, sold, sold, None, replace(ny, foedselsdato=date(2010, 1, 1)), I_DAG) is None


def test_a_bankrupt_company_still_owns() -> None:
    kunde = Kunde("K1", "VAV", A, A, str(NUMMER))
    sold = eid(andel(C))
    konkurs = Enhet(C, "AS", Enhetsstatus.KONKURS)
    assert avgjoer_eierskifte(kunde, sold, sold, None, konkurs, I_DAG) is not None


def test_nobody_is_shown() -> None:
    shown = repr([andel(A), eid(andel(A)), skjema(A), RettEier(A, Kilde.SKJEMA), Eierskifte(A, Kilde.SKJEMA, ())])
    assert A not in shown
