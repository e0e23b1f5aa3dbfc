"""Some mornings of sms-notice in a small world, every expectation worked out by hand from docs/rutiner.md.

Each test is one run, and goes on where the one before it ended.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.effektmaaling import Gruppe
from domain.errors import SystemException
from flows import registry, routine
from flows.routine import Night
from flows.sms.maaling import Maalt, maal
from tests.acceptance.office import Office, office
from tests.acceptance.privacy import People
from tests.acceptance.sms_world import BEA, CARL, ELI, PAYLOAD_KEY, PER, make_day, make_world, paid
from tests.acceptance.victim import Place, run_until_killed

pytestmark = pytest.mark.timeout(300)

SMS = "sms-notice"
LEFT_OUT = {
    ("SMS_TOMORROW", "PI6000002"),
    ("RESERVED", "PI6000004"),
    ("NO_MOBILE", "PI6000005"),
    ("CONTACT_OLD", "PI6000006"),
    ("ESTATE", "PI6000008"),
    ("MINOR", "PI6000009"),
    ("HELD_BACK", "PI6000010"),
    ("UNDER_VERGEMAAL", "PI6000011"),
    ("INVALID_DEBTOR", "PI6000012"),
    ("NO_KID", "PI6000019"),
    ("FORELDET", "PI6000020"),
}
FIRST_DAY = {"PI6000001", "PI6000003", "PI6000013", "PI6000015", "PI6000024"}


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    population = make_world(tmp_path_factory.mktemp("sms") / "population")
    with office(tmp_path_factory.mktemp("sms") / "state", population, quick=True) as opened:
        (opened.world.secrets / "payload.key").write_text(PAYLOAD_KEY, encoding="utf-8")
        yield opened


async def find(agency: Office) -> None:
    """The first half of a morning."""
    module = registry.module(SMS)
    await routine.find(Night(module.METADATA, module.AUTOMATION, agency.installation(), agency.as_of, "natt"))


def work(agency: Office) -> dict[str, tuple[str, str]]:
    """Reference -> status, and the result or the reason, in the report of today."""
    return {item.reference: (item.status, item.result or item.reason) for item in control(agency).items}


def listed(agency: Office) -> set[tuple[str, str | None]]:
    return {(line.code, line.krav) for line in control(agency).lines if line.code != "PROTECTED"}


def control(agency: Office) -> routine.ControlReport:
    module = registry.module(SMS)
    return routine.report(Night(module.METADATA, module.AUTOMATION, agency.installation(), agency.as_of, "natt"))


def memos(agency: Office) -> dict[str, str]:
    return {str(row["key"]): str(row["value"]) for row in agency.rows("SELECT key, value FROM memo")}


async def test_the_first_morning(agency: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert await agency.night(SMS) == 0
    assert work(agency) == {
        "PI6000001:2026-11-10": ("completed", "SMS_SENT"),
        "PI6000003:2026-11-03": ("completed", "SMS_SENT"),
        "PI6000013:2026-11-14": ("completed", "SMS_SENT"),
        "PI6000015:2026-11-20": ("completed", "SMS_SENT"),
        "PI6000024:2026-11-10": ("completed", "SMS_SENT"),
    }
    assert listed(agency) == LEFT_OUT
    assert control(agency).counts["PROTECTED"] == 1
    assert People.of(agency.population).found_in(caplog.text) == set()


def test_each_of_them_got_what_it_takes_to_pay(agency: Office) -> None:
    def text(kroner: str, forfalt: str, kid: str) -> str:
        return (
            f"Innkrevingsetaten: Parkeringsgebyr {kroner} kr forfalt {forfalt}. Betal nå, før det blir dyrere. "
            f"Konto 1234.56.78911, KID {kid}. Ikke svar."
        )

    assert agency.sms() == [
        ("PI6000001", "+4700000001", text("900", "10.11.26", "770000016")),
        ("PI6000003", "+4700000002", text("900", "03.11.26", "770000032")),
        ("PI6000013", "+4700000012", text("500", "14.11.26", "770000131")),
        ("PI6000015", "+4700000013", text("900", "20.11.26", "770000156")),
        ("PI6000024", "+4700000016", text("912,50", "10.11.26", "770000248")),
    ]


async def test_a_second_run_adds_nothing(agency: Office) -> None:
    before, work_before = agency.sms(), work(agency)
    agency.done("run", SMS, "--local")
    assert (agency.sms(), work(agency), listed(agency)) == (before, work_before, LEFT_OUT)
    assert agency.effects().total() == len(FIRST_DAY)


async def test_a_morning_without_the_register(agency: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PER is protected from this day on, but nobody has been told yet."""
    monkeypatch.setattr(routine, "FIND_PAUSES", ())
    agency.control("sms", kravnr="PI6000015", status="SMS_Failed_InvalidRecipient")
    changes = [("krav.csv", "PI6000001", "tilstand", "BETALT"), ("personer.csv", PER, "gradering", "fortrolig")]
    payments = [paid("PI6000001", "2026-11-24", "900.00")]
    agency.move_to(make_day(tmp_path / "day-1", "2026-11-24", changes, payments))
    agency.misbehave("unavailable", 1.0, "KRR")
    with pytest.raises(SystemException, match="KRR"):
        await agency.night(SMS)
    agency.calm()
    assert agency.sms() == []
    assert memos(agency)["feed"] == "0", "what the feed has told is not lost"


