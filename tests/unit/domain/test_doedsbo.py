"""What is done with a krav whose skyldner has died: each row of the decision, worked by hand from BO-1 and BO-2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from domain.adressat import Adressat
from domain.doedsbo import (
    Bogrunn,
    Botiltak,
    Doedsbo,
    Kontakt,
    Spor,
    angaar_bo,
    avgjoer_doedsbo,
    entiteter_angaar_bo,
    is_bokandidat,
)
from domain.krav import Fagsystem, Krav, Kravtype, Saksflyt, Tilstand
from domain.skyldner import Gradering, Person

AS_OF = date(2026, 11, 23)
ADRESSAT = Adressat("", "Dødsboet etter Kari Prøve", ("v/ Eva Prøve",), "0150", "OSLO")
MED_KONTAKT = Doedsbo(date(2026, 10, 1), Kontakt(date(2026, 10, 22), "annet", ADRESSAT))
UTEN_KONTAKT = Doedsbo(date(2026, 10, 1), None)
VAART = Spor("PX1000001:ESTATE:bcdf")
MELDT = Spor("PX1000001:ESTATE:bcdf", brev=True)
DOED = Person("12848547962", date(1985, 4, 12), doed=True, gradering=Gradering.UGRADERT, status="doed")
LEVENDE = replace(DOED, doed=False, status="bosatt")


@pytest.fixture
def krav(lag_krav: Callable[..., Krav]) -> Krav:
    return lag_krav(fagsystem=Fagsystem.PROCASSO, kravtype=Kravtype.HUSLEIE)


def decide(
    krav: Krav,
    tilstand: Tilstand,
    skyldner: Person = DOED,
    bo: Doedsbo | None = MED_KONTAKT,
    spor: Spor = Spor(),  # noqa: B008 (frozen)
    *,
    foreldet: bool = False,
) -> Botiltak | Bogrunn | None:
    return avgjoer_doedsbo(replace(krav, tilstand=tilstand), skyldner, bo, spor, AS_OF, foreldet=foreldet)


def test_an_open_krav_is_stopped_and_reported_when_the_estate_has_a_contact(krav: Krav) -> None:
    assert decide(krav, Tilstand.AAPEN) is Botiltak.ESTATE_NOTIFIED
    assert decide(krav, Tilstand.AAPEN, bo=UTEN_KONTAKT) is Botiltak.STOPPED_NO_CONTACT


def test_a_krav_we_have_stopped_is_reported_once_and_waits_for_a_contact(krav: Krav) -> None:
    assert decide(krav, Tilstand.STOPPET, spor=VAART) is Botiltak.ESTATE_NOTIFIED
    assert decide(krav, Tilstand.STOPPET, bo=UTEN_KONTAKT, spor=VAART) is Bogrunn.ESTATE_CONTACT_MISSING
    assert decide(krav, Tilstand.STOPPET, spor=MELDT) is None
    assert decide(krav, Tilstand.STOPPET, bo=UTEN_KONTAKT, spor=MELDT) is None


def test_a_krav_that_others_have_stopped_is_theirs(krav: Krav) -> None:
    assert decide(krav, Tilstand.STOPPET) is None


def test_an_agreement_is_ended_by_a_person(krav: Krav) -> None:
    assert decide(krav, Tilstand.BETALINGSAVTALE) is Bogrunn.ESTATE_AGREEMENT
    assert decide(krav, Tilstand.BETALINGSAVTALE, bo=UTEN_KONTAKT) is Bogrunn.ESTATE_AGREEMENT


def test_a_death_that_was_a_mistake(krav: Krav) -> None:
    assert decide(krav, Tilstand.STOPPET, LEVENDE, None, VAART) is Bogrunn.DEATH_ANNULLED
    assert decide(krav, Tilstand.STOPPET, LEVENDE, None, MELDT) is Bogrunn.DEATH_ANNULLED
    assert decide(krav, Tilstand.STOPPET, LEVENDE, None) is None
    assert decide(krav, Tilstand.AAPEN, LEVENDE, None) is None


def test_a_foreldet_krav_gets_no_letter(krav: Krav) -> None:
    for tilstand, spor in ((Tilstand.AAPEN, Spor()), (Tilstand.STOPPET, VAART), (Tilstand.BETALINGSAVTALE, Spor())):
        assert decide(krav, tilstand, spor=spor, foreldet=True) is None
    assert decide(krav, Tilstand.STOPPET, LEVENDE, None, VAART, foreldet=True) is Bogrunn.DEATH_ANNULLED


@pytest.mark.parametrize(
    ("saksflyt", "kostnader", "expected"),
    [
        (Saksflyt.ORDINAER, 3_500, None),  # minors has given it to a person: ESTATE
        (Saksflyt.ORDINAER, 0, None),
        (Saksflyt.MYNDIG_NYTT_VARSEL, 3_500, None),
        (Saksflyt.MYNDIG_NYTT_VARSEL, 0, Botiltak.ESTATE_NOTIFIED),  # to minors there is nothing left to do
    ],
)
def test_the_krav_of_who_was_a_minor_is_for_minors(
    krav: Krav, saksflyt: Saksflyt, kostnader: int, expected: Botiltak | None
) -> None:
    """Under 18 on 3 June 2024 when it arose, and 18 by the 23rd of November 2026."""
    ung = replace(DOED, foedselsdato=date(2006, 8, 1))
    ilagt = datetime(2024, 6, 3, 12, tzinfo=UTC)
    own = replace(krav, ilagt_tidspunkt=ilagt, saksflyt=saksflyt, kostnader=kostnader)
    assert decide(own, Tilstand.AAPEN, ung) is expected


@pytest.mark.parametrize("tilstand", [Tilstand.AAPEN, Tilstand.STOPPET, Tilstand.BETALINGSAVTALE])
def test_a_krav_held_for_a_minor_is_none_of_ours(krav: Krav, tilstand: Tilstand) -> None:
    held = replace(krav, saksflyt=Saksflyt.MINDREAARIG)
    assert not is_bokandidat(replace(held, tilstand=tilstand))
    for skyldner, spor in product((DOED, LEVENDE), (Spor(), VAART)):
        assert decide(held, tilstand, skyldner, spor=spor) is None


@pytest.mark.parametrize("tilstand", [Tilstand.KLAGE, Tilstand.BETALT, Tilstand.AVSKREVET])
def test_what_is_closed_or_disputed_is_left_alone(krav: Krav, tilstand: Tilstand) -> None:
    assert decide(krav, tilstand) is None


def test_nothing_is_ever_done_twice_or_to_somebody_who_lives(krav: Krav) -> None:
    """Whatever else is so: after a letter there is no effect, and on a living person's krav none at all."""
    for tilstand, skyldner, bo, spor, foreldet in product(
        Tilstand, (DOED, LEVENDE), (MED_KONTAKT, UTEN_KONTAKT, None), (Spor(), VAART, MELDT), (True, False)
    ):
        done = decide(krav, tilstand, skyldner, bo, spor, foreldet=foreldet)
        if isinstance(done, Botiltak):
            assert skyldner.doed
            assert not foreldet
            assert tilstand is Tilstand.AAPEN or not spor.brev
            assert (done is Botiltak.ESTATE_NOTIFIED) == (bo is not None and bo.kontakt is not None)


@pytest.mark.parametrize(
    ("hendelsetype", "expected"),
    [
        ("personErDoed", True),
        ("endringIDoedsfall", True),
        ("endringIStatus", True),
        ("endringIKontaktopplysningerForDoedsbo", True),
        ("endringIAdressebeskyttelse", True),
        ("endringIIdentifikasjonsnummer", True),
        ("endringIBostedsadresse", False),
        ("endringIIdentitetsgrunnlag", False),
        ("endringINoeNytt", False),
        ("personErOppdatert", None),
        ("personErNoeNytt", None),
    ],
)
def test_which_events_may_concern_an_estate(hendelsetype: str, expected: bool | None) -> None:
    assert angaar_bo(hendelsetype) is expected


def test_what_an_event_changed_tells_when_its_type_does_not() -> None:
    assert entiteter_angaar_bo(["navn", "doedsfall"])
    assert entiteter_angaar_bo(["kontaktinformasjonForDoedsbo"])
    assert not entiteter_angaar_bo(["navn", "egenskapFraFremtiden"])
    assert not entiteter_angaar_bo([])


def test_who_an_estate_writes_through_is_shown_nowhere() -> None:
    assert "Prøve" not in repr(MED_KONTAKT)
