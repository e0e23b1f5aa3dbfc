"""The routine's table event by event, and what must hold whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.foreldelse import (
    Foreldelse,
    add_aar,
    beregn_foreldelse,
    foreldelse_fra_tidslinje,
    foreldelse_til,
    is_foreldelseskandidat,
    siste_mulige_frist,
)
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Tilstand

LagKrav = Callable[..., Krav]
Punkt = tuple[date, str]

START = date(2020, 6, 15)  # three years: 15 June 2023
GEBYR, SANKSJON = Kravtype.PARKERINGSGEBYR, Kravtype.KONTROLLSANKSJON
LOVENS_KODER = [
    *("PURRING", "INKASSOVARSEL", "BETALINGSOPPFORDRING", "ERKJENNELSE", "FORLIKSKLAGE", "SOEKSMAAL"),
    *("FORLIKSKLAGE_AVVIST", "FORLIK", "DOM", "VARSEL_2_15", "UTLEGGSBEGJAERING", "BERAMMELSE", "TREKKPAALEGG"),
    *("UTLEGG", "INTET_TIL_UTLEGG", "TREKK_AVSLUTTET", "INNBETALING", "KLAGE", "KLAGE_AVGJORT", "UKJENT", "X17"),
]
DATOER = st.dates(date(2018, 1, 1), date(2045, 12, 31))
PUNKTER = st.tuples(DATOER, st.sampled_from(LOVENS_KODER))
SENERE = st.dates(date(2022, 1, 1), date(2060, 12, 31))
"""Late enough that most of what began by 2020 is foreldet."""
TIDSLINJER = st.lists(PUNKTER, max_size=8)
TYPER = st.sampled_from(list(Kravtype))


def punkt(tekst: str) -> Punkt:
    dato, kode = tekst.split(" ")
    return date.fromisoformat(dato), kode


def paa(as_of: str, *hendelser: str, kravtype: Kravtype = SANKSJON) -> Foreldelse:
    return foreldelse_fra_tidslinje(START, kravtype, [punkt(h) for h in hendelser], date.fromisoformat(as_of), 90)


def utfall(f: Foreldelse) -> tuple[str, str, str]:
    return f.status.value, f.tiltak.value, str(f.siste_avbruddsdag or "")


@pytest.mark.parametrize(
    ("as_of", "status", "tiltak"),
    [
        ("2023-03-16", "ACTIVE", "NONE"),  # 91 days before
        ("2023-03-17", "ACTIVE", "WARN_INTERRUPT"),  # 90
        ("2023-06-15", "ACTIVE", "WARN_INTERRUPT"),
        ("2023-06-16", "FORELDET", "PROPOSE_WRITE_OFF"),
    ],
)
def test_three_years_and_when_they_are_warned_of(as_of: str, status: str, tiltak: str) -> None:
    assert utfall(paa(as_of)) == (status, tiltak, "2023-06-15")


@pytest.mark.parametrize("kode", ["PURRING", "INKASSOVARSEL", "BETALINGSOPPFORDRING"])
def test_letters_do_not_interrupt(kode: str) -> None:
    assert utfall(paa("2023-06-16", f"2023-01-10 {kode}")) == ("FORELDET", "PROPOSE_WRITE_OFF", "2023-06-15")


@pytest.mark.parametrize(
    ("hendelser", "frist"),
    [
        (["2022-02-01 ERKJENNELSE"], "2025-02-01"),
        (["2023-06-15 ERKJENNELSE"], "2026-06-15"),  # on the last day
        (["2020-02-29 ERKJENNELSE"], "2023-06-15"),  # before forfall: never moved earlier
        (["2022-03-01 DOM", "2030-05-05 ERKJENNELSE"], "2040-05-05"),  # ten years' length from then on
        (["2022-03-01 UTLEGG"], "2032-03-01"),
        (["2022-03-01 INTET_TIL_UTLEGG"], "2032-03-01"),
        (["2021-03-01 FORLIKSKLAGE", "2024-02-29 DOM"], "2034-02-28"),
        (["2021-03-01 FORLIKSKLAGE", "2025-03-01 ERKJENNELSE", "2026-01-01 DOM"], "2036-01-01"),
    ],
)
def test_what_gives_a_new_limit(hendelser: list[str], frist: str) -> None:
    assert paa("2031-01-01", *hendelser).siste_avbruddsdag == date.fromisoformat(frist)


@pytest.mark.parametrize(
    "kode", ["ERKJENNELSE", "FORLIKSKLAGE", "DOM", "UTLEGG", "INTET_TIL_UTLEGG", "INNBETALING", "X17"]
)
def test_what_comes_after_the_limit_has_no_effect_at_all(kode: str) -> None:
    sent = paa("2024-01-01", f"2023-06-16 {kode}")
    assert utfall(sent) == ("FORELDET", "PROPOSE_WRITE_OFF", "2023-06-15")


@pytest.mark.parametrize("kode", ["INNBETALING", "KLAGE", "KLAGE_AVGJORT", "UKJENT", "X17", ""])
def test_what_may_have_moved_the_limit_leaves_it_to_a_person(kode: str) -> None:
    assert utfall(paa("2023-06-15", f"2023-06-15 {kode}")) == ("ACTIVE", "WARN_INTERRUPT", "2023-06-15")
    assert utfall(paa("2023-06-16", f"2023-06-15 {kode}")) == ("FORELDET", "MANUAL_REVIEW", "2023-06-15")


def test_pending_forliksklage_suspends_until_it_is_decided() -> None:
    assert utfall(paa("2026-11-23", "2023-06-15 FORLIKSKLAGE")) == ("SUSPENDED", "NONE", "")
    avgjort = paa("2026-11-23", "2023-06-15 FORLIKSKLAGE", "2026-01-05 INTET_TIL_UTLEGG")
    assert utfall(avgjort) == ("ACTIVE", "NONE", "2036-01-05")


def test_an_unsettled_event_while_a_forliksklage_is_pending_counts() -> None:
    hendelser = ["2022-01-01 FORLIKSKLAGE", "2024-01-01 INNBETALING", "2024-02-01 DOM"]
    assert utfall(paa("2034-02-02", *hendelser)) == ("FORELDET", "MANUAL_REVIEW", "2034-02-01")


@pytest.mark.parametrize(
    ("kravtype", "dato", "frist"),
    [
        (Kravtype.PARKERINGSGEBYR, "2026-01-01", "2036-01-01"),
        (Kravtype.PIGGDEKKGEBYR, "2026-01-01", "2036-01-01"),
        (Kravtype.KOMMUNALE_AVGIFTER, "2026-01-01", "2036-01-01"),
        (Kravtype.EIENDOMSSKATT, "2026-01-01", "2036-01-01"),
        (Kravtype.PARKERINGSGEBYR, "2025-12-31", "2026-06-15"),
        (Kravtype.KONTROLLSANKSJON, "2026-01-01", "2026-06-15"),
        (Kravtype.BARNEHAGE, "2026-01-01", "2026-06-15"),
        (Kravtype.SFO, "2026-01-01", "2026-06-15"),
        (Kravtype.HUSLEIE, "2026-01-01", "2026-06-15"),
    ],
)
def test_varsel_2_15_for_saernamsmann_claims_from_2026(kravtype: Kravtype, dato: str, frist: str) -> None:
    hendelser = [punkt(f"{dato} VARSEL_2_15")]
    f = foreldelse_fra_tidslinje(date(2023, 6, 15), kravtype, hendelser, date(2026, 6, 16), 90)
    assert f.siste_avbruddsdag == date.fromisoformat(frist)
    assert f.tiltak.value == ("NONE" if frist == "2036-01-01" else "MANUAL_REVIEW")


def test_varsel_2_15_ends_a_pending_forliksklage_only_where_it_interrupts() -> None:
    hendelser = ["2022-01-01 FORLIKSKLAGE", "2026-02-01 VARSEL_2_15"]
    assert utfall(paa("2026-11-23", *hendelser, kravtype=GEBYR)) == ("ACTIVE", "NONE", "2036-02-01")
    assert utfall(paa("2026-11-23", *hendelser, kravtype=SANKSJON)) == ("SUSPENDED", "NONE", "")


@pytest.mark.parametrize(
    ("kravtype", "hendelser", "status"),
    [
        (GEBYR, ["2023-01-10 BERAMMELSE"], "SUSPENDED"),
        (GEBYR, ["2023-01-10 TREKKPAALEGG"], "SUSPENDED"),
        (GEBYR, ["2023-01-10 UTLEGGSBEGJAERING"], "SUSPENDED"),
        (SANKSJON, ["2023-01-10 SOEKSMAAL"], "SUSPENDED"),
        (SANKSJON, ["2022-01-10 FORLIK", "2023-01-10 UTLEGGSBEGJAERING"], "SUSPENDED"),
        (SANKSJON, ["2023-01-10 BERAMMELSE"], "FORELDET"),
        (SANKSJON, ["2023-01-10 UTLEGGSBEGJAERING"], "FORELDET"),  # no tvangsgrunnlag
    ],
)
def test_enforcement_steps_of_the_law(kravtype: Kravtype, hendelser: list[str], status: str) -> None:
    assert paa("2024-01-01", *hendelser, kravtype=kravtype).status.value == status


def test_berammelse_no_longer_interrupts_when_the_old_rules_are_gone() -> None:
    for dato, status in [("2026-12-31", "SUSPENDED"), ("2027-01-01", "ACTIVE")]:
        f = foreldelse_fra_tidslinje(date(2025, 1, 1), GEBYR, [punkt(f"{dato} BERAMMELSE")], date(2027, 6, 1), 90)
        assert f.status.value == status


def test_dismissed_forliksklage_gives_at_least_a_year() -> None:
    avvist = paa("2023-12-01", "2023-06-01 FORLIKSKLAGE", "2023-10-01 FORLIKSKLAGE_AVVIST")
    assert utfall(avvist) == ("ACTIVE", "NONE", "2024-10-01")


def test_dismissal_of_a_forliksklage_nobody_has_seen_is_for_a_person() -> None:
    avvist = paa("2023-12-01", "2023-03-01 FORLIKSKLAGE_AVVIST")
    assert utfall(avvist) == ("FORELDET", "MANUAL_REVIEW", "2023-06-15")


# ---- of a krav ----


def krav_fra(lag_krav: LagKrav, **endret: object) -> Krav:
    return lag_krav(kravtype=SANKSJON, forfall=START, **endret)


def hendelser_fra(*tekster: str) -> list[Hendelse]:
    return [Hendelse("PX1000001", *punkt(tekst), beloep=None) for tekst in tekster]


def test_a_moved_forfall_does_not_move_the_limit(lag_krav: LagKrav) -> None:
    krav = krav_fra(lag_krav, opprinnelig_forfall=date(2019, 12, 27))
    f = beregn_foreldelse(krav, [], date(2022, 12, 28), 90)
    assert utfall(f) == ("FORELDET", "PROPOSE_WRITE_OFF", "2022-12-27")


def test_a_holiday_forfall_counts_as_stated_and_the_safe_day_is_a_working_day(lag_krav: LagKrav) -> None:
    krav = krav_fra(lag_krav, opprinnelig_forfall=date(2021, 5, 1))
    f = beregn_foreldelse(krav, [], date(2024, 1, 1), 90)
    assert (f.siste_avbruddsdag, f.siste_trygge_virkedag) == (date(2024, 5, 1), date(2024, 4, 30))


def test_events_after_as_of_do_not_exist_yet(lag_krav: LagKrav) -> None:
    hendelser = hendelser_fra("2023-06-10 ERKJENNELSE")
    assert beregn_foreldelse(krav_fra(lag_krav), hendelser, date(2023, 6, 9), 90).siste_avbruddsdag == date(2023, 6, 15)
    assert beregn_foreldelse(krav_fra(lag_krav), hendelser, date(2023, 6, 10), 90).siste_avbruddsdag == date(
        2026, 6, 10
    )


@pytest.mark.parametrize("kode", ["BERAMMELSE", "UTLEGGSBEGJAERING", "FORLIK", "SOEKSMAAL", "FORLIKSKLAGE_AVVIST"])
def test_codes_outside_the_routine_are_unknown_in_the_systems(lag_krav: LagKrav, kode: str) -> None:
    gebyr = krav_fra(lag_krav) if kode == "FORLIK" else lag_krav(kravtype=GEBYR, forfall=START)
    f = beregn_foreldelse(gebyr, hendelser_fra(f"2023-01-10 {kode}"), date(2024, 1, 1), 90)
    assert utfall(f) == ("FORELDET", "MANUAL_REVIEW", "2023-06-15")


@pytest.mark.parametrize(
    ("tilstand", "hendelser", "tiltak"),
    [
        (Tilstand.AAPEN, [], "PROPOSE_WRITE_OFF"),
        (Tilstand.STOPPET, [], "PROPOSE_WRITE_OFF"),
        (Tilstand.KLAGE, [], "MANUAL_REVIEW"),
        (Tilstand.KLAGE, ["2023-07-01 KLAGE"], "PROPOSE_WRITE_OFF"),  # too late to move anything, but it explains
        (Tilstand.KLAGE, ["2023-07-01 KLAGE_AVGJORT"], "MANUAL_REVIEW"),
        (Tilstand.KLAGE, ["2024-01-02 KLAGE"], "MANUAL_REVIEW"),  # after as_of
        (Tilstand.KLAGE, ["2023-01-01 KLAGE"], "MANUAL_REVIEW"),  # in time: may have moved it
        (Tilstand.BETALINGSAVTALE, [], "MANUAL_REVIEW"),
        (Tilstand.BETALINGSAVTALE, ["2023-07-01 INNBETALING"], "PROPOSE_WRITE_OFF"),
        (Tilstand.BETALINGSAVTALE, ["2023-07-01 ERKJENNELSE"], "PROPOSE_WRITE_OFF"),
        (Tilstand.BETALINGSAVTALE, ["2023-07-01 KLAGE"], "MANUAL_REVIEW"),
    ],
)
def test_a_tilstand_nobody_can_explain_is_for_a_person(
    lag_krav: LagKrav, tilstand: Tilstand, hendelser: list[str], tiltak: str
) -> None:
    krav = krav_fra(lag_krav, tilstand=tilstand)
    f = beregn_foreldelse(krav, hendelser_fra(*hendelser), date(2024, 1, 1), 90)
    assert utfall(f) == ("FORELDET", tiltak, "2023-06-15")


@pytest.mark.parametrize(
    ("endret", "kandidat"),
    [
        ({}, True),
        ({"tilstand": Tilstand.KLAGE}, True),
        ({"tilstand": Tilstand.BETALINGSAVTALE}, True),
        ({"tilstand": Tilstand.STOPPET}, True),
        ({"tilstand": Tilstand.BETALT}, False),
        ({"tilstand": Tilstand.AVSKREVET}, False),
        ({"fagsystem": Fagsystem.PILEN}, True),
        ({"fagsystem": Fagsystem.PROCASSO}, True),
        ({"fagsystem": Fagsystem.ISYPA}, False),
        ({"kravtype": Kravtype.HUSLEIE}, True),
        ({"kravtype": Kravtype.LAAN}, False),
    ],
)
def test_candidates(lag_krav: LagKrav, endret: dict[str, object], kandidat: bool) -> None:
    assert is_foreldelseskandidat(lag_krav(**endret)) is kandidat


# ---- whatever happened ----


def frist(start: date, kravtype: Kravtype, tidslinje: list[Punkt], as_of: date) -> date:
    """The last day to interrupt; while nothing runs, none will come."""
    return foreldelse_fra_tidslinje(start, kravtype, tidslinje, as_of, 90).siste_avbruddsdag or date.max


@given(DATOER, TYPER, TIDSLINJER, DATOER, st.sampled_from(["ERKJENNELSE", "FORLIKSKLAGE"]), DATOER)
def test_an_interruption_never_moves_a_limit_earlier(
    start: date, kravtype: Kravtype, tidslinje: list[Punkt], as_of: date, kode: str, dato: date
) -> None:
    med = [*tidslinje, (dato, kode)]
    assert frist(start, kravtype, med, as_of) >= frist(start, kravtype, tidslinje, as_of)


@given(DATOER, TYPER, TIDSLINJER, PUNKTER)
def test_no_last_event_moves_a_running_limit_earlier(
    start: date, kravtype: Kravtype, tidslinje: list[Punkt], siste: Punkt
) -> None:
    tidligere = [p for p in tidslinje if p[0] < siste[0]]
    uten = frist(start, kravtype, tidligere, date(2050, 1, 1))
    assume(uten != date.max)
    assert frist(start, kravtype, [*tidligere, siste], date(2050, 1, 1)) >= uten


@given(st.data(), DATOER, TYPER, TIDSLINJER, DATOER)
def test_order_of_events_as_delivered_changes_nothing(
    data: st.DataObject, start: date, kravtype: Kravtype, tidslinje: list[Punkt], as_of: date
) -> None:
    stokket = data.draw(st.permutations(tidslinje))
    assert foreldelse_fra_tidslinje(start, kravtype, stokket, as_of, 90) == foreldelse_fra_tidslinje(
        start, kravtype, tidslinje, as_of, 90
    )


@given(st.data(), DATOER, TYPER, st.lists(st.sampled_from(LOVENS_KODER), min_size=2, max_size=5))
def test_order_within_one_day_changes_nothing(
    data: st.DataObject, dag: date, kravtype: Kravtype, koder: list[str]
) -> None:
    stokket = data.draw(st.permutations(koder))
    som_kom, annerledes = ([(dag, kode) for kode in rekke] for rekke in (koder, stokket))
    start, as_of = add_aar(dag, -2), add_aar(dag, 11)
    assert foreldelse_fra_tidslinje(start, kravtype, som_kom, as_of, 90) == foreldelse_fra_tidslinje(
        start, kravtype, annerledes, as_of, 90
    )


@given(st.dates(date(2015, 1, 1), date(2020, 12, 31)), TYPER, TIDSLINJER, SENERE, st.integers(1, 4000))
def test_foreldet_stays_foreldet(
    start: date, kravtype: Kravtype, tidslinje: list[Punkt], as_of: date, dager: int
) -> None:
    foer = foreldelse_fra_tidslinje(start, kravtype, tidslinje, as_of, 90)
    assume(foer.status.value == "FORELDET")
    assert foreldelse_fra_tidslinje(start, kravtype, tidslinje, date.fromordinal(as_of.toordinal() + dager), 90) == foer


@given(st.data(), TIDSLINJER, st.sampled_from(list(Tilstand)))
def test_order_of_a_kravs_hendelser_changes_nothing(
    lag_krav: LagKrav, data: st.DataObject, tidslinje: list[Punkt], tilstand: Tilstand
) -> None:
    krav = krav_fra(lag_krav, tilstand=tilstand, ilagt_tidspunkt=datetime(2020, 5, 25, 12, 0, tzinfo=UTC))
    hendelser = [Hendelse(krav.kravnr, dato, kode, None) for dato, kode in tidslinje]
    stokket = data.draw(st.permutations(hendelser))
    as_of = date(2035, 1, 1)
    assert beregn_foreldelse(krav, stokket, as_of, 90) == beregn_foreldelse(krav, hendelser, as_of, 90)


@pytest.mark.parametrize(
    ("siste", "status", "tiltak", "trygg"),
    [
        (date(2026, 11, 22), "FORELDET", "PROPOSE_WRITE_OFF", date(2026, 11, 20)),  # a Sunday, yesterday
        (date(2026, 11, 23), "ACTIVE", "WARN_INTERRUPT", date(2026, 11, 23)),  # today
        (date(2027, 2, 21), "ACTIVE", "WARN_INTERRUPT", date(2027, 2, 19)),  # 90 days, a Sunday
        (date(2027, 2, 22), "ACTIVE", "NONE", date(2027, 2, 22)),
    ],
)
def test_a_last_day_that_a_person_has_settled(siste: date, status: str, tiltak: str, trygg: date) -> None:
    found = foreldelse_til(siste, date(2026, 11, 23), warn_days=90)
    assert (found.status, found.tiltak, found.siste_avbruddsdag, found.siste_trygge_virkedag) == (
        status,
        tiltak,
        siste,
        trygg,
    )


def test_no_limit_is_longer_than_ten_years() -> None:
    assert siste_mulige_frist(date(2028, 2, 29)) == date(2038, 2, 28)
