"""The update feed: an inclusive cursor, read until nothing is newer, and never from its beginning."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from connectors.enhetsregisteret.client import EnhetsregisterClient
from connectors.enhetsregisteret.feed import Oppdatering, Posisjon
from domain.errors import SystemException
from tests.unit.connectors.stubs import Stub, answer, example, hasty, stub

NR, OTHER = "202063756", "230582785"
PAGE = answer(example("enhetsregisteret/oppdateringer-200.json"))
NOTHING_NEWER = answer(example("enhetsregisteret/oppdateringer-200-tomt.json"))


def entry(number: int, **fields: Any) -> dict[str, Any]:
    made = {"oppdateringsid": number, "organisasjonsnummer": NR, "endringstype": "Endring"} | fields
    return {name: value for name, value in made.items() if value is not None}


def page(*entries: dict[str, Any]) -> Any:
    return answer({"_embedded": {"oppdaterteEnheter": list(entries)}, "page": {}})


async def read(subject: Stub, fra: Posisjon) -> list[Oppdatering]:
    client = EnhetsregisterClient("https://example.com", "https://example.com", subject.client(), hasty())
    return [each async for each in client.oppdateringer.read(fra)]


async def test_our_example() -> None:
    subject = stub(PAGE, NOTHING_NEWER)
    assert await read(subject, 500) == [Oppdatering(501, NR, "Sletting"), Oppdatering(507, OTHER, "Endring")]
    asked = [dict(request.url.params) for request in subject.requests]
    assert asked == [
        {"oppdateringsid": "500", "size": "1000", "sort": "id,ASC"},
        {"oppdateringsid": "508", "size": "1000", "sort": "id,ASC"},
    ]


async def test_it_goes_on_after_the_last_one_read() -> None:
    """The number asked for is answered too."""
    (first, last) = await read(stub(PAGE, NOTHING_NEWER), 501)
    assert (first.oppdateringsid, last.neste) == (501, 508)


async def test_from_an_instant_in_utc_with_milliseconds() -> None:
    subject = stub(PAGE, NOTHING_NEWER)
    await read(subject, datetime(2026, 11, 22, 1, 30, tzinfo=timezone(timedelta(hours=1))))
    assert subject.requests[0].url.params["dato"] == "2026-11-22T00:30:00.000Z"
    assert "oppdateringsid" not in subject.requests[0].url.params
    assert subject.requests[1].url.params["oppdateringsid"] == "508"


async def test_nothing_is_newer() -> None:
    assert await read(stub(NOTHING_NEWER), datetime(2026, 11, 22, tzinfo=UTC)) == []


async def test_a_kind_we_do_not_know_and_fields_we_do_not_know() -> None:
    subject = stub(page(entry(1, endringstype="Sammenslåing", ny=17)), NOTHING_NEWER)
    assert await read(subject, 1) == [Oppdatering(1, NR, "Sammenslåing")]


async def test_the_same_unit_again_and_again_is_so_many_entries() -> None:
    assert len(await read(stub(page(entry(1), entry(2), entry(9)), NOTHING_NEWER), 1)) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        page(entry(3), entry(2)),
        page(entry(3), entry(3)),
        page(entry(1)),
        page(entry(3, oppdateringsid=None)),
        page(entry(3, oppdateringsid="3")),
        page(entry(3, organisasjonsnummer=None)),
        answer({"_embedded": {"oppdaterteEnheter": {}}, "page": {}}),
        answer([]),
        answer({}),
    ],
)
async def test_a_feed_that_cannot_be_followed_is_no_answer(wrong: Any) -> None:
    with pytest.raises(SystemException) as caught:
        await read(stub(wrong, NOTHING_NEWER), 2)
    assert (caught.value.system, caught.value.phase) == ("ENHETSREGISTERET", "parse")
    assert NR not in str(caught.value)


async def test_the_version_is_pinned() -> None:
    subject = stub(NOTHING_NEWER)
    await read(subject, 1)
    assert subject.requests[0].headers["accept"] == "application/vnd.brreg.enhetsregisteret.oppdatering.enhet.v1+json"


def test_our_examples_are_json() -> None:
    assert json.loads(example("enhetsregisteret/oppdateringer-200.json"))["page"]["totalElements"] == 2
