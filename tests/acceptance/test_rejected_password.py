"""PAX rejects the robots' passwords: one try, nobody goes on trying, and the rest of the night is done all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.answers import right_answers
from tests.acceptance.office import Office, office

pytestmark = pytest.mark.timeout(600)
WORKERS = 2


async def test_pax_is_stopped_for_all_after_one_try_until_a_person_opens_it(hamlet: Path, tmp_path: Path) -> None:
    answers = right_answers(hamlet)
    pax = sum(min(krav).startswith("PX") for krav in answers.merges)
    with office(tmp_path / "state", hamlet, workers=WORKERS, quick=True) as agency:
        right = agency.passwords()
        agency.set_passwords(dict.fromkeys(right, "feil passord"))

        said = agency.nights(WORKERS)
        assert [each.code for each in said] == [1] * WORKERS, "work is left"
        tried = wrong_passwords(agency)
        assert max(tried) == 1
        assert sum(tried) <= WORKERS, "a worker that was about to log in may have tried its own account, no other"
        assert any("PAX is stopped for all workers: the password of the account" in each.err for each in said)
        assert outcomes(agency, "PILEN") == [("completed", 1)] * (len(answers.merges) - pax)
        assert outcomes(agency, "PAX") == [("ready", 0)] * pax, "they wait, and no attempt is spent"
        shown = " ".join(agency.kraftverk("queues", "list", COLUMNS="300").out.split())
        assert "was rejected; it has been tried once and is not tried again" in shown

        (again,) = agency.nights(1)
        assert again.code == 1
        kravnr = min(nr for nr, _ in answers.moves if nr.startswith("PX"))
        for command in (["try", "parking-merge", kravnr], ["run", "parking-merge", "--local", "--dry-run"]):
            refused = agency.kraftverk(*command)
            assert refused.code == 1
            assert "stopped until a person opens it again" in refused.err
            assert len(refused.err.splitlines()) == 1
        assert wrong_passwords(agency) == tried, "nobody has tried again"

        agency.set_passwords(right)
        opened = agency.kraftverk("queues", "open", "PAX", "--reason", "nytt passord er lagt inn")
        assert opened.code == 0, opened
        assert await agency.night("parking-merge") == 0
        assert agency.merges() == answers.moves
        assert outcomes(agency, "PAX") == [("completed", 1)] * pax


@pytest.mark.parametrize("command", [["run", "parking-merge", "--local", "--dry-run"], ["try", "parking-merge"]])
def test_a_rehearsal_stops_it_too(hamlet: Path, tmp_path: Path, command: list[str]) -> None:
    kravnr = min(nr for nr, _ in right_answers(hamlet).moves if nr.startswith("PX"))
    with office(tmp_path / "state", hamlet) as agency:
        agency.set_passwords(dict.fromkeys(agency.passwords(), "feil passord"))
        for _ in range(2):
            said = agency.kraftverk(*command, *([kravnr] if command[0] == "try" else []))
            assert said.code == 1
            assert len(said.err.splitlines()) == 1
        assert sum(wrong_passwords(agency)) == 1


def wrong_passwords(agency: Office) -> list[int]:
    accounts = agency.control("pax")["accounts"]
    return [account["wrong_passwords"] for account in accounts.values()]


def outcomes(agency: Office, target: str) -> list[tuple[str, int]]:
    """(state, attempts) of each item of the system."""
    rows = agency.rows("SELECT state, attempts FROM work_item WHERE target = :target ORDER BY id", target=target)
    return [(row["state"], row["attempts"]) for row in rows]
