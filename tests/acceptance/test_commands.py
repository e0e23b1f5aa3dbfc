"""The command line, one small story for each command."""

from __future__ import annotations

import csv
import getpass
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import registry
from kraftverk.processes import free_port
from tests.acceptance.answers import right_answers
from tests.acceptance.office import Office, Said, office, order, read, run, write
from tests.acceptance.privacy import People

PACKAGES = ("config", "connectors", "domain", "flows", "hub", "kraftverk", "robots", "sandbox")


def test_help_and_the_commands_behind_it_load_nothing_heavy() -> None:
    heavy = ("prefect", "playwright", "sqlalchemy", "httpx", "pandas", "pydantic")
    loaded = f"import sys, kraftverk.cli; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
    assert run("--help").code == 0


# --- kraftverk new


@pytest.fixture
def source(root: Path, tmp_path: Path) -> Path:
    """A copy of this project's code."""
    folder = tmp_path / "source"
    for package in PACKAGES:
        shutil.copytree(root / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests").mkdir()
    for file in ("pyproject.toml", "tests/conftest.py"):
        shutil.copy2(root / file, folder / file)
    if (root / ".mypy_cache").is_dir():
        shutil.copytree(root / ".mypy_cache", folder / ".mypy_cache")
    return folder


def test_a_new_automation_is_complete_from_the_start(source: Path) -> None:
    before = files(source)
    assert in_source(source, "new", "krav-uten-gyldig-adresse").code == 0
    made = {path for path, content in files(source).items() if before.get(path) != content}
    assert {str(path) for path in made} == {
        *(
            "flows/krav_uten_gyldig_adresse.py",
            "tests/unit/flows/test_krav_uten_gyldig_adresse.py",
            "flows/registry.py",
            "config/aarsaker.toml",
        ),
        *(
            "robots/krav_uten_gyldig_adresse/__init__.py",
            "robots/krav_uten_gyldig_adresse/pages/__init__.py",
            "robots/krav_uten_gyldig_adresse/pages/start.py",
        ),
    }
    code = sorted(str(path) for path in made if path.suffix == ".py")
    tool(source, "ruff", "check", *code)
    tool(source, "ruff", "format", "--check", *code)
    tool(source, "mypy", *code)
    tool(source, "pytest", "-q", "tests/unit/flows/test_krav_uten_gyldig_adresse.py")
    assert "krav-uten-gyldig-adresse" in in_source(source, "run", "nope").err

    after = files(source)
    for name in ("krav-uten-gyldig-adresse", "registry", "pax", "class", "find", "Tapte", "../flows"):
        refused = in_source(source, "new", name)
        assert refused.code == 1
        assert len(refused.err.splitlines()) == 1
    assert files(source) == after


def in_source(source: Path, *arguments: str) -> Said:
    program = "from kraftverk.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program, *arguments], cwd=source, capture_output=True, text=True)
    return Said(done.returncode, done.stdout, done.stderr)


def tool(source: Path, name: str, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", name, *arguments], cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def files(source: Path) -> dict[Path, bytes]:
    ours = (path for path in source.rglob("*") if path.is_file() and "cache" not in str(path.relative_to(source)))
    return {path.relative_to(source): path.read_bytes() for path in ours}


# --- kraftverk rules check


def test_a_lawyer_sees_which_answers_the_rules_do_not_give(root: Path, tmp_path: Path) -> None:
    given = root / "tests" / "data" / "rules" / "interest.csv"
    right = order("rules", "check", given)
    assert right == Said(0, f"{len(read(given))} cases checked, 0 answers not as expected.\n", "")
    rows = read(given)
    for row in rows:
        if row["case_id"] == "INT-001":
            row["expected_interest_accrued"] = "6.78"
    write(tmp_path / "interest.csv", rows)
    wrong = order("rules", "check", tmp_path / "interest.csv")
    assert wrong.code == 1
    miss, told = wrong.out.splitlines()
    assert all(word in miss for word in ("INT-001", "expected_interest_accrued", "6.78", "6.76"))
    assert told == f"{len(rows)} cases checked, 1 answers not as expected."


# --- an installation


@pytest.fixture(scope="module")
def agency(hamlet: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One installation; each story goes on where the one before it ended."""
    with office(tmp_path_factory.mktemp("office") / "state", hamlet, quick=True) as open_office:
        yield open_office


def test_a_rehearsal_changes_nothing(agency: Office) -> None:
    results = list(right_answers(agency.population).merges.values())
    before = agency.krav()
    said = agency.kraftverk("run", "parking-merge", "--local", "--dry-run")
    assert said.code == 0, said
    assert f"MERGED {results.count('MERGED')}, NOTHING_TO_DO {results.count('NOTHING_TO_DO')}" in said.out
    kravnr = min(nr for nr, _ in right_answers(agency.population).moves)
    tried = agency.kraftverk("try", "parking-merge", kravnr)
    assert tried.code == 0, tried
    assert kravnr in tried.out
    assert f'"merge:{kravnr}"' in tried.out
    assert agency.krav() == before
    assert not agency.merges()
    assert agency.rows("SELECT * FROM work_item") == []
    assert agency.rows("SELECT DISTINCT code FROM report_line WHERE code LIKE 'WOULD_%' ORDER BY code") == [
        {"code": "WOULD_MERGED"},
        {"code": "WOULD_NOTHING_TO_DO"},
    ]


async def test_a_paused_queue_stands_still_until_it_is_released(agency: Office) -> None:
    agency.set(patience="0.0")
    assert agency.kraftverk("queues", "pause", "parking-merge", "--reason", "vi ser på noe").code == 0
    assert "vi ser på noe" in " ".join(agency.kraftverk("queues", "list", COLUMNS="200").out.split())
    await agency.night("parking-merge")
    assert {row["state"] for row in agency.rows("SELECT DISTINCT state FROM work_item")} == {"ready"}
    assert agency.kraftverk("queues", "release", "parking-merge", "--reason", "alt i orden").code == 0
    assert [row["actor"] for row in agency.rows("SELECT actor FROM queue_event ORDER BY id")] == [getpass.getuser()] * 2


async def test_what_a_person_does_to_items(agency: Office) -> None:
    """One item is settled, one tried again and one closed."""
    agency.set(patience="60.0", max_attempts="1")
    agency.misbehave("saves_half", 1.0, "PILEN", times=2)
    agency.misbehave("server_error", 1.0, "FOLKEREGISTERET", times=4)
    await agency.night("parking-merge", find=False)
    items = {row["waiting_kind"]: row["id"] for row in agency.rows("SELECT * FROM work_item WHERE state = 'waiting'")}
    assert items.keys() == {"uncertain", "system"}
    number = str(items["uncertain"])
    shown = agency.kraftverk("items", "list", "--state", "uncertain", COLUMNS="200")
    assert f" {number} " in shown.out
    assert "PILEN_ANSWER" in shown.out
    told = agency.kraftverk("items", "show", number, COLUMNS="200").out
    assert "PILEN: act" in told
    assert "no robot is at its screens" in told
    assert agency.act("retry", number, "--reason", "x").code == 1
    system = str(items["system"])
    assert agency.act("retry", system, "--reason", "Folkeregisteret er oppe").code == 0
    assert agency.act("settle", system, "--done", "--reason", "x").code == 1
    for step in agency.rows("SELECT key FROM step WHERE item_id = :n AND kind = 'started'", n=number):
        settled = agency.act("settle", number, step["key"], "--not-done", "--reason", "sett i Pilen")
        assert settled.code == 0, settled
    others = agency.rows("SELECT id FROM work_item WHERE state = 'waiting' ORDER BY id")
    closed = agency.act("close", str(others[0]["id"]), "--reason", "flyttet for hånd")
    assert closed.code == 0, closed
    agency.set(max_attempts="5")
    assert await agency.night("parking-merge") == 0
    states = {row["id"]: row["state"] for row in agency.rows("SELECT id, state FROM work_item")}
    assert (states[items["uncertain"]], states[items["system"]]) == ("completed", "completed")
    assert states[others[0]["id"]] == "handled_manually"
    told = agency.kraftverk("items", "show", str(others[0]["id"]), COLUMNS="200").out
    assert "flyttet for hånd" in told
    assert getpass.getuser() in told


def test_the_control_report_of_the_night(agency: Office) -> None:
    """What it says agrees with the world, its balance adds up, it names nobody, and taking it out is an event."""
    folder = agency.world.folder / "rapport"
    told = agency.kraftverk("report", "--avstem", "--out", str(folder), COLUMNS="200")
    assert told.code == 0, told
    states = Counter(row["state"] for row in agency.rows("SELECT state FROM work_item WHERE queue = 'parking-merge'"))
    assert f"parking-merge: {states.total()} in = " in told.out
    assert "0 deviations" in told.out
    name = f"kontrollrapport_{agency.as_of}"
    assert (folder / f"{name}.xlsx").read_bytes().startswith(b"PK")
    sums = semicolons(folder / f"{name}_avstemming.csv")
    moved = {row["System"]: int(row["Antall"]) for row in sums if row["Felt"] == "saksnummer"}
    assert moved == Counter(agency.krav()[kravnr]["fagsystem"] for kravnr, _ in agency.merges())
    assert {(row["System"], row["Kilde"]) for row in sums} == {
        ("PAX", "robotens egen kvittering"),
        ("PILEN", "lest på nytt i fagsystemet"),
    }
    assert {row["Differanse"] for row in sums if row["Felt"] == "sum av kravene"} == {"0,00"}
    assert People.of(agency.population).found_below(folder, but_for=[]) == {}
    events = agency.rows("SELECT * FROM queue_event WHERE action = 'control report'")
    assert {event["queue"] for event in events} == set(registry.NIGHT)
    assert {event["actor"] for event in events} == {getpass.getuser()}
    (said,) = {event["reason"] for event in events}
    assert re.fullmatch(rf"night {agency.as_of}, checksum [0-9a-f]{{64}}", said)
    unknown = agency.kraftverk("report", "--as-of", "2026-01-01", "--out", str(folder / "nei"))
    assert unknown.code == 1
    assert "has not been run" in unknown.err
    assert not (folder / "nei").exists()


def semicolons(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_chain_of_events_shows_what_was_changed_behind_the_hubs_back(agency: Office) -> None:
    unsealed = agency.kraftverk("audit", "verify")
    assert unsealed.code == 0, unsealed
    assert "No seal has been taken" in unsealed.out
    mark = agency.done("audit", "seal").split()[0]
    assert agency.done("audit", "seal").split()[0] == mark, "nothing has happened since"
    sealed = agency.done("audit", "verify", "--seal", mark)
    assert "Up to seal 1 of" in sealed
    assert "Seal 1 from outside is in the series" in sealed
    later = agency.kraftverk("audit", "verify", "--seal", f"2{mark[1:]}")
    assert (later.code, later.err) == (1, "seal 2: it is not here: the database is older than it\n")
    refused = agency.kraftverk("audit", "verify", "--seal", "1:abc")
    assert refused.code == 1
    assert "«1:abc» is no seal" in refused.err
    for trigger in ("event_content_goes", "event_content_stays"):
        agency.write(f"DROP TRIGGER {trigger}")
    agency.write("UPDATE event SET content = replace(content, 'flyttet for hånd', 'ikke rørt')")
    said = agency.kraftverk("audit", "verify")
    assert said.code == 1
    assert "the content was changed" in said.err
    assert "but for what is named above" in said.out


def test_an_environment_says_what_it_still_lacks(agency: Office, tmp_path: Path) -> None:
    ready = agency.kraftverk("doctor", "--env", str(agency.world.config))
    assert ready.code == 0, ready
    assert all(line.startswith("✓") for line in ready.out.splitlines())
    text = agency.world.config.read_text(encoding="utf-8")
    changed = text.replace(f"{agency.base}/pilen", "https://pilen.invalid")
    changed = changed.replace('konto_id = "', 'scope = "ks:ukjent"\nkonto_id = "')
    changed = changed.replace(f'"{agency.base}/brreg/enhetsregisteret/api"', f'"http://127.0.0.1:{free_port()}"')
    other = tmp_path / "other.toml"
    other.write_text(changed, encoding="utf-8")
    secrets = tmp_path / "secrets"
    shutil.copytree(agency.world.secrets, secrets)
    (secrets / "procasso.token").unlink()
    lacks = agency.kraftverk("doctor", "--env", str(other), KRAFTVERK_SECRETS=str(secrets))
    assert lacks.code == 1
    lines = {line[2:].partition(":")[0]: line for line in lacks.out.splitlines()}
    assert "its address is not known: agree `systems.pilen.base_url` with the owner" in lines["Pilen"]
    assert "the secret «procasso.token» is missing" in lines["Procasso"]
    assert "no network to 127.0.0.1" in lines["Enhetsregisteret"]
    assert "no token for the scope ks:ukjent" in lines["SvarUt"]
    assert all(
        lines[name].startswith("✓") for name in ("Maskinporten", "Folkeregisteret", "PAX", "ISY-PA", "this office")
    )
    told = lacks.out + lacks.err
    assert not [file.name for file in secrets.iterdir() if file.read_text(encoding="utf-8").strip() in told]
    (secrets / "maskinporten.pem").write_text("not a key", encoding="utf-8")
    unknown = agency.kraftverk("doctor", "--env", str(other), KRAFTVERK_SECRETS=str(secrets))
    assert "the private key could not be read" in unknown.out
    assert "not a key" not in unknown.out


def test_an_environment_nobody_has_described_is_refused(agency: Office) -> None:
    said = agency.kraftverk("doctor", "--env", "produksjon")
    assert (said.code, said.out) == (1, "")
    assert "choose one of production, test" in said.err


def test_the_doctor_finds_all_well_and_then_what_is_not(agency: Office) -> None:
    well = agency.kraftverk("doctor")
    assert well.code == 0, well
    assert all(line.startswith("✓") for line in well.out.splitlines())
    agency.process.terminate()
    agency.process.wait()
    ill = agency.kraftverk("doctor")
    lines = {line[2:].partition(":")[0]: line for line in ill.out.splitlines()}
    assert ill.code == 1
    for system in ("PAX", "Pilen", "Procasso", "Procasso's screens", "SvarUt", "Maskinporten", "Enhetsregisteret"):
        assert lines[system].startswith("✗")
        assert "Remedy" in lines[system] or "Prøv igjen" in lines[system]
    for part in ("database", "browser", "PAX files", "ISY-PA files"):
        assert lines[part].startswith("✓")
