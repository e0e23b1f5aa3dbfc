"""Our side of ISY-PA's folder against the simulator that works on it in a process of its own."""

from __future__ import annotations

import time

import pytest

from connectors.isypa_filer.files import IsypaFiler
from connectors.isypa_filer.mapping import Endring, Kvittering
from tests.integration.connectors.running import Sandbox


@pytest.fixture
def files(sandbox: Sandbox) -> IsypaFiler:
    return IsypaFiler(sandbox.state_dir / "isypa")


def wait_for(files: IsypaFiler, name: str, antall: int) -> Kvittering:
    deadline = time.monotonic() + 20
    while True:
        if kvittering := files.read_kvittering(name, antall):
            return kvittering
        assert time.monotonic() < deadline, "no receipt"
        time.sleep(0.02)


def merknader(sandbox: Sandbox, referanse: str) -> list[str]:
    effects = sandbox.control.get("/effects").json()["effects"]
    return [
        effect["key"]
        for effect in effects
        if effect["system"] == "ISYPA" and effect["detail"]["referanse"] == referanse
    ]


def test_krav_and_their_customers(sandbox: Sandbox, files: IsypaFiler) -> None:
    rows = [row for row in sandbox.rows("krav") if row["fagsystem"] == "ISYPA"]
    krav = files.read_krav().values()
    assert sorted(each.kravnr for each in krav) == sorted(row["kravnr"] for row in rows)
    parties = {(kunde.eier, kunde.fordringshaver) for kunde in files.read_kunder()}
    assert parties == {(each.skyldner, each.fordringshaver) for each in krav}


def test_rows_taken_and_refused(sandbox: Sandbox, files: IsypaFiler) -> None:
    kravnr = next(iter(files.read_krav()))
    files.put(
        "to-rader.csv",
        [
            Endring("merknad", "Slettet i Enhetsregisteret", "to-rader", kravnr=kravnr),
            Endring("merknad", "Slettet i Enhetsregisteret", "to-rader", kravnr="IS0000000"),
        ],
    )
    kvittering = wait_for(files, "to-rader.csv", 2)
    assert [kvittering.avvist(rad) for rad in (1, 2)] == [None, "KRAV_UKJENT"]
    assert merknader(sandbox, "to-rader") == [kravnr]


def test_the_same_file_again_has_no_second_effect(sandbox: Sandbox, files: IsypaFiler) -> None:
    endring = Endring("merknad", "En gang", "en-gang", kravnr=next(iter(files.read_krav())))
    for _ in range(2):
        files.put("en-gang.csv", [endring])
        wait_for(files, "en-gang.csv", 1)
        deadline = time.monotonic() + 20
        while files.is_waiting("en-gang.csv"):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert merknader(sandbox, "en-gang") == [endring.kravnr]
