"""What is proposed of a unit that is gone or going (BO-3, BO-4), by status and legal form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.foretaksstatus import Foretakstiltak, finn_tiltak
from domain.skyldner import Enhet, Enhetsstatus

NR = "202063756"
BORTE = (Enhetsstatus.SLETTET, Enhetsstatus.FJERNET)
FORMER = st.one_of(st.none(), st.sampled_from(["AS", "ASA", "ENK", "ANS", "DA", "KS", "NUF", "STI", "NYFORM"]))


@pytest.mark.parametrize("status", BORTE)
@pytest.mark.parametrize(
    ("form", "tiltak"),
    [
        ("AS", Foretakstiltak.PROPOSE_CLOSING),
        ("ASA", Foretakstiltak.PROPOSE_CLOSING),
        ("NUF", Foretakstiltak.FORM_UNKNOWN),
        ("SAM", Foretakstiltak.FORM_UNKNOWN),
        ("ORGL", Foretakstiltak.FORM_UNKNOWN),
        (None, Foretakstiltak.FORM_UNKNOWN),
        ("ENK", Foretakstiltak.OWNER_LIABLE),
        ("ANS", Foretakstiltak.PARTNERS_LIABLE),
        ("DA", Foretakstiltak.PARTNERS_LIABLE),
        ("KS", Foretakstiltak.PARTNERS_LIABLE),
    ],
)
def test_of_one_that_is_gone_the_form_decides_who_is_left(
    status: Enhetsstatus, form: str | None, tiltak: Foretakstiltak
) -> None:
    assert finn_tiltak(Enhet(NR, form, status)) is tiltak


@given(FORMER)
def test_of_one_that_is_going_the_form_decides_nothing(form: str | None) -> None:
    assert finn_tiltak(Enhet(NR, form, Enhetsstatus.KONKURS)) is Foretakstiltak.REPORT_BANKRUPTCY
    assert finn_tiltak(Enhet(NR, form, Enhetsstatus.UNDER_AVVIKLING)) is Foretakstiltak.LIQUIDATION
    assert finn_tiltak(Enhet(NR, form, Enhetsstatus.TVANGSOPPLOSNING)) is Foretakstiltak.FORCED_DISSOLUTION


@given(FORMER, st.sampled_from(Enhetsstatus))
def test_only_an_active_one_is_left_alone(form: str | None, status: Enhetsstatus) -> None:
    assert (finn_tiltak(Enhet(NR, form, status)) is None) == (status is Enhetsstatus.AKTIV)
