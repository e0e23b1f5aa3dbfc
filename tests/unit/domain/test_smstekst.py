"""The text of the SMS: what it takes to pay, in one SMS, and nothing that tells of anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.krav import Krav
from domain.smstekst import lag_smstekst
from tests.unit.flows.minor_world import KRAV

LagKrav = Callable[..., Krav]
GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic alphabet of 3GPP TS 23.038, each a character of 160; whatever else would make an SMS of 70."""


@pytest.fixture
def krav(lag_krav: LagKrav) -> Krav:
    return lag_krav(forfall=date(2026, 11, 3), kid="770000032", kjennemerke="ZZ12345")


def test_the_words(krav: Krav) -> None:
    assert lag_smstekst(krav, 90_000, "Innkrevingsetaten", "12345678911") == (
        "Innkrevingsetaten: Parkeringsgebyr 900 kr forfalt 03.11.26. Betal nå, før det blir dyrere. "
        "Konto 1234.56.78911, KID 770000032. Ikke svar."
    )


@pytest.mark.parametrize(
    ("oere", "kroner"), [(90_000, "900"), (91_250, "912,50"), (105, "1,05"), (135_000, "1350"), (1, "0,01")]
)
def test_kroner(krav: Krav, oere: int, kroner: str) -> None:
    assert f" {kroner} kr " in lag_smstekst(krav, oere, "Innkrevingsetaten", "12345678911")


@given(st.integers(1, 99_999_99), st.dates(date(2020, 1, 1), date(2099, 12, 31)), st.integers(10**24, 10**25 - 1))
def test_one_sms_whatever_it_is_of(beloep: int, forfall: date, kid: int) -> None:
    tekst = lag_smstekst(replace(KRAV, forfall=forfall, kid=str(kid)), beloep, "Innkrevingsetaten", "12345678911")
    assert len(tekst) <= 160
    assert set(tekst) <= set(GSM7)


def test_neither_a_link_nor_a_plate_nor_a_number_of_a_person(krav: Krav) -> None:
    tekst = lag_smstekst(krav, 90_000, "Innkrevingsetaten", "12345678911")
    for never in ("http", "www", ".no", "//", "ZZ12345", krav.skyldner, krav.kravnr):
        assert never not in tekst
