"""The bulk file: read one unit at a time, joined with those wanted, whole or not at all."""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.enhetsregisteret.bulk import Utgave, find_enheter
from connectors.enhetsregisteret.client import EnhetsregisterClient
from domain.errors import SystemException
from domain.skyldner import Enhet, Enhetsstatus
from tests.unit.connectors.stubs import EXAMPLES, Made, Naps, answer, hasty, stub

NR, ENK = "202063756", "230582785"
TYPE = "application/vnd.brreg.enhetsregisteret.enhet.v2+gzip;charset=UTF-8"
MADE_AT = "Mon, 23 Nov 2026 03:12:07 GMT"
EDITION = Utgave(datetime(2026, 11, 23, 3, 12, 7, tzinfo=UTC), '"v1"')
UNITS = [
    json.loads((EXAMPLES / "enhetsregisteret" / name).read_bytes())
    for name in ("enhet-200.json", "enhet-200-konkurs.json")
]
FOUND = {NR: Enhet(NR, "AS", Enhetsstatus.KONKURS, date(2026, 2, 3))}


def packed(value: Any) -> bytes:
    return gzip.compress(json.dumps(value).encode())


def file_of(content: bytes, last_modified: str = MADE_AT) -> Made:
    return answer(content, media_type=TYPE, last_modified=last_modified, etag='"v1"')


def client(*answers: Made | Exception, naps: Naps | None = None) -> EnhetsregisterClient:
    return EnhetsregisterClient("https://example.com", "https://example.com", stub(*answers).client(), hasty(naps))


async def test_the_units_wanted_are_found_and_the_others_left() -> None:
    answered = file_of(packed(UNITS))
    assert await client(answered).bulkfil.find([NR, "299999999"]) == (EDITION, FOUND)


async def test_an_empty_file_is_a_file() -> None:
    assert await client(file_of(packed([]))).bulkfil.find([NR]) == (EDITION, {})


async def test_which_edition_there_is_is_asked_without_fetching_it() -> None:
    subject = stub(file_of(b""))
    told = await EnhetsregisterClient("https://example.com", "", subject.client(), hasty()).bulkfil.head()
    assert (told, subject.requests[0].method) == (EDITION, "HEAD")


async def test_a_file_that_stopped_on_the_way_is_fetched_again_from_its_beginning() -> None:
    naps = Naps()
    bulkfil = client(httpx.ReadError("cut"), answer(b"", 503), file_of(packed(UNITS)), naps=naps).bulkfil
    assert (await bulkfil.find([NR]))[1] == FOUND
    assert len(naps.seconds) == 2


BODY = packed(UNITS)


NOT_WHOLE = {
    "half of it": BODY[: len(BODY) // 2],
    "whole but for its checksum": BODY[:-4],
    "nothing": b"",
    "a page": b"<html></html>",
    "not packed": json.dumps(UNITS).encode(),
    "no list": packed({"feilmelding": "nei"}),
    "a list of numbers": packed([1, 2]),
    "a unit without a number": packed([{"navn": "UTEN NUMMER AS"}]),
    "a list that stops": gzip.compress(b'[{"organisasjonsnummer": "1"}, {"organisasj'),
    "more than a list": gzip.compress(b"[]]"),
    "nothing, packed": gzip.compress(b""),
    "no text": gzip.compress(b"\xff\xfe["),
}


@pytest.mark.parametrize("content", NOT_WHOLE.values(), ids=NOT_WHOLE)
async def test_a_file_that_is_not_whole_is_no_answer(content: bytes) -> None:
    with pytest.raises(SystemException) as caught:
        await client(file_of(content)).bulkfil.find([NR])
    assert (caught.value.system, caught.value.phase) == ("ENHETSREGISTERET", "parse")
    assert "EKSEMPEL" not in str(caught.value)


@pytest.mark.parametrize("answered", [answer(packed(UNITS), media_type=TYPE), file_of(packed(UNITS), "yesterday")])
async def test_without_its_date_the_feed_cannot_go_on_from_it(answered: Made) -> None:
    with pytest.raises(SystemException, match="no Last-Modified"):
        await client(answered).bulkfil.find([NR])


async def test_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    await client(file_of(packed(UNITS))).bulkfil.find([NR])
    with pytest.raises(SystemException):
        await client(file_of(b"x")).bulkfil.find([NR])
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - the test is a coroutine


def test_memory_does_not_follow_the_size_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "enheter.json.gz"

    def numbered() -> Iterator[bytes]:
        for number in range(20_000):
            yield json.dumps(UNITS[1] | {"organisasjonsnummer": f"{200000000 + number}"}).encode()

    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"[" + b",".join(numbered()) + b"]")
    tracemalloc.start()
    assert len(find_enheter(path, ["200000000", "200019999"])) == 2
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
