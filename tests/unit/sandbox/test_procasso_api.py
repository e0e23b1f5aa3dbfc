"""Procasso's API in process: what it keeps from day to day, and who is let in when no token was given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.app import build
from sandbox.population import load
from sandbox.settings import Settings

NOTED, WRITTEN_OFF = "PC0075054", "PC0174390"
NOTE = {"referanse": "a", "tekst": "b"}


def caller(root: Path, state: Path, token: str) -> httpx.AsyncClient:
    """A caller on this machine of a sandbox with the population liten; shows the token «t»."""
    settings = Settings(state, "http://sandbox", {}, "", procasso_token=token)
    app = build(load(root / "tests" / "population" / "liten"), settings)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://sandbox", headers={"Authorization": "Bearer t"})


def write_day(root: Path, folder: Path, row: str) -> Path:
    """The day after liten, with one change."""
    folder.mkdir()
    extract = root / "tests" / "population" / "liten" / "pax_uttrekk.csv"
    (folder / "pax_uttrekk.csv").write_bytes(extract.read_bytes())
    (folder / "population.json").write_text(json.dumps({"as_of": "2026-11-24", "name": "dag 1", "seed": 7}))
    (folder / "changes.csv").write_text(f"what,file,key,column,value\n{row}\n")
    return folder


async def read(http: httpx.AsyncClient, kravnr: str) -> Any:
    found = await http.post("/procasso/api/v1/krav/bulkoppslag", json={"kravIder": [kravnr]})
    return found.json()["funnet"][0]


async def test_notes_and_write_offs_are_kept_when_another_day_comes(root: Path, tmp_path: Path) -> None:
    day = write_day(root, tmp_path / "day-1", f"stopped by hand,krav.csv,{NOTED},tilstand,STOPPET")
    async with caller(root, tmp_path / "state", "t") as http:
        notes, write_off = (
            f"/procasso/api/v1/krav/{path}" for path in (f"{NOTED}/notater", f"{WRITTEN_OFF}/avskrivning")
        )
        body = {"versjon": 1, "kode": "FORELDET"}
        assert (await http.post(notes, json=NOTE, headers={"Idempotency-Key": "1"})).status_code == 201
        assert (await http.post(write_off, json=body, headers={"Idempotency-Key": "2"})).status_code == 200
        assert (await http.post("/_sandbox/day", json={"folder": str(day)})).status_code == 200
        assert (await http.post(notes, json=NOTE, headers={"Idempotency-Key": "3"})).status_code == 201
        kept = (await http.get(notes)).json()["notater"]
        assert [note["dato"] for note in kept] == ["2026-11-23", "2026-11-24"]
        assert (await read(http, NOTED))["versjon"] == 2
        assert (await read(http, WRITTEN_OFF))["behandling"]["avskrivningskode"] == "FORELDET"


async def test_a_krav_opened_again_by_others_is_written_off_no_more(root: Path, tmp_path: Path) -> None:
    day = write_day(root, tmp_path / "day-1", f"opened again,krav.csv,{WRITTEN_OFF},tilstand,AAPEN")
    async with caller(root, tmp_path / "state", "t") as http:
        path, body = f"/procasso/api/v1/krav/{WRITTEN_OFF}/avskrivning", {"versjon": 1, "kode": "FORELDET"}
        await http.post(path, json=body, headers={"Idempotency-Key": "1"})
        await http.post("/_sandbox/day", json={"folder": str(day)})
        krav = await read(http, WRITTEN_OFF)
        assert (krav["behandling"]["tilstand"], krav["behandling"]["avskrivningskode"]) == ("AAPEN", None)


@pytest.mark.parametrize("authorization", ["Bearer ", "Bearer", "Bearer t", ""])
async def test_without_a_token_of_its_own_nobody_gets_in(root: Path, tmp_path: Path, authorization: str) -> None:
    async with caller(root, tmp_path, "") as http:
        answer = await http.get("/procasso/api/v1/krav", headers={"Authorization": authorization})
        assert (answer.status_code, answer.json()["feil"]["kode"]) == (401, "TOKEN_AVVIST")
