"""A running sandbox with a world whose every row is written here, and a client of Maskinporten that it knows."""

from __future__ import annotations

import csv
import json
import os
import selectors
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

FREG_SCOPE = "folkeregister:deling/offentligmedhjemmel"
BRREG_SCOPE = "brreg:enhetsregisteret:autorisert"
FIKS_SCOPE = "ks:fiks"
KRR_SCOPE = "krr:global/kontaktinformasjon.read"
ALTINN_SCOPE = "altinn:serviceowner/notifications.create"
SVARUT_LOGIN = "integrasjon-1:passord-1"
PILEN_TOKEN = "pilen-test"
PROCASSO_TOKEN = "procasso-test"

KARI = "01817328004"
DOED = "01818618022"
SKJULT = "01827620013"
BARN = "15901234567"
KRAV_COLUMNS = (
    "kravnr,kravtype,fagsystem,fordringshaver,skyldner,kjennemerke,ilagt_tidspunkt,forfall,hovedstol,kostnader,renter,"
    "saksnr,steg,tilstand,saksflyt,kid,opprinnelig_forfall,renter_beregnet_til"
)
TILSTANDER = ("KLAGE", "BETALINGSAVTALE", "STOPPET", "BETALT", "AVSKREVET")
TABLES = {
    "personer.csv": "foedselsnummer,fornavn,etternavn,foedselsdato,status,doedsdato,gradering,adresse,postnummer,"
    "poststed,mobil,mobil_verifisert,epost,reservert,foreldreansvar,verge,arbeidsgiver",
    "enheter.csv": "organisasjonsnummer,navn,organisasjonsform,status,statusdato,innehaver",
    "kjoretoy.csv": "kjennemerke,eier,fra,til",
    "hendelser.csv": "kravnr,dato,hendelse,beloep",
    "krav.csv": KRAV_COLUMNS,
    "pax_uttrekk.csv": KRAV_COLUMNS,
}
SETS = 20
"""Sets of three krav of Pilen for the tests that change something; each test takes one of its own."""
SINGLES = 60
"""Krav of Procasso for the same."""
"""Sets of three krav for the tests that change something; each test takes one of its own."""
SANKSJONER = 60
"""Open kontrollsanksjoner in cases of their own, likewise."""


def plain_client(**settings: Any) -> httpx.Client:
    """A client that does not load certificates: nothing here is TLS, and it would take most of the time of a test."""
    return httpx.Client(verify=False, **settings)


