"""Folkeregisteret: what is asked, and what each form of answer says of a person."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from connectors.credentials import BearerToken
from connectors.folkeregisteret.client import FolkeregisterClient
from domain.adressat import Adressat
from domain.errors import SystemException
from domain.skyldner import Gradering, Person
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import Naps, Stub, answer, example, hasty, stub

A, B, C = "01817328004", "01818618022", "41852051208"


def client(subject: Stub, naps: Naps | None = None) -> FolkeregisterClient:
    return FolkeregisterClient("https://example.com/api/v1", subject.client(), hasty(naps), BearerToken("t"))


def person(number: str = A, **entities: Any) -> dict[str, Any]:
    """A living person, with the entities a test cares about changed; None leaves one out."""
    own = {"erGjeldende": True, "status": "iBruk", "foedselsEllerDNummer": number}
    wire: dict[str, Any] = {
        "identifikasjonsnummer": [own],
        "status": [{"erGjeldende": True, "status": "bosatt"}],
        **entities,
    }
    return {name: content for name, content in wire.items() if content is not None}


def found(number: str, wire: dict[str, Any]) -> dict[str, Any]:
    return {"foedselsEllerDNummer": number, "folkeregisterperson": wire}


def unknown(number: str, text: str = "Personen finnes ikke") -> dict[str, Any]:
    return {"foedselsEllerDNummer": number, "feilmelding": {"feilmelding": text}}


async def read(wire: dict[str, Any]) -> Person:
    return (await client(stub(answer({"oppslag": [found(A, wire)]}))).get_personer([A]))[A]


def now(**fields: Any) -> dict[str, Any]:
    return {"erGjeldende": True, **fields}


def before(**fields: Any) -> dict[str, Any]:
    return {"erGjeldende": False, **fields}


async def test_the_example() -> None:
    answered = answer(example("folkeregisteret/bulkoppslag-200.json"))
    personer = await client(stub(answered)).get_personer([A, B, "99999999999"])
    assert personer == {
        A: Person(A, date(1973, 1, 1), doed=False, gradering=Gradering.UGRADERT, status="bosatt"),
        B: Person(B, None, doed=True, gradering=Gradering.UGRADERT, status="doed"),
    }


async def test_what_is_asked() -> None:
    subject = stub(answer({"oppslag": []}))
    await client(subject).get_personer([A, B, A])
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("POST", "/api/v1/personer/bulkoppslag")
    assert json.loads(request.content) == {"foedselsEllerDNummer": [A, B]}
    parts = request.url.params.get_list("part")
    assert {"status", "doedsfall", "foedsel", "adressebeskyttelse", "bostedsadresse"} <= set(parts)
    assert not {"navn", "familierelasjon", "person-basis"} & set(parts)
    assert A not in str(request.url)
    assert request.headers["authorization"] == "Bearer t"


async def test_a_thousand_at_a_time() -> None:
    numbers = [f"{number:011d}" for number in range(2001)]
    subject = stub(answer({"oppslag": []}))
    await client(subject).get_personer(numbers)
    sizes = [len(json.loads(request.content)["foedselsEllerDNummer"]) for request in subject.requests]
    assert sizes == [1000, 1000, 1]


async def test_what_can_be_no_ones_number_is_not_asked_for() -> None:
    subject = stub(answer({"oppslag": []}))
    assert await client(subject).get_personer(["", "1234567890", "0181732800x", "０1817328004", "202063756"]) == {}
    assert subject.requests == []


async def test_retry_after_is_in_milliseconds() -> None:
    naps = Naps()
    subject = stub(answer(status=429, retry_after="1500"), answer({"oppslag": []}))
    await client(subject, naps).get_personer([A])
    assert naps.seconds == [1.5]


@pytest.mark.parametrize(
    ("entities", "gradering"),
    [
        ({}, Gradering.UGRADERT),
        ({"adressebeskyttelse": []}, Gradering.UGRADERT),
        ({"adressebeskyttelse": None}, Gradering.UGRADERT),
        ({"adressebeskyttelse": [now(graderingsnivaa="ugradert")]}, Gradering.UGRADERT),
        ({"adressebeskyttelse": [now(graderingsnivaa="fortrolig")]}, Gradering.FORTROLIG),
        ({"adressebeskyttelse": [now(graderingsnivaa="strengtFortrolig")]}, Gradering.STRENGT_FORTROLIG),
        ({"adressebeskyttelse": [now(graderingsnivaa="klientadresse")]}, Gradering.KLIENTADRESSE),
        ({"adressebeskyttelse": [before(graderingsnivaa="fortrolig")]}, Gradering.UGRADERT),
        ({"adressebeskyttelse": [{"graderingsnivaa": "fortrolig"}]}, Gradering.FORTROLIG),
        ({"bostedsadresse": [now(adressegradering="klientadresse")]}, Gradering.KLIENTADRESSE),
        ({"bostedsadresse": [before(adressegradering="klientadresse")]}, Gradering.UGRADERT),
        ({"oppholdsadresse": [now(adressegradering="fortrolig")]}, Gradering.FORTROLIG),
        ({"deltBosted": [now(adressegradering="fortrolig")]}, Gradering.FORTROLIG),
        ({"postadresse": [now(adressegradering="fortrolig")]}, Gradering.FORTROLIG),
        ({"postadresseIUtlandet": [now(adressegradering="fortrolig")]}, Gradering.FORTROLIG),
        ({"preferertKontaktadresse": [now(adressegradering="fortrolig")]}, Gradering.FORTROLIG),
        ({"preferertKontaktadresse": [now(valg="bostedsadresse")]}, Gradering.UGRADERT),
        ({"postadresse": [now(adressegradering="UGRADERT")]}, Gradering.UGRADERT),
        ({"postadresse": [now(adressegradering="STRENGT_FORTROLIG")]}, Gradering.STRENGT_FORTROLIG),
        (
            {
                "adressebeskyttelse": [now(graderingsnivaa="ugradert")],
                "bostedsadresse": [now(adressegradering="klientadresse"), now(adressegradering="strengtFortrolig")],
                "oppholdsadresse": [now(adressegradering="fortrolig")],
            },
            Gradering.STRENGT_FORTROLIG,
        ),
        ({"adressebeskyttelse": [now(graderingsnivaa="nyGrad")]}, "nyGrad"),
        ({"adressebeskyttelse": [now(graderingsnivaa="")]}, ""),
        ({"adressebeskyttelse": [now(graderingsnivaa="nyGrad"), now(graderingsnivaa="ugradert")]}, "nyGrad"),
    ],
)
async def test_the_strictest_gradering_wins_wherever_it_stands(entities: dict[str, Any], gradering: str) -> None:
    read_person = await read(person(**entities))
    assert read_person.gradering == gradering
    assert read_person.beskyttet == (gradering != "ugradert")


@pytest.mark.parametrize(
    ("entities", "doed", "status"),
    [
        ({"status": [now(status="doed")]}, True, "doed"),
        ({"doedsfall": now(doedsdato="2024-05-01")}, True, "doed"),
        ({"doedsfall": {"doedsdato": "2024-05-01"}}, True, "doed"),
        ({"doedsfall": now(), "status": None}, True, "doed"),
        ({"doedsfall": before(doedsdato="2024-05-01")}, False, "bosatt"),
        ({"status": [before(status="doed"), now(status="bosatt")]}, False, "bosatt"),
        ({"status": [now(status="utflyttet")]}, False, "utflyttet"),
        ({"falskIdentitet": before(erFalsk=True)}, False, "bosatt"),
        ({"falskIdentitet": now(erFalsk=False)}, False, "bosatt"),
    ],
)
async def test_dead_or_alive(entities: dict[str, Any], doed: bool, status: str) -> None:
    read_person = await read(person(**entities))
    assert (read_person.doed, read_person.status) == (doed, status)


NO_LONGER = [
    {"falskIdentitet": now(erFalsk=True)},
    {"falskIdentitet": {}},
    {"falskIdentitet": now(erFalsk=True), "doedsfall": now(doedsdato="2024-05-01")},
    {"status": [now(status="opphoert")]},
    {"status": [now(status="statusFraFremtiden")]},
]


@pytest.mark.parametrize("entities", NO_LONGER)
async def test_an_identity_that_is_false_ended_or_of_an_unknown_status_is_nobodys(entities: dict[str, Any]) -> None:
    read_person = await read(person(**entities))
    assert (read_person.finnes, read_person.doed) == (False, False)


async def test_who_has_died_under_an_identity_that_has_ended_is_dead() -> None:
    read_person = await read(person(status=[now(status="opphoert")], doedsfall=now(doedsdato="2024-05-01")))
    assert (read_person.finnes, read_person.doed) == (True, True)


@pytest.mark.parametrize("entities", NO_LONGER)
async def test_one_who_is_protected_is_seen_to_be_whatever_has_become_of_the_identity(entities: dict[str, Any]) -> None:
    assert (await read(person(**entities, adressebeskyttelse=[now(graderingsnivaa="fortrolig")]))).beskyttet


@pytest.mark.parametrize(
    ("foedsel", "expected"),
    [
        ([now(foedselsdato="1973-01-01", foedselsaar="1973")], date(1973, 1, 1)),
        ([before(foedselsdato="1971-01-01"), now(foedselsdato="1973-01-01")], date(1973, 1, 1)),
        ([now(foedselsaar="1973")], None),
        ([before(foedselsdato="1971-01-01")], None),
        ([], None),
        (None, None),
    ],
)
async def test_birth_date(foedsel: Any, expected: date | None) -> None:
    assert (await read(person(foedsel=foedsel))).foedselsdato == expected


async def test_an_old_number_gives_the_continuing_person_under_the_number_asked() -> None:
    """The answer bears the new number; the person's list of numbers tells that the old one was theirs."""
    both = [before(status="opphoert", foedselsEllerDNummer=A), now(status="iBruk", foedselsEllerDNummer=B)]
    subject = stub(answer({"oppslag": [found(B, person(B, identifikasjonsnummer=both))]}))
    personer = await client(subject).get_personer([A, C])
    assert set(personer) == {A}
    assert personer[A].foedselsnummer == B
    assert len(subject.requests) == 1


