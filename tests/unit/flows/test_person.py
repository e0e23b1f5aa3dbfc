"""Who answers for a run, and who the operating system says is here."""

from __future__ import annotations

import os
import sys

import pytest

from flows.person import FROM_PREFECT, orderer, system_user


@pytest.mark.parametrize(
    ("tags", "person"),
    [
        (["auto-scheduled", "tidsplan:kari"], "kari"),
        (["tidsplan:kari"], FROM_PREFECT),
        (["auto-scheduled"], FROM_PREFECT),
        ([], FROM_PREFECT),
    ],
)
def test_the_schedule_is_answered_for_by_whoever_last_changed_it(tags: list[str], person: str) -> None:
    assert orderer(tags) == person


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has only the environment's word")
def test_the_environment_cannot_make_somebody_else_of_us(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody.else")
    assert system_user() == pwd.getpwuid(os.getuid()).pw_name
