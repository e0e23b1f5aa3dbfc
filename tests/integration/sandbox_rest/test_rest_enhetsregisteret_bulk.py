"""The bulk file and the update feed over a real socket, in a world that moves from one day to the next."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.sandbox_rest.conftest import running, units

BULK = "application/vnd.brreg.enhetsregisteret.enhet.v2+gzip"
FEED = "application/vnd.brreg.enhetsregisteret.oppdatering.enhet.v1+json"
NY = {"organisasjonsnummer": "200000004", "navn": "NY AS", "organisasjonsform": "AS", "status": "aktiv"}
CHANGES = [
    ("202063756", "status", "slettet"),
    ("202063756", "statusdato", "2026-11-24"),
    ("200000004", "", json.dumps(NY | {"statusdato": "", "innehaver": ""})),
    ("294947043", "status", "konkurs"),
]


@pytest.fixture(scope="module")
def moved(root: Path, world_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The world of these tests, a day later; `before`: the bulk file of the day before."""
    folder = tmp_path_factory.mktemp("dag") / "day-1"
    folder.mkdir()
    (folder / "population.json").write_text(json.dumps({"as_of": "2026-11-24", "name": "dag 1", "seed": 7}))
    with (folder / "changes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("what", "file", "key", "column", "value"))
        writer.writerows(("endret", "enheter.csv", *change) for change in CHANGES)
    (folder / "pax_uttrekk.csv").write_bytes((world_folder / "pax_uttrekk.csv").read_bytes())
    with running(root, world_folder, tmp_path_factory.mktemp("tilstand")) as sandbox:
        before = bulk(sandbox)
        assert feed(sandbox, oppdateringsid="1") == []
        sandbox.control.post("/day", json={"folder": str(folder)}).raise_for_status()
        yield sandbox, before


def bulk(sandbox: Any, method: str = "GET", accept: str = BULK) -> httpx.Response:
    return sandbox.http.request(method, f"{sandbox.brreg}/api/enheter/lastned", headers={"Accept": accept})


def feed(sandbox: Any, **query: str) -> list[Any]:
    answer = sandbox.http.get(f"{sandbox.brreg}/api/oppdateringer/enheter", params=query, headers={"Accept": FEED})
    assert answer.status_code == 200, answer.text
    return answer.json().get("_embedded", {}).get("oppdaterteEnheter", [])


def numbers(answer: httpx.Response) -> set[str]:
    return {unit["organisasjonsnummer"] for unit in json.loads(gzip.decompress(answer.content))}


def test_the_file_holds_those_that_are_not_gone(moved: Any) -> None:
    sandbox, before = moved
    alive = {row["organisasjonsnummer"] for row in units() if row["status"] not in ("slettet", "fjernet")}
    assert numbers(before) == alive
    assert numbers(bulk(sandbox)) == alive - {"202063756"} | {"200000004"}


def test_its_date_and_its_mark(moved: Any) -> None:
    sandbox, before = moved
    now = bulk(sandbox)
    assert before.headers["last-modified"] == "Mon, 23 Nov 2026 03:12:07 GMT"
    assert now.headers["last-modified"] == "Tue, 24 Nov 2026 03:12:07 GMT"
    assert before.headers["etag"] != now.headers["etag"]
    assert now.headers["content-type"] == f"{BULK};charset=UTF-8"
    head = bulk(sandbox, "HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert {name: head.headers[name] for name in ("last-modified", "etag")} == {
        name: now.headers[name] for name in ("last-modified", "etag")
    }


def test_another_form_is_not_to_be_had(moved: Any) -> None:
    assert bulk(moved[0], accept="application/json").status_code == 406


def test_the_feed_tells_of_this_world_and_of_nothing_before(moved: Any) -> None:
    told = feed(moved[0], oppdateringsid="1")
    kinds = {entry["organisasjonsnummer"]: entry["endringstype"] for entry in told}
    assert kinds == {"202063756": "Sletting", "200000004": "Ny", "294947043": "Endring"}
    numbers = [entry["oppdateringsid"] for entry in told]
    assert numbers == sorted(set(numbers))
    assert {entry["dato"][:10] for entry in told} == {"2026-11-24"}


def test_the_cursor_is_inclusive(moved: Any) -> None:
    first, *rest = feed(moved[0], oppdateringsid="1")
    assert feed(moved[0], oppdateringsid=str(first["oppdateringsid"])) == [first, *rest]
    assert feed(moved[0], oppdateringsid=str(first["oppdateringsid"] + 1)) == rest
    assert feed(moved[0], oppdateringsid=str(rest[-1]["oppdateringsid"] + 1)) == []


def test_from_an_instant_and_a_page_at_a_time(moved: Any) -> None:
    whole = feed(moved[0], dato="2026-11-23T03:12:07.000Z")
    assert len(whole) == 3
    assert feed(moved[0], dato="2026-11-25T00:00:00.000Z") == []
    pages = [feed(moved[0], oppdateringsid="1", size="2", page=page) for page in ("0", "1", "2")]
    assert pages == [whole[:2], whole[2:], []]


@pytest.mark.parametrize(
    "query",
    ["size=10001", "page=5&size=2000", "oppdateringsid=x", "dato=2026-11-23", "includeChanges=true", "sort=dato"],
)
def test_what_is_refused(moved: Any, query: str) -> None:
    answer = moved[0].http.get(f"{moved[0].brreg}/api/oppdateringer/enheter?{query}")
    assert answer.status_code == 400
    assert answer.json()["valideringsfeil"]
