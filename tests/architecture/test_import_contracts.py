"""The one-way arrows between the packages, as import contracts (pyproject.toml, tool.importlinter)."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

MODULES = (
    "config",
    "connectors.http",
    "console.app",
    "domain.krav",
    "flows.parking_merge",
    "flows.installation",
    "flows.satser",
    "flows.systems",
    "flows.workshop",
    "hub.runner",
    "kraftverk.cli",
    "robots.browser",
    "sandbox.app",
)
"""A house with one room of each kind, for trying the contracts on."""

FORBIDDEN = [
    ("domain.krav", "hub.runner", "Arrows point one way"),
    ("domain.krav", "config", "Arrows point one way"),
    ("hub.runner", "connectors.http", "Arrows point one way"),
    ("hub.runner", "flows.systems", "Arrows point one way"),
    ("connectors.http", "hub.runner", "Arrows point one way"),
    ("connectors.http", "robots.browser", "Arrows point one way"),
    ("robots.browser", "hub.runner", "Arrows point one way"),
    (
        "console.app",
        "connectors.http",
        "The console is handed everything: it opens no system and knows no orchestrator",
    ),
    ("flows.parking_merge", "kraftverk.cli", "Arrows point one way"),
    ("sandbox.app", "domain.krav", "The sandbox is an island"),
    ("sandbox.app", "connectors.http", "The sandbox is an island"),
    ("flows.systems", "sandbox.app", "The sandbox is another process"),
    ("flows.parking_merge", "config", "Settings are read where things are put together"),
    ("flows.systems", "config", "Settings are read where things are put together"),
    ("robots.browser", "config", "Settings are read where things are put together"),
    ("config", "domain.krav", "The loader of settings knows none of us"),
    ("hub.runner", "prefect", "The hub knows no orchestrator"),
    ("hub.runner", "httpx", "The hub knows no orchestrator"),
    ("hub.runner", "zeep", "The hub knows no orchestrator"),
    ("hub.runner", "playwright.async_api", "The hub knows no orchestrator"),
    ("connectors.http", "sqlalchemy", "Connectors and robots know no orchestrator"),
    ("robots.browser", "prefect", "Connectors and robots know no orchestrator"),
]

ALLOWED = [
    ("kraftverk.cli", "sandbox.app"),
    ("kraftverk.cli", "config"),
    ("flows.installation", "config"),
    ("flows.workshop", "config"),
    ("flows.systems", "connectors.http"),
    ("flows.parking_merge", "hub.runner"),
    ("flows.parking_merge", "prefect"),
    ("hub.runner", "sqlalchemy"),
    ("hub.runner", "domain.krav"),
    ("connectors.http", "httpx"),
    ("robots.browser", "playwright.async_api"),
]


def lint(root: Path, config: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--config", str(config), "--no-cache", "--no-logo"],
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "400"},
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for module in MODULES:
        package, _, name = module.partition(".")
        (tmp_path / package).mkdir(exist_ok=True)
        (tmp_path / package / "__init__.py").touch()
        if name:
            (tmp_path / package / f"{name}.py").touch()
    return tmp_path


def add_import(house: Path, importer: str, imported: str) -> None:
    path = house / importer.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    path.write_text(f"import {imported}\n", encoding="utf-8")


def test_the_house_keeps_its_contracts(root: Path) -> None:
    code, said = lint(root, root / "pyproject.toml")
    assert code == 0, said


@pytest.mark.parametrize(("importer", "imported", "contract"), FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(
    root: Path, house: Path, importer: str, imported: str, contract: str
) -> None:
    add_import(house, importer, imported)
    code, said = lint(house, root / "pyproject.toml")
    assert code == 1, said
    assert any(line.startswith(contract) and line.endswith("BROKEN") for line in said.splitlines()), said


@pytest.mark.parametrize(("importer", "imported"), ALLOWED)
def test_an_allowed_import_breaks_nothing(root: Path, house: Path, importer: str, imported: str) -> None:
    add_import(house, importer, imported)
    code, said = lint(house, root / "pyproject.toml")
    assert code == 0, said


def test_every_package_of_the_house_is_under_contract_and_in_the_wheel(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    present = {path.parent.name for path in root.glob("*/__init__.py")}
    assert present == set(settings["importlinter"]["root_packages"])
    assert present <= set(settings["hatch"]["build"]["targets"]["wheel"]["packages"])
