"""The sandbox as a process of its own, a small world whose every figure is written here, and a browser."""

from __future__ import annotations

import csv
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.warm import Warm

KARI = "01817328004"
"""Skyldner of the krav PX1000001 to PX1000014; a synthetic number, as all here."""
FIRMA = "202063756"
ACCOUNTS = {"robot1": "riktig-1", "robot2": "riktig-2"}
KRAV_COLUMNS = (
    "kravnr,kravtype,fagsystem,fordringshaver,skyldner,kjennemerke,ilagt_tidspunkt,forfall,hovedstol,kostnader,renter,"
    "saksnr,steg,tilstand,saksflyt,kid,opprinnelig_forfall,renter_beregnet_til"
)
COLUMNS = {
    "personer.csv": "foedselsnummer,fornavn,etternavn,foedselsdato,status,doedsdato,gradering,adresse,postnummer,"
    "poststed,mobil,mobil_verifisert,epost,reservert,foreldreansvar,verge,arbeidsgiver",
    "enheter.csv": "organisasjonsnummer,navn,organisasjonsform,status,statusdato,innehaver",
    "kjoretoy.csv": "kjennemerke,eier,fra,til",
    "hendelser.csv": "kravnr,dato,hendelse,beloep",
    "krav.csv": KRAV_COLUMNS,
    "pax_uttrekk.csv": KRAV_COLUMNS,
}


