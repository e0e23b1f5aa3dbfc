"""The flow of a debtor under age, and each step of the routine minors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kalender import oslo_date
from domain.krav import Fagsystem, Hendelse, Krav, Saksflyt, Tilstand
from domain.mindreaarig import Flyt, find_flyt, kan_kreve_kostnader
from domain.minoravgjoerelse import (
    Ingenting,
    Minoravgjoerelse,
    Minorgrunn,
    Saksflytendring,
    TilMenneske,
    avgjoer_saksflyt,
    er_paa_vent,
    is_hold_stale,
    is_minorkandidat,
)
from domain.skyldner import Person

AS_OF = date(2026, 11, 23)
BARN, MOR, FAR, UKJENT = "15860770048", "12848547962", "01810199918", "03824899915"
FORTSATT_BARN, NAA_VOKSEN, VOKSEN = date(2009, 6, 15), date(2008, 6, 15), date(2000, 6, 15)
HOLD, MYNDIG = Flyt.HOLD_GUARDIANS, Flyt.TURNED_18_REISSUE


@pytest.fixture
def krav(lag_krav: Callable[..., Krav]) -> Krav:
    return lag_krav("PC1", fagsystem=Fagsystem.PROCASSO, skyldner=BARN, kostnader=3500, forfall=date(2024, 6, 24))


def person(nummer: str = BARN, foedt: date | None = FORTSATT_BARN, **endret: Any) -> Person:
    vanlig: dict[str, Any] = {"doed": False, "gradering": "ugradert", "status": "bosatt", "foreldreansvar": (MOR, FAR)}
    return Person(nummer, foedt, **(vanlig | endret))


FORELDRE = {MOR: person(MOR, VOKSEN), FAR: person(FAR, VOKSEN)}


def avgjoer(
    krav: Krav, skyldner: Person | None, foresatte: dict[str, Person] | None = None, *, foreldet: bool = False
) -> Minoravgjoerelse:
    kjente = FORELDRE if foresatte is None else foresatte
    return avgjoer_saksflyt(krav, skyldner, kjente, AS_OF, foreldet=foreldet, reissue_days=14)


@pytest.mark.parametrize(
    ("foedt", "hendelse", "as_of", "flyt"),
    [
        (date(2007, 6, 15), date(2025, 6, 14), date(2025, 6, 14), HOLD),
        (date(2007, 6, 15), date(2025, 6, 14), date(2025, 6, 15), MYNDIG),
        (date(2007, 6, 15), date(2025, 6, 15), date(2025, 6, 15), Flyt.NORMAL),
        (date(2008, 2, 29), date(2026, 2, 28), date(2026, 2, 28), HOLD),
        (date(2008, 2, 29), date(2026, 2, 28), date(2026, 3, 1), MYNDIG),
        (date(2008, 2, 29), date(2026, 3, 1), date(2026, 3, 1), Flyt.NORMAL),
        (date(2025, 3, 1), date(2025, 3, 1), date(2025, 3, 2), HOLD),
        (date(2025, 3, 2), date(2025, 3, 1), date(2025, 3, 2), Flyt.INVALID_BIRTH_DATE),
        (None, date(2025, 3, 1), date(2025, 3, 2), Flyt.INVALID_BIRTH_DATE),
    ],
)
def test_flow_by_age_then_and_now(foedt: date | None, hendelse: date, as_of: date, flyt: Flyt) -> None:
    assert find_flyt(foedt, hendelse, as_of) is flyt


@pytest.mark.parametrize(
    ("instant", "flyt"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), HOLD),  # the night before summer time
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), Flyt.NORMAL),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), Flyt.NORMAL),
    ],
)
def test_a_birthday_at_the_night_summer_time_begins(instant: datetime, flyt: Flyt) -> None:
    assert find_flyt(date(2008, 3, 29), oslo_date(instant), oslo_date(instant)) is flyt


@pytest.mark.parametrize(
    ("instant", "flyt"),
    [
        (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), HOLD),  # still summer time
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), Flyt.NORMAL),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), Flyt.NORMAL),
    ],
)
def test_a_birthday_at_the_night_summer_time_ends(instant: datetime, flyt: Flyt) -> None:
    assert find_flyt(date(2008, 10, 25), oslo_date(instant), oslo_date(instant)) is flyt


@settings(max_examples=80)
@given(
    st.dates(date(1990, 1, 1), date(2026, 1, 1)),
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.integers(0, 2000),
    st.integers(0, 2000),
)
def test_nobody_grows_younger(foedt: date, hendelse: date, dager: int, flere: int) -> None:
    """As time goes a hold may become a reissue; nothing else changes, and only an adult at the event pays costs."""
    foer = find_flyt(foedt, hendelse, hendelse + timedelta(days=dager))
    etter = find_flyt(foedt, hendelse, hendelse + timedelta(days=dager + flere))
    assert etter is foer or (foer, etter) == (HOLD, MYNDIG)
    assert kan_kreve_kostnader(etter) is kan_kreve_kostnader(foer)


# ---- the steps, first that fits ----


def test_step_1_a_protected_debtor_is_counted_only(krav: Krav) -> None:
    assert avgjoer(krav, person(gradering="fortrolig", foedt=None)) == Ingenting(None, Minorgrunn.PROTECTED)


def test_step_2_an_invalid_or_unknown_debtor(krav: Krav) -> None:
    ugyldig = TilMenneske(None, Minorgrunn.INVALID_DEBTOR)
    assert avgjoer(krav, person(status="falskIdentitet")) == ugyldig
    assert avgjoer(krav, None) == ugyldig
    assert avgjoer(replace(krav, skyldner="15860770047"), person("15860770047")) == ugyldig


@pytest.mark.parametrize("foedt", [None, date(2024, 6, 4)])
def test_step_3_no_birth_date_or_born_after_the_event(krav: Krav, foedt: date | None) -> None:
    ugyldig = TilMenneske(Flyt.INVALID_BIRTH_DATE, Minorgrunn.INVALID_BIRTH_DATE)
    assert avgjoer(krav, person(foedt=foedt, doed=True)) == ugyldig


def test_step_4_an_adult_at_the_event(krav: Krav) -> None:
    assert avgjoer(krav, person(foedt=date(2006, 6, 3), doed=True)) == Ingenting(Flyt.NORMAL)


def test_step_5_already_so_whatever_the_guardians_are(krav: Krav) -> None:
    holdt = replace(krav, saksflyt=Saksflyt.MINDREAARIG, tilstand=Tilstand.STOPPET, kostnader=0)
    assert avgjoer(holdt, person(doed=True), {}) == Ingenting(HOLD)
    nytt_varsel = replace(krav, saksflyt=Saksflyt.MYNDIG_NYTT_VARSEL, kostnader=0)
    assert avgjoer(nytt_varsel, person(foedt=NAA_VOKSEN)) == Ingenting(MYNDIG)


def test_step_5_not_when_costs_have_crept_in_or_the_debtor_has_come_of_age(krav: Krav) -> None:
    holdt = replace(krav, saksflyt=Saksflyt.MINDREAARIG, tilstand=Tilstand.STOPPET)
    assert isinstance(avgjoer(holdt, person()), Saksflytendring)
    assert isinstance(avgjoer(replace(holdt, kostnader=0), person(foedt=NAA_VOKSEN)), Saksflytendring)


def test_step_6_foreldet_is_for_limitation(krav: Krav) -> None:
    assert avgjoer(krav, person(doed=True), foreldet=True) == Ingenting(HOLD, Minorgrunn.FORELDET)


@pytest.mark.parametrize(("foedt", "flyt"), [(FORTSATT_BARN, HOLD), (NAA_VOKSEN, MYNDIG)])
def test_steps_7_and_8_dead_or_under_vergemaal(krav: Krav, foedt: date, flyt: Flyt) -> None:
    doed = person(foedt=foedt, doed=True, har_verge=True)
    assert avgjoer(krav, doed, {}) == TilMenneske(flyt, Minorgrunn.ESTATE)
    assert avgjoer(krav, person(foedt=foedt, har_verge=True), {}) == TilMenneske(flyt, Minorgrunn.UNDER_VERGEMAAL)


@pytest.mark.parametrize(
    ("foresatte", "grunn"),
    [
        ({}, Minorgrunn.NO_GUARDIAN_FOUND),
        ({UKJENT: person(UKJENT, VOKSEN)}, Minorgrunn.NO_GUARDIAN_FOUND),  # known, but not of this child
        ({MOR: person(MOR, gradering="klientadresse")}, Minorgrunn.GUARDIAN_PROTECTED),
        ({**FORELDRE, FAR: person(FAR, gradering="fortrolig", doed=True)}, Minorgrunn.GUARDIAN_PROTECTED),
        ({MOR: person(MOR, doed=True), FAR: person(FAR, doed=True)}, Minorgrunn.GUARDIAN_DEAD),
        ({MOR: person(MOR, doed=True)}, Minorgrunn.GUARDIAN_DEAD),
    ],
)
def test_step_9_nobody_a_letter_can_go_to(krav: Krav, foresatte: dict[str, Person], grunn: Minorgrunn) -> None:
    assert avgjoer(krav, person(), foresatte) == TilMenneske(HOLD, grunn)
    assert isinstance(avgjoer(krav, person(foedt=NAA_VOKSEN), foresatte), Saksflytendring)


def test_step_10_hold_and_write_to_each_known_living_guardian(krav: Krav) -> None:
    endring = avgjoer(krav, person())
    assert endring == Saksflytendring(
        HOLD, Saksflyt.MINDREAARIG, Tilstand.STOPPET, krav.forfall, None, mottakere=(MOR, FAR)
    )
    assert MOR not in repr(endring)
    en = avgjoer(krav, person(foreldreansvar=(MOR, FAR, UKJENT)), {MOR: FORELDRE[MOR], FAR: person(FAR, doed=True)})
    assert isinstance(en, Saksflytendring)
    assert en.mottakere == (MOR,)


@pytest.mark.parametrize(
    ("forfall", "opprinnelig", "blir", "husket"),
    [
        (date(2024, 6, 24), None, date(2026, 12, 7), date(2024, 6, 24)),
        (date(2026, 9, 1), date(2024, 6, 24), date(2026, 12, 7), date(2024, 6, 24)),
        (date(2026, 12, 7), None, date(2026, 12, 7), None),
        (date(2027, 1, 4), None, date(2027, 1, 4), None),
    ],
)
def test_step_10_a_new_deadline_for_who_has_come_of_age(
    krav: Krav, forfall: date, opprinnelig: date | None, blir: date, husket: date | None
) -> None:
    holdt = replace(krav, forfall=forfall, opprinnelig_forfall=opprinnelig, tilstand=Tilstand.STOPPET)
    endring = avgjoer(holdt, person(foedt=NAA_VOKSEN), {})
    assert endring == Saksflytendring(
        MYNDIG, Saksflyt.MYNDIG_NYTT_VARSEL, Tilstand.AAPEN, blir, husket, mottakere=(BARN,)
    )


def test_a_new_deadline_moves_to_a_working_day(krav: Krav) -> None:
    loerdag_om_14_dager = date(2026, 12, 12) - timedelta(days=14)
    endring = avgjoer_saksflyt(krav, person(foedt=NAA_VOKSEN), {}, loerdag_om_14_dager, foreldet=False, reissue_days=14)
    assert isinstance(endring, Saksflytendring)
    assert endring.forfall == date(2026, 12, 14)


@pytest.mark.parametrize(
    ("endret", "er_kandidat"),
    [
        ({}, True),
        ({"fagsystem": Fagsystem.PILEN}, False),
        ({"skyldner": "252916636"}, False),
        ({"tilstand": Tilstand.KLAGE}, False),
        ({"tilstand": Tilstand.STOPPET}, False),
        ({"tilstand": Tilstand.STOPPET, "saksflyt": Saksflyt.MINDREAARIG}, True),
    ],
)
def test_who_is_a_candidate(krav: Krav, endret: dict[str, Any], er_kandidat: bool) -> None:
    assert is_minorkandidat(replace(krav, **endret)) is er_kandidat


# ---- held for too long ----


@pytest.fixture
def holdt(krav: Krav) -> Krav:
    return replace(krav, saksflyt=Saksflyt.MINDREAARIG, tilstand=Tilstand.STOPPET, forfall=AS_OF - timedelta(days=91))


def stale(krav: Krav, skyldner: Person | None, *hendelser: date) -> bool:
    kjente = [Hendelse("PC1", dato, "PURRING", None) for dato in hendelser]
    return is_hold_stale(krav, skyldner, kjente, AS_OF, hold_stale_days=90)


def test_held_for_more_than_ninety_days(holdt: Krav) -> None:
    assert stale(holdt, person())
    assert not stale(replace(holdt, forfall=AS_OF - timedelta(days=90)), person())


def test_the_latest_of_forfall_and_events_counts_and_the_future_does_not(holdt: Krav) -> None:
    assert not stale(holdt, person(), AS_OF - timedelta(days=90))
    assert stale(holdt, person(), AS_OF - timedelta(days=200), AS_OF + timedelta(days=1))
    assert not stale(replace(holdt, forfall=AS_OF + timedelta(days=30)), person())


@pytest.mark.parametrize(
    "skyldner",
    [None, person(gradering="fortrolig"), person(foedt=None), person(foedt=date(2025, 1, 1)), person(foedt=NAA_VOKSEN)],
)
def test_not_of_a_debtor_that_steps_1_to_3_take_or_who_has_come_of_age(holdt: Krav, skyldner: Person | None) -> None:
    assert not stale(holdt, skyldner)


def test_stale_whatever_the_later_steps_decide(holdt: Krav) -> None:
    assert stale(holdt, person(doed=True, har_verge=True))
    assert stale(replace(holdt, kostnader=0), person(foreldreansvar=()))
    assert not stale(replace(holdt, tilstand=Tilstand.AAPEN), person())
    assert not er_paa_vent(replace(holdt, saksflyt=Saksflyt.ORDINAER))
