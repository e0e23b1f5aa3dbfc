"""Folkeregisteret on the dead: the date, and whom the estate has named."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from connectors.credentials import BearerToken
from connectors.folkeregisteret.client import FolkeregisterClient
from domain.adressat import Adressat
from domain.doedsbo import Doedsbo, Kontakt
from domain.errors import SystemException
from tests.unit.connectors.stubs import Stub, answer, example, hasty, stub

DEAD, HEIR = "01818618022", "01817328004"
NAME = {"fornavn": "Ola", "etternavn": "Prøve"}
EVA = {"fornavn": "Eva", "mellomnavn": "Marie", "etternavn": "Arving"}
ADDRESS = {"adresselinje": ["Boveien 3"], "postnummer": "0150", "poststedsnavn": "OSLO"}


def client(subject: Stub) -> FolkeregisterClient:
    return FolkeregisterClient("https://example.com/api/v1", subject.client(), hasty(), BearerToken("t"))


def found(number: str, **entities: Any) -> dict[str, Any]:
    own = {"erGjeldende": True, "status": "iBruk", "foedselsEllerDNummer": number}
    person = {"identifikasjonsnummer": [own], "navn": [{"erGjeldende": True, **NAME}], **entities}
    return {"foedselsEllerDNummer": number, "folkeregisterperson": person}


def dead(**entities: Any) -> dict[str, Any]:
    return found(DEAD, status=[{"erGjeldende": True, "status": "doed"}], **entities)


def contact(attest: str = "2026-06-01", **which: Any) -> dict[str, Any]:
    fields = {"erGjeldende": True, "skifteform": "annet", "attestutstedelsesdato": attest, "adresse": ADDRESS}
    return {**fields, **which}


async def read(*contacts: dict[str, Any], then: Any = None) -> Doedsbo:
    subject = stub(
        answer({"oppslag": [dead(kontaktinformasjonForDoedsbo=list(contacts))]}), answer({"oppslag": then or []})
    )
    return (await client(subject).get_doedsboer([DEAD]))[DEAD]


async def test_the_example() -> None:
    subject = stub(answer(example("folkeregisteret/bulkoppslag-doedsbo-200.json")))
    adressat = Adressat(
        "",
        "Dødsboet etter Ola Død Prøve",
        ("v/ advokat Eva Bestyrer, Eksempel Advokat AS", "Postboks 1", "Sentrum"),
        "0101",
        "OSLO",
    )
    expected = Doedsbo(date(2026, 5, 1), Kontakt(date(2026, 6, 1), "offentlig", adressat))
    assert await client(subject).get_doedsboer([DEAD]) == {DEAD: expected}
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("POST", "/api/v1/personer/bulkoppslag")
    assert {"kontaktinformasjonForDoedsbo", "navn", "doedsfall"} <= set(request.url.params.get_list("part"))
    assert DEAD not in str(request.url)


@pytest.mark.parametrize(
    ("which", "line"),
    [
        ({"person": {"personnavn": EVA}}, "v/ Eva Marie Arving"),
        ({"advokat": {"personnavn": EVA}}, "v/ advokat Eva Marie Arving"),
        ({"organisasjon": {"organisasjonsnavn": "Boet AS"}}, "v/ Boet AS"),
        (
            {"organisasjon": {"organisasjonsnavn": "Boet AS", "kontaktpersonnavn": EVA}},
            "v/ Boet AS, Eva Marie Arving",
        ),
    ],
)
async def test_each_kind_of_contact(which: dict[str, Any], line: str) -> None:
    bo = await read(contact(**which))
    assert bo.kontakt is not None
    assert bo.kontakt.adressat.adressefelt == ("Dødsboet etter Ola Prøve", line, "Boveien 3", "0150 OSLO")


@pytest.mark.parametrize(
    "which",
    [
        {},
        {"fremtidigKontakt": {}},
        {"person": {}},
        {"person": {"personnavn": EVA}, "organisasjon": {"organisasjonsnavn": "Boet AS"}},
        {"erGjeldende": False, "person": {"personnavn": EVA}},
    ],
)
async def test_an_estate_without_exactly_one_contact_has_none(which: dict[str, Any]) -> None:
    assert (await read(contact(**which))).kontakt is None


async def test_an_heir_known_by_number_is_looked_up_by_post() -> None:
    street = {"poststed": {"postnummer": "0155", "poststedsnavn": "OSLO"}}
    home = [{"erGjeldende": True, "adressegradering": "ugradert", "vegadresse": street}]
    heir = found(HEIR, status=[{"erGjeldende": True, "status": "bosatt"}], bostedsadresse=home)
    subject = stub(
        answer({"oppslag": [dead(kontaktinformasjonForDoedsbo=[contact(person={"foedselsEllerDNummer": HEIR})])]}),
        answer({"oppslag": [heir]}),
    )
    bo = (await client(subject).get_doedsboer([DEAD]))[DEAD]
    assert bo.kontakt is not None
    assert bo.kontakt.adressat.linjer == ("v/ Ola Prøve", "Boveien 3")
    assert bo.kontakt.adressat.foedselsnummer == ""
    assert json.loads(subject.requests[1].content) == {"foedselsEllerDNummer": [HEIR]}
    assert HEIR not in str(subject.requests[1].url)


@pytest.mark.parametrize(
    "heir",
    [
        {"status": [{"erGjeldende": True, "status": "doed"}]},
        {
            "status": [{"erGjeldende": True, "status": "bosatt"}],
            "adressebeskyttelse": [{"erGjeldende": True, "graderingsnivaa": "fortrolig"}],
        },
    ],
    ids=["dead", "protected"],
)
@pytest.mark.parametrize("named", [{}, {"personnavn": EVA}], ids=["by number", "by number and name"])
async def test_an_heir_a_machine_may_not_write_to_is_none(heir: dict[str, Any], named: dict[str, Any]) -> None:
    who = {"foedselsEllerDNummer": HEIR, **named}
    bo = await read(contact(person=who), then=[found(HEIR, **heir)])
    assert bo.kontakt is None


async def test_the_newest_certificate_counts() -> None:
    bo = await read(
        contact("2026-08-01", person={"personnavn": EVA}),
        contact("2026-06-01", organisasjon={"organisasjonsnavn": "Boet AS"}),
    )
    assert bo.kontakt is not None
    assert (bo.kontakt.attestdato, bo.kontakt.adressat.linjer[0]) == (date(2026, 8, 1), "v/ Eva Marie Arving")


async def test_an_address_abroad() -> None:
    abroad = {**ADDRESS, "postnummer": "111 11", "poststedsnavn": "STOCKHOLM", "landkode": "SWE"}
    bo = await read(contact(person={"personnavn": EVA}) | {"adresse": abroad})
    assert bo.kontakt is not None
    assert bo.kontakt.adressat.adressefelt[-2:] == ("111 11 STOCKHOLM", "SVERIGE")


@pytest.mark.parametrize(
    "person",
    [
        {"status": [{"erGjeldende": True, "status": "bosatt"}]},
        {"status": [{"erGjeldende": True, "status": "bosatt"}], "doedsfall": {"erGjeldende": False}},
        {
            "status": [{"erGjeldende": True, "status": "doed"}],
            "adressebeskyttelse": [{"erGjeldende": True, "graderingsnivaa": "fortrolig"}],
        },
    ],
    ids=["alive", "a death that was annulled", "dead and protected"],
)
async def test_who_has_no_estate(person: dict[str, Any]) -> None:
    subject = stub(answer({"oppslag": [found(DEAD, kontaktinformasjonForDoedsbo=[contact()], **person)]}))
    assert await client(subject).get_doedsboer([DEAD]) == {}


async def test_a_dead_person_of_whom_the_date_is_not_known() -> None:
    subject = stub(answer({"oppslag": [dead(doedsfall={"erGjeldende": True})]}))
    assert await client(subject).get_doedsboer([DEAD]) == {DEAD: Doedsbo(None, None)}


async def test_a_contact_without_its_address_is_no_answer() -> None:
    with pytest.raises(SystemException, match="wrong form"):
        await read({"erGjeldende": True, "skifteform": "annet", "attestutstedelsesdato": "2026-06-01"})
