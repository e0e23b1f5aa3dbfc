"""The register's documents about everybody in `liten`: a careful reader gets the row back, a careless one does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.folkeregisteret.person import KNOWN_PARTS, document, selected
from sandbox.folkeregisteret.relasjon import by_guardian
from sandbox.population import Row, Rows, load

EVERYTHING = selected(["person-basis", "relasjon-utvidet"])
ADDRESSES = ("bostedsadresse", "oppholdsadresse", "postadresseIUtlandet")


@pytest.fixture(scope="module")
def personer(root: Path) -> Rows:
    return load(root / "tests" / "population" / "liten").personer


@pytest.fixture(scope="module")
def documents(personer: Rows) -> dict[str, dict[str, Any]]:
    guardians = by_guardian(personer)
    return {n: dict(document(row, EVERYTHING, guardians.get(n, []))) for n, row in personer.items()}


def holds(element: dict[str, Any]) -> bool:
    return element["erGjeldende"] is True


def anything(_element: dict[str, Any]) -> bool:
    return True


def read(found: dict[str, Any], keep: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What a client makes of a document: the first element of each list it keeps."""

    def first(name: str, field: str) -> str:
        return next((e[field] for e in found.get(name, []) if keep(e) and field in e), "")

    levels = [e["graderingsnivaa"] for e in found.get("adressebeskyttelse", []) if keep(e)]
    levels += [e["adressegradering"] for name in ADDRESSES for e in found.get(name, []) if keep(e)]
    return {
        "foedselsdato": first("foedsel", "foedselsdato"),
        "status": first("status", "status"),
        "doedsdato": found["doedsfall"]["doedsdato"] if "doedsfall" in found and keep(found["doedsfall"]) else "",
        "fornavn": first("navn", "fornavn"),
        "etternavn": first("navn", "etternavn"),
        "gradering": next((level for level in levels if level != "ugradert"), "ugradert"),
        "verge": next(
            (
                e["verge"]["foedselsEllerDNummer"]
                for e in found.get("vergemaalEllerFremtidsfullmakt", [])
                if keep(e) and "foedselsEllerDNummer" in e["verge"]
            ),
            "",
        ),
    }


def test_a_careful_reader_gets_every_row_back(personer: Rows, documents: dict[str, dict[str, Any]]) -> None:
    for number, row in personer.items():
        expected = {name: row[name] for name in read(documents[number], holds)}
        assert read(documents[number], holds) == expected


@pytest.mark.parametrize("field", ["foedselsdato", "status", "doedsdato", "etternavn", "gradering"])
def test_a_reader_of_what_no_longer_holds_is_caught(
    field: str, personer: Rows, documents: dict[str, dict[str, Any]]
) -> None:
    assert any(read(documents[number], anything)[field] != row[field] for number, row in personer.items())


def test_the_newest_is_not_always_first_nor_always_last(documents: dict[str, dict[str, Any]]) -> None:
    several = [found["status"] for found in documents.values() if len(found["status"]) > 1]
    assert {statuses[0]["erGjeldende"] for statuses in several} == {True, False}


def test_foreldreansvar_stands_at_both_ends_and_only_today(
    personer: Rows, documents: dict[str, dict[str, Any]]
) -> None:
    truth = {
        (guardian, number)
        for number, row in personer.items()
        for guardian in row["foreldreansvar"].split(";")
        if guardian
    }
    told = {
        number: {(e["ansvarlig"], e["ansvarssubjekt"]) for e in found.get("foreldreansvar", []) if holds(e)}
        for number, found in documents.items()
    }
    assert truth
    for guardian, child in truth:
        assert (guardian, child) in told[child]
        assert guardian not in told or (guardian, child) in told[guardian]
    assert set().union(*told.values()) == truth
    assert any(not holds(e) for found in documents.values() for e in found.get("foreldreansvar", []))


def test_a_protection_may_stand_on_the_address_alone(personer: Rows, documents: dict[str, dict[str, Any]]) -> None:
    """VERN-2: klientadresse is a marking of addresses; who asks for adressebeskyttelse only misses some."""
    klient = [documents[number] for number, row in personer.items() if row["gradering"] == "klientadresse"]
    assert {"adressebeskyttelse" in found for found in klient} == {True, False}


def test_who_has_no_birth_date_has_at_most_a_year(personer: Rows, documents: dict[str, dict[str, Any]]) -> None:
    unknown = [documents[number] for number, row in personer.items() if not row["foedselsdato"]]
    assert unknown
    assert all("foedselsdato" not in e for found in unknown for e in found.get("foedsel", []))
    assert {"foedsel" in found for found in unknown} == {True, False}


def test_everything_is_a_list_but_doedsfall(documents: dict[str, dict[str, Any]]) -> None:
    for found in documents.values():
        for name, content in found.items():
            assert isinstance(content, dict if name == "doedsfall" else list)
            for element in content if isinstance(content, list) else [content]:
                assert isinstance(element["erGjeldende"], bool)
                assert holds(element) or "opphoerstidspunkt" in element


def test_a_d_nummer_has_an_oppholdsadresse_and_no_bostedsadresse(personer: Rows) -> None:
    row: Row = {**next(iter(personer.values())), "foedselsnummer": "41827312345", "status": "bosatt"}
    found = document(row, EVERYTHING, [])
    assert "bostedsadresse" not in found
    assert found["oppholdsadresse"]
    assert found["identifikasjonsnummer"][0]["identifikatortype"] == "dNummer"  # type: ignore[index]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Storgata 12", {"adressenavn": "Storgata", "adressenummer": {"husnummer": "12"}}),
        (
            "Nedre gate 3C H0204",
            {
                "adressenavn": "Nedre gate", "adressenummer": {"husnummer": "3", "husbokstav": "C"},
                "bruksenhetsnummer": "H0204", "bruksenhetstype": "bolig",
            },
        ),
        ("Uten nummer", {"adressenavn": "Uten nummer"}),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(personer: Rows, address: str, expected: dict[str, Any]) -> None:
    row = {**next(iter(personer.values())), "foedselsnummer": "01827312345", "status": "bosatt", "adresse": address}
    row |= {"postnummer": "0155", "poststed": "OSLO"}
    found: Any = document(row, EVERYTHING, [])
    place = next(e["vegadresse"] for e in found["bostedsadresse"] if holds(e))
    common = {"kommunenummer": "0301", "poststed": {"poststedsnavn": "OSLO", "postnummer": "0155"}}
    assert place == {**common, **expected}


def test_without_an_address_the_dwelling_is_unknown(personer: Rows) -> None:
    row = {**next(iter(personer.values())), "foedselsnummer": "01827312345", "status": "bosatt", "adresse": ""}
    found: Any = document(row, EVERYTHING, [])
    assert [e["ukjentBosted"] for e in found["bostedsadresse"] if holds(e)] == [{"bostedskommune": "0301"}]


def test_no_part_means_person_basis() -> None:
    assert selected([]) == selected(["person-basis"])
    assert "foreldreansvar" not in selected([])
    assert selected(["status", "relasjon-utvidet"]) == {"status", "foreldreansvar", "vergemaalEllerFremtidsfullmakt"}
    assert EVERYTHING <= KNOWN_PARTS
