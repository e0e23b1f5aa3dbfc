"""Why somebody acts is asked for by every command a person acts by, and is fit to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from domain.errors import BusinessException
from kraftverk.cli import app as kraftverk
from kraftverk.item_commands import app
from tests.unit.hub.behaviours.house import House
from tests.unit.kraftverk.terminal import installed, order


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with installed(tmp_path, monkeypatch, ["saksbehandler"]) as made:
        yield made


def acts(group: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that asks for a reason."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from acts(command, (*path, name))
        elif any(each.name == "reason" for each in command.params):
            yield " ".join((*path, name))


MORE = {
    "items retry": ["1", "--seen", "1"],
    "items settle": ["1", "--seen", "1", "--done"],
    "items close": ["1", "--seen", "1"],
    "queues pause": ["move"],
    "queues release": ["move"],
    "queues level": ["move", "drift"],
    "queues open": ["WORLD"],
    "approvals approve": ["A", "--seen", "a"],
    "approvals reject": ["A", "1", "--seen", "a"],
}
"""Commands, and what else they ask for."""


def test_all_that_a_person_does_asks_why() -> None:
    assert set(acts(typer.main.get_group(kraftverk))) == set(MORE)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "Say why"),
        (" \n", "Say why"),
        ("gjelder 15916901205", "Write no fødselsnummer"),
        ("gjelder 159169 01205 i saken", "Write no fødselsnummer"),
        ("rød \x1b[31m tekst", "Write letters alone"),
    ],
    ids=["nothing", "blank", "a number", "a number in two", "a sign of a terminal"],
)
@pytest.mark.parametrize("command", MORE)
def test_a_reason_that_cannot_be_kept_is_refused(command: str, reason: str, words: str) -> None:
    said = order(kraftverk, *command.split(), *MORE[command], "--reason", reason)
    assert said.exit_code == 2
    assert words in said.stderr
    assert "1591" not in said.stderr


async def test_a_refused_reason_changes_nothing_and_one_that_is_kept_is_shown_as_it_was_written(house: House) -> None:
    house.queue("K1")
    house.world.plan_faults = [BusinessException("ESTATE")]
    assert await house.drain() == {"business": 1}
    refused = order(app, "close", "1", "--seen", "3", "--reason", " ")
    assert refused.exit_code == 2
    assert "Say why" in refused.stderr
    assert house.states() == {"business": 1}

    seq = order(app, "show", "1").stdout.split("--seen ")[1].rstrip(".\n ")
    written = "sett i [PAX], se [/sak] og [bold]brevet"
    assert order(app, "close", "1", "--seen", seq, "--reason", f"  {written} ").exit_code == 0
    assert f'"{written}"' in order(app, "show", "1").stdout
