"""`kraftverk approvals` over a real database: what is approved is what was shown, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner, Result

from domain.errors import BusinessException
from flows.installation import Installation
from flows.person import system_user
from hub.audit import Actor
from hub.fullmakt import Fullmakt, Fullmakter
from hub.proposal import Hindrance
from hub.storage import migrate
from hub.storage.approvals import Approvals, pending
from hub.storage.database import Database
from kraftverk import approval_commands, fullmakter, item_commands, queue_commands
from kraftverk.approval_commands import app
from kraftverk.readiness import load_environment
from kraftverk.usage import UsageError
from tests.unit.hub.behaviours.house import NIGHT, House, night
from tests.unit.hub.fake_world import arbeid

ME = "11111111-aaaa-4aaa-8aaa-111111111111:22222222-bbbb-4bbb-8bbb-222222222222"
"""What the hub knows the person at the terminal by, here and in the console."""
LIMITS = Fullmakter([Fullmakt(date(2026, 1, 1), "godkjenner", "*", 100_000)])


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """The hub with proposals worth 660 kroner each, outside the demo; the person at the terminal is a godkjenner with
    an account, and ordered nothing."""
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate.upgrade(database)
    made = House(database, tmp_path)
    made.automation.worth = 66_000
    monkeypatch.setenv("KRAFTVERK_SECRETS", str(tmp_path))
    given = {"prefect_api": None, "roles": {"*": ["godkjenner", "saksbehandler"]}, "accounts": {system_user(): ME}}
    settings = load_environment("production").model_copy(update=given)
    opened = SimpleNamespace(database=database, chain=made.chain, settings=settings, today=NIGHT)
    monkeypatch.setattr(Installation, "open", lambda: opened)
    monkeypatch.setattr(fullmakter, "read_fullmakter", lambda: LIMITS)
    yield made
    made.close()
    database.close()


async def proposed(house: House, *krav: str, ordered_by: str = "natt") -> None:
    house.world.krav |= dict.fromkeys(krav, "old")
    house.find(*(arbeid(nr) for nr in krav), ordered_by=ordered_by)
    assert await house.drain() == {"awaiting_approval": len(krav)}


def order(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


def seen() -> str:
    """What `show` tells to approve with."""
    told = re.search(r"--seen (\w+)", order("show", "BYM").stdout)
    assert told
    return told[1]


def approve(word: str, *more: str) -> Result:
    return order("approve", "BYM", "--reason", "sett", "--seen", word, *more)


def reject(word: str, item: str) -> Result:
    return order("reject", "BYM", item, "--reason", "betalt", "--seen", word)


async def test_a_list_is_shown_with_its_sum_and_approved_as_it_was_seen(house: House) -> None:
    await proposed(house, "K1", "K2", "K3")
    assert re.search(r"BYM +│ move +│ 3 +│ 1980.00 +│ 3", order("list").stdout)
    said = approve(seen(), "--without", "2")
    assert said.exit_code == 0, said
    assert "2 of 2 approved; the 2 are 1320.00 kroner in all." in said.stdout
    assert house.states() == {"ready": 2, "awaiting_approval": 1}
    assert {row.person for row in house.rows("approval")} == {ME}


async def test_a_list_that_has_grown_since_is_not_approved(house: House) -> None:
    await proposed(house, "K1")
    word = seen()
    house.world.krav["K2"] = "old"
    house.find(arbeid("K1"), arbeid("K2"), as_of=night(1), ordered_by="natt")
    await house.drain(as_of=night(1))
    said = approve(word)
    assert isinstance(said.exception, UsageError)
    assert "The list «BYM» is not as you saw it" in str(said.exception)
    assert house.states() == {"awaiting_approval": 2}


async def test_a_plan_that_has_changed_since_is_not_approved(house: House) -> None:
    await proposed(house, "K1")
    word = seen()
    house.world.facts = "changed"
    house.find(arbeid("K1"), as_of=night(1), ordered_by="natt")
    await house.drain(as_of=night(1))
    assert isinstance(approve(word).exception, UsageError)
    assert not house.rows("approval")


async def test_whoever_ordered_the_work_is_refused_and_told(house: House) -> None:
    await proposed(house, "K1", ordered_by=ME)
    said = approve(seen())
    assert said.exit_code == 1
    assert "another person must decide" in said.output
    assert house.states() == {"awaiting_approval": 1}


async def test_what_one_put_back_in_the_console_one_cannot_approve_at_the_terminal(house: House) -> None:
    await proposed(house, "K1")
    house.sql("UPDATE work_item SET edited_by = :me", me=ME)  # as the console writes it
    said = approve(seen())
    assert said.exit_code == 1
    assert "another person must decide" in said.output
    assert house.states() == {"awaiting_approval": 1}


async def test_what_one_put_back_at_the_terminal_one_cannot_approve_in_the_console(house: House) -> None:
    house.world.krav["K1"] = "old"
    house.world.plan_faults = [BusinessException("DISPUTED")]
    house.find(arbeid("K1"), ordered_by="natt")
    await house.drain()
    assert (
        CliRunner()
        .invoke(item_commands.app, ["retry", "1", "--reason", "rettet", "--seen", str(house.item(1).seq)])
        .exit_code
        == 0
    )
    assert await house.drain() == {"awaiting_approval": 1}
    with house.database.read() as c:
        (waits,) = pending(c)
    approvals = Approvals(house.database, house.chain, LIMITS)
    assert approvals.approve([waits], Actor(ME, "godkjenner"), {"godkjenner"}, "sett", NIGHT) == {1: Hindrance.OWN}
    with pytest.raises(IntegrityError, match="may not approve"):
        house.sql("INSERT INTO approval VALUES (1, 'x', 'approved', :me, 'godkjenner', 'sett', 0)", me=ME)
    assert house.states() == {"awaiting_approval": 1}


@pytest.mark.parametrize(
    ("commands", "arguments"),
    [
        (approval_commands, ["reject", "BYM", "1", "--reason", "x", "--seen", "x"]),
        (item_commands, ["retry", "1", "--reason", "x", "--seen", "1"]),
        (item_commands, ["settle", "1", "--done", "--reason", "x", "--seen", "1"]),
        (item_commands, ["close", "1", "--reason", "x", "--seen", "1"]),
        (queue_commands, ["pause", "move", "--reason", "x"]),
        (queue_commands, ["release", "move", "--reason", "x"]),
        (queue_commands, ["level", "move", "drift", "--reason", "x"]),
        (queue_commands, ["open", "WORLD", "--reason", "x"]),
    ],
)
async def test_outside_the_demo_nobody_acts_without_an_account(
    house: House, monkeypatch: pytest.MonkeyPatch, commands: ModuleType, arguments: list[str]
) -> None:
    await proposed(house, "K1")
    opened = Installation.open()
    everything = {"accounts": {}, "roles": {"*": ["godkjenner", "saksbehandler", "power"]}}
    monkeypatch.setattr(opened, "settings", opened.settings.model_copy(update=everything))
    before = house.rows("event"), house.rows("queue_event"), house.states()
    said = CliRunner().invoke(commands.app, arguments)
    assert isinstance(said.exception, UsageError)
    assert "has no account: it is given under [accounts]" in str(said.exception)
    assert (house.rows("event"), house.rows("queue_event"), house.states()) == before


async def test_what_one_has_had_a_hand_in_is_not_shown_as_ones_own(house: House) -> None:
    await proposed(house, "K1", ordered_by=ME)
    house.find(arbeid("K1"), arbeid("K2"), ordered_by="natt")
    house.world.krav["K2"] = "old"
    await house.drain()
    rows = [line for line in order("show", "BYM").stdout.splitlines() if "WORLD:K" in line]
    assert [re.findall(r"K\d|yes|no", row)[-1] for row in rows] == ["no", "yes"]
    (listed,) = [line for line in order("list").stdout.splitlines() if "BYM" in line]
    cells = [cell.strip() for cell in listed.split("│")[1:-1]]
    assert (cells[2], cells[4]) == ("2", "1")


async def test_what_is_above_the_fullmakt_is_left(house: House) -> None:
    house.automation.worth = 100_001
    await proposed(house, "K1")
    assert "nothing on the list «BYM» that you may approve" in str(approve(seen()).exception)


async def test_single_proposals_are_rejected(house: House) -> None:
    await proposed(house, "K1", "K2")
    word = seen()
    said = reject(word, "1")
    assert (said.exit_code, said.stdout.strip()) == (0, "1 of 1 rejected.")
    assert house.states() == {"handled_manually": 1, "awaiting_approval": 1}
    assert "The list «BYM» is not as you saw it" in str(reject(word, "2").exception)
    assert house.states() == {"handled_manually": 1, "awaiting_approval": 1}


def test_nothing_waits(house: House) -> None:
    assert "Nothing waits for a second person." in order("list").stdout
    assert "No proposal waits on a list «BYM»" in str(order("show", "BYM").exception)
