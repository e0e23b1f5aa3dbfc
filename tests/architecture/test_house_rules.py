"""What stands in no file of the repository: places of one machine, package registries, numbers of real people."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

# Written so that no pattern matches its own text.
PLACE = re.compile(
    r"(?<![\w.~-])/(?:work|root)/"
    r"|files\.pythonhosted|pypi\.org|registry\.npmjs|deb\.debian"
)
ELEVEN_DIGITS = re.compile(r"(?<![\w.])[0-9]{11}(?!\w)")
MADE_BY_TOOLS = {"__pycache__", "build", "dist", "out", "var"}


def files_of(root: Path) -> list[Path]:
    """What git tracks or would track; in an unpacked archive, everything that no tool has made."""
    if shutil.which("git"):
        top = git(root, "rev-parse", "--show-toplevel")
        if top and Path(top.strip()).samefile(root):
            listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
            return [root / name for name in listed if name and (root / name).is_file()]
    return list(walk(root))


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False).stdout


def walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name == ".ci" or not (name.startswith(".") or name in MADE_BY_TOOLS)]
        yield from (Path(folder) / name for name in names if not name.endswith(".pyc"))


def text_of(path: Path) -> str:
    """Nothing for a picture or another binary file."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def without_kid(text: str) -> str:
    """A CSV text without its column of payment references, which may by chance have the form of any number."""
    rows = csv.DictReader(io.StringIO(text))
    if "kid" not in (rows.fieldnames or ()):
        return text
    return "\n".join(",".join(str(value) for column, value in row.items() if column != "kid") for row in rows)


def looks_like_a_person(number: str) -> bool:
    """Whether eleven digits begin as a real number does: a day (D-nummer: + 40) and a month (other test numbers: + 40).

    The check digits are not asked: a number one digit from a real person's is no better. Ours have month + 80 (ID-4).
    """
    day, month = int(number[:2]), int(number[2:4])
    return (1 <= day <= 31 or 41 <= day <= 71) and (1 <= month <= 12 or 41 <= month <= 52)


@pytest.fixture(scope="module")
def texts(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): text_of(path) for path in files_of(root)}


def test_no_file_names_a_place_of_one_machine_or_a_registry(texts: dict[str, str]) -> None:
    found = [
        f"{name}, line {number}: {line.strip()[:120]}"
        for name, text in texts.items()
        if PLACE.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if PLACE.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_number_could_be_a_real_persons(texts: dict[str, str]) -> None:
    found = [
        f"{name}: a number that begins with {number[:4]}"
        for name, text in texts.items()
        for number in ELEVEN_DIGITS.findall(without_kid(text) if name.endswith(".csv") else text)
        if looks_like_a_person(number)
    ]
    assert not found, "\n".join(found)


def test_the_only_lock_is_requirements_lock(texts: dict[str, str]) -> None:
    assert "requirements.lock" in texts
    assert not [name for name in texts if name.rpartition("/")[2] in {"uv.lock", "poetry.lock", "Pipfile.lock"}]


@pytest.mark.parametrize(("day", "month"), [("01", "01"), ("31", "12"), ("41", "06"), ("15", "41"), ("71", "52")])
def test_a_real_beginning_is_seen(day: str, month: str) -> None:
    assert looks_like_a_person(f"{day}{month}0000000")


@pytest.mark.parametrize(
    ("day", "month"), [("01", "81"), ("31", "92"), ("41", "86"), ("00", "01"), ("72", "01"), ("01", "13")]
)
def test_a_synthetic_or_impossible_beginning_passes(day: str, month: str) -> None:
    assert not looks_like_a_person(f"{day}{month}0000000")


@pytest.mark.parametrize("folder", ["work", "root"])
def test_a_path_of_one_machine_is_seen(folder: str) -> None:
    assert PLACE.search(f"see /{folder}/x")
    assert not PLACE.search(f"see ../{folder}/x")


def test_an_unpacked_archive_is_walked(tmp_path: Path) -> None:
    for name in ("a.md", ".ci/run", "hub/b.py", ".venv/c.py", "hub/__pycache__/d.pyc", "out/e.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert {path.relative_to(tmp_path).as_posix() for path in walk(tmp_path)} == {"a.md", ".ci/run", "hub/b.py"}


def test_payment_references_are_left_out_of_a_table() -> None:
    assert "04" not in without_kid("kravnr,kid,sum\nA1,0401,9\n")
    assert without_kid("kravnr,sum\nA1,9\n") == "kravnr,sum\nA1,9\n"
