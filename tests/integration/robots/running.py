"""PAX and Procasso in a process of their own, in a small world written here."""

from __future__ import annotations

import csv
import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import httpx
from playwright.async_api import Route

from robots.browser import BrowserPool
from robots.pax.robot import Account

ROBOT = Account("robot1", "riktig-passord-1")
BRIEF = (0.05, 0.05)
"""Pauses of a robot that is to meet what does not pass."""
OTHERS = [Account(f"robot{n}", f"riktig-passord-{n}") for n in range(2, 9)]

KRAV = (
    "kravnr,kravtype,fagsystem,fordringshaver,skyldner,kjennemerke,ilagt_tidspunkt,forfall,hovedstol,kostnader,renter,"
    "saksnr,steg,tilstand,saksflyt,kid,opprinnelig_forfall,renter_beregnet_til"
)
COLUMNS = {
    "personer": "foedselsnummer,fornavn,etternavn,foedselsdato,status,doedsdato,gradering,adresse,postnummer,poststed,"
    "mobil,mobil_verifisert,epost,reservert,foreldreansvar,verge,arbeidsgiver",
    "enheter": "organisasjonsnummer,navn,organisasjonsform,status,statusdato,innehaver",
    "kjoretoy": "kjennemerke,eier,fra,til",
    "hendelser": "kravnr,dato,hendelse,beloep",
    "krav": KRAV,
    "pax_uttrekk": KRAV,
}

FORNAVN, ETTERNAVN, KJENNEMERKE, KID = "Vigdis", "Bråtveit", "DP19828", "95010190544"
TRIOS = 40
"""Debtors who owe three krav each, in three cases: one for each test that merges."""
BIG, RICH, MANY, KINDS = 90, 80, 91, 92
"""Debtors: with 13 krav in 13 cases; whose krav have something in every field; with a krav for each test that writes
one off; and with a krav of every kravtype and in every tilstand (twice: to be read, and to be written off)."""
SINGLES = 40
TILSTANDER = ("AAPEN", "KLAGE", "BETALINGSAVTALE", "STOPPET", "BETALT", "AVSKREVET")
STEG = {
    "PARKERINGSGEBYR": "FORFALT",
    "PIGGDEKKGEBYR": "UTLEGG",
    "KONTROLLSANKSJON": "PURRING",
    "KOMMUNALE_AVGIFTER": "LETT",
    "EIENDOMSSKATT": "TUNGT",
    "BARNEHAGE": "FORLIK",
    "SFO": "UTLEGG",
    "HUSLEIE": "PURRING",
}
"""Every kravtype, with a steg it can be in."""
PROCASSO_KRAV = 60
"""Krav of RICH in Procasso: one for each test that sets a saksflyt, and the last for those that only look. One more is
paid.
"""


def skyldner(n: int) -> str:
    """A synthetic fødselsnummer (month + 80)."""
    return f"0181730{n:04}"


def kravnr(n: int, k: int) -> str:
    return f"PX{n:03}{k:04}"


def saksnr(n: int, k: int) -> str:
    return f"5{n:02}{k:02}"


def procasso_kravnr(k: int) -> str:
    return f"PC{k:07}"


def procasso_saksnr(k: int) -> str:
    return f"C{7000 + k}"


def krav(n: int, k: int, **cells: str) -> dict[str, str]:
    row = {
        "kravnr": kravnr(n, k),
        "kravtype": "PARKERINGSGEBYR",
        "fagsystem": "PAX",
        "fordringshaver": "BYM",
        "skyldner": skyldner(n),
        "kjennemerke": KJENNEMERKE,
        "ilagt_tidspunkt": "2024-06-03T07:00:00Z",
        "forfall": "2024-06-24",
        "hovedstol": "1350.00",
        "kostnader": "0.00",
        "renter": "0.00",
        "saksnr": saksnr(n, k),
        "steg": "VARSEL",
        "tilstand": "AAPEN",
        "saksflyt": "ORDINAER",
        "kid": KID,
    }
    return row | cells


def write_world(folder: Path) -> None:
    rows = [krav(n, k) for n in range(1, TRIOS + 1) for k in (1, 2, 3)]
    rows += [krav(BIG, k) for k in range(1, 14)]
    rows += [krav(MANY, k) for k in range(1, SINGLES + 1)]
    rows += [krav(KINDS, k, tilstand=tilstand) for k, tilstand in enumerate(TILSTANDER, start=1)]
    rows += [krav(KINDS, k, tilstand=tilstand) for k, tilstand in enumerate(TILSTANDER, start=21)]
    rows += [krav(KINDS, k, kravtype=kravtype, steg=steg) for k, (kravtype, steg) in enumerate(STEG.items(), start=11)]
    rows += [
        krav(
            RICH,
            1,
            kravtype="KONTROLLSANKSJON",
            ilagt_tidspunkt="2024-07-01T22:30:05Z",
            forfall="2024-08-15",
            opprinnelig_forfall="2024-07-22",
            hovedstol="1234567.89",
            kostnader="38.00",
            renter="0.05",
            steg="TUNGT",
            tilstand="BETALINGSAVTALE",
            saksflyt="MYNDIG_NYTT_VARSEL",
        ),
        krav(RICH, 2, ilagt_tidspunkt="2024-10-27T00:30:00Z"),
        krav(RICH, 3, ilagt_tidspunkt="2024-10-27T01:30:00Z"),
        krav(RICH, 4, kjennemerke="", skyldner="202063756"),
    ]
    rows += [
        krav(
            RICH,
            k,
            kravnr=procasso_kravnr(k),
            saksnr=procasso_saksnr(k),
            fagsystem="PROCASSO",
            kravtype="BARNEHAGE",
            steg="PURRING",
            tilstand="BETALT" if k > PROCASSO_KRAV else "AAPEN",
        )
        for k in range(1, PROCASSO_KRAV + 2)
    ]
    hendelser = [(kravnr(RICH, 1), f"2024-09-{day:02}", "PURRING", "") for day in range(2, 13)]
    hendelser += [
        (kravnr(RICH, 1), "2024-08-20", "INNBETALING", "1500.50"),
        (kravnr(RICH, 1), "2024-09-30", "NYTT", ""),
    ]
    person = {"fornavn": FORNAVN, "etternavn": ETTERNAVN, "foedselsdato": "1973-01-01", "status": "bosatt"}
    person |= {"gradering": "ugradert", "reservert": "NEI"}
    tables = {
        "krav": rows,
        "personer": [{**person, "foedselsnummer": skyldner(n)} for n in (*range(1, TRIOS + 1), BIG, RICH, MANY, KINDS)],
        "hendelser": [dict(zip(COLUMNS["hendelser"].split(","), row, strict=True)) for row in hendelser],
        "enheter": [{"organisasjonsnummer": "202063756", "navn": "PRØVE AS", "status": "aktiv"}],
    }
    folder.mkdir()
    (folder / "population.json").write_text(json.dumps({"as_of": "2026-11-23", "name": "prøve", "seed": 7}))
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns.split(","), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(tables.get(name, []))


