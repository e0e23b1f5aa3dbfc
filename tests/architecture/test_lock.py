"""The lock files fit any machine: all pinned and hashed, no address, and in step with what they were made from."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINNED = re.compile(r"^([\w.-]+)==([\w.+!-]+)( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


GROUPS = {"console/node.lock": "node", "pip.lock": "pip"}
"""Those that are made from a dependency group."""


@pytest.fixture(scope="module", params=["requirements.lock", *GROUPS])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def lock(root: Path, name: str) -> list[str]:
    return (root / name).read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def wanted(root: Path, name: str) -> list[Requirement]:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    project = settings["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    if name in GROUPS:
        lists = [settings["dependency-groups"][GROUPS[name]]]
    return [Requirement(line) for lines in lists for line in lines]


def test_every_line_is_a_pin_a_hash_or_a_comment(lock: list[str]) -> None:
    strange = [line for line in lock if not (PINNED.match(line) or HASH.match(line) or line.startswith("    #"))]
    assert not strange


def test_the_lock_names_no_place(lock: list[str]) -> None:
    assert not [line for line in lock if re.search(r"://|file:|--index|--find-links|\s/\w", line)]


def test_the_lock_is_in_step_with_the_project(lock: list[str], wanted: list[Requirement]) -> None:
    pins = {canonicalize_name(found[1]): found[2] for line in lock if (found := PINNED.match(line))}
    out_of_step = [str(each) for each in wanted if pins.get(canonicalize_name(each.name), "") not in each.specifier]
    assert not out_of_step, "run make lock"


def test_every_dependency_has_an_upper_bound(wanted: list[Requirement]) -> None:
    unbounded = [str(each) for each in wanted if not any(one.operator in {"<", "==", "~="} for one in each.specifier)]
    assert set(unbounded) <= {"tzdata>=2026.1"}  # its versions are dates, and each replaces the one before


def test_the_lock_of_npm_is_pinned_hashed_without_addresses_and_in_step(root: Path) -> None:
    text = (root / "console" / "package-lock.json").read_text(encoding="utf-8")
    wanted = json.loads((root / "console" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads(text)["packages"]
    assert packages.pop("")["dependencies"] == wanted, "run npm install --package-lock-only in console/"
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert "://" not in text
