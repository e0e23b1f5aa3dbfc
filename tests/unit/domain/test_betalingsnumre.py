"""KID and kontonummer: what is valid, why not, and that one wrong digit is caught."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.kid import Kidmetode, kid_reason
from domain.kontonummer import kontonummer_reason
from domain.kontrollsiffer import Reason

TI, ELLEVE = Kidmetode.MODULUS_10, Kidmetode.MODULUS_11
SIFRE = st.text("0123456789", min_size=3, max_size=24)
FAA = settings(max_examples=60)


def luhn_siffer(sifre: str) -> str:
    """The check digit by the book: double every second digit from the right, add the digits of each product."""
    sum_ = sum(int(d) for plass, s in enumerate(reversed(sifre)) for d in str(int(s) * (2 - plass % 2)))
    return str(-sum_ % 10)


def tegn_11(sifre: str) -> str:
    vekter = [2, 3, 4, 5, 6, 7] * 4
    rest = sum(vekt * int(siffer) for vekt, siffer in zip(vekter, reversed(sifre), strict=False)) % 11
    return {0: "0", 1: "-"}.get(rest, str(11 - rest))


@pytest.mark.parametrize(
    ("kid", "metode", "grunn"),
    [
        ("0000001234566", TI, Reason.OK),
        ("20250001236", TI, Reason.K),
        ("2025000004-", ELLEVE, Reason.OK),
        ("2025000004-", TI, Reason.NOT_DIGITS),
        ("20250000040", ELLEVE, Reason.K),  # the check is 10, written as a minus
        ("2025-000042", ELLEVE, Reason.NOT_DIGITS),
        ("125", TI, Reason.LENGTH),
        ("1" * 26, TI, Reason.LENGTH),
        ("---", ELLEVE, Reason.LENGTH),
        ("----", ELLEVE, Reason.NOT_DIGITS),
        ("123４", TI, Reason.NOT_DIGITS),
        ("1 230", TI, Reason.NOT_DIGITS),
    ],
)
def test_kid(kid: str, metode: Kidmetode, grunn: Reason) -> None:
    assert kid_reason(kid, metode) is grunn


@FAA
@given(SIFRE)
def test_a_check_digit_worked_out_by_the_book_is_valid(sifre: str) -> None:
    assert kid_reason(sifre + luhn_siffer(sifre), TI) is Reason.OK
    assert kid_reason(sifre + tegn_11(sifre), ELLEVE) is Reason.OK


@FAA
@given(SIFRE, st.integers(0, 24), st.integers(1, 9))
def test_one_wrong_digit_of_a_kid_is_caught(sifre: str, plass: int, tillegg: int) -> None:
    for metode, kontroll in ((TI, luhn_siffer(sifre)), (ELLEVE, tegn_11(sifre))):
        kid = sifre + kontroll
        if plass < len(kid) and kid[plass] != "-":
            feil = f"{kid[:plass]}{(int(kid[plass]) + tillegg) % 10}{kid[plass + 1 :]}"
            assert kid_reason(feil, metode) is Reason.K


@pytest.mark.parametrize(
    ("nummer", "grunn"),
    [
        ("99990123451", Reason.K),
        ("99990000090", Reason.K_IS_10),
        ("9999012345", Reason.LENGTH),
        ("9999.01.234", Reason.NOT_DIGITS),
        ("9999012345０", Reason.NOT_DIGITS),
    ],
)
def test_kontonummer(nummer: str, grunn: Reason) -> None:
    assert kontonummer_reason(nummer) is grunn


@FAA
@given(st.integers(0, 9_999_999_999), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_of_a_kontonummer_is_caught(ti: int, plass: int, tillegg: int) -> None:
    """Also of one that begins with 0000, which is no shorter kind of number to us."""
    sifre = f"{ti:010d}"
    rest = sum(v * int(s) for v, s in zip([5, 4, 3, 2, 7, 6, 5, 4, 3, 2], sifre, strict=True)) % 11
    assume(rest != 1)
    nummer = f"{sifre}{-rest % 11}"
    assert kontonummer_reason(nummer) is Reason.OK
    feil = f"{nummer[:plass]}{(int(nummer[plass]) + tillegg) % 10}{nummer[plass + 1 :]}"
    assert kontonummer_reason(feil) in {Reason.K, Reason.K_IS_10}