async def test_an_answer_that_does_not_say_whose_old_number_it_is_is_asked_for_alone() -> None:
    subject = stub(
        answer({"oppslag": [found(B, person(B)), found(C, person(C))]}),
        answer({"oppslag": [found(B, person(B))]}),
    )
    personer = await client(subject).get_personer([A, C])
    assert {asked: read_person.foedselsnummer for asked, read_person in personer.items()} == {A: B, C: C}
    assert json.loads(subject.requests[1].content) == {"foedselsEllerDNummer": [A]}


async def test_a_person_asked_for_by_both_numbers_is_found_under_both() -> None:
    both = [before(status="opphoert", foedselsEllerDNummer=A), now(status="iBruk", foedselsEllerDNummer=B)]
    wire = person(B, identifikasjonsnummer=both)
    personer = await client(stub(answer({"oppslag": [found(A, wire), found(B, wire)]}))).get_personer([A, B])
    assert personer[A] == personer[B]


async def test_unknown_ones_are_left_out_whether_said_or_not() -> None:
    subject = stub(answer({"oppslag": [unknown(A), found(B, person(B))]}))
    assert set(await client(subject).get_personer([A, B, C])) == {B}


async def test_an_empty_list_knows_nobody() -> None:
    assert await client(stub(answer({"oppslag": []}))).get_personer([A]) == {}


