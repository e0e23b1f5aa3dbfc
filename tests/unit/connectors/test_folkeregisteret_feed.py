"""Folkeregisteret's feed: which pages are asked for, what is read of them, and when its position is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.credentials import BearerToken
from connectors.folkeregisteret.client import FeedPositionGone, FolkeregisterClient
from domain.errors import SystemException
from domain.registerhendelse import Registerhendelse
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import Naps, Stub, answer, example, hasty, stub

KARI, OLA, D_NUMMER = "01817328004", "01818618022", "41852051208"


def client(subject: Stub, naps: Naps | None = None) -> FolkeregisterClient:
    return FolkeregisterClient("https://example.com/api/v1", subject.client(), hasty(naps), BearerToken("t"))


def event(sequence: int, number: str = KARI) -> dict[str, Any]:
    return {"sekvensnummer": sequence, "hendelse": {"folkeregisteridentifikator": number, "hendelsetype": "ny"}}


async def read(subject: Stub, fra: int, til: int) -> list[Registerhendelse]:
    return [hendelse async for hendelse in client(subject).read_hendelser(fra, til)]


def asked(subject: Stub) -> list[str]:
    assert {request.url.path for request in subject.requests} == {"/api/v1/hendelser/feed"}
    return [request.url.params["seq"] for request in subject.requests]


async def test_the_example() -> None:
    """An event of a type nobody knows, without a document, is an event like the others; gaps are nothing."""
    subject = stub(answer(example("folkeregisteret/feed-200.json")))
    assert await read(subject, 41, 45) == [
        Registerhendelse(41, KARI, "endringIBostedsadresse", "a1"),
        Registerhendelse(42, OLA, "personErDoed", "a2"),
        Registerhendelse(45, D_NUMMER, "hendelseFraFremtiden", None),
    ]
    assert asked(subject) == ["41"]


async def test_the_number_asked_for_is_included_so_the_next_page_begins_one_after_the_last() -> None:
    subject = stub(
        answer([event(n) for n in range(10, 1010)]), answer([event(n) for n in range(1010, 1015)]), answer([])
    )
    assert len(await read(subject, 10, 1014)) == 1005
    assert asked(subject) == ["10", "1010"]


async def test_nothing_after_the_last_number_is_read_or_asked_for() -> None:
    subject = stub(answer([event(7), event(8), event(9)]))
    assert len(await read(subject, 7, 8)) == 2
    assert await read(subject, 9, 8) == []
    assert asked(subject) == ["7"]


async def test_an_empty_page_is_the_end() -> None:
    subject = stub(answer([]))
    assert await read(subject, 7, 900) == []
    assert asked(subject) == ["7"]


async def test_events_that_come_twice_are_told_as_they_come() -> None:
    subject = stub(answer([event(7), event(7)]))
    assert len(await read(subject, 7, 7)) == 2


async def test_a_position_that_is_too_old_is_said() -> None:
    told = {"kode": "FREG-406", "melding": "Det er oppgitt ulovlig sekvensnummer."}
    with pytest.raises(FeedPositionGone):
        await read(stub(answer(told, 406)), 1, 9)


async def test_a_page_from_before_is_no_answer() -> None:
    """Otherwise it would be asked for again and again."""
    with pytest.raises(SystemException, match="from before"):
        await read(stub(answer([event(3)])), 7, 9)


async def test_an_event_without_a_number_is_no_answer_and_nobody_is_told_of() -> None:
    broken = [{"sekvensnummer": "x", "hendelse": {"folkeregisteridentifikator": KARI, "hendelsetype": "ny"}}]
    with pytest.raises(SystemException) as raised:
        await read(stub(answer(broken)), 7, 9)
    assert raised.value.phase == "parse"
    assert KARI not in told_by(raised.value)


async def test_retry_after_is_in_milliseconds() -> None:
    naps = Naps()
    subject = stub(answer(status=429, retry_after="1500"), answer(17))
    assert await client(subject, naps).get_siste_sekvensnummer() == 17
    assert naps.seconds == [1.5]
    assert subject.requests[0].url.path == "/api/v1/hendelser/siste/sekvensnummer"


async def test_what_an_event_changed_stands_in_its_document() -> None:
    subject = stub(answer(example("folkeregisteret/hendelsesdokumenter-200.json")))
    found = await client(subject).get_entiteter(["a2", "a3"])
    assert found == {"a2": {"doedsfall", "status"}}, "the other does not say what it changed"
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("POST", "/api/v1/hendelser/bulkoppslag")
    assert json.loads(request.content) == {"dokumentidentifikator": ["a2", "a3"]}


async def test_a_single_document_may_come_without_a_list() -> None:
    one = json.loads(example("folkeregisteret/hendelsesdokumenter-200.json"))[0]
    assert await client(stub(answer(one))).get_entiteter(["a2"]) == {"a2": {"doedsfall", "status"}}


async def test_a_document_that_is_no_longer_kept_is_left_out() -> None:
    subject = stub(answer({"kode": "FREG-400", "melding": "Dokumentet finnes ikke."}, 400))
    assert await client(subject).get_entiteter(["a2"]) == {}


async def test_a_thousand_documents_at_a_time() -> None:
    subject = stub(answer([]))
    assert await client(subject).get_entiteter([f"d{n}" for n in range(1001)]) == {}
    assert [len(json.loads(r.content)["dokumentidentifikator"]) for r in subject.requests] == [1000, 1]
