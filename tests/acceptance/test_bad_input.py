"""What is wrong is said in one sentence with the remedy, nothing is half-written, and the exit code is not 0."""

from __future__ import annotations

import csv
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KRAFTVERK = Path(sys.executable).with_name("kraftverk")
LITEN = ROOT / "tests" / "population" / "liten"
SETTINGS = """
environment = "test"
database = "sqlite:///{folder}/hub.db"
state = "{folder}"
{more}
[systems.pax]
base_url = "http://127.0.0.1:9/pax"
files = "{folder}"
[systems.pilen]
base_url = "http://127.0.0.1:9"
[systems.maskinporten]
token_url = "http://127.0.0.1:9"
issuer = "http://127.0.0.1:9/"
client_id = "test"
kid = "test"
[systems.folkeregisteret]
base_url = "http://127.0.0.1:9"
[systems.enhetsregisteret]
base_url = "http://127.0.0.1:9"
authorised_base_url = "http://127.0.0.1:9"
"""


def refused(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """Run the command, which must refuse; what it said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KRAFTVERK_")}
    done = subprocess.run(
        [KRAFTVERK, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=clean | dict(environment or {}),
        cwd=ROOT,
    )
    assert done.returncode != 0
    said = " ".join(done.stderr.split())
    assert said, done.stdout
    assert "Traceback" not in said
    return said


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """Settings and secrets, and no database yet."""
    config, secrets = tmp_path / "settings.toml", tmp_path / "secrets"
    config.write_text(SETTINGS.format(folder=tmp_path, more=""), encoding="utf-8")
    secrets.mkdir()
    for name in ("audit.key", "payload.key", "pilen.token", "maskinporten.pem"):
        (secrets / name).write_text("0", encoding="utf-8")
    (secrets / "pax.json").write_text('{"robot1": "-"}', encoding="utf-8")
    return {"KRAFTVERK_CONFIG": str(config), "KRAFTVERK_SECRETS": str(secrets)}


@pytest.fixture
def population(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LITEN, tmp_path / "population"))


def change(file: Path, row: int, column: str, value: str) -> None:
    """Change one cell; `row` as an editor counts, the header is 1."""
    with file.open(encoding="utf-8", newline="") as reading:
        rows = list(csv.DictReader(reading))
    rows[row - 2][column] = value
    with file.open("w", encoding="utf-8", newline="") as writing:
        writer = csv.DictWriter(writing, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def demo_of(population: Path, tmp_path: Path) -> str:
    state = tmp_path / "state"
    said = refused("demo", "--once", "--population", population, "--state", state)
    assert not state.exists()
    return said


def test_a_population_that_is_not_there(tmp_path: Path) -> None:
    assert "nowhere" in demo_of(tmp_path / "nowhere", tmp_path)


def test_a_population_without_a_file(population: Path, tmp_path: Path) -> None:
    (population / "enheter.csv").unlink()
    assert "enheter.csv" in demo_of(population, tmp_path)


def test_a_file_without_a_column(population: Path, tmp_path: Path) -> None:
    file = population / "krav.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",saksnr,", ",sak,", 1), encoding="utf-8")
    said = demo_of(population, tmp_path)
    assert "krav.csv" in said
    assert "saksnr" in said


def test_a_date_that_is_none(population: Path, tmp_path: Path) -> None:
    change(population / "krav.csv", 7, "forfall", "2025-02-30")
    said = demo_of(population, tmp_path)
    assert all(word in said for word in ("krav.csv", "7", "forfall"))


def test_a_kravnr_that_stands_twice(population: Path, tmp_path: Path) -> None:
    with (population / "krav.csv").open(encoding="utf-8") as file:
        first = next(csv.DictReader(file))["kravnr"]
    change(population / "krav.csv", 9, "kravnr", first)
    said = demo_of(population, tmp_path)
    assert all(word in said for word in ("krav.csv", "9", "kravnr"))


def test_a_date_on_the_command_line_that_is_none(tmp_path: Path) -> None:
    assert "YYYY-MM-DD" in refused("demo", "--once", "--as-of", "23.11.2026", "--state", tmp_path / "state")


def test_a_folder_that_is_not_a_demos(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")
    assert "--state" in refused("demo", "--once", "--population", LITEN, "--state", tmp_path)
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "mine"


def test_no_settings() -> None:
    assert "KRAFTVERK_CONFIG" in refused("run", "parking-merge", "--local")


def test_settings_that_are_no_toml(installed: dict[str, str]) -> None:
    Path(installed["KRAFTVERK_CONFIG"]).write_text("= nonsense", encoding="utf-8")
    assert "TOML" in refused("db", "upgrade", environment=installed)


def test_a_setting_there_is_none_of(installed: dict[str, str], tmp_path: Path) -> None:
    text = SETTINGS.format(folder=tmp_path, more='colour = "red"')
    Path(installed["KRAFTVERK_CONFIG"]).write_text(text, encoding="utf-8")
    assert "colour" in refused("db", "upgrade", environment=installed)


def test_an_automation_there_is_none_of(installed: dict[str, str]) -> None:
    said = refused("run", "tea-making", "--local", environment=installed)
    assert "tea-making" in said
    assert "parking-merge" in said


def test_a_database_that_was_never_made(installed: dict[str, str]) -> None:
    assert "kraftverk db upgrade" in refused("run", "parking-merge", "--local", environment=installed)


@pytest.mark.parametrize(("version", "remedy"), [("9999", "newer Kraftverk"), (None, "kraftverk db upgrade")])
def test_a_database_of_another_version(
    installed: dict[str, str], tmp_path: Path, version: str | None, remedy: str
) -> None:
    subprocess.run([KRAFTVERK, "db", "upgrade"], env=os.environ | installed, cwd=ROOT, check=True, timeout=60)
    with sqlite3.connect(tmp_path / "hub.db") as database:
        database.execute("DELETE FROM alembic_version")
        if version:
            database.execute("INSERT INTO alembic_version VALUES (?)", [version])
    assert remedy in refused("run", "parking-merge", "--local", environment=installed)


def test_a_busy_port(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        arguments = ("sandbox", "--population", LITEN, "--port", port, "--state-dir", tmp_path)
        assert port in refused(*arguments)


def test_a_browser_that_is_not_there(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from robots.executable import find_browser; find_browser('/no/such/browser')"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    assert done.returncode != 0
    assert "/no/such/browser" in done.stderr


def test_the_front_door_brings_in_nothing_heavy() -> None:
    heavy = "{'prefect', 'playwright', 'sqlalchemy', 'httpx', 'pandas', 'alembic', 'pydantic'}"
    code = f"import sys, kraftverk.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"
