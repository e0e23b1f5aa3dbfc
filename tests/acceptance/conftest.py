"""Nights that several tests look at, run once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.answers import Answers, Outcome, exported, right_answers
from tests.acceptance.office import Office, Said, office
from tests.acceptance.worlds import cut


@dataclass(frozen=True)
class Morning:
    """After the night: the installation as it stands, what it says came out, and what should have."""

    office: Office
    said: Said
    export: Path
    outcome: Outcome
    answers: Answers

    @classmethod
    def after(cls, office: Office, said: Said, population: Path) -> Morning:
        assert said.code == 0, said
        export = office.export()
        return cls(office, said, export, exported(export), right_answers(population))


@pytest.fixture(scope="session")
def liten(root: Path) -> Path:
    return root / "tests" / "population" / "liten"


@pytest.fixture(scope="session")
def hamlet(liten: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world of a few groups, small ones."""
    folder = tmp_path_factory.mktemp("hamlet") / "population"
    return cut(liten, folder, pax=1, pilen=2, nothing=1, excluded=1, largest=3)


@pytest.fixture(scope="session")
def village(liten: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world with one of each outcome of minors, sanction-interest and, in each system, limitation."""
    folder = tmp_path_factory.mktemp("village") / "population"
    return cut(liten, folder, minors=1, renter=1, foreldet=1)


@pytest.fixture(scope="session")
def liten_morning(liten: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    with office(tmp_path_factory.mktemp("liten") / "state", liten, lanes=2) as open_office:
        said = open_office.from_shell("run", "nightly", "--local")
        yield Morning.after(open_office, said, liten)
