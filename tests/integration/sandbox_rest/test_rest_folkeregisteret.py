"""Folkeregisteret over a real socket: access, the two look-ups, and its own ways of failing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

BRREG_SCOPE = "brreg:enhetsregisteret:autorisert"
KARI, DOED, SKJULT, BARN = "01817328004", "01818618022", "01827620013", "15901234567"
UNKNOWN = "03816543210"


def gjeldende(person: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [element for element in person.get(name, []) if element["erGjeldende"]]


def bulk(freg: httpx.Client, numbers: list[str], query: str = "") -> httpx.Response:
    return freg.post(f"/personer/bulkoppslag{query}", json={"foedselsEllerDNummer": numbers})


def test_one_person(freg: httpx.Client) -> None:
    person = freg.get(f"/personer/{KARI}").json()
    assert person["identifikasjonsnummer"][0]["foedselsEllerDNummer"] == KARI
    assert [e["status"] for e in gjeldende(person, "status")] == ["bosatt"]
    assert [e["foedselsdato"] for e in gjeldende(person, "foedsel")] == ["1973-01-01"]
    assert [(e["fornavn"], e["etternavn"]) for e in gjeldende(person, "navn")] == [("Kari", "Prøve")]
    [home] = gjeldende(person, "bostedsadresse")
    assert home["adressegradering"] == "ugradert"
    assert home["vegadresse"]["adressenavn"] == "Storgata"
    assert home["vegadresse"]["adressenummer"] == {"husnummer": "12", "husbokstav": "B"}
    assert home["vegadresse"]["bruksenhetsnummer"] == "H0301"
    assert home["vegadresse"]["poststed"] == {"poststedsnavn": "OSLO", "postnummer": "0155"}
    assert "foreldreansvar" not in person


def test_who_has_died(freg: httpx.Client) -> None:
    person = freg.get(f"/personer/{DOED}").json()
    assert person["doedsfall"]["doedsdato"] == "2026-05-01"
    assert person["doedsfall"]["erGjeldende"] is True
    assert [e["status"] for e in gjeldende(person, "status")] == ["doed"]
    assert [e["status"] for e in person["status"] if not e["erGjeldende"]] == ["bosatt"]
    assert not gjeldende(person, "bostedsadresse")


def test_who_is_protected(freg: httpx.Client) -> None:
    person = freg.get(f"/personer/{SKJULT}").json()
    assert [e["graderingsnivaa"] for e in gjeldende(person, "adressebeskyttelse")] == ["strengtFortrolig"]
    assert [e["adressegradering"] for e in gjeldende(person, "bostedsadresse")] == ["strengtFortrolig"]


def test_relations_come_when_asked_for_and_stand_at_both_ends(freg: httpx.Client) -> None:
    child = freg.get(f"/personer/{BARN}?part=person-basis&part=relasjon-utvidet").json()
    guardians = {(e["ansvarlig"], e["ansvarssubjekt"], e["ansvar"]) for e in gjeldende(child, "foreldreansvar")}
    assert guardians == {(KARI, BARN, "felles"), (DOED, BARN, "felles")}
    [verge] = gjeldende(child, "vergemaalEllerFremtidsfullmakt")
    assert verge["verge"]["foedselsEllerDNummer"] == SKJULT
    assert verge["verge"]["tjenesteomraade"][0].keys() == {"vergeTjenestevirksomhet", "vergeTjenesteoppgave"}
    mother = freg.get(f"/personer/{KARI}?part=foreldreansvar").json()
    assert [(e["ansvarlig"], e["ansvarssubjekt"]) for e in gjeldende(mother, "foreldreansvar")] == [(KARI, BARN)]


def test_a_part_gives_that_part_and_the_numbers_only(freg: httpx.Client) -> None:
    assert set(freg.get(f"/personer/{KARI}?part=status&part=foedsel").json()) == {
        "identifikasjonsnummer", "status", "foedsel",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status", "keys"),
    [
        (f"/personer/{UNKNOWN}", 404, {"code", "message", "httpStatus", "feilreferanse"}),
        ("/personer/123", 400, {"kode", "melding"}),
        (f"/personer/{KARI}?part=alt", 400, {"kode", "melding"}),
    ],
)
def test_what_cannot_be_answered(freg: httpx.Client, path: str, status: int, keys: set[str]) -> None:
    answer = freg.get(path)
    assert answer.status_code == status
    assert set(answer.json()) == keys


def test_bulk_answers_each_number_by_itself(freg: httpx.Client) -> None:
    answer = bulk(freg, [KARI, UNKNOWN, "tull"], "?part=status")
    assert answer.status_code == 200
    found = {item["foedselsEllerDNummer"]: item for item in answer.json()["oppslag"]}
    assert set(found) == {KARI, UNKNOWN, "tull"}
    assert gjeldende(found[KARI]["folkeregisterperson"], "status")
    for number in (UNKNOWN, "tull"):
        assert set(found[number]) == {"foedselsEllerDNummer", "feilmelding"}
        assert set(found[number]["feilmelding"]) == {"feilmelding"}


def test_bulk_keeps_order_and_repeats_only_when_asked_to(freg: httpx.Client) -> None:
    asked = [KARI, DOED, KARI, BARN, SKJULT]
    ordered = bulk(freg, asked, "?part=status&somBestilt=true").json()["oppslag"]
    assert [item["foedselsEllerDNummer"] for item in ordered] == asked
    plain = bulk(freg, asked, "?part=status").json()["oppslag"]
    assert sorted(item["foedselsEllerDNummer"] for item in plain) == sorted(set(asked))


@pytest.mark.parametrize(("count", "status"), [(1000, 200), (1001, 400)])
def test_bulk_takes_at_most_a_thousand(freg: httpx.Client, count: int, status: int) -> None:
    assert bulk(freg, [f"{number:011}" for number in range(count)]).status_code == status


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"foedselsEllerDNummer": []}', '{"foedselsEllerDNummer": [1]}'])
def test_bulk_refuses_a_body_it_cannot_read(freg: httpx.Client, body: str) -> None:
    assert freg.post("/personer/bulkoppslag", content=body).status_code == 400


def test_without_a_token_nobody_gets_in(sandbox: Any) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer tull"},
        {"Authorization": "Basic YTpi"},
    ):
        answer = sandbox.http.get(f"{sandbox.freg}/personer/{KARI}", headers=headers)
        assert answer.status_code == 401
        assert {"feilkode", "feilmelding", "httpStatus", "alvorlighetsgrad"} <= set(answer.json())


def test_a_token_signed_by_another_is_refused(sandbox: Any) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"scope": "folkeregister:deling/offentligmedhjemmel", "aud": "unspecified", "exp": time.time() + 60}
    forged = jwt.encode(claims, stranger, algorithm="RS256")
    answer = sandbox.http.get(f"{sandbox.freg}/personer/{KARI}", headers={"Authorization": f"Bearer {forged}"})
    assert answer.status_code == 401


def test_a_token_for_another_scope_is_refused(sandbox: Any, bearer: Callable[..., dict[str, str]]) -> None:
    answer = sandbox.http.get(f"{sandbox.freg}/personer/{KARI}", headers=bearer(sandbox, BRREG_SCOPE))
    assert (answer.status_code, answer.json()["httpStatus"]) == (403, 403)


def test_too_many_calls_are_told_to_wait_in_milliseconds(sandbox: Any, freg: httpx.Client) -> None:
    sandbox.turn("FOLKEREGISTERET", "too_many_requests", times=1, retry_after_ms=250)
    answer = freg.get(f"/personer/{KARI}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "250")
    assert set(answer.json()) == {"kode", "melding"}
    assert freg.get(f"/personer/{KARI}").status_code == 200


def test_the_firewall_answers_with_a_page(sandbox: Any, freg: httpx.Client) -> None:
    sandbox.turn("FOLKEREGISTERET", "html_error", times=1)
    answer = bulk(freg, [KARI])
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/html")
    assert "support ID" in answer.text
    assert bulk(freg, [KARI]).status_code == 200


def test_the_feed_is_a_plain_list_from_the_number_asked_for(freg: httpx.Client) -> None:
    newest = freg.get("/hendelser/siste/sekvensnummer", headers={"Accept": "application/json"}).json()
    answer = freg.get(f"/hendelser/feed?seq={newest}")
    (event,) = answer.json()
    assert event["sekvensnummer"] == newest
    assert event["hendelse"].keys() == {
        "folkeregisteridentifikator", "hendelsetype", "hendelsesdokument", "persondokument", "ajourholdstidspunkt",
    }  # fmt: skip
    assert freg.get(f"/hendelser/feed?seq={newest + 1}").json() == []
    unchanged = freg.get(f"/hendelser/feed?seq={newest}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_the_document_of_an_event_has_another_spelling(freg: httpx.Client) -> None:
    newest = int(freg.get("/hendelser/siste/sekvensnummer", headers={"Accept": "text/plain"}).text)
    (event,) = freg.get(f"/hendelser/feed?seq={newest}").json()
    asked = {"dokumentidentifikator": [event["hendelse"]["hendelsesdokument"]]}
    (document,) = freg.post("/hendelser/bulkoppslag", json=asked).json()
    assert document["hendelse"]["hendelsestype"] == event["hendelse"]["hendelsetype"]
    assert document["hendelse"]["egenskapshendelse"] == [{"entitet": "navn", "entitetsendring": "korrigere"}]


@pytest.mark.parametrize(("seq", "status"), [("1", 406), ("tull", 400), ("", 400)])
def test_a_position_that_is_gone_or_none(freg: httpx.Client, seq: str, status: int) -> None:
    answer = freg.get(f"/hendelser/feed?seq={seq}")
    assert (answer.status_code, answer.json().keys()) == (status, {"kode", "melding"})


@pytest.mark.parametrize("body", ["", "[]", '{"dokumentidentifikator": ["finnes-ikke"]}'])
def test_documents_that_cannot_be_had(freg: httpx.Client, body: str) -> None:
    assert freg.post("/hendelser/bulkoppslag", content=body).status_code == 400
