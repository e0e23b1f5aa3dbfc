"""The routine sanction-interest: what is posted, and when Pilen's own figure was wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Tilstand
from domain.rente import Avregning
from domain.rentetabell import Dagtelling
from domain.sanksjonsrente import (
    Rentefoering,
    Renteresultat,
    avgjoer_renter,
    beregn_sanksjonsrente,
    is_rentekandidat,
)
from domain.sats import MissingRate
from domain.satser import Satser

FORFALL = date(2026, 6, 1)
AS_OF = date(2026, 11, 23)
# 29 days at 12.00 and 146 at 12.25: 660 x (0.12 x 29 + 0.1225 x 146) / 365 = 38.6326
RENTER = 3863
# to 31 August: 29 days and 62: 660 x (0.12 x 29 + 0.1225 x 62) / 365 = 20.0259
TIL_AUGUST, I_AUGUST = date(2026, 8, 31), 2003


@pytest.fixture
def sanksjon(lag_krav: Callable[..., Krav]) -> Krav:
    return lag_krav(
        "PI1",
        kravtype=Kravtype.KONTROLLSANKSJON,
        fagsystem=Fagsystem.PILEN,
        forfall=FORFALL,
        hovedstol=66000,
        kostnader=3800,
    )


def hendelse(dato: date, kode: str, beloep: int | None = None) -> Hendelse:
    return Hendelse("PI1", dato, kode, beloep)


def test_interest_of_the_hovedstol_alone(sanksjon: Krav, satser: Satser) -> None:
    assert beregn_sanksjonsrente(sanksjon, [], AS_OF, satser) == RENTER


def test_settings_change_the_figure(sanksjon: Krav, satser: Satser) -> None:
    betalt = [hendelse(date(2026, 8, 31), "INNBETALING", 30000)]
    # interest first: 20.03 paid, 380.03 left; 84 days at 12.25: 380.03 x 0.1225 x 84 / 365 = 10.7137
    assert beregn_sanksjonsrente(sanksjon, betalt, AS_OF, satser) == 1071
    # principal first: 20.03 stands, 360 x 0.1225 x 84 / 365 = 10.1490
    forst = Avregning.PRINCIPAL_FIRST
    assert beregn_sanksjonsrente(sanksjon, betalt, AS_OF, satser, allocation=forst) == 2003 + 1015
    # due 15 January 2024, 30 days of a leap year: 660 x 0.125 x 30 / 366 = 6.7623, and / 365 = 6.7808
    i_2024 = replace(sanksjon, forfall=date(2024, 1, 15))
    assert beregn_sanksjonsrente(i_2024, [], date(2024, 2, 14), satser) == 676
    fast = Dagtelling.FIXED_365
    assert beregn_sanksjonsrente(i_2024, [], date(2024, 2, 14), satser, day_count=fast) == 678


@pytest.mark.parametrize(
    ("avgjort", "renter"),
    [
        (date(2026, 7, 31), 2237),  # new forfall Friday 14 August; 101 days: 660 x 0.1225 x 101 / 365 = 22.3722
        (date(2026, 8, 1), 2171),  # Saturday 15 August moves to Monday the 17th; 98 days: 21.7077
        (date(2026, 5, 1), RENTER),  # its deadline is before the krav's own
        (date(2026, 11, 20), 0),  # the new deadline has not come
        (date(2026, 11, 24), RENTER),  # does not exist yet
    ],
)
def test_a_decided_complaint_gives_a_new_deadline(sanksjon: Krav, satser: Satser, avgjort: date, renter: int) -> None:
    hendelser = [hendelse(date(2026, 5, 20), "KLAGE"), hendelse(avgjort, "KLAGE_AVGJORT")]
    assert beregn_sanksjonsrente(sanksjon, hendelser, AS_OF, satser) == renter


def test_the_latest_decision_counts_and_an_open_complaint_changes_nothing(sanksjon: Krav, satser: Satser) -> None:
    to = [hendelse(date(2026, 7, 31), "KLAGE_AVGJORT"), hendelse(date(2026, 6, 15), "KLAGE_AVGJORT")]
    assert beregn_sanksjonsrente(sanksjon, to, AS_OF, satser) == 2237
    assert beregn_sanksjonsrente(sanksjon, [hendelse(date(2026, 6, 2), "KLAGE")], AS_OF, satser) == RENTER


def test_what_pilen_already_holds_is_left_alone(sanksjon: Krav, satser: Satser) -> None:
    assert avgjoer_renter(replace(sanksjon, renter=RENTER), [], AS_OF, satser) is None
    foert_i_2027 = replace(sanksjon, renter=RENTER, renter_beregnet_til=date(2027, 1, 4))
    assert avgjoer_renter(foert_i_2027, [], AS_OF, satser) is None


@pytest.mark.parametrize(
    ("foert", "foert_til", "resultat"),
    [
        (0, None, Renteresultat.POSTED),
        (99999, None, Renteresultat.POSTED),
        (I_AUGUST, TIL_AUGUST, Renteresultat.POSTED),
        (I_AUGUST + 100, TIL_AUGUST, Renteresultat.POSTED),
        (I_AUGUST - 100, TIL_AUGUST, Renteresultat.POSTED),
        (I_AUGUST + 101, TIL_AUGUST, Renteresultat.DEVIATION),
        (I_AUGUST - 101, TIL_AUGUST, Renteresultat.DEVIATION),
        (RENTER + 1, TIL_AUGUST, Renteresultat.DEVIATION),
    ],
)
def test_pilens_figure_is_judged_on_its_own_date(
    sanksjon: Krav, satser: Satser, foert: int, foert_til: date | None, resultat: Renteresultat
) -> None:
    krav = replace(sanksjon, renter=foert, renter_beregnet_til=foert_til)
    assert avgjoer_renter(krav, [], AS_OF, satser) == Rentefoering(RENTER, AS_OF, resultat)


def test_what_came_after_pilens_date_does_not_make_its_figure_wrong(sanksjon: Krav, satser: Satser) -> None:
    krav = replace(sanksjon, renter=I_AUGUST, renter_beregnet_til=TIL_AUGUST)
    senere = [hendelse(date(2026, 9, 1), "KLAGE_AVGJORT"), hendelse(date(2026, 9, 20), "INNBETALING", 30000)]
    foering = avgjoer_renter(krav, senere, AS_OF, satser)
    assert foering is not None
    assert foering.resultat is Renteresultat.POSTED


def test_the_forfall_is_as_it_is_now_on_pilens_date_too(sanksjon: Krav, satser: Satser) -> None:
    """The krav fell due on 1 June when Pilen computed; since then it was given until 1 September."""
    krav = replace(sanksjon, renter=I_AUGUST, renter_beregnet_til=TIL_AUGUST, forfall=date(2026, 9, 1))
    foering = avgjoer_renter(krav, [], AS_OF, satser)
    assert foering is not None
    assert foering.resultat is Renteresultat.DEVIATION


def test_no_rate_is_told_and_nothing_is_posted(sanksjon: Krav, satser: Satser) -> None:
    with pytest.raises(MissingRate, match="2027-01-01"):
        avgjoer_renter(sanksjon, [], date(2027, 1, 4), satser)
    gammelt = replace(sanksjon, forfall=date(2003, 6, 2), renter=1, renter_beregnet_til=date(2003, 12, 1))
    nytt_forfall = [hendelse(date(2026, 7, 31), "KLAGE_AVGJORT")]
    with pytest.raises(MissingRate, match="2003-06-03"):
        avgjoer_renter(gammelt, nytt_forfall, AS_OF, satser)


@pytest.mark.parametrize(
    ("endret", "er_kandidat"),
    [
        ({}, True),
        ({"kravtype": Kravtype.PARKERINGSGEBYR}, False),
        ({"fagsystem": Fagsystem.PROCASSO}, False),
        ({"tilstand": Tilstand.KLAGE}, False),
        ({"forfall": date(2026, 11, 22)}, False),  # a Sunday: moved to as_of itself
        ({"forfall": date(2026, 11, 20)}, True),
    ],
)
def test_who_is_a_candidate(sanksjon: Krav, endret: dict[str, object], er_kandidat: bool) -> None:
    assert is_rentekandidat(replace(sanksjon, **endret), AS_OF) is er_kandidat  # type: ignore[arg-type]


def test_nothing_is_posted_backwards(sanksjon: Krav, satser: Satser) -> None:
    foert = replace(sanksjon, renter=RENTER, renter_beregnet_til=AS_OF)
    assert avgjoer_renter(foert, [], AS_OF - timedelta(days=3), satser) is None