@dataclass
class Sandbox:
    """A running sandbox."""

    base: str
    process: Warm
    state_dir: Path
    log: Path
    control: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.control = httpx.Client(base_url=f"{self.base}/_sandbox", timeout=10, verify=False)

    def effects(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control.get("/effects").json()["effects"]
        return found

    def merged(self) -> list[tuple[str, str, str]]:
        """Kravnr, from and to of every merge PAX has executed."""
        return [(e["key"], e["detail"]["fra"], e["detail"]["saksnr"]) for e in self.effects() if e["system"] == "PAX"]

    def written_off(self) -> list[tuple[str, str, str]]:
        """Kravnr, why and the tilstand before, of every write-off PAX has executed."""
        effects = [e for e in self.effects() if (e["system"], e["kind"]) == ("PAX", "avskriving")]
        return [(e["key"], e["detail"]["kode"], e["detail"]["fra"]) for e in effects]

    def turn(self, knob: str, rate: float = 1.0, system: str = "PAX", **more: int) -> None:
        answer = self.control.post("/faults", json={"system": system, "knob": knob, "rate": rate, **more})
        assert answer.status_code == 200, answer.text

    def pax(self, **settings: Any) -> None:
        answer = self.control.post("/pax", json=settings)
        assert answer.status_code == 200, answer.text

    def saksnr(self, kravnr: str) -> str:
        """Where the krav truly stands."""
        rows = csv.DictReader(self.control.get("/krav.csv").text.splitlines())
        return next(row["saksnr"] for row in rows if row["kravnr"] == kravnr)

    def procasso(self, **settings: Any) -> None:
        answer = self.control.post("/procasso", json=settings)
        assert answer.status_code == 200, answer.text

    def end(self) -> None:
        """At once: that it also stops when asked to is a test of its own."""
        self.control.close()
        self.process.kill()
        self.process.wait()


def launch(root: Path, folder: Path, name: str, population: Path, environment: dict[str, str]) -> Sandbox:
    """A sandbox on a free port, with its files in `folder`."""
    state_dir, said, log = (folder / f"{kind}-{name}" for kind in ("state", "stdout", "stderr"))
    arguments = ["--port", "0", "--population", population, "--state-dir", state_dir]
    process = Warm("sandbox", arguments, {**os.environ, **environment}, root, said, log)
    line = process.first_line()
    assert line.startswith("sandbox ready on http://127.0.0.1:"), log.read_text()
    return Sandbox(line.split()[-1], process, state_dir, log)


@pytest.fixture
def start_sandbox(root: Path, tmp_path: Path) -> Iterator[Callable[..., Sandbox]]:
    """Starts a sandbox on a free port and stops it after the test."""
    started: list[Sandbox] = []

    def start(population: Path, **environment: str) -> Sandbox:
        accounts = ",".join(f"{user}:{password}" for user, password in ACCOUNTS.items())
        secrets = {"SANDBOX_PAX_ACCOUNTS": accounts, "SANDBOX_PILEN_TOKEN": "pilen-test"}
        started.append(launch(root, tmp_path, f"{len(started)}", population, {**secrets, **environment}))
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.end()


@pytest.fixture(scope="module")
def procasso_sandbox(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One for all tests of a file. Kari owes 30 krav in Procasso, PC1000001 to PC1000030, the last of them paid, and
    one in PAX. Users bruker1 to bruker9.
    """
    folder = tmp_path_factory.mktemp("procasso")
    write_population(folder / "population", procasso_tables())
    accounts = ",".join(f"bruker{n}:riktig-{n}" for n in range(1, 10))
    environment = {"SANDBOX_PROCASSO_ACCOUNTS": accounts, "SANDBOX_PROCASSO_TOKEN": "procasso-test"}
    sandbox = launch(root, folder, "procasso", folder / "population", environment)
    yield sandbox
    sandbox.end()


def procasso_tables() -> dict[str, list[dict[str, str]]]:
    krav = [
        krav_row(
            f"PC10000{n:02}",
            fagsystem="PROCASSO",
            kravtype="BARNEHAGE",
            steg="PURRING",
            fordringshaver="BYDEL03",
            saksnr=f"C{n:04}",
            tilstand="BETALT" if n == 30 else "AAPEN",
        )
        for n in range(1, 31)
    ]
    krav[0] |= {"hovedstol": "1234567.89", "kostnader": "38.00", "ilagt_tidspunkt": "2024-06-30T22:30:00Z"}
    kari = {"foedselsnummer": KARI, "fornavn": "Kari", "etternavn": "Prøve", "status": "bosatt"}
    kari |= {"gradering": "ugradert", "reservert": "NEI"}
    event = {"kravnr": "PC1000001", "dato": "2024-07-31", "hendelse": "INNBETALING", "beloep": "1500.50"}
    return {"personer.csv": [kari], "krav.csv": [*krav, krav_row("PX1000001")], "hendelser.csv": [event]}


@pytest.fixture(scope="session")
def liten(root: Path) -> Path:
    return root / "tests" / "population" / "liten"


@pytest.fixture
def small_world(tmp_path: Path) -> Path:
    """Kari owes BYM 14 krav, each in a case of its own, and OBF one; a firm owes BYM one. PX1000014 is paid."""
    folder = tmp_path / "population"
    krav = [
        krav_row(f"PX10000{n:02}", saksnr=f"5000{n:02}", tilstand="BETALT" if n == 14 else "AAPEN")
        for n in range(1, 15)
    ]
    krav[0] |= {"ilagt_tidspunkt": "2024-07-01T22:30:05Z", "kostnader": "38.00", "opprinnelig_forfall": "2024-06-30"}
    krav.append(krav_row("PX2000001", saksnr="600001", skyldner=FIRMA, hovedstol="1234567.89"))
    krav.append(krav_row("PX3000001", saksnr="700001", fordringshaver="OBF"))
    hendelser = [("PX1000001", f"2024-08-{day:02}", "PURRING", "") for day in range(1, 12)]
    hendelser.append(("PX1000001", "2024-07-31", "INNBETALING", "1500.50"))
    kari = {"foedselsnummer": KARI, "fornavn": "Kari", "etternavn": "Prøve", "foedselsdato": "1973-01-01"}
    kari |= {"status": "bosatt", "gradering": "ugradert", "reservert": "NEI"}
    firma = {"organisasjonsnummer": FIRMA, "navn": "PRØVE AS", "organisasjonsform": "AS", "status": "aktiv"}
    write_population(
        folder,
        {
            "personer.csv": [kari],
            "enheter.csv": [firma],
            "krav.csv": krav,
            "hendelser.csv": [
                dict(zip(("kravnr", "dato", "hendelse", "beloep"), row, strict=True)) for row in hendelser
            ],
            "pax_uttrekk.csv": krav[:3],
        },
    )
    return folder


def krav_row(kravnr: str, **cells: str) -> dict[str, str]:
    row = {
        "kravnr": kravnr, "kravtype": "PARKERINGSGEBYR", "fagsystem": "PAX", "fordringshaver": "BYM", "skyldner": KARI,
        "kjennemerke": "DP19828", "ilagt_tidspunkt": "2024-06-03T07:00:00Z", "forfall": "2024-06-24",
        "hovedstol": "1350.00", "kostnader": "0.00", "renter": "0.00", "saksnr": "500001", "steg": "VARSEL",
        "tilstand": "AAPEN", "saksflyt": "ORDINAER", "kid": "95010190544",
    }  # fmt: skip
    return row | cells


def write_population(folder: Path, tables: dict[str, list[dict[str, str]]]) -> None:
    folder.mkdir(parents=True)
    (folder / "population.json").write_text(json.dumps({"as_of": "2026-11-23", "name": "prøve", "seed": 7}))
    for name, columns in COLUMNS.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns.split(","), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(tables.get(name, []))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The browser this machine has, else Playwright's own."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        await launched.close()


def wait_until(condition: Callable[[], bool], deadline_s: float = 10) -> bool:
    """Poll until it holds; False when it never did."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


@pytest.fixture(scope="session")
def eventually() -> Callable[..., bool]:
    return wait_until