async def test_alike_answers_twice_are_one() -> None:
    twice = stub(answer({"oppslag": [found(A, person()), found(A, person())]}))
    assert set(await client(twice).get_personer([A])) == {A}


@pytest.mark.parametrize(
    ("oppslag", "phase"),
    [
        ([unknown(A, "Feil i tjenesten. Vennligst prøv igjen seinere.")], "answer"),
        ([found(A, person()), found(A, person(status=[now(status="doed")]))], "parse"),
        ([{"foedselsEllerDNummer": A}], "parse"),
        ([found(A, person(status=None))], "parse"),
        ([found(A, person(status=[before(status="bosatt")]))], "parse"),
        ([found(A, person(adressebeskyttelse=[now()]))], "parse"),
        ([found(A, person(bostedsadresse=[now()]))], "parse"),
        ([found(A, person(doedsfall=[now()]))], "parse"),
        ([found(A, person(foedsel=[now(foedselsdato="01.01.1973")]))], "parse"),
        ([{"folkeregisterperson": person()}], "parse"),
    ],
)
async def test_answers_that_say_nothing_are_no_answer(oppslag: list[Any], phase: str) -> None:
    with pytest.raises(SystemException) as raised:
        await client(stub(answer({"oppslag": oppslag}))).get_personer([A])
    assert (raised.value.system, raised.value.phase) == ("FOLKEREGISTERET", phase)
    assert A not in told_by(raised.value)


