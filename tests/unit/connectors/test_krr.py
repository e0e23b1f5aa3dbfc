"""KRR: a thousand numbers in the body, answers for those asked for alone, dates with half an offset."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from connectors.credentials import BearerToken
from connectors.krr.client import KrrClient
from domain.errors import SystemException
from domain.kontaktinformasjon import Kontaktinformasjon
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import Stub, answer, example, hasty, stub

KARI, RESERVERT, NY_STATUS = "01817328004", "01818618022", "01827620013"


def client(subject: Stub) -> KrrClient:
    return KrrClient("https://example.com/rest/v2", subject.client(), hasty(), BearerToken("t"))


def person(**changes: Any) -> dict[str, Any]:
    values = {"personidentifikator": KARI, "reservasjon": "NEI", "status": "AKTIV", "varslingsstatus": "KAN_VARSLES"}
    return values | changes


async def test_a_lookup_on_the_wire() -> None:
    subject = stub(answer(example("krr/personer-200.json")))
    found = await client(subject).get_kontaktinformasjon([KARI, RESERVERT, NY_STATUS, KARI, "123", "tekst"])
    request = subject.requests[0]
    assert (request.method, request.url.path, request.url.query) == ("POST", "/rest/v2/personer", b"")
    assert json.loads(request.content) == {"personidentifikatorer": [KARI, RESERVERT, NY_STATUS]}
    assert request.headers["authorization"] == "Bearer t"
    assert found == {
        KARI: Kontaktinformasjon(
            reservert=False,
            kan_varsles=True,
            mobiltelefonnummer="+4700000001",
            mobiltelefonnummer_oppdatert=date(2024, 11, 20),
            mobiltelefonnummer_sist_verifisert=date(2026, 7, 1),  # 23.30 UTC is the next day in Oslo
        ),
        RESERVERT: Kontaktinformasjon(reservert=True, kan_varsles=False),
        NY_STATUS: Kontaktinformasjon(
            reservert=False,
            kan_varsles=False,
            mobiltelefonnummer="+4700000002",
            mobiltelefonnummer_sist_verifisert=date(2026, 10, 1),
        ),
    }


async def test_answers_nobody_asked_for_are_ignored_and_missing_ones_are_unknown() -> None:
    subject = stub(answer({"personer": [person(personidentifikator=RESERVERT)]}))
    assert await client(subject).get_kontaktinformasjon([KARI]) == {}


async def test_a_thousand_at_a_time() -> None:
    subject = stub(answer({"personer": []}))
    numbers = [f"{number:011}" for number in range(2001)]
    assert await client(subject).get_kontaktinformasjon(numbers) == {}
    sizes = [len(json.loads(request.content)["personidentifikatorer"]) for request in subject.requests]
    assert sizes == [1000, 1000, 1]


async def test_nobody_to_ask_for_is_no_call() -> None:
    subject = stub(answer({"personer": []}))
    assert await client(subject).get_kontaktinformasjon(["", "12345678901x"]) == {}
    assert subject.requests == []


@pytest.mark.parametrize("number", ["", "00000001", "+47 000 00 001", "004700000001", "+0012345678", "ukjent"])
async def test_a_number_without_the_country_in_front_is_none(number: str) -> None:
    kontakt = {"mobiltelefonnummer": number}
    subject = stub(answer({"personer": [person(kontaktinformasjon=kontakt)]}))
    assert (await client(subject).get_kontaktinformasjon([KARI]))[KARI].mobiltelefonnummer is None


async def test_what_is_left_out_says_nothing_good() -> None:
    subject = stub(answer({"personer": [{"personidentifikator": KARI}]}))
    assert (await client(subject).get_kontaktinformasjon([KARI]))[KARI] == Kontaktinformasjon(False, False)


async def test_one_person_twice() -> None:
    alike = stub(answer({"personer": [person(), person()]}))
    assert set(await client(alike).get_kontaktinformasjon([KARI])) == {KARI}
    different = stub(answer({"personer": [person(), person(reservasjon="JA")]}))
    with pytest.raises(SystemException) as raised:
        await client(different).get_kontaktinformasjon([KARI])
    assert (raised.value.system, raised.value.phase) == ("KRR", "parse")


@pytest.mark.parametrize("text", ["i går", "2026-10-01T12:00:00", "2026-13-01T12:00:00+01"])
async def test_a_time_that_cannot_be_read(text: str) -> None:
    kontakt = {"mobiltelefonnummer": "+4700000001", "mobiltelefonnummer_oppdatert": text}
    subject = stub(answer({"personer": [person(kontaktinformasjon=kontakt)]}))
    with pytest.raises(SystemException) as raised:
        await client(subject).get_kontaktinformasjon([KARI])
    assert (raised.value.phase, raised.value.message) == (
        "parse",
        "mobiltelefonnummer_oppdatert is not an instant with its offset",
    )
    assert KARI not in told_by(raised.value)
    assert text not in told_by(raised.value)
