"""Fødselsnummer, d-nummer and organisasjonsnummer. Every number here is synthetic: month + 80."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.foedselsnummer import contains_foedselsnummer, foedselsnummer_reason, without_foedselsnummer
from domain.kontrollsiffer import Reason
from domain.organisasjonsnummer import organisasjonsnummer_reason

I_DAG = date(2026, 11, 23)
SISTE_DAG_MED_GAMLE_REGLER = date(2031, 12, 31)
FRA_2032 = date(2032, 1, 1)
K1 = [3, 7, 6, 1, 8, 9, 4, 5, 2]
K2 = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
# Birth years and the individual numbers they have today (ID-5).
SERIER = [((1900, 1999), (0, 499)), ((1854, 1899), (500, 749)), ((2000, 2039), (500, 999)), ((1940, 1999), (900, 999))]


def kontrollsiffer(sifre: str, vekter: list[int], rest: int = 0) -> int:
    """The digit that makes weighted sum + digit leave `rest`; 10 when there is none."""
    vektet = sum(vekt * int(siffer) for vekt, siffer in zip(vekter, sifre, strict=True))
    return (rest - vektet) % 11


def med_kontrollsifre(ni: str, rest_k1: int = 0) -> str:
    k1 = kontrollsiffer(ni, K1, rest_k1)
    assume(k1 < 10)
    k2 = kontrollsiffer(f"{ni}{k1}", K2)
    assume(k2 < 10)
    return f"{ni}{k1}{k2}"


@st.composite
def ni_sifre(draw: st.DrawFn) -> str:
    (fra_aar, til_aar), individ = draw(st.sampled_from(SERIER))
    foedt = draw(st.dates(date(fra_aar, 1, 1), date(til_aar, 12, 31)))
    dag = foedt.day + draw(st.sampled_from([0, 40]))
    return f"{dag:02d}{foedt.month + 80}{foedt.year % 100:02d}{draw(st.integers(*individ)):03d}"


@st.composite
def organisasjonsnumre(draw: st.DrawFn) -> str:
    aatte = f"{draw(st.sampled_from('23'))}{draw(st.integers(0, 9_999_999)):07d}"
    k = kontrollsiffer(aatte, [3, 2, 7, 6, 5, 4, 3, 2])
    assume(k < 10)
    return f"{aatte}{k}"


def med_feil_siffer(nummer: str, plass: int, tillegg: int) -> str:
    return f"{nummer[:plass]}{(int(nummer[plass]) + tillegg) % 10}{nummer[plass + 1 :]}"


def test_new_layout_is_valid_from_the_first_day_of_2032() -> None:
    bare_k1 = "30908299813"
    assert foedselsnummer_reason(bare_k1, SISTE_DAG_MED_GAMLE_REGLER) is Reason.K1_ONLY_FROM_2032
    assert foedselsnummer_reason(bare_k1, FRA_2032) is Reason.OK


@pytest.mark.parametrize(
    ("ni", "i_dag", "fra_2032"),
    [
        ("298200201", Reason.DATE, Reason.OK),  # 29 February 1900 does not exist, 2000's does
        ("298200700", Reason.OK, Reason.OK),
        ("298201701", Reason.DATE, Reason.DATE),
        ("018153899", Reason.CENTURY_ONLY_FROM_2032, Reason.OK),
        ("018153900", Reason.OK, Reason.OK),
        ("018154749", Reason.OK, Reason.OK),
        ("018154750", Reason.CENTURY_ONLY_FROM_2032, Reason.OK),
        ("018153749", Reason.CENTURY_ONLY_FROM_2032, Reason.OK),
        ("018150499", Reason.OK, Reason.OK),
        ("028150500", Reason.CENTURY_ONLY_FROM_2032, Reason.OK),
        ("018139899", Reason.OK, Reason.OK),
        ("018140899", Reason.CENTURY_ONLY_FROM_2032, Reason.OK),
        ("328101001", Reason.DATE, Reason.DATE),
        ("408101001", Reason.DATE, Reason.DATE),
        ("018001001", Reason.DATE, Reason.DATE),
        ("019301001", Reason.DATE, Reason.DATE),
        ("015101001", Reason.DATE, Reason.DATE),  # month + 40 is no fødselsnummer
    ],
)
def test_date_and_century(ni: str, i_dag: Reason, fra_2032: Reason) -> None:
    k1 = kontrollsiffer(ni, K1)
    nummer = f"{ni}{k1}{kontrollsiffer(f'{ni}{k1}', K2)}"
    assert len(nummer) == 11, "choose another number: a check digit is 10"
    assert foedselsnummer_reason(nummer, I_DAG) is i_dag
    assert foedselsnummer_reason(nummer, FRA_2032) is fra_2032


@pytest.mark.parametrize("nummer", ["", "1284854796", "128485479621", " 12848547962", "12848547962\n"])
def test_wrong_length(nummer: str) -> None:
    assert foedselsnummer_reason(nummer, I_DAG) is Reason.LENGTH
    assert organisasjonsnummer_reason(nummer) is Reason.LENGTH


@pytest.mark.parametrize("nummer", ["25291663 ", "25291663²", "٢٥٢٩١٦٦٣٦", "+25291663"])
def test_only_ascii_digits_in_organisasjonsnummer(nummer: str) -> None:
    assert organisasjonsnummer_reason(nummer) is Reason.NOT_DIGITS


@given(ni_sifre())
def test_every_well_formed_number_is_valid_then_and_now(ni: str) -> None:
    nummer = med_kontrollsifre(ni)
    assert foedselsnummer_reason(nummer, I_DAG) is Reason.OK
    assert foedselsnummer_reason(nummer, FRA_2032) is Reason.OK


@given(ni_sifre(), st.integers(0, 10))
def test_first_control_digit_may_leave_zero_to_three_from_2032(ni: str, rest: int) -> None:
    nummer = med_kontrollsifre(ni, rest)
    if rest == 0:
        ventet = (Reason.OK, Reason.OK)
    elif rest <= 3:
        ventet = (Reason.K1_ONLY_FROM_2032, Reason.OK)
    else:
        ventet = (Reason.K1, Reason.K1)
    assert (foedselsnummer_reason(nummer, I_DAG), foedselsnummer_reason(nummer, FRA_2032)) == ventet


@given(ni_sifre(), st.integers(0, 10), st.integers(1, 9), st.sampled_from([I_DAG, FRA_2032]))
def test_one_wrong_digit_in_foedselsnummer_is_caught(ni: str, plass: int, tillegg: int, on: date) -> None:
    nummer = med_kontrollsifre(ni)
    assert foedselsnummer_reason(med_feil_siffer(nummer, plass, tillegg), on) is not Reason.OK


@given(ni_sifre(), st.integers(0, 9), st.sampled_from([I_DAG, FRA_2032]))
def test_two_neighbouring_digits_swapped_are_caught(ni: str, plass: int, on: date) -> None:
    nummer = med_kontrollsifre(ni)
    assume(nummer[plass] != nummer[plass + 1])
    byttet = f"{nummer[:plass]}{nummer[plass + 1]}{nummer[plass]}{nummer[plass + 2 :]}"
    assert foedselsnummer_reason(byttet, on) is not Reason.OK


@given(organisasjonsnumre())
def test_every_well_formed_organisasjonsnummer_is_valid(nummer: str) -> None:
    assert organisasjonsnummer_reason(nummer) is Reason.OK


@given(organisasjonsnumre(), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_in_organisasjonsnummer_is_caught(nummer: str, plass: int, tillegg: int) -> None:
    assert organisasjonsnummer_reason(med_feil_siffer(nummer, plass, tillegg)) is not Reason.OK


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("07891159506", True),
        ("Ringte (07891159506).", True),
        ("078911 59506", True),
        ("078911-59506", True),
        ("sak 12, 07891159506, notat", True),
        ("07891159507", False),
        ("0789115950", False),
        ("107891159506", False),
        ("078911595061", False),
        ("0789 1159506", False),
        ("1.7.2026 kl. 12.30", False),
        ("", False),
    ],
)
def test_a_foedselsnummer_is_seen_in_a_text(text: str, there: bool) -> None:
    """Måned 9 + 80. K1: 3·0+7·7+6·8+1·9+8·1+9·1+4·5+5·9+2·5 = 198 = 18·11, altså 0; K2: 5·0+4·7+3·8+2·9+7·1+6·1+5·5+
    4·9+3·5+2·0 = 159, og 11 - 159 % 11 = 6."""
    assert contains_foedselsnummer(text, date(2026, 11, 30)) is there
    without = without_foedselsnummer(text, date(2026, 11, 30))
    assert (without != text) is there
    assert not contains_foedselsnummer(without, date(2026, 11, 30))
