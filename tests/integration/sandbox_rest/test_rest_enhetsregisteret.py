"""Enhetsregisteret over a real socket: the three ways of being gone, the batch look-up and the authorised roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

ENHET = "application/vnd.brreg.enhetsregisteret.enhet.v2+json"
FREG_SCOPE = "folkeregister:deling/offentligmedhjemmel"
BRREG_SCOPE = "brreg:enhetsregisteret:autorisert"
KARI, SKJULT = "01817328004", "01827620013"


def one(sandbox: Any, number: str, **headers: str) -> httpx.Response:
    return sandbox.http.get(f"{sandbox.brreg}/api/enheter/{number}", headers=headers)


def search(sandbox: Any, query: str) -> httpx.Response:
    return sandbox.http.get(f"{sandbox.brreg}/api/enheter?{query}")


STATES = {
    "202063756": {},
    "295496568": {"konkurs": "konkursdato"},
    "294947043": {"underAvvikling": "underAvviklingDato"},
    "252916636": {"underTvangsavviklingEllerTvangsopplosning": "tvangsopplostPgaManglendeRegnskapDato"},
}
DATES = {"295496568": "2025-07-20", "294947043": "2026-09-19", "252916636": "2025-05-18"}


@pytest.mark.parametrize("number", STATES)
def test_a_live_unit_has_each_flag_and_the_date_of_the_one_that_is_set(sandbox: Any, number: str) -> None:
    answer = one(sandbox, number)
    body = answer.json()
    assert answer.status_code == 200
    assert body["respons_klasse"] == "Enhet"
    for flag in ("konkurs", "underAvvikling", "underTvangsavviklingEllerTvangsopplosning"):
        assert body[flag] is (flag in STATES[number])
    for date_field in STATES[number].values():
        assert body[date_field] == DATES[number]
    assert "slettedato" not in body


def test_a_unit_struck_off_is_answered_with_200_and_a_date(sandbox: Any) -> None:
    answer = one(sandbox, "294418067")
    assert answer.status_code == 200
    body = answer.json()
    assert body.pop("_links")["self"]["href"].endswith("/enheter/294418067")
    assert body.pop("organisasjonsform")["kode"] == "AS"
    assert body == {
        "respons_klasse": "SlettetEnhet", "organisasjonsnummer": "294418067", "navn": "SLETTET AS",
        "slettedato": "2026-09-14",
    }  # fmt: skip


def test_a_removed_unit_is_answered_with_410_and_no_name(sandbox: Any) -> None:
    answer = one(sandbox, "277108666")
    assert answer.status_code == 410
    assert set(answer.json()) == {"organisasjonsnummer", "slettedato", "_links"}
    assert answer.json()["slettedato"] == "2026-08-06"


def test_a_number_never_given_out_is_answered_with_404_and_nothing(sandbox: Any) -> None:
    answer = one(sandbox, "399999999")
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("number", ["12345678", "1234567890", "abcdefghi", "٣٩٩٩٩٩٩٩٩"])
def test_what_is_no_number_is_answered_with_400(sandbox: Any, number: str) -> None:
    answer = one(sandbox, number)
    body = answer.json()
    assert answer.status_code == 400
    assert {"tidsstempel", "status", "feilmelding", "sti", "antallFeil", "valideringsfeil"} == set(body)
    assert body["valideringsfeil"][0].keys() == {"feilmelding", "parametere", "feilaktigVerdi"}


@pytest.mark.parametrize(
    ("accept", "status", "content_type"),
    [
        (ENHET, 200, f"{ENHET};charset=UTF-8"),
        ("*/*", 200, f"{ENHET};charset=UTF-8"),
        ("application/json", 200, "application/json"),
        (f"text/html, {ENHET};q=0.9", 200, f"{ENHET};charset=UTF-8"),
        ("application/vnd.brreg.enhetsregisteret.enhet.v9+json", 406, "application/json"),
    ],
)
def test_the_version_is_chosen_with_accept(sandbox: Any, accept: str, status: int, content_type: str) -> None:
    answer = one(sandbox, "202063756", Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (status, content_type)


def test_a_batch_finds_only_those_that_are_neither_struck_off_nor_removed_nor_unknown(sandbox: Any) -> None:
    numbers = "202063756,295496568,294418067,277108666,399999999"
    body = search(sandbox, f"organisasjonsnummer={numbers}").json()
    assert [unit["organisasjonsnummer"] for unit in body["_embedded"]["enheter"]] == ["202063756", "295496568"]
    assert body["page"] == {"size": 20, "totalElements": 2, "totalPages": 1, "number": 0}


def test_a_batch_without_hits_has_no_embedded(sandbox: Any) -> None:
    body = search(sandbox, "organisasjonsnummer=294418067,277108666").json()
    assert set(body) == {"_links", "page"}
    assert body["page"] == {"size": 20, "totalElements": 0, "totalPages": 0, "number": 0}


def test_a_batch_larger_than_the_page_goes_on_behind_the_next_link(sandbox: Any) -> None:
    numbers = [f"3000000{n:02}" for n in range(21)]
    first = search(sandbox, f"organisasjonsnummer={','.join(numbers)}").json()
    assert len(first["_embedded"]["enheter"]) == 20
    assert first["page"] == {"size": 20, "totalElements": 21, "totalPages": 2, "number": 0}
    second = sandbox.http.get(first["_links"]["next"]["href"]).json()
    found = [unit["organisasjonsnummer"] for page in (first, second) for unit in page["_embedded"]["enheter"]]
    assert found == numbers
    assert "next" not in second["_links"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("organisasjonsnummer=202063756,12", "organisasjonsnummer"),
        ("organisasjonsnummer=", "organisasjonsnummer"),
        ("size=0", "size"),
        ("page=x", "page"),
        ("page=500&size=20", "page"),
        ("konkurs=true", "konkurs"),
    ],
)
def test_a_search_with_a_fault_is_refused_and_names_it(sandbox: Any, query: str, parameter: str) -> None:
    answer = search(sandbox, query)
    assert answer.status_code == 400
    assert answer.json()["valideringsfeil"][0]["parametere"] == [parameter]


def test_the_last_page_within_the_depth_is_answered(sandbox: Any) -> None:
    assert search(sandbox, "page=499&size=20").status_code == 200


@pytest.mark.parametrize(("unit", "owner"), [("304999608", KARI), ("230582785", SKJULT)])
def test_the_innehaver_of_an_enk_has_a_number_also_when_it_is_struck_off(
    sandbox: Any, bearer: Callable[..., dict[str, str]], unit: str, owner: str
) -> None:
    answer = sandbox.http.get(
        f"{sandbox.brreg}/autorisert-api/enheter/{unit}/roller", headers=bearer(sandbox, BRREG_SCOPE)
    ).json()
    owners = [
        role["person"]["fodselsnummer"]
        for group in answer["rollegrupper"]
        for role in group["roller"]
        if role["type"]["kode"] == "INNH" and not role["avregistrert"]
    ]
    assert owners == [owner]


def test_a_unit_without_innehaver_has_no_roles(sandbox: Any, bearer: Callable[..., dict[str, str]]) -> None:
    headers = bearer(sandbox, BRREG_SCOPE)
    assert (
        sandbox.http.get(f"{sandbox.brreg}/autorisert-api/enheter/202063756/roller", headers=headers).json()[
            "rollegrupper"
        ]
        == []
    )
    assert (
        sandbox.http.get(f"{sandbox.brreg}/autorisert-api/enheter/277108666/roller", headers=headers).status_code == 410
    )
    assert (
        sandbox.http.get(f"{sandbox.brreg}/autorisert-api/enheter/399999999/roller", headers=headers).status_code == 404
    )


def test_the_roles_need_a_token_with_the_scope(
    sandbox: Any, short_lived: Any, bearer: Callable[..., dict[str, str]]
) -> None:
    roles = "/autorisert-api/enheter/304999608/roller"
    assert sandbox.http.get(sandbox.brreg + roles).status_code == 401
    assert sandbox.http.get(sandbox.brreg + roles, headers=bearer(sandbox, FREG_SCOPE)).status_code == 403
    # This one asks for another scope, by its environment.
    assert short_lived.http.get(short_lived.brreg + roles, headers=bearer(short_lived, BRREG_SCOPE)).status_code == 403


def test_a_failing_register_answers_with_the_other_shape(sandbox: Any) -> None:
    sandbox.turn("ENHETSREGISTERET", "server_error", times=1)
    answer = one(sandbox, "202063756")
    assert answer.status_code == 500
    assert set(answer.json()) == {"error", "message", "trace", "validationErrors"}
