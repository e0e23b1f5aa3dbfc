"""One morning of sms-notice in a larger world, against a plain reading of its files.

Whose krav no machine may touch is the population's own answer for parking-merge, which asks the same of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows import registry, routine
from flows.routine import Night
from tests.acceptance.office import Row, as_of, office, read
from tests.acceptance.sms_world import PAYLOAD_KEY

pytestmark = pytest.mark.timeout(300)

SMS = "sms-notice"
FREE_DAYS = {date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 17), date(2026, 5, 25)}
"""Of the months before November 2026 in which a deadline may have been (Ascension Day, Whit Monday)."""


def test_liten(liten: Path, tmp_path: Path) -> None:
    check(liten, tmp_path, {"SMS_SENT", "CONTACT_OLD", "SMS_TOMORROW"})


@pytest.mark.needs_shared
def test_middels(shared: Path, tmp_path: Path) -> None:
    reasons = {"SMS_SENT", "SMS_TOMORROW", "HELD_BACK", "RESERVED", "NO_MOBILE", "CONTACT_OLD", "PROTECTED"}
    check(shared / "population" / "middels", tmp_path, reasons)


def check(population: Path, folder: Path, reasons: set[str]) -> None:
    expected = expectations(population)
    assert reasons <= set(expected.values()), "there is something to judge"
    with office(folder / "state", population) as agency:
        (agency.world.secrets / "payload.key").write_text(PAYLOAD_KEY, encoding="utf-8")
        for _ in range(2):  # the second run adds nothing
            assert asyncio.run(agency.night(SMS)) == 0
            module = registry.module(SMS)
            night = Night(module.METADATA, module.AUTOMATION, agency.installation(), agency.as_of, "natt")
            report = routine.report(night)
            found = {item.krav[0]: item.result for item in report.items}
            found |= {str(line.krav): line.code for line in report.lines if line.krav is not None}
            protected = sum(outcome == "PROTECTED" for outcome in expected.values())
            assert found == {kravnr: outcome for kravnr, outcome in expected.items() if outcome != "PROTECTED"}
            assert report.counts.get("PROTECTED", 0) == protected
            sent = {kravnr for kravnr, outcome in expected.items() if outcome == "SMS_SENT"}
            assert sorted(kravnr for kravnr, _, _ in agency.sms()) == sorted(sent)


def expectations(population: Path) -> dict[str, str]:
    """kravnr -> SMS_SENT, or why not."""
    today = as_of(population)
    personer = {row["foedselsnummer"]: row for row in read(population / "personer.csv")}
    outside = {row["kravnr"]: row["reason"] for row in read(population / "forventet" / "parking-merge-excluded.csv")}
    paid: defaultdict[str, float] = defaultdict(float)
    for row in read(population / "hendelser.csv"):
        if row["hendelse"] == "INNBETALING" and row["dato"] <= today.isoformat():
            paid[row["kravnr"]] += float(row["beloep"])
    candidates = [row for row in read(population / "krav.csv") if is_candidate(row, today, paid[row["kravnr"]])]
    out = {row["kravnr"]: outside.get(row["kravnr"]) or reason(row, personer) for row in candidates}
    had: set[str] = set()
    for row in sorted(candidates, key=lambda row: (row["forfall"], row["kravnr"])):
        if out[row["kravnr"]] == "SMS_SENT":
            if row["skyldner"] in had:
                out[row["kravnr"]] = "SMS_TOMORROW"
            had.add(row["skyldner"])
    return out


def is_candidate(row: Row, today: date, paid: float) -> bool:
    kind = (row["kravtype"], row["fagsystem"], row["tilstand"], row["steg"])
    if kind != ("PARKERINGSGEBYR", "PILEN", "AAPEN", "FORFALT") or len(row["skyldner"]) == 9:
        return False
    due = date.fromisoformat(row["forfall"])
    while due.weekday() > 4 or due in FREE_DAYS:
        due += timedelta(days=1)
    owed = sum(float(row[part]) for part in ("hovedstol", "kostnader", "renter"))
    return due + timedelta(days=3) <= today and owed - paid > 0.001


def reason(row: Row, personer: dict[str, Row]) -> str:
    person = personer[row["skyldner"]]
    if person["verge"]:
        return "UNDER_VERGEMAAL"
    if not row["kid"]:
        return "NO_KID"
    if person["reservert"] == "JA":
        return "RESERVED"
    if not person["mobil"]:
        return "NO_MOBILE"
    if person["mobil_verifisert"] < "2025-05-23":  # eighteen months before 23 November 2026
        return "CONTACT_OLD"
    drawn = hmac.new(PAYLOAD_KEY.encode(), row["kravnr"].encode(), hashlib.sha256).hexdigest()
    return "HELD_BACK" if int(drawn[:13], 16) < 0.1 * 16**13 else "SMS_SENT"


def test_a_bad_morning(liten: Path, tmp_path: Path) -> None:
    """Every system fails now and then, and Altinn at its first orders for certain: the same end, no SMS twice."""
    expected = expectations(liten)
    sent = {kravnr for kravnr, outcome in expected.items() if outcome == "SMS_SENT"}
    with office(tmp_path / "state", liten, quick=True) as agency:
        (agency.world.secrets / "payload.key").write_text(PAYLOAD_KEY, encoding="utf-8")
        agency.set(lease="5.0", act_limit="2.0", settle="0.5")
        for knob in ("drop", "server_error", "unavailable", "too_many_requests"):
            agency.misbehave(knob, 0.05)
        agency.misbehave("answer_lost", 1.0, "ALTINN", times=1)
        agency.misbehave("saves_late", 1.0, "ALTINN", times=1)
        assert asyncio.run(agency.night(SMS)) == 0
        assert agency.effects() == {("ALTINN", "sms", kravnr): 1 for kravnr in sent}
        done = agency.rows("SELECT krav FROM work_item WHERE state = 'completed' AND result = 'SMS_SENT'")
        assert {row["krav"] for row in done} == sent
        hits = {knob["knob"]: knob["hits"] for knob in agency.control("faults")["faults"] if knob["system"] == "ALTINN"}
        assert (hits["answer_lost"], hits["saves_late"]) == (1, 1)
