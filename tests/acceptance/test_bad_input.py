"""What cannot be used is refused in one sentence that says where and what to do, and nothing is begun."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kraftverk.world import emptied
from tests.acceptance.office import Office, Said, office, order, read, write

Spoil = Callable[[Path], None]


def without_a_file(population: Path) -> None:
    (population / "hendelser.csv").unlink()


def without_a_column(population: Path) -> None:
    rows = read(population / "personer.csv")
    write(population / "personer.csv", [{k: v for k, v in row.items() if k != "gradering"} for row in rows])


def with_a_bad_date(population: Path) -> None:
    rows = read(population / "krav.csv")
    rows[3]["forfall"] = "2026-02-30"
    write(population / "krav.csv", rows)


def with_a_kravnr_twice(population: Path) -> None:
    rows = read(population / "krav.csv")
    write(population / "krav.csv", [*rows, rows[1]])


BAD_POPULATIONS = [
    pytest.param(without_a_file, ("hendelser.csv is missing",), id="a file is missing"),
    pytest.param(without_a_column, ("personer.csv, row 1: column gradering is missing",), id="a column is missing"),
    pytest.param(with_a_bad_date, ("krav.csv, row 5, column forfall", "YYYY-MM-DD"), id="a date that does not exist"),
    pytest.param(with_a_kravnr_twice, ("column kravnr", "stands in row 3 too", "remove one"), id="a kravnr twice"),
]


@pytest.mark.parametrize(("spoil", "words"), BAD_POPULATIONS)
def test_a_bad_population(spoil: Spoil, words: tuple[str, ...], hamlet: Path, tmp_path: Path) -> None:
    population = tmp_path / "population"
    shutil.copytree(hamlet, population)
    spoil(population)
    state, export = tmp_path / "state", tmp_path / "export"
    assert_refused(order("demo", "--once", "--population", population, "--state", state, "--export", export), *words)
    assert not state.exists()
    assert not export.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--as-of", "23.11.2026"], ["«23.11.2026» is not a date", "YYYY-MM-DD"]),
        (["--as-of", "2010-01-01"], ["2025-06-01 to 2027-12-31", "--as-of"]),
        (["--population", "nowhere"], ["nowhere is not a folder"]),
        (["--week", "nowhere"], ["nowhere has no day-1"]),
    ],
)
def test_a_demo_that_cannot_be(arguments: list[str], words: list[str], tmp_path: Path) -> None:
    assert_refused(order("demo", "--once", "--state", tmp_path / "state", *arguments), *words)
    assert not (tmp_path / "state").exists()


def test_a_week_whose_second_day_is_bad_is_refused_before_the_first_night(hamlet: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        day = tmp_path / "week" / f"day-{number}"
        shutil.copytree(hamlet, day)
        (day / "changes.csv").write_text("what,file,key,column,value\n")
    (tmp_path / "week" / "day-2" / "changes.csv").write_text("what,file,key,column,value\nx,krav.csv,PX1,saksnr,7\n")
    week = ("--week", tmp_path / "week", "--state", tmp_path / "state")
    assert_refused(order("demo", "--once", "--population", hamlet, *week), "changes.csv, row 2, column key")
    assert_refused(order("demo", "--once", *week), "name that world with --population")
    assert not (tmp_path / "state").exists()


def test_a_state_folder_that_is_no_demos_own_is_left_alone(hamlet: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("kjære")
    said = order("demo", "--once", "--population", hamlet, "--state", tmp_path)
    assert_refused(said, "is not a demo's folder", "--state")
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_state_folder_where_a_demo_is_running_is_left_alone(hamlet: Path, tmp_path: Path) -> None:
    with emptied(tmp_path / "state") as world:
        (world.folder / "hub.db").touch()
        said = order("demo", "--once", "--population", hamlet, "--state", world.folder)
        assert_refused(said, "A demo is running in", "--state")
        assert (world.folder / "hub.db").exists()


def test_a_state_folder_that_cannot_be(hamlet: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for state, words in ((file, "is not a folder"), (file / "state", "cannot be made")):
        assert_refused(order("demo", "--once", "--population", hamlet, "--state", state), words, "--state")


def test_an_export_folder_that_cannot_be_is_refused_before_the_night(hamlet: Path, tmp_path: Path) -> None:
    said = order("demo", "--population", hamlet, "--state", tmp_path / "state", "--export", "/proc/nowhere")
    assert_refused(said, "/proc/nowhere cannot be made", "--export")
    assert not (tmp_path / "state").exists()


def test_a_port_that_is_taken(hamlet: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = order("sandbox", "--population", hamlet, "--port", port, "--state-dir", tmp_path / "state")
    assert_refused(said, f"Port {port} on 127.0.0.1 cannot be used", "--port")
    assert not (tmp_path / "state").exists()


@pytest.fixture(scope="module")
def agency(hamlet: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office") / "state", hamlet) as open_office:
        yield open_office


@pytest.mark.parametrize("command", [["run", "nope"], ["try", "nope", "PX0000001"]])
def test_an_automation_nobody_knows(agency: Office, command: list[str]) -> None:
    assert_refused(agency.kraftverk(*command), "no automation «nope»", "parking-merge")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["run", "parking-merge", "--local", "--as-of", "2026-13-01"], ["«2026-13-01» is not a date", "YYYY-MM-DD"]),
        (["run", "parking-merge"], ["has no Prefect", "--local"]),
        (["try", "parking-merge", "PX0000001"], ["no work «PX0000001»", "kravnr"]),
        (["export", "/proc/nowhere"], ["The night of 2026-11-23 has not been run", "kraftverk run"]),
        (["items", "show", "999"], ["There is no item 999"]),
        (["items", "list", "--state", "sleepy"], ["«sleepy» is no state", "uncertain"]),
        (["queues", "pause", "nope", "--reason", "x"], ["There is no queue nope"]),
        (["queues", "open", "NOPE", "--reason", "x"], ["There is no system «NOPE»"]),
        (["new", "Stor-Bokstav"], ["cannot be the name of an automation"]),
    ],
)
def test_an_order_that_cannot_be_carried_out(agency: Office, command: list[str], words: list[str]) -> None:
    assert_refused(agency.kraftverk(*command), *words)


def test_no_browser(agency: Office) -> None:
    def lose_it(settings: str) -> str:
        return settings + '\n[browser]\npath = "/nowhere/chrome"\n'

    with changed(agency, lose_it) as environment:
        for command in (["run", "parking-merge", "--local"], ["try", "parking-merge", "PX0000001"]):
            assert_refused(agency.kraftverk(*command, **environment), "'/nowhere/chrome'", "correct the setting")
    assert agency.rows("SELECT * FROM run") == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("lanes =", "lanes is"), ["is not valid TOML", "at line "]),
        (lambda text: text.replace("lanes =", "lames ="), ["queues.minors.lames", "no such setting"]),
        (
            lambda text: text.replace("lease = 20.0", "lease = 2.0"),
            ["lease (2 s) must be longer than act_limit (12 s)"],
        ),
        (lambda text: text.replace("sqlite:///", "mysql:///"), ["the setting database", "sqlite:///FILE"]),
        (lambda text: text.replace('"demo"', '"production"'), ["in production", "`sandbox`", "take them out"]),
        (
            lambda text: text.replace("sqlite:///", "sqlite:////nowhere"),
            ["There is no database at /nowhere", "`database`"],
        ),
        (
            lambda text: re.sub('sqlite:[^"]*', "postgresql://kraftverk@127.0.0.1:9/hub", text),
            ["The database cannot be used (connection failed", "check that it runs"],
        ),
        (
            lambda text: re.sub('sqlite:[^"]*', "postgresql://u@127.0.0.1:port/hub", text),
            ["the setting database", "PORT"],
        ),
        (
            lambda text: re.sub('sqlite:[^"]*', f"sqlite:///{__file__}", text),
            ["cannot be used (file is not a database"],
        ),
        (lambda text: text.replace("[queues.minors]", "[queues.minor]"), ["[queues.minor]", "minors"]),
        (lambda text: text.replace('"power", "drift"', '"power", "drfit"'), ["the setting roles.", "'drift'"]),
    ],
)
def test_settings_that_cannot_be_used(agency: Office, change: Callable[[str], str], words: list[str]) -> None:
    with changed(agency, change) as environment:
        assert_refused(agency.kraftverk("items", "list", **environment), *words)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"KRAFTVERK_CONFIG": ""}, ["KRAFTVERK_CONFIG is not set", "docs/drift.md"]),
        ({"KRAFTVERK_CONFIG": "/nowhere.toml"}, ["/nowhere.toml cannot be read", "KRAFTVERK_CONFIG"]),
        ({"KRAFTVERK_SECRETS": "/nowhere"}, ["The secret «audit.key» is missing", "KRAFTVERK_SECRETS"]),
    ],
)
def test_settings_and_secrets_that_are_not_there(agency: Office, environment: dict[str, str], words: list[str]) -> None:
    assert_refused(agency.kraftverk("items", "list", **environment), *words)


def test_a_prefect_that_is_not_there(agency: Office) -> None:
    def name_it(settings: str) -> str:
        return settings.replace("workers = 1", 'workers = 1\nprefect_api = "http://127.0.0.1:9/api"')

    with changed(agency, name_it) as environment:
        said = agency.kraftverk("run", "parking-merge", **environment)
    assert_refused(said, "Prefect's server does not answer at http://127.0.0.1:9/api", "--local")


def test_passwords_that_cannot_be_read(agency: Office) -> None:
    passwords = agency.world.secrets / "pax.json"
    kept = passwords.read_text(encoding="utf-8")
    passwords.write_text("robot1: hemmelig")
    try:
        said = agency.kraftverk("run", "parking-merge", "--local")
    finally:
        passwords.write_text(kept, encoding="utf-8")
    assert_refused(said, "The secret «pax.json» cannot be read")
    assert "hemmelig" not in said.out + said.err


def test_a_database_older_or_newer_than_the_code(agency: Office, newer_code: Path, tmp_path: Path) -> None:
    database = tmp_path / "hub.db"

    def move(settings: str) -> str:
        return "\n".join(
            f'database = "sqlite:///{database}"' if line.startswith("database") else line
            for line in settings.split("\n")
        )

    with changed(agency, move) as ours:
        newer = ours | {"PYTHONPATH": str(newer_code)}
        for command in (["items", "list"], ["doctor"]):
            missing = agency.kraftverk(*command, **ours)
            assert f"There is no database at {database}" in missing.out + missing.err
            assert missing.code == 1
            assert not database.exists()
        database.touch()
        assert_refused(agency.kraftverk("items", "list", **ours), "The database is empty", "`kraftverk db upgrade`")
        database.unlink()
        made = agency.kraftverk("db", "upgrade", **ours)
        assert made.out == f"{database} is made: a hub without items.\n"
        assert agency.kraftverk("db", "upgrade", **ours).out == "The database is up to date.\n"
        as_made = database.read_bytes()
        older = agency.kraftverk("items", "list", **newer)
        assert_refused(older, "version 0001, older than this Kraftverk", "`kraftverk db upgrade`")
        assert database.read_bytes() == as_made
        assert agency.kraftverk("db", "upgrade", **newer).code == 0
        as_made = database.read_bytes()
        for command in (["items", "list"], ["db", "upgrade"], ["run", "parking-merge", "--local"]):
            said = agency.kraftverk(*command, **ours)
            assert_refused(said, "version 9999", "install a newer Kraftverk")
        assert database.read_bytes() == as_made


@pytest.fixture(scope="module")
def newer_code(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This code with one migration more."""
    folder = tmp_path_factory.mktemp("newer")
    for package in ("config", "connectors", "domain", "flows", "hub", "kraftverk", "robots", "sandbox"):
        shutil.copytree(root / package, folder / package)
    (folder / "hub" / "storage" / "migrations" / "versions" / "v9999_later.py").write_text(
        'revision = "9999"\ndown_revision = "0001"\nbranch_labels = depends_on = None\n'
        "def upgrade() -> None:\n    pass\n"
    )
    return folder


@contextmanager
def changed(agency: Office, change: Callable[[str], str]) -> Iterator[dict[str, str]]:
    """The installation with its settings changed, for as long as the block lasts: the environment of its commands."""
    path = agency.world.config.with_name("changed.toml")
    path.write_text(change(agency.world.config.read_text(encoding="utf-8")), encoding="utf-8")
    yield {"KRAFTVERK_CONFIG": str(path)}
    path.unlink()


def assert_refused(said: Said, *words: str) -> None:
    """One sentence on stderr with these words, and an exit code that is not 0."""
    assert said.code not in (0, None)
    assert len(said.err.strip().splitlines()) == 1, said.err
    assert said.err.strip().endswith(".")
    for word in words:
        assert word in said.err
    assert "Traceback" not in said.out + said.err