@dataclass
class Sandbox:
    """A running sandbox."""

    base: str
    http: httpx.Client = field(default_factory=lambda: plain_client(timeout=10))
    control: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.control = plain_client(base_url=f"{self.base}/_sandbox", timeout=10)

    @property
    def issuer(self) -> str:
        return f"{self.base}/maskinporten/"

    @property
    def freg(self) -> str:
        return f"{self.base}/freg/folkeregisteret/offentlig-med-hjemmel/api/v1"

    @property
    def brreg(self) -> str:
        return f"{self.base}/brreg/enhetsregisteret"

    def turn(self, system: str, knob: str, rate: float = 1.0, **more: int) -> None:
        answer = self.control.post("/faults", json={"system": system, "knob": knob, "rate": rate, **more})
        assert answer.status_code == 200, answer.text

    def merges(self, *kravnumre: str) -> list[str]:
        """The kravnr of every merge Pilen has executed among these, in order."""
        effects = self.control.get("/effects").json()["effects"]
        return [e["key"] for e in effects if (e["system"], e["kind"]) == ("PILEN", "merge") and e["key"] in kravnumre]

    def saves(self, kravnr: str) -> list[str]:
        """The kind of every save Procasso has executed of this krav, in order."""
        return [effect["kind"] for effect in self.effects(kravnr)]

    def effects(self, kravnr: str) -> list[dict[str, Any]]:
        """Every save Procasso has executed of this krav, in order."""
        effects = self.control.get("/effects").json()["effects"]
        return [effect for effect in effects if (effect["system"], effect["key"]) == ("PROCASSO", kravnr)]

    def pilen_effects(self, kravnr: str) -> list[tuple[str, dict[str, str]]]:
        """What Pilen has executed on this krav, in order: the kind and its detail."""
        effects = self.control.get("/effects").json()["effects"]
        return [(e["kind"], e["detail"]) for e in effects if (e["system"], e["key"]) == ("PILEN", kravnr)]

    def truth(self) -> dict[str, dict[str, str]]:
        """Every krav as it truly is."""
        return {row["kravnr"]: row for row in csv.DictReader(self.control.get("/krav.csv").text.splitlines())}


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def clients(key: rsa.RSAPrivateKey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`kraftverk` may ask for every scope; its key `gammel` (the same key) expired a minute ago."""
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    keys = [{**public, "kid": "gyldig"}, {**public, "kid": "gammel", "exp": int(time.time()) - 60}]
    path = tmp_path_factory.mktemp("clients") / "clients.json"
    scopes = [FREG_SCOPE, BRREG_SCOPE, FIKS_SCOPE, KRR_SCOPE, ALTINN_SCOPE]
    path.write_text(json.dumps({"kraftverk": {"jwks": {"keys": keys}, "scopes": scopes}}))
    return path


@pytest.fixture(scope="session")
def world_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "population"
    folder.mkdir()
    (folder / "population.json").write_text(json.dumps({"as_of": "2026-11-23", "name": "prøve", "seed": 7}))
    rows = {"personer.csv": persons(), "enheter.csv": units(), "krav.csv": claims(), "hendelser.csv": events()}
    for name, columns in TABLES.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns.split(","), restval="")
            writer.writeheader()
            writer.writerows(rows.get(name, []))
    return folder


def persons() -> list[dict[str, str]]:
    ordinary = {"status": "bosatt", "gradering": "ugradert", "reservert": "NEI", "adresse": "Storgata 12B H0301"}
    ordinary |= {"postnummer": "0155", "poststed": "OSLO", "etternavn": "Prøve"}
    return [
        {**ordinary, "foedselsnummer": KARI, "fornavn": "Kari", "foedselsdato": "1973-01-01"}
        | {"mobil": "+4700000001", "mobil_verifisert": "2026-10-01", "epost": "kari@example.com"},
        {**ordinary, "foedselsnummer": DOED, "fornavn": "Odd", "foedselsdato": "1986-01-01", "status": "doed"}
        | {"doedsdato": "2026-05-01"},
        {**ordinary, "foedselsnummer": SKJULT, "fornavn": "Siv", "foedselsdato": "1976-02-01"}
        | {"gradering": "strengtFortrolig"},
        {**ordinary, "foedselsnummer": BARN, "fornavn": "Bo", "foedselsdato": "2012-10-15"}
        | {"foreldreansvar": f"{KARI};{DOED}", "verge": SKJULT},
    ]


def units() -> list[dict[str, str]]:
    """One of each status, two ENK, and 21 more that are alive."""
    columns = ("organisasjonsnummer", "navn", "organisasjonsform", "status", "statusdato", "innehaver")
    rows = [
        ("202063756", "LEVENDE AS", "AS", "aktiv", "", ""),
        ("295496568", "KONKURS AS", "AS", "konkurs", "2025-07-20", ""),
        ("252916636", "TVANG AS", "AS", "tvangsopplosning", "2025-05-18", ""),
        ("294947043", "AVVIKLING DA", "DA", "under_avvikling", "2026-09-19", ""),
        ("294418067", "SLETTET AS", "AS", "slettet", "2026-09-14", ""),
        ("277108666", "FJERNET AS", "AS", "fjernet", "2026-08-06", ""),
        ("304999608", "KARIS ENK", "ENK", "aktiv", "", KARI),
        ("230582785", "SIVS ENK", "ENK", "slettet", "2025-10-29", SKJULT),
    ]
    rows += [(f"3000000{n:02}", f"ENHET {n}", "AS", "aktiv", "", "") for n in range(21)]
    return [dict(zip(columns, row, strict=True)) for row in rows]


def claims() -> list[dict[str, str]]:
    """Sets PI0n00001 to 3, each krav in a case of its own (Sn1 to Sn3), PC1n00000 (in case C1n), kontrollsanksjoner, a
    krav in each tilstand, and some that no test changes."""
    rows = [
        claim(f"PI{number:02}0000{n}", saksnr=f"S{number}{n}", skyldner=KARI)
        for number in range(10, 10 + SETS)
        for n in (1, 2, 3)
    ]
    rows += [
        claim(f"KS{number:02}", kravtype="KONTROLLSANKSJON", steg="LETT", saksnr=f"SK{number:02}")
        | {"renter": "52.26", "renter_beregnet_til": "2026-08-01"}
        for number in range(SANKSJONER)
    ]
    rows += [claim(f"T-{tilstand}", tilstand=tilstand, saksnr=f"ST-{tilstand}") for tilstand in TILSTANDER]
    rows += [
        claim("PI9000001", skyldner=SKJULT, saksnr="S9001"),
        claim("PI9000002", fordringshaver="OBF", saksnr="S9002"),
        claim("PI9000003", kravtype="KONTROLLSANKSJON", steg="LETT", tilstand="KLAGE", saksnr="S9003"),
        claim("PI9000004", kravtype="KONTROLLSANKSJON", steg="LETT", saksnr="S9004", kjennemerke="", kid="")
        | {"renter": "52.26", "kostnader": "113.00", "renter_beregnet_til": "2026-08-01"}
        | {"opprinnelig_forfall": "2025-08-10"},
        claim("PX9000005", fagsystem="PAX", saksnr="9005"),
        procasso_claim("PC9000001", skyldner="202063756", kid="") | {"opprinnelig_forfall": "2025-08-10"},
        procasso_claim("PC9000002", kravtype="SFO", tilstand="STOPPET", saksflyt="MINDREAARIG", skyldner=BARN),
        procasso_claim("PC9000003", kravtype="SFO", tilstand="KLAGE"),
        procasso_claim("PC9000004", kravtype="HUSLEIE", tilstand="BETALT"),
        procasso_claim("PC9000005", kravtype="HUSLEIE", tilstand="AVSKREVET"),
        procasso_claim("PC9000006", kravtype="HUSLEIE", tilstand="BETALINGSAVTALE"),
        procasso_claim("PC9000103", tilstand="KLAGE"),
        procasso_claim("PC9000106", tilstand="BETALINGSAVTALE"),
    ]
    rows += [procasso_claim(f"PC{number}00000") for number in range(100, 100 + SINGLES)]
    return rows


def claim(kravnr: str, **cells: str) -> dict[str, str]:
    row = {
        "kravnr": kravnr, "kravtype": "PARKERINGSGEBYR", "fagsystem": "PILEN", "fordringshaver": "BYM",
        "skyldner": KARI, "kjennemerke": "DP19828", "ilagt_tidspunkt": "2025-08-01T22:30:05Z", "forfall": "2025-08-22",
        "hovedstol": "1350.00", "kostnader": "0.00", "renter": "0.00", "saksnr": "S9000", "steg": "VARSEL",
        "tilstand": "AAPEN", "saksflyt": "ORDINAER", "kid": "95010190544",
    }  # fmt: skip
    return row | cells


def procasso_claim(kravnr: str, **cells: str) -> dict[str, str]:
    own = {"fagsystem": "PROCASSO", "kravtype": "BARNEHAGE", "fordringshaver": "BYDEL03", "kjennemerke": ""}
    own |= {"saksnr": f"C{kravnr[2:5]}", "steg": "PURRING", "hovedstol": "3090.13", "kostnader": "38.00"}
    return claim(kravnr, **(own | cells))


def events() -> list[dict[str, str]]:
    rows = [
        ("PI9000003", "2025-09-01", "KLAGE", ""),
        ("PI9000004", "2025-09-02", "INNBETALING", "100.50"),
        ("PI9000004", "2025-09-03", "X17", ""),
        ("PX9000005", "2025-09-04", "PURRING", ""),
        ("PC9000001", "2025-09-05", "INNBETALING", "100.50"),
        ("PC9000001", "2025-09-06", "X17", ""),
    ]
    return [dict(zip(("kravnr", "dato", "hendelse", "beloep"), row, strict=True)) for row in rows]


@contextmanager
def running(root: Path, population: Path, state_dir: Path, **environment: str) -> Iterator[Sandbox]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--population", population, "--port", "0", "--state-dir", state_dir],
        cwd=root, text=True, stdout=subprocess.PIPE,
        env={
            **os.environ,
            "SANDBOX_PILEN_TOKEN": PILEN_TOKEN,
            "SANDBOX_PROCASSO_TOKEN": PROCASSO_TOKEN,
            "SANDBOX_SVARUT_LOGIN": SVARUT_LOGIN,
            **environment,
        },
    )  # fmt: skip
    try:
        sandbox = Sandbox(_ready_line(process).split()[-1])
        with sandbox.http, sandbox.control:
            yield sandbox
    finally:
        process.terminate()
        process.wait(timeout=10)


def _ready_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(20) else ""
    assert line.startswith("sandbox ready on http://"), line
    return line


@pytest.fixture(scope="session")
def shared_sandbox(
    root: Path, world_folder: Path, clients: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    state_dir = tmp_path_factory.mktemp("state")
    with running(root, world_folder, state_dir, SANDBOX_MASKINPORTEN_CLIENTS=str(clients)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Iterator[Sandbox]:
    """One process for all tests here; every knob is off at the end of each."""
    yield shared_sandbox
    shared_sandbox.control.delete("/faults")
    shared_sandbox.control.post("/pax", json={"locked_cases": []})


@pytest.fixture
def short_lived(root: Path, world_folder: Path, clients: Path, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox whose tokens live for one second, and which asks for another scope in Enhetsregisteret."""
    with running(
        root,
        world_folder,
        tmp_path,
        SANDBOX_MASKINPORTEN_CLIENTS=str(clients),
        SANDBOX_MASKINPORTEN_TOKEN_SECONDS="1",
        SANDBOX_ENHETSREGISTERET_SCOPE="brreg:annet",
    ) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def make_assertion(key: rsa.RSAPrivateKey) -> Callable[..., str]:
    """A JWT grant that is good, but for the claims and header given (None leaves one out)."""

    def make(sandbox: Sandbox, *, signed_with: Any = key, header: dict[str, Any] | None = None, **changes: Any) -> str:
        now = int(time.time())
        claims = {"aud": sandbox.issuer, "iss": "kraftverk", "scope": FREG_SCOPE, "iat": now, "exp": now + 100}
        claims |= {"jti": str(uuid.uuid4()), **changes}
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, signed_with, algorithm="RS256", headers={"kid": "gyldig", **(header or {})})

    return make