async def test_repr_tells_nothing_of_a_person() -> None:
    read_person = await read(person(adressebeskyttelse=[now(graderingsnivaa="fortrolig")]))
    assert A not in repr(read_person)
    assert "fortrolig" not in repr(read_person)


def ansvar(ansvarlig: str | None, subjekt: str | None = A, **more: Any) -> dict[str, Any]:
    return {"erGjeldende": True, "ansvar": "felles", "ansvarlig": ansvarlig, "ansvarssubjekt": subjekt, **more}


async def read_relations(wire: dict[str, Any]) -> Person:
    subject = stub(answer({"oppslag": [found(A, wire)]}))
    return (await client(subject).get_personer([A], relasjoner=True))[A]


async def test_relations_are_asked_for_only_when_needed() -> None:
    """Taushetsbelagt, and granted apart (MIND-8)."""
    subject = stub(answer({"oppslag": []}))
    await client(subject).get_personer([A])
    await client(subject).get_personer([A], relasjoner=True)
    without, with_relations = (set(request.url.params.get_list("part")) for request in subject.requests)
    assert with_relations - without == {"foreldreansvar", "vergemaalEllerFremtidsfullmakt"}
    assert without < with_relations


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (None, ()),
        ([], ()),
        ([ansvar(B), ansvar(C)], (B, C)),
        ([ansvar(C), ansvar(B)], (B, C)),
        ([ansvar(B), ansvar(B)], (B,)),
        ([ansvar(B, erGjeldende=False), ansvar(C)], (C,)),
        ([ansvar(B, ansvar="andre")], (B,)),
        # The person is the one responsible here, for somebody else.
        ([ansvar(A, B)], ()),
        ([ansvar(None), ansvar(B)], (B,)),
        ([ansvar(None, ansvarligOrganisasjon="202063756")], ()),
        ([ansvar(B, None)], ()),
    ],
)
async def test_foreldreansvar_for_this_person_today(entity: Any, expected: tuple[str, ...]) -> None:
    assert (await read_relations(person(foreldreansvar=entity))).foreldreansvar == expected


async def test_foreldreansvar_written_under_the_old_number() -> None:
    both = [before(status="opphoert", foedselsEllerDNummer=A), now(status="iBruk", foedselsEllerDNummer=B)]
    wire = person(B, identifikasjonsnummer=both, foreldreansvar=[ansvar(C, A)])
    subject = stub(answer({"oppslag": [found(B, wire)]}))
    assert (await client(subject).get_personer([A], relasjoner=True))[A].foreldreansvar == (C,)


NEW_VERGE = {"verge": {"foedselsEllerDNummer": B, "tjenesteomraade": []}, "vergemaaltype": "voksen"}
OLD_VERGE = {"verge": {"foedselsEllerDNummer": B, "omfang": "oekonomiskeInteresser"}, "vergemaaltype": "voksen"}


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (None, False),
        ([], False),
        ([now(**NEW_VERGE)], True),
        ([now(**OLD_VERGE)], True),
        ([NEW_VERGE], True),
        ([before(**OLD_VERGE)], False),
        ([before(**OLD_VERGE), now(**NEW_VERGE)], True),
        ([now(vergemaaltype="enTypeFraFremtiden")], True),
    ],
)
async def test_a_vergemaal_that_has_ended_does_not_count(entity: Any, expected: bool) -> None:
    assert (await read_relations(person(vergemaalEllerFremtidsfullmakt=entity))).har_verge is expected


async def test_who_the_verger_are_is_read_in_both_shapes_and_only_of_those_that_hold() -> None:
    nameless = {"verge": {"navnFoedselsdato": {}}, "vergemaaltype": "voksen"}
    for shape in (NEW_VERGE, OLD_VERGE):
        entity = [now(**shape), now(**nameless)]
        assert (await read_relations(person(vergemaalEllerFremtidsfullmakt=entity))).verger == (B,)
    assert (await read_relations(person(vergemaalEllerFremtidsfullmakt=[now(**nameless)]))).verger == ()