async def test_the_day_after_is_caught_up(agency: Office, tmp_path: Path) -> None:
    """Between find and send: BEA has paid, and CARL has reserved himself again."""
    open_again = [("personer.csv", CARL, "reservert", "NEI"), ("personer.csv", ELI, "mobil_verifisert", "2026-11-24")]
    agency.move_to(make_day(tmp_path / "day-2", "2026-11-25", open_again))
    await find(agency)
    meanwhile = [("krav.csv", "PI6000002", "tilstand", "BETALT"), ("personer.csv", CARL, "reservert", "JA")]
    payments = [paid("PI6000002", "2026-11-25", "900.00")]
    agency.move_to(make_day(tmp_path / "day-2-later", "2026-11-25", meanwhile, payments))
    assert await agency.night(SMS, find=False) == 0
    assert work(agency) == {
        "PI6000002:2026-11-12": ("completed", "NOTHING_TO_DO"),
        "PI6000004:2026-11-10": ("completed", "NOTHING_TO_DO"),
        "PI6000006:2026-11-10": ("completed", "SMS_SENT"),
    }
    assert [kravnr for kravnr, _, _ in agency.sms()] == ["PI6000006"]
    gone = {("SMS_TOMORROW", "PI6000002"), ("RESERVED", "PI6000004"), ("CONTACT_OLD", "PI6000006")}
    assert listed(agency) == (LEFT_OUT - gone) | {("SMS_NOT_DELIVERED", "PI6000015")}
    assert control(agency).counts["PROTECTED"] == 2
    assert not any("PI6000024" in key for key in memos(agency)), "a protected person leaves no memo"


async def test_a_killed_worker_and_a_lost_answer_are_one_sms_all_the_same(agency: Office, tmp_path: Path) -> None:
    """MAI's other krav is three days over its deadline now. What failed to arrive is still told of."""
    agency.move_to(make_day(tmp_path / "day-3", "2026-11-26", []))
    await find(agency)
    assert run_until_killed(agency.world, agency.as_of, SMS, [{"sms": Place.AFTER}]) == [-signal.SIGKILL]
    assert [kravnr for kravnr, _, _ in agency.sms()] == ["PI6000014"], "it went, and nobody knows"
    agency.write("UPDATE work_item SET lease_until = lease_until - 1000 WHERE state = 'running'")
    agency.misbehave("answer_lost", 1.0, "ALTINN", times=1)
    agency.set(patience="0.0")
    assert await agency.night(SMS, find=False) == 1
    (item,) = agency.rows("SELECT id, state, reason FROM work_item WHERE reference = 'PI6000014:2026-11-21'")
    assert (item["state"], item["reason"]) == ("deferred", "ALTINN_SEND")
    agency.write("UPDATE work_item SET ready_at = 0 WHERE state = 'deferred'")
    assert await agency.night(SMS, find=False) == 0
    assert work(agency) == {"PI6000014:2026-11-21": ("completed", "SMS_SENT")}
    assert [kravnr for kravnr, _, _ in agency.sms()] == ["PI6000014"]
    assert agency.effects()["ALTINN", "sms", "PI6000014"] == 1
    steps = agency.rows("SELECT kind, data FROM step WHERE item_id = :item ORDER BY seq", item=item["id"])
    assert [step["kind"] for step in steps] == ["plan", "started", "started", "started", "done"]
    assert ("SMS_NOT_DELIVERED", "PI6000015") in listed(agency)


