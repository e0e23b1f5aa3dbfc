"""The sandbox as a process of its own, for all tests here."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from connectors.http import build_client
from tests.integration.connectors.running import (
    ALTINN_SCOPE,
    BRREG_SCOPE,
    FIKS_SCOPE,
    FREG_SCOPE,
    INTEGRASJON,
    KRR_SCOPE,
    PILEN_TOKEN,
    PROCASSO_TOKEN,
    Connectors,
    Key,
    Sandbox,
    connect,
    new_key,
)


@pytest.fixture(scope="session")
def key() -> Key:
    return new_key()


@pytest.fixture(scope="session")
def running(root: Path, key: Key, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One world for all tests here: whoever changes a krav takes krav nobody else does (`pair`, `own_krav`)."""
    folder = tmp_path_factory.mktemp("sandbox")
    clients = folder / "clients.json"
    scopes = {"klient-1": [FREG_SCOPE, BRREG_SCOPE, FIKS_SCOPE, KRR_SCOPE, ALTINN_SCOPE], "uten-freg": [BRREG_SCOPE]}
    clients.write_text(json.dumps({name: {"jwks": {"keys": [key.jwk]}, "scopes": of} for name, of in scopes.items()}))
    population = root / "tests" / "population" / "liten"
    with (folder / "stderr").open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--population", population, "--port", "0", "--state-dir", folder],
            cwd=root,
            text=True,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={
                **os.environ,
                "SANDBOX_PILEN_TOKEN": PILEN_TOKEN,
                "SANDBOX_PROCASSO_TOKEN": PROCASSO_TOKEN,
                "SANDBOX_MASKINPORTEN_CLIENTS": str(clients),
                "SANDBOX_SVARUT_LOGIN": f"{INTEGRASJON.id}:{INTEGRASJON.passord}",
            },
        )
    try:
        line = _first_line(process)
        assert line.startswith("sandbox ready on "), (folder / "stderr").read_text()
        yield Sandbox(line.split()[-1], process, folder, population)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """The world with every knob turned off again afterwards."""
    yield running
    running.control.delete("/faults").raise_for_status()
    running.lock()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with build_client(verify=False) as client:
        yield client


@pytest.fixture
def connectors(sandbox: Sandbox, key: Key, http: httpx.AsyncClient) -> Connectors:
    return connect(sandbox, http, key)


@pytest.fixture(scope="session")
def _pairs(running: Sandbox) -> Iterator[tuple[str, str, str]]:
    by_party: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in running.rows("krav"):
        if row["fagsystem"] == "PILEN":
            by_party[row["skyldner"], row["fordringshaver"]].setdefault(row["saksnr"], row["kravnr"])
    return iter([(saker.popitem()[1], *saker.popitem()) for saker in by_party.values() if len(saker) > 1])


@pytest.fixture
def pair(_pairs: Iterator[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Two krav of one skyldner and fordringshaver, in two cases: (kravnr, the other's case, the other)."""
    kravnr, saksnr, other = next(_pairs)
    return kravnr, saksnr, other


@pytest.fixture(scope="session")
def _own(running: Sandbox) -> Iterator[str]:
    rows = running.rows("krav")
    mine = (row for row in rows if row["fagsystem"] == "PROCASSO" and row["tilstand"] == "AAPEN")
    return iter([row["kravnr"] for row in mine if row["kostnader"] != "0.00" and not row["opprinnelig_forfall"]])


@pytest.fixture
def own_krav(_own: Iterator[str]) -> str:
    """An open krav in Procasso with costs, whose forfall never moved."""
    return next(_own)


@pytest.fixture(scope="session")
def _sanksjoner(running: Sandbox) -> Iterator[str]:
    """Open kontrollsanksjoner of those who have one case only, so that no `pair` has them."""
    saker: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    rows = [row for row in running.rows("krav") if row["fagsystem"] == "PILEN"]
    for row in rows:
        saker[row["skyldner"], row["fordringshaver"]].add(row["saksnr"])
    return iter(
        row["kravnr"]
        for row in rows
        if (row["kravtype"], row["tilstand"]) == ("KONTROLLSANKSJON", "AAPEN")
        and len(saker[row["skyldner"], row["fordringshaver"]]) == 1
    )


@pytest.fixture
def sanksjon(_sanksjoner: Iterator[str]) -> str:
    """An open kontrollsanksjon that no other test touches."""
    return next(_sanksjoner)


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return process.stdout.readline() if selector.select(20) else ""
