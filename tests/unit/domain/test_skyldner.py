from __future__ import annotations

from datetime import date

import pytest

from domain.skyldner import Enhet, Enhetsstatus, Gradering, Person, is_enhetsnummer, is_gyldig_skyldner


def person(gradering: Gradering | str) -> Person:
    return Person("12848547962", date(1985, 4, 12), False, gradering, "bosatt")


@pytest.mark.parametrize(
    ("gradering", "beskyttet"),
    [
        ("ugradert", False),
        ("klientadresse", True),
        ("fortrolig", True),
        ("strengtFortrolig", True),
        ("noeNytt", True),
        ("UGRADERT", True),
        ("", True),
    ],
)
def test_every_marking_but_ugradert_protects(gradering: str, beskyttet: bool) -> None:
    assert person(gradering).beskyttet is beskyttet


def test_repr_of_a_person_tells_neither_number_birth_nor_marking() -> None:
    tekst = repr(person(Gradering.FORTROLIG))
    for hemmelig in ("12848547962", "1985", "fortrolig", "FORTROLIG"):
        assert hemmelig not in tekst


@pytest.mark.parametrize(("form", "er_enk"), [("ENK", True), ("AS", False), (None, False)])
def test_enk(form: str | None, er_enk: bool) -> None:
    assert Enhet("252916636", form, Enhetsstatus.AKTIV).er_enk is er_enk


@pytest.mark.parametrize(
    ("nummer", "enhet", "i_dag", "fra_2032"),
    [
        ("252916636", True, True, True),
        ("252916637", True, False, False),
        ("12848547962", False, True, True),
        ("12848547963", False, False, False),
        ("30908299813", False, False, True),
        ("1810199918", False, False, False),
        ("25291663", False, False, False),
    ],
)
def test_nine_characters_are_judged_as_enhet_all_else_as_person(
    nummer: str, enhet: bool, i_dag: bool, fra_2032: bool
) -> None:
    assert is_enhetsnummer(nummer) is enhet
    assert is_gyldig_skyldner(nummer, date(2026, 11, 23)) is i_dag
    assert is_gyldig_skyldner(nummer, date(2032, 1, 1)) is fra_2032