async def test_what_came_of_it_is_measured_when_the_days_are_over(agency: Office, tmp_path: Path) -> None:
    """Fourteen days: the krav of the 23rd have until 7 December, those of the 25th and 26th a little longer.

    To be told on the 23rd were 1, 2, 3, 13 and 15 (24 is protected); 1 and 2 paid in time, 13 a day too late. Held back
    was 10, which was paid. Of those that are paid or have moved on (15) only a number is left.
    """
    changes = [
        ("krav.csv", "PI6000010", "tilstand", "BETALT"),
        ("krav.csv", "PI6000013", "tilstand", "BETALT"),
        ("krav.csv", "PI6000015", "steg", "VARSEL"),
    ]
    payments = [paid("PI6000010", "2026-12-07", "900.00"), paid("PI6000013", "2026-12-08", "500.00")]
    agency.move_to(make_day(tmp_path / "day-16", "2026-12-08", changes, payments))
    assert await agency.night(SMS) == 0
    assert work(agency) == {}
    assert maal(memos(agency)) == Maalt(varslet=Gruppe(5, 2), holdt=Gruppe(1, 1), aapne=3)
    assert ("SMS_NOT_DELIVERED", "PI6000015") not in listed(agency)
    followed = {key for key in memos(agency) if key.startswith(("maaling:", "feilet:"))}
    assert followed == {
        "maaling:PI6000003:2026-11-03",  # still unpaid, and so still looked after
        *("maaling:PI6000004:2026-11-10", "maaling:PI6000006:2026-11-10", "maaling:PI6000014:2026-11-21"),
    }
    told = agency.done("effect").splitlines()
    assert told == [
        "sms-notice: 7 SMS sent, 3 krav still within their 14 days",
        "to be told:  5 krav, 2 paid within 14 days (40.0%)",
        "held back:   1 krav, 1 paid within 14 days (100.0%)",
        "difference:  ikke målt: that takes 50 krav in each group",
    ]


async def test_of_who_becomes_protected_only_a_number_is_left(agency: Office, tmp_path: Path) -> None:
    agency.move_to(make_day(tmp_path / "day-17", "2026-12-09", [("personer.csv", BEA, "gradering", "fortrolig")]))
    await find(agency)
    assert not any("PI6000003" in key for key in memos(agency))
    assert maal(memos(agency)).varslet == Gruppe(4, 2), "3 was not settled for good"


def test_nobody_is_found_in_what_is_left_behind(agency: Office, tmp_path: Path) -> None:
    """No number, name, address or phone in the hub's database or any file of ours."""
    people = People.of(agency.population)
    outside = [agency.world.folder / "sandbox", agency.world.folder / "sandbox.log"]
    assert people.found_below(agency.world.folder, but_for=outside) == {}
    reported = tmp_path / "report"
    agency.done("report", "--automation", SMS, "--avstem", "--out", str(reported))
    assert people.found_below(reported, but_for=[]) == {}
    ledger = "".join(str(row["data"]) for row in agency.rows("SELECT data FROM step"))
    assert "+47" not in ledger
    assert "7700000" not in ledger, "nor a KID"