@pytest.fixture(scope="session")
def ask_token() -> Callable[[Sandbox, str], httpx.Response]:
    def ask(sandbox: Sandbox, assertion: str) -> httpx.Response:
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        return sandbox.http.post(f"{sandbox.base}/maskinporten/token", data=form)

    return ask


@pytest.fixture(scope="session")
def bearer(
    make_assertion: Callable[..., str], ask_token: Callable[..., httpx.Response]
) -> Callable[..., dict[str, str]]:
    """The Authorization header of somebody with a fresh token for the scope."""

    def make(sandbox: Sandbox, scope: str = FREG_SCOPE) -> dict[str, str]:
        answer = ask_token(sandbox, make_assertion(sandbox, scope=scope))
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    return make


@pytest.fixture
def freg(sandbox: Sandbox, bearer: Callable[..., dict[str, str]]) -> Iterator[httpx.Client]:
    """A caller of Folkeregisteret with a fresh token."""
    with plain_client(base_url=sandbox.freg, headers=bearer(sandbox)) as client:
        yield client


@pytest.fixture
def pilen(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A caller of Pilen with its API token."""
    headers = {"Authorization": f"Bearer {PILEN_TOKEN}"}
    with plain_client(base_url=f"{sandbox.base}/pilen/api/v1", headers=headers) as client:
        yield client


@pytest.fixture
def procasso(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A caller of Procasso with its API token."""
    headers = {"Authorization": f"Bearer {PROCASSO_TOKEN}"}
    with plain_client(base_url=f"{sandbox.base}/procasso/api/v1", headers=headers) as client:
        yield client


@pytest.fixture(scope="session")
def next_krav() -> Callable[[], str]:
    """An open krav of Procasso that no other test touches, as `procasso_claim` writes it."""
    numbers = count(100)

    def take() -> str:
        number = next(numbers)
        assert number < 100 + SINGLES, "make SINGLES larger"
        return f"PC{number}00000"

    return take


@pytest.fixture(scope="session")
def next_set() -> Callable[[], list[str]]:
    """Three krav of Kari that no other test touches, in cases of their own."""
    numbers = count(10)

    def take() -> list[str]:
        number = next(numbers)
        assert number < 10 + SETS, "make SETS larger"
        return [f"PI{number:02}0000{n}" for n in (1, 2, 3)]

    return take


@pytest.fixture(scope="session")
def _sanksjoner() -> Iterator[int]:
    return iter(range(SANKSJONER))


@pytest.fixture
def sanksjon(_sanksjoner: Iterator[int]) -> str:
    """An open kontrollsanksjon that no other test touches; KS07 is alone in the case SK07."""
    return f"KS{next(_sanksjoner):02}"


@pytest.fixture(scope="session")
def eventually() -> Callable[..., bool]:
    """Poll until the condition holds; False when it never did."""

    def poll(condition: Callable[[], bool], deadline_s: float = 10) -> bool:
        end = time.monotonic() + deadline_s
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.02)
        return condition()

    return poll
