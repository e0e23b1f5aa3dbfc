"""Who somebody at the terminal is: one person, there and in the console."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from config.settings import Settings
from console.roles import Right
from flows.installation import Installation
from flows.person import system_user
from hub.audit import Actor
from kraftverk.people import actor, person
from kraftverk.readiness import load_environment
from kraftverk.running import run_automation
from kraftverk.usage import UsageError

ME = "11111111-aaaa-4aaa-8aaa-111111111111:22222222-bbbb-4bbb-8bbb-222222222222"


@pytest.fixture
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("KRAFTVERK_SECRETS", str(tmp_path))
    return load_environment("production").model_copy(update={"roles": {system_user(): ["power"], "*": ["lesetilgang"]}})


def test_outside_the_demo_the_hub_knows_the_account(production: Settings) -> None:
    settings = production.model_copy(update={"accounts": {system_user(): ME}})
    assert actor(settings, Right.STEER) == Actor(ME, "power")
    with pytest.raises(UsageError, match="has no account"):
        person(production)


def test_in_the_demo_the_users_own_name_will_do(production: Settings) -> None:
    assert person(production.model_copy(update={"environment": "demo"})) == system_user()


def test_an_account_gives_no_role(production: Settings) -> None:
    settings = production.model_copy(update={"accounts": {system_user(): ME}})
    with pytest.raises(UsageError, match="does not have the role «godkjenner»"):
        actor(settings, Right.APPROVE)


def test_nobody_orders_a_run_without_an_account(production: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Installation, "open", lambda: SimpleNamespace(settings=production))
    with pytest.raises(UsageError, match="has no account"):
        run_automation("minors", dry_run=False, local=True, as_of=None)


@pytest.mark.parametrize("account", ["kari", "kari@example.com", ":", "x" * 40, f"{ME}:{ME}"])
def test_what_is_no_account_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, account: str) -> None:
    with pytest.raises(ValueError, match="accounts"):
        Settings.model_validate({"accounts": {"kari": account}})
