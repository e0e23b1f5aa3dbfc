"""claims-sync in the invented world that the nights are tested in, and through its week. What must come out is counted
from the files of the world, not asked of the product."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from tests.acceptance.office import Office, Row, office, read
from tests.acceptance.shared_claims import Side, assert_equal_to_the_oere, told
from tests.acceptance.test_claims_sync import BOTH, lines

pytestmark = pytest.mark.timeout(300)
STEG = {"KONTROLLSANKSJON": {"LETT", "TUNGT", "FORLIK", "UTLEGG"}, "PARKERINGSGEBYR": {"VARSEL", "UTLEGG"}}
LEFT_OUT = ("INVALID_DEBTOR", "ESTATE", "MINOR")
DEAD_LIMITS = {"PROPOSE_WRITE_OFF", "MANUAL_REVIEW"}


async def test_liten_is_handed_over_once_with_every_payment(liten: Path, tmp_path: Path) -> None:
    foreldet = {row["kravnr"] for row in read(liten / "forventet" / "limitation.csv") if row["action"] in DEAD_LIMITS}
    begun = {nr for nr, row in begun_in(read(liten / "krav.csv")).items() if nr not in foreldet}
    hidden = hidden_in(liten)
    invalid = {row["kravnr"] for row in read(liten / "forventet" / "parking-merge-excluded.csv")
               if row["reason"] == "INVALID_DEBTOR"}  # fmt: skip
    people = {row["foedselsnummer"]: row for row in read(liten / "personer.csv")}
    krav = {row["kravnr"]: row for row in read(liten / "krav.csv")}
    expected = {nr for nr in begun if krav[nr]["skyldner"] not in hidden}
    paid = payments_in(read(liten / "hendelser.csv"))
    with office(tmp_path / "state", liten, lanes=2, quick=True) as agency:
        for _ in range(2):
            assert await agency.night(*BOTH) == 0
            told_of = {(code, kravnr) for code, kravnr in lines(agency) if code in LEFT_OUT}
            assert all(kravnr in invalid for code, kravnr in told_of if code == "INVALID_DEBTOR")
            left_out = {kravnr for _, kravnr in told_of}
            alone = {nr for nr in expected if (who := people.get(krav[nr]["skyldner"])) and not_of_age(who, krav[nr])}
            assert alone == {kravnr for code, kravnr in told_of if code != "INVALID_DEBTOR"}
            handed_over = handed(agency)
            assert handed_over == expected - left_out
            assert (len(handed_over), len(left_out)) == (94, 5)
            assert all(n == 1 for key, n in told(agency).items() if key[1] == "innfordring")
            assert_the_same_as_the_world(agency, paid)


@pytest.mark.needs_shared
async def test_through_the_week_each_payment_and_status_is_told_once(liten: Path, shared: Path, tmp_path: Path) -> None:
    paid = payments_in(read(liten / "hendelser.csv"))
    with office(tmp_path / "state", liten, lanes=2, quick=True) as agency:
        assert await agency.night(*BOTH) == 0
        for n in range(1, 8):
            day = shared / "population" / "liten-uke" / f"day-{n}"
            agency.move_to(day)
            assert await agency.night(*BOTH) == 0
            for change in read(day / "changes.csv"):
                if change["file"] == "hendelser.csv":
                    row = json.loads(change["value"])
                    if row["hendelse"] == "INNBETALING":
                        paid[row["kravnr"]].append(row["beloep"])
            assert_the_same_as_the_world(agency, paid)
        assert all(n == 1 for key, n in told(agency).items() if key[1] == "innfordring")


def not_of_age(who: Row, row: Row) -> bool:
    """Dead, or without a birth date, or not 18 on the day it was ilagt (each long before midnight here)."""
    born, ilagt = who["foedselsdato"], row["ilagt_tidspunkt"][:10]
    return who["status"] == "doed" or not born or f"{int(born[:4]) + 18}{born[4:]}" > ilagt


def begun_in(krav: list[Row]) -> dict[str, Row]:
    """Those in Pilen whose collection has begun, foreldet or not."""
    return {
        row["kravnr"]: row
        for row in krav
        if row["fagsystem"] == "PILEN"
        and row["steg"] in STEG.get(row["kravtype"], ())
        and row["tilstand"] in ("AAPEN", "KLAGE", "BETALINGSAVTALE")
    }


def hidden_in(population: Path) -> set[str]:
    """Everybody under VERN-2, and the ENK of such a person."""
    hidden = {row["foedselsnummer"] for row in read(population / "personer.csv") if row["gradering"] != "ugradert"}
    return hidden | {
        row["organisasjonsnummer"] for row in read(population / "enheter.csv") if row["innehaver"] in hidden
    }


def payments_in(hendelser: list[Row]) -> defaultdict[str, list[str]]:
    paid: defaultdict[str, list[str]] = defaultdict(list)
    for row in hendelser:
        if row["hendelse"] == "INNBETALING":
            paid[row["kravnr"]].append(row["beloep"])
    return paid


def handed(agency: Office) -> set[str]:
    return {kravnr for system, kind, kravnr in told(agency) if (system, kind) == ("PROCASSO", "innfordring")}


def assert_the_same_as_the_world(agency: Office, paid: dict[str, list[str]]) -> None:
    """Of each krav Procasso has the tilstand it truly has, and every payment once."""
    truth, ours = agency.krav(), sorted(handed(agency))
    expected = {kravnr: (truth[kravnr]["tilstand"], sorted(paid.get(kravnr, []))) for kravnr in ours}
    assert Side(agency, "procasso").many(ours) == expected
    assert_equal_to_the_oere(agency)