async def test_repr_tells_of_nobody_responsible() -> None:
    assert B not in repr(await read_relations(person(foreldreansvar=[ansvar(B)])))


NAVN = [before(fornavn="Kari", etternavn="Tidligere"), now(fornavn="Kari", mellomnavn="Åse", etternavn="Prøve")]
OSLO = {"poststed": {"poststedsnavn": "OSLO", "postnummer": "0155"}}
STORGATA = {"adressenavn": "Storgata", "adressenummer": {"husnummer": "12", "husbokstav": "B"}, **OSLO}
HOME = [
    before(adressegradering="ugradert", vegadresse={**STORGATA, "adressenavn": "Gamlegata"}),
    now(adressegradering="ugradert", vegadresse=STORGATA),
]


def ugradert(**form: Any) -> list[dict[str, Any]]:
    return [now(adressegradering="ugradert", **form)]


async def adressat(**entities: Any) -> Adressat | None:
    wire = person(**{"navn": NAVN, **entities})
    return (await client(stub(answer({"oppslag": [found(A, wire)]}))).get_adressater([A])).get(A)


def at(*linjer: str, postnummer: str = "0155", poststed: str = "OSLO", land: str = "") -> Adressat:
    return Adressat(A, "Kari Åse Prøve", linjer, postnummer, poststed, land)


@pytest.mark.parametrize("entities", NO_LONGER)
async def test_no_letter_goes_to_an_identity_that_is_nobodys(entities: dict[str, Any]) -> None:
    assert await adressat(bostedsadresse=HOME) is not None
    assert await adressat(bostedsadresse=HOME, **entities) is None


async def test_a_name_is_asked_for_when_a_letter_is_to_be_written() -> None:
    subject = stub(answer({"oppslag": []}))
    assert await client(subject).get_adressater([A]) == {}
    parts = subject.requests[0].url.params.get_list("part")
    assert {"navn", "bostedsadresse", "postadresse", "adressebeskyttelse", "doedsfall"} <= set(parts)
    assert not {"foreldreansvar", "vergemaalEllerFremtidsfullmakt"} & set(parts)


