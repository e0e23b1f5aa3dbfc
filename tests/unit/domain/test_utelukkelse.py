"""Why a parkeringskrav stays outside a merge, and in which order the reasons are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.konkursanmeldelse import kan_meldes
from domain.krav import Hendelse, Krav, Kravtype, Tilstand
from domain.skyldner import Enhet, Enhetsstatus, Gradering, Person
from domain.utelukkelse import Grunn, strengt_vern, utelukkelse

LagKrav = Callable[..., Krav]

I_DAG = date(2026, 11, 23)
FNR, ORGNR = "12848547962", "252916636"
FORELDET = {"forfall": date(2023, 11, 22)}


def person(**endret: Any) -> Person:
    vanlig = Person(FNR, date(1985, 4, 12), doed=False, gradering=Gradering.UGRADERT, status="bosatt")
    return replace(vanlig, **endret)


def enhet(status: Enhetsstatus = Enhetsstatus.AKTIV, form: str | None = "AS") -> Enhet:
    return Enhet(ORGNR, form, status)


def test_an_ordinary_person_and_an_ordinary_enhet_stay_in(lag_krav: LagKrav) -> None:
    assert utelukkelse(lag_krav(skyldner=FNR), person(), [], I_DAG) is None
    assert utelukkelse(lag_krav(skyldner=ORGNR), enhet(), [], I_DAG) is None
    assert utelukkelse(lag_krav(skyldner=ORGNR), enhet(form="ENK"), [], I_DAG, innehaver=person()) is None


@pytest.mark.parametrize("gradering", ["klientadresse", "fortrolig", "strengtFortrolig", "ukjent"])
def test_protected_comes_before_every_other_reason(lag_krav: LagKrav, gradering: str) -> None:
    krav = lag_krav(skyldner="12848547963", tilstand=Tilstand.KLAGE, **FORELDET)
    vernet = person(gradering=gradering, doed=True, foedselsdato=None)
    assert utelukkelse(krav, vernet, [], I_DAG) is Grunn.PROTECTED


@pytest.mark.parametrize("status", [Enhetsstatus.AKTIV, Enhetsstatus.KONKURS, Enhetsstatus.SLETTET])
def test_enk_of_a_protected_person_is_protected(lag_krav: LagKrav, status: Enhetsstatus) -> None:
    eier = person(gradering=Gradering.FORTROLIG)
    krav = lag_krav(skyldner=ORGNR, tilstand=Tilstand.KLAGE)
    assert utelukkelse(krav, enhet(status, "ENK"), [], I_DAG, innehaver=eier) is Grunn.PROTECTED


def test_enk_without_a_known_owner_is_never_called_unprotected(lag_krav: LagKrav) -> None:
    for krav in (lag_krav(skyldner=ORGNR), lag_krav(skyldner=ORGNR, tilstand=Tilstand.KLAGE)):
        assert utelukkelse(krav, enhet(form="ENK"), [], I_DAG) is Grunn.OWNER_UNKNOWN


@pytest.mark.parametrize("status", Enhetsstatus)
def test_a_unit_of_an_unknown_form_may_be_an_enk(status: Enhetsstatus) -> None:
    """The merging calls it DELETED (MERGE-4); where it would stand in a proposal, nothing is known of its owner."""
    assert strengt_vern(enhet(status, None), None) is Grunn.OWNER_UNKNOWN
    assert strengt_vern(enhet(status, "ENK"), None) is Grunn.OWNER_UNKNOWN
    assert strengt_vern(enhet(status, None), person(gradering="fortrolig")) is Grunn.PROTECTED
    assert strengt_vern(enhet(status, None), person()) is None
    assert strengt_vern(enhet(status, "AS"), None) is None


def test_enk_of_a_dead_person_is_judged_as_an_enhet(lag_krav: LagKrav) -> None:
    krav = lag_krav(skyldner=ORGNR)
    assert utelukkelse(krav, enhet(form="ENK"), [], I_DAG, innehaver=person(doed=True)) is None


@pytest.mark.parametrize(
    ("tilstand", "grunn"), [(Tilstand.KLAGE, Grunn.DISPUTED), (Tilstand.BETALINGSAVTALE, Grunn.AGREEMENT)]
)
def test_tilstand_comes_before_what_is_wrong_with_the_debtor(
    lag_krav: LagKrav, tilstand: Tilstand, grunn: Grunn
) -> None:
    krav = lag_krav(skyldner="12848547963", tilstand=tilstand, **FORELDET)
    assert utelukkelse(krav, None, [], I_DAG) is grunn
    assert utelukkelse(krav, person(doed=True), [], I_DAG) is grunn


@pytest.mark.parametrize(
    ("nummer", "skyldner"),
    [
        (FNR, None),
        (ORGNR, None),
        ("12848547963", person(doed=True, foedselsdato=None)),
        ("30908299813", person()),
        ("1810199918", person()),
        ("252916637", enhet(Enhetsstatus.KONKURS)),
    ],
)
def test_a_number_that_is_wrong_today_or_unknown_to_the_register(
    lag_krav: LagKrav, nummer: str, skyldner: Person | Enhet | None
) -> None:
    assert utelukkelse(lag_krav(skyldner=nummer, **FORELDET), skyldner, [], I_DAG) is Grunn.INVALID_DEBTOR


def test_a_number_of_the_new_layout_is_right_from_2032(lag_krav: LagKrav) -> None:
    krav = lag_krav(skyldner="30908299813", forfall=date(2031, 6, 2))
    assert utelukkelse(krav, person(), [], date(2031, 12, 31)) is Grunn.INVALID_DEBTOR
    assert utelukkelse(krav, person(), [], date(2032, 1, 1)) is None


def test_death_comes_before_age(lag_krav: LagKrav) -> None:
    assert utelukkelse(lag_krav(**FORELDET), person(doed=True, foedselsdato=None), [], I_DAG) is Grunn.ESTATE


@pytest.mark.parametrize(
    ("foedt", "ilagt", "grunn"),
    [
        (date(2006, 6, 4), datetime(2024, 6, 3, 21, 59, tzinfo=UTC), Grunn.MINOR),  # the day before the birthday
        (date(2006, 6, 4), datetime(2024, 6, 3, 22, 0, tzinfo=UTC), None),  # midnight in Oslo
        (date(2008, 2, 29), datetime(2026, 2, 28, 12, 0, tzinfo=UTC), Grunn.MINOR),
        (date(2008, 2, 29), datetime(2026, 3, 1, 12, 0, tzinfo=UTC), None),
        (date(2008, 11, 24), datetime(2026, 11, 25, 12, 0, tzinfo=UTC), Grunn.MINOR),  # still 17 at as_of
        (date(2025, 1, 1), datetime(2024, 6, 3, 12, 0, tzinfo=UTC), Grunn.MINOR),  # born after the ileggelse
        (None, datetime(2024, 6, 3, 12, 0, tzinfo=UTC), Grunn.MINOR),
    ],
)
def test_minor_at_the_event_or_today(
    lag_krav: LagKrav, foedt: date | None, ilagt: datetime, grunn: Grunn | None
) -> None:
    assert utelukkelse(lag_krav(ilagt_tidspunkt=ilagt), person(foedselsdato=foedt), [], I_DAG) is grunn


def test_minor_comes_before_foreldet(lag_krav: LagKrav) -> None:
    assert utelukkelse(lag_krav(**FORELDET), person(foedselsdato=None), [], I_DAG) is Grunn.MINOR


@pytest.mark.parametrize(
    ("status", "grunn"),
    [
        (Enhetsstatus.KONKURS, Grunn.BANKRUPT),
        (Enhetsstatus.UNDER_AVVIKLING, Grunn.BANKRUPT),
        (Enhetsstatus.TVANGSOPPLOSNING, Grunn.BANKRUPT),
        (Enhetsstatus.SLETTET, Grunn.DELETED),
        (Enhetsstatus.FJERNET, Grunn.DELETED),
    ],
)
def test_enheter_that_are_going_or_gone(lag_krav: LagKrav, status: Enhetsstatus, grunn: Grunn) -> None:
    form = None if status is Enhetsstatus.FJERNET else "AS"
    assert utelukkelse(lag_krav(skyldner=ORGNR, **FORELDET), enhet(status, form), [], I_DAG) is grunn


@pytest.mark.parametrize(
    ("hendelser", "grunn"),
    [
        ([], Grunn.FORELDET),
        ([(date(2023, 5, 1), "INNBETALING")], Grunn.FORELDET),  # MANUAL_REVIEW is foreldet too
        ([(date(2024, 1, 10), "ERKJENNELSE")], None),
        ([(date(2024, 1, 10), "FORLIKSKLAGE")], None),
    ],
)
def test_foreldet_as_in_limitation(lag_krav: LagKrav, hendelser: list[tuple[date, str]], grunn: Grunn | None) -> None:
    krav = lag_krav(kravtype=Kravtype.KONTROLLSANKSJON, **FORELDET)
    hendt = [Hendelse(krav.kravnr, dato, kode, None) for dato, kode in hendelser]
    assert utelukkelse(krav, person(), hendt, I_DAG) is grunn


@pytest.mark.parametrize("status", ["falskIdentitet", "opphoert", "statusFraFremtiden"])
def test_an_identity_that_is_nobodys_goes_to_a_person(lag_krav: LagKrav, status: str) -> None:
    assert utelukkelse(lag_krav(skyldner=FNR), person(status=status), [], I_DAG) is Grunn.INVALID_DEBTOR
    vernet = person(status=status, gradering=Gradering.FORTROLIG)
    assert utelukkelse(lag_krav(skyldner=FNR), vernet, [], I_DAG) is Grunn.PROTECTED


@pytest.mark.parametrize(
    ("hendelser", "bestemt", "grunn"),
    [
        ([(date(2023, 5, 1), "INNBETALING")], I_DAG, None),
        ([(date(2023, 5, 1), "INNBETALING")], I_DAG - timedelta(days=1), Grunn.FORELDET),
        ([], I_DAG, Grunn.FORELDET),  # the law is plain, and nobody may decide otherwise
    ],
)
def test_the_day_a_person_has_decided_counts_where_the_law_settles_nothing(
    lag_krav: LagKrav, hendelser: list[tuple[date, str]], bestemt: date, grunn: Grunn | None
) -> None:
    krav = lag_krav(kravtype=Kravtype.KONTROLLSANKSJON, **FORELDET)
    hendt = [Hendelse(krav.kravnr, dato, kode, None) for dato, kode in hendelser]
    assert utelukkelse(krav, person(), hendt, I_DAG, bestemt_frist=bestemt) is grunn
    assert kan_meldes(krav, hendt, I_DAG, I_DAG, bestemt) is (grunn is None)


def test_the_last_day_of_the_limit_is_not_foreldet(lag_krav: LagKrav) -> None:
    assert utelukkelse(lag_krav(forfall=date(2023, 11, 23)), person(), [], I_DAG) is None