@dataclass
class System:
    """A system of the running simulator, and its control."""

    SYSTEM: ClassVar[str]
    SCREENS: ClassVar[str]

    base: str
    control: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.control = httpx.Client(base_url=f"{self.base}/_sandbox", timeout=10, verify=False)

    @property
    def url(self) -> str:
        return f"{self.base}/{self.SCREENS}"

    def turn(self, knob: str, rate: float = 1.0, **more: int) -> None:
        fault = {"system": self.SYSTEM, "knob": knob, "rate": rate, **more}
        self.control.post("/faults", json=fault).raise_for_status()

    def hits(self, knob: str) -> int:
        """How often the knob has hit."""
        faults = self.control.get("/faults").json()["faults"]
        return sum(fault["hits"] for fault in faults if fault["knob"] == knob)

    def set(self, **settings: Any) -> None:
        self.control.post(f"/{self.SYSTEM.lower()}", json=settings).raise_for_status()

    def calm(self) -> None:
        """Every knob off, every case and account open."""
        self.control.delete("/faults").raise_for_status()
        self.set(locked_cases=[], maintenance=False, session_ttl_s=1200, force_password_change=[])

    def account(self, user: str) -> dict[str, Any]:
        accounts: dict[str, dict[str, Any]] = self.control.get(f"/{self.SYSTEM.lower()}").json()["accounts"]
        return accounts[user]

    def effects(self, kind: str) -> list[dict[str, Any]]:
        """Every executed save of this kind."""
        effects = self.control.get("/effects").json()["effects"]
        return [effect for effect in effects if (effect["system"], effect["kind"]) == (self.SYSTEM, kind)]


class Pax(System):
    SYSTEM = "PAX"
    SCREENS = "pax"

    def merges(self, kravnumre: list[str]) -> list[tuple[str, str]]:
        """(kravnr, into) of each executed merge of these krav."""
        return [(e["key"], e["detail"]["saksnr"]) for e in self.effects("merge") if e["key"] in kravnumre]

    def written_off(self, kravnr: str) -> list[tuple[str, str]]:
        """Why, and from which tilstand, of each executed write-off of this krav."""
        details = [effect["detail"] for effect in self.effects("avskriving") if effect["key"] == kravnr]
        return [(detail["kode"], detail["fra"]) for detail in details]


class Procasso(System):
    SYSTEM = "PROCASSO"
    SCREENS = "procasso/web"

    def saves(self, kravnr: str) -> list[tuple[str, str, str]]:
        """From, to and gjelder fra of each executed change of the krav's saksflyt."""
        details = [effect["detail"] for effect in self.effects("saksflyt") if effect["key"] == kravnr]
        return [(detail["fra"], detail["til"], detail["gjelder_fra"]) for detail in details]


def run_pax(root: Path, folder: Path) -> Iterator[Pax]:
    write_world(folder / "population")
    accounts = ",".join(f"{account.user}:{account.password}" for account in (ROBOT, *OTHERS))
    command: list[str | Path] = [sys.executable, "-m", "sandbox", "--population", folder / "population", "--port", "0"]
    with (folder / "stderr").open("w") as stderr:
        process = subprocess.Popen(
            [*command, "--state-dir", folder / "state"],
            cwd=root,
            text=True,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, "SANDBOX_PAX_ACCOUNTS": accounts, "SANDBOX_PROCASSO_ACCOUNTS": accounts},
        )
    try:
        line = _first_line(process)
        assert line.startswith("sandbox ready on "), (folder / "stderr").read_text()
        pax = Pax(line.split()[-1])
        yield pax
        pax.control.close()
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return process.stdout.readline() if selector.select(20) else ""


async def lead_astray(browsers: BrowserPool, addresses: str, to: str) -> list[str]:
    """The next page asked for at one of these addresses is another: returns where `ROBOT` was going, once it has."""
    led: list[str] = []

    async def answer(route: Route) -> None:
        led.append(route.request.url)
        await route.continue_(url=to)

    await (await browsers.context(ROBOT.user)).route(addresses, answer, times=1)
    return led