@pytest.mark.parametrize(
    ("entities", "expected"),
    [
        ({"bostedsadresse": HOME}, at("Storgata 12B")),
        (
            {"bostedsadresse": HOME, "postadresse": ugradert(postboksadresse={"postboks": "7 Sentrum", **OSLO})},
            at("Postboks 7 Sentrum"),
        ),
        (
            {"postadresse": ugradert(postboksadresse={"postboks": "Postboks 7", "postbokseier": "Odd Prøve", **OSLO})},
            at("c/o Odd Prøve", "Postboks 7"),
        ),
        (
            {
                "bostedsadresse": HOME,
                "postadresse": ugradert(postboksadresse={"postboks": "7", **OSLO}),
                "preferertKontaktadresse": [now(valg="bostedsadresse")],
            },
            at("Storgata 12B"),
        ),
        (
            {
                "bostedsadresse": HOME,
                "preferertKontaktadresse": [
                    before(valg="postadresse"),
                    now(kontaktadresseIFrittFormat={"adresselinje": ["Hos Odd", "Fjellveien 1", "5003 BERGEN"]}),
                ],
            },
            at("Hos Odd", "Fjellveien 1", postnummer="5003", poststed="BERGEN"),
        ),
        (
            {
                "bostedsadresse": HOME,
                "preferertKontaktadresse": [now(kontaktadresseIFrittFormat={"adresselinje": ["Et sted i fjellet"]})],
            },
            at("Storgata 12B"),
        ),
        (
            {
                "oppholdsadresse": ugradert(
                    vegadresse={**STORGATA, "coAdressenavn": "C/O Odd", "adressetilleggsnavn": "Haugen"}
                )
            },
            at("C/O Odd", "Haugen", "Storgata 12B"),
        ),
        (
            {
                "bostedsadresse": ugradert(
                    matrikkeladresse={
                        "matrikkelnummer": {
                            "kommunenummer": "0301",
                            "gaardsnummer": 11,
                            "bruksnummer": 4,
                            "festenummer": 0,
                        },
                        "undernummer": 2,
                        **OSLO,
                    }
                )
            },
            at("Gnr/bnr 11/4-2"),
        ),
        (
            {"postadresse": ugradert(postadresseIFrittFormat={"adresselinje": ["A", "B", "C", "D"], **OSLO})},
            at("A", "B", "C, D"),
        ),
        (
            {
                "postadresseIUtlandet": ugradert(
                    utenlandskAdresse={
                        "coAdressenavn": "Odd",
                        "bygning": "Hus 2",
                        "etasjenummer": "3",
                        "adressenavn": "Exempelgatan 1",
                        "postkode": "111 11",
                        "byEllerStedsnavn": "STOCKHOLM",
                        "landkode": "SE",
                    }
                )
            },
            at("c/o Odd", "Hus 2 3", "Exempelgatan 1", postnummer="111 11", poststed="STOCKHOLM", land="Sverige"),
        ),
        (
            {
                "postadresseIUtlandet": ugradert(
                    utenlandskAdresseIFrittFormat={"adresselinje": ["1 Example Road", "SUVA"], "landkode": "FJ"}
                )
            },
            at("1 Example Road", postnummer="", poststed="SUVA", land="FJ"),
        ),
        # The dwelling is unknown, but the person stays somewhere.
        (
            {
                "bostedsadresse": ugradert(ukjentBosted={"bostedskommune": "0301"}),
                "oppholdsadresse": ugradert(vegadresse=STORGATA),
            },
            at("Storgata 12B"),
        ),
        ({"bostedsadresse": ugradert(vegadresse={"adressenavn": "Uten sted"})}, None),
        ({"bostedsadresse": ugradert(ukjentBosted={"bostedskommune": "0301"})}, None),
        ({"bostedsadresse": [before(adressegradering="ugradert", vegadresse=STORGATA)]}, None),
        ({}, None),
        ({"bostedsadresse": HOME, "navn": [before(fornavn="Kari", etternavn="Tidligere")]}, None),
        ({"bostedsadresse": HOME, "doedsfall": now()}, None),
    ],
)
async def test_where_a_letter_goes(entities: dict[str, Any], expected: Adressat | None) -> None:
    assert await adressat(**entities) == expected


@pytest.mark.parametrize("gradering", ["klientadresse", "fortrolig", "strengtFortrolig", "nyGrad"])
@pytest.mark.parametrize("where", ["adressebeskyttelse", "another address"])
async def test_the_address_of_a_protected_person_is_never_given(gradering: str, where: str) -> None:
    """VERN-2, also when the address that would be used is not the marked one."""
    marked: dict[str, Any] = (
        {"adressebeskyttelse": [now(graderingsnivaa=gradering)]}
        if where == "adressebeskyttelse"
        else {"oppholdsadresse": [now(adressegradering=gradering, vegadresse=STORGATA)]}
    )
    assert await adressat(bostedsadresse=HOME, **marked) is None


async def test_an_adressat_is_found_under_the_number_asked() -> None:
    both = [before(status="opphoert", foedselsEllerDNummer=A), now(status="iBruk", foedselsEllerDNummer=B)]
    wire = person(B, identifikasjonsnummer=both, navn=NAVN, bostedsadresse=HOME)
    subject = stub(answer({"oppslag": [found(B, wire), unknown(C)]}))
    assert {asked: a.foedselsnummer for asked, a in (await client(subject).get_adressater([A, C])).items()} == {A: B}


async def test_repr_tells_nothing_of_an_adressat() -> None:
    shown = repr(await adressat(bostedsadresse=HOME))
    assert not [word for word in (A, "Kari", "Storgata", "OSLO", "0155") if word in shown]


def test_the_window_of_the_envelope() -> None:
    assert at("Storgata 12B").adressefelt == ("Kari Åse Prøve", "Storgata 12B", "0155 OSLO")
    abroad = at("Exempelgatan 1", postnummer="", poststed="STOCKHOLM", land="Sverige")
    assert abroad.adressefelt == ("Kari Åse Prøve", "Exempelgatan 1", "STOCKHOLM", "SVERIGE")
