"""Fees and salær of inkasso, and what merging does to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.inkasso import (
    Brev,
    Gebyrbrev,
    beregn_salaer,
    brevgebyr,
    is_tungt,
    kan_kreve_brevgebyr,
    tidsrom_for_rettslige_skritt,
)
from domain.krav import Krav, Kravtype
from domain.sakskostnad import Kostnadsgrunnlag, Kostnadsmodell, beregn_hver_for_seg, beregn_sakskostnad
from domain.sats import MissingRate
from domain.satser import Satser

LagKrav = Callable[..., Krav]

PURRING, VARSEL, OPPFORDRING = Brev.PURRING, Brev.INKASSOVARSEL, Brev.BETALINGSOPPFORDRING
FORFALL = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("brev", "sendt", "oere"),
    [
        (PURRING, date(2020, 10, 1), 3500),
        (VARSEL, date(2025, 12, 31), 3500),
        (OPPFORDRING, date(2025, 12, 31), 10500),
        (PURRING, date(2026, 1, 1), 3800),  # 37.50
        (VARSEL, date(2026, 1, 1), 3800),
        (OPPFORDRING, date(2026, 1, 1), 11300),  # 112.50
    ],
)
def test_fee_of_a_letter_on_the_day_it_is_sent(satser: Satser, brev: Brev, sendt: date, oere: int) -> None:
    assert brevgebyr(brev, sendt, satser) == oere


def test_fees_before_october_2020_are_not_known(satser: Satser) -> None:
    with pytest.raises(MissingRate, match="purregebyr 2020-09-30"):
        brevgebyr(PURRING, date(2020, 9, 30), satser)


def brev(tekst: str) -> Gebyrbrev:
    slag, sendt, frist = tekst.split()
    return Gebyrbrev(Brev(slag), date.fromisoformat(sendt), date.fromisoformat(frist))


@pytest.mark.parametrize(
    ("nytt", "sendt", "tidligere", "kan"),
    [
        (PURRING, "2026-03-15", [], False),  # 13 days after forfall
        (PURRING, "2026-03-16", [], True),
        (OPPFORDRING, "2026-03-16", [], True),
        (PURRING, "2026-03-31", ["PURRING 2026-03-16 2026-03-30"], True),
        (PURRING, "2026-03-30", ["PURRING 2026-03-16 2026-03-30"], False),  # the deadline is not missed yet
        (VARSEL, "2026-03-31", ["PURRING 2026-03-16 2026-03-29"], False),  # 13 days were too short
        (VARSEL, "2026-03-31", ["PURRING 2026-03-16 2026-03-30"], True),
        (VARSEL, "2026-03-31", ["INKASSOVARSEL 2026-03-16 2026-03-30"], False),  # only one of them a varsel
        (PURRING, "2026-05-20", ["PURRING 2026-03-16 2026-03-30", "PURRING 2026-03-31 2026-04-14"], False),
        (OPPFORDRING, "2026-05-20", ["PURRING 2026-03-16 2026-03-30", "INKASSOVARSEL 2026-03-31 2026-04-14"], True),
        (OPPFORDRING, "2026-06-20", ["BETALINGSOPPFORDRING 2026-05-20 2026-06-03"], False),
        (OPPFORDRING, "2026-11-19", ["BETALINGSOPPFORDRING 2026-05-20 2026-06-03"], False),
        (OPPFORDRING, "2026-11-20", ["BETALINGSOPPFORDRING 2026-05-20 2026-06-03"], True),  # six months
    ],
)
def test_how_many_letters_may_carry_a_fee(nytt: Brev, sendt: str, tidligere: list[str], kan: bool) -> None:
    assert kan_kreve_brevgebyr(nytt, date.fromisoformat(sendt), FORFALL, [brev(b) for b in tidligere]) is kan


def test_legal_steps_after_the_deadline_and_within_six_months() -> None:
    oppfordring = brev("BETALINGSOPPFORDRING 2026-08-31 2026-09-14")
    assert tidsrom_for_rettslige_skritt(oppfordring) == (date(2026, 9, 15), date(2027, 2, 28))


def test_tungt_after_more_than_28_days() -> None:
    assert not is_tungt(date(2026, 9, 14), date(2026, 10, 12))
    assert is_tungt(date(2026, 9, 14), date(2026, 10, 13))


def salaer(satser: Satser, kroner: int, forfall: date = FORFALL, betalt: date = FORFALL, **annet: bool) -> int:
    vanlig = {"tungt": False, "forbruker": True, "mva_fradrag": True}
    return beregn_salaer(kroner * 100, forfall, betalt, satser, **(vanlig | annet))


@pytest.mark.parametrize(
    ("kroner", "oere"),
    [
        (500, 18750),
        (1_000, 26250),
        (2_500, 30000),
        (10_000, 60000),
        (50_000, 120000),
        (250_000, 270000),
        (250_001, 540000),
    ],
)
def test_salaer_follows_the_hovedstol(satser: Satser, kroner: int, oere: int) -> None:
    assert salaer(satser, kroner) == oere


def test_salaer_of_a_claim_due_before_october_2020(satser: Satser) -> None:
    assert salaer(satser, 2500, forfall=date(2020, 9, 30), betalt=date(2021, 3, 1)) == 35000
    assert salaer(satser, 2500, forfall=date(2020, 10, 1), betalt=date(2021, 3, 1)) == 28000


def test_what_raises_the_salaer(satser: Satser) -> None:
    assert salaer(satser, 500, tungt=True) == 37500
    assert salaer(satser, 500, forbruker=False) == 28125
    assert salaer(satser, 500, mva_fradrag=False) == 23438  # 234.375
    assert salaer(satser, 500, tungt=True, forbruker=False, mva_fradrag=False) == 70313  # 703.125


# ---- several krav in one case ----


def grunnlag(modell: Kostnadsmodell = Kostnadsmodell.MAX_SALAER, **annet: Any) -> Kostnadsgrunnlag:
    vanlig: dict[str, Any] = {"on": FORFALL, "forbruker": True, "mva_fradrag": True}
    return Kostnadsgrunnlag(modell, **(vanlig | annet))


def sanksjon(lag_krav: LagKrav, kroner: int, **annet: Any) -> Krav:
    return lag_krav(kravtype=Kravtype.KONTROLLSANKSJON, hovedstol=kroner * 100, steg="LETT", **annet)


def test_a_merged_case_never_costs_more_than_its_parts(lag_krav: LagKrav, satser: Satser) -> None:
    """2000 + 600 is one step higher together (0.8) than apart (0.4 + 0.35)."""
    krav = [sanksjon(lag_krav, 2000), sanksjon(lag_krav, 600)]
    assert beregn_hver_for_seg(krav, grunnlag(), satser) == 56250
    assert beregn_sakskostnad(krav, grunnlag(), satser) == 56250


def test_krav_on_both_sides_of_october_2020_get_the_cheaper_steps(lag_krav: LagKrav, satser: Satser) -> None:
    krav = [sanksjon(lag_krav, 600, forfall=date(2020, 9, 30)), sanksjon(lag_krav, 600, forfall=date(2020, 10, 1))]
    assert beregn_sakskostnad(krav, grunnlag(), satser) == 30000


def test_a_gebyr_carries_no_costs_and_none_of_its_hovedstol_counts(lag_krav: LagKrav, satser: Satser) -> None:
    gebyr = lag_krav(hovedstol=900_000_00)
    assert beregn_sakskostnad([gebyr], grunnlag(), satser) == 0
    assert beregn_sakskostnad([gebyr, sanksjon(lag_krav, 500)], grunnlag(), satser) == 18750
    nytt = lag_krav(ilagt_tidspunkt=datetime(2026, 6, 3, 12, 0, tzinfo=UTC))
    assert beregn_sakskostnad([nytt], grunnlag(Kostnadsmodell.EGENINKASSO_BO), satser) == 0


@pytest.mark.parametrize(
    ("modell", "sammen", "hver_for_seg"),
    [(Kostnadsmodell.EGENINKASSO_BO, 11300, 22600), (Kostnadsmodell.EGENINKASSO_PURRING, 3800, 7600)],
)
def test_one_letter_for_a_merged_case(
    lag_krav: LagKrav, satser: Satser, modell: Kostnadsmodell, sammen: int, hver_for_seg: int
) -> None:
    krav = [sanksjon(lag_krav, 660), sanksjon(lag_krav, 990)]
    assert beregn_sakskostnad(krav, grunnlag(modell), satser) == sammen
    assert beregn_hver_for_seg(krav, grunnlag(modell), satser) == hver_for_seg


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1, 60_000), st.dates(date(2018, 1, 1), date(2026, 3, 1))), min_size=1, max_size=6),
    st.sampled_from(list(Kostnadsmodell)),
    st.dates(date(2020, 10, 1), date(2026, 12, 31)),
    st.booleans(),
    st.booleans(),
)
def test_merging_never_raises_fees(
    lag_krav: LagKrav,
    satser: Satser,
    deler: list[tuple[int, date]],
    modell: Kostnadsmodell,
    on: date,
    forbruker: bool,
    mva_fradrag: bool,
) -> None:
    krav = [sanksjon(lag_krav, kroner, forfall=forfall) for kroner, forfall in deler]
    paa = grunnlag(modell, on=on, forbruker=forbruker, mva_fradrag=mva_fradrag)
    assert 0 < beregn_sakskostnad(krav, paa, satser) <= beregn_hver_for_seg(krav, paa, satser)
