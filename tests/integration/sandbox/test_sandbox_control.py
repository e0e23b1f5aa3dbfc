"""The control API: what it tells, what it turns, and what it refuses."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox import control
from sandbox.altinn import Orders
from sandbox.altinn.order import Shipment
from sandbox.app import build
from sandbox.faults import Faults
from sandbox.population import load
from sandbox.procasso.innfordringer import Innfordringer
from sandbox.settings import Settings
from sandbox.svarut import Archive
from sandbox.svarut.archive import new_brev
from sandbox.world import World

PAYMENT = {"kravnr": "PX1000002", "dato": "2026-11-24", "hendelse": "INNBETALING", "beloep": "1350.00"}
CHANGES = [
    ("moved by hand", "krav.csv", "PX1000001", "saksnr", "900001"),
    ("paid", "hendelser.csv", "PX1000002", "", PAYMENT),
    ("paid", "krav.csv", "PX1000002", "tilstand", "BETALT"),
    ("dead", "personer.csv", "01817328004", "status", "doed"),
    ("struck off", "enheter.csv", "202063756", "status", "slettet"),
]


def write_day(folder: Path, changes: list[tuple[Any, ...]], extract: str) -> Path:
    folder.mkdir()
    (folder / "population.json").write_text(json.dumps({"as_of": "2026-11-24", "name": "prøve day-1", "seed": 7}))
    with (folder / "changes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["what", "file", "key", "column", "value"])
        for *cells, value in changes:
            writer.writerow([*cells, value if isinstance(value, str) else json.dumps(value)])
    (folder / "pax_uttrekk.csv").write_text(extract, encoding="utf-8")
    return folder


def test_a_day_changes_the_world_and_the_nightly_files(
    start_sandbox: Callable[..., Any], small_world: Path, tmp_path: Path
) -> None:
    sandbox = start_sandbox(small_world)
    extract = "".join((small_world / "krav.csv").read_text(encoding="utf-8").splitlines(keepends=True)[:2])
    day = write_day(tmp_path / "day-1", CHANGES, extract)
    before = cells(sandbox)

    answer = sandbox.control.post("/day", json={"folder": str(day)})

    assert answer.json() == {"ready": True, "population": "prøve day-1", "as_of": "2026-11-24", "pending": 0}
    assert cells(sandbox) - before == {("PX1000001", "saksnr", "900001"), ("PX1000002", "tilstand", "BETALT")}
    files = sandbox.state_dir / "pax-filer"
    assert (files / "krav.csv").read_text(encoding="utf-8") == extract
    payment = "PX1000002,2026-11-24,INNBETALING,1350.00\n"
    old_hendelser = (small_world / "hendelser.csv").read_text(encoding="utf-8")
    assert (files / "hendelser.csv").read_text(encoding="utf-8") == old_hendelser + payment


def test_the_letters_of_another_night_are_told_no_more(small_world: Path, tmp_path: Path) -> None:
    world, archive = World(load(small_world)), Archive()
    settings = Settings(tmp_path / "state", "http://127.0.0.1", {}, "")
    control_api = control.app(world, Faults(7), {}, archive, settings, Orders(), Innfordringer(world))
    asked = InProcess(Starlette(routes=[Mount("/_sandbox", control_api)]))
    mottaker = {"navn": "Kari", "digitalId": "01817328004"}
    for number in (2, 1):
        forsendelse = {"tittel": "Brev", "mottaker": mottaker, "eksternReferanse": f"PC000000{number}:X:1"}
        archive.add(new_brev("konto", world.as_of, forsendelse, []))
    told = asked.get("/brev.csv", caller="127.0.0.1").text
    assert told == "kravnr,mottaker\nPC0000001,01817328004\nPC0000002,01817328004\n"
    day = write_day(tmp_path / "day-1", [], (small_world / "pax_uttrekk.csv").read_text(encoding="utf-8"))
    assert asked.post("/day", {"folder": str(day)}).status_code == 200
    assert asked.get("/brev.csv", caller="127.0.0.1").text == "kravnr,mottaker\n"
    assert len(archive.find("konto", "PC0000001:X:1")) == 1


def test_an_sms_of_which_nothing_is_said_has_arrived_the_next_day(small_world: Path, tmp_path: Path) -> None:
    world, orders = World(load(small_world)), Orders()
    world.at_dawn.append(orders.begin_day)
    settings = Settings(tmp_path / "state", "http://127.0.0.1", {}, "")
    control_api = control.app(world, Faults(7), {}, Archive(), settings, orders, Innfordringer(world))
    asked = InProcess(Starlette(routes=[Mount("/_sandbox", control_api)]))
    for number in (2, 1):
        orders.show(Shipment(f"id-{number}", "o", f"PI000000{number}:2026-11-12", "+4700000001", "Hei, du"))
    told = asked.get("/sms.csv", caller="127.0.0.1").text
    assert told.splitlines() == [
        "kravnr,mobil,tekst,status",
        'PI0000001,+4700000001,"Hei, du",SMS_Accepted',
        'PI0000002,+4700000001,"Hei, du",SMS_Accepted',
    ]
    assert asked.post("/sms", {"kravnr": "PI0000001", "status": "SMS_Failed_TTL"}).status_code == 200
    assert [entry["shipmentId"] for entry in orders.feed(0, 500)] == ["id-1"]
    day = write_day(tmp_path / "day-1", [], (small_world / "pax_uttrekk.csv").read_text(encoding="utf-8"))
    assert asked.post("/day", {"folder": str(day)}).status_code == 200
    assert asked.get("/sms.csv", caller="127.0.0.1").text == "kravnr,mobil,tekst,status\n"
    told_by_feed = [(entry["shipmentId"], entry["recipients"][0]["status"]) for entry in orders.feed(1, 500)]
    assert told_by_feed == [("id-2", "SMS_Delivered")]


def cells(sandbox: Any) -> set[tuple[str, str, str]]:
    rows = csv.DictReader(sandbox.control.get("/krav.csv").text.splitlines())
    return {(row["kravnr"], column, cell) for row in rows for column, cell in row.items()}


def test_a_bad_day_changes_nothing(start_sandbox: Callable[..., Any], small_world: Path, tmp_path: Path) -> None:
    sandbox = start_sandbox(small_world)
    bad = [*CHANGES, ("no such krav", "krav.csv", "PX0", "saksnr", "900001")]
    day = write_day(tmp_path / "day-1", bad, (small_world / "pax_uttrekk.csv").read_text(encoding="utf-8"))
    before = sandbox.control.get("/krav.csv").text
    answer = sandbox.control.post("/day", json={"folder": str(day)})
    assert answer.status_code == 422
    assert "changes.csv, row 7, column key" in answer.json()["error"]
    assert sandbox.control.get("/krav.csv").text == before
    assert sandbox.control.get("/health").json()["as_of"] == "2026-11-23"


def test_the_week_that_goes_on_where_liten_ends(start_sandbox: Callable[..., Any], liten: Path) -> None:
    sandbox = start_sandbox(liten)
    for number in range(1, 8):
        day = liten.parent / "liten-uke" / f"day-{number}"
        answer = sandbox.control.post("/day", json={"folder": str(day)})
        assert answer.status_code == 200, answer.text
        assert answer.json()["as_of"] == json.loads((day / "population.json").read_text())["as_of"]
        nightly = sandbox.state_dir / "pax-filer" / "krav.csv"
        assert nightly.read_text(encoding="utf-8") == (day / "pax_uttrekk.csv").read_text(encoding="utf-8")
    rows = {row["kravnr"]: row for row in csv.DictReader(sandbox.control.get("/krav.csv").text.splitlines())}
    # Each the last that changes.csv of the named day says of the krav.
    assert rows["PX5266096"]["saksnr"] == "8588"  # day 1
    assert rows["PI2705081"]["steg"] == "FORLIK"  # day 3
    assert rows["PI8665850"]["hovedstol"] == "900.00"  # day 4, new
    assert rows["PC5526883"]["tilstand"] == "STOPPET"  # day 7
    hendelser = (sandbox.state_dir / "pax-filer" / "hendelser.csv").read_text(encoding="utf-8")
    assert "PX0597220,2026-11-30,VARSEL_2_15,\n" in hendelser  # day 7


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("/faults", {"system": "PAX", "knob": "explode", "rate": 1}, "unknown knob"),
        ("/faults", {"system": "POX", "knob": "drop", "rate": 1}, "unknown system"),
        ("/faults", {"system": "PILEN", "knob": "popup", "rate": 1}, "PAX and PROCASSO only"),
        ("/faults", {"system": "PAX", "knob": "drop", "rate": 2}, "from 0 to 1"),
        ("/faults", {"system": "PAX", "knob": "drop", "rate": "1"}, "rate"),
        ("/faults", {"system": "PAX", "knob": "drop"}, "rate is missing"),
        ("/faults", {"system": "PAX", "knob": "drop", "rate": 1, "times": -1}, "negative"),
        ("/faults", {"system": "PAX", "knob": "drop", "rate": 1, "often": 1}, "unknown key often"),
        ("/pax", {"force_password_change": ["nobody"]}, "force_password_change"),
        ("/pax", {"maintenance": "yes"}, "maintenance"),
        ("/pax", {"locked": []}, "unknown key locked"),
        ("/day", {}, "folder is missing"),
        ("/day", {"folder": "nowhere"}, "nowhere is not a folder"),
        ("/day", [], "JSON object"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(refusing: Any, path: str, body: Any, word: str) -> None:
    answer = refusing.control.post(path, json=body)
    assert answer.status_code == 422
    assert word in answer.json()["error"]


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory, liten: Path) -> Any:
    """A control API in this process, for requests that change nothing."""
    settings = Settings(tmp_path_factory.mktemp("state"), "http://127.0.0.1", {"robot1": "riktig-1"}, "")
    return InProcess(build(load(liten), settings))


class InProcess:
    """Asks an application as a caller from some address would."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.control = self

    def post(self, path: str, json: Any, caller: str = "127.0.0.1") -> httpx.Response:
        return asyncio.run(self._ask("POST", path, caller, json))

    def get(self, path: str, caller: str) -> httpx.Response:
        return asyncio.run(self._ask("GET", path, caller, None))

    async def _ask(self, method: str, path: str, caller: str, body: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(caller, 40000))
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox/_sandbox") as client:
            return await client.request(method, path, json=body)


def test_only_health_is_told_to_other_machines(refusing: Any) -> None:
    assert refusing.get("/health", caller="192.0.2.7").status_code == 200
    assert refusing.get("/krav.csv", caller="192.0.2.7").status_code == 403
    assert refusing.post("/pax", {"maintenance": True}, caller="192.0.2.7").status_code == 403
    assert refusing.get("/pax", caller="::1").json()["maintenance"] is False
