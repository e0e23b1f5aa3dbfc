"""`kraftverk morgenmelding` and `kraftverk vakthund` over a real database and a real webhook, with no Prefect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner, Result

from config.settings import MorgenmeldingSettings
from domain.kalender import OSLO
from flows import registry
from hub.storage import migrate, runs
from hub.storage.database import Database
from kraftverk import varsling
from kraftverk.cli import app
from kraftverk.readiness import load_environment, missing_of_morgenmelding
from kraftverk.world import make_empty, write_secrets, write_settings
from tests.unit.hub.behaviours.house import House
from tests.unit.hub.fake_world import arbeid

DAY = date(2026, 11, 30)
AT_SIX = datetime(2026, 11, 30, 6, 0, tzinfo=OSLO)
AT_EIGHT = datetime(2026, 11, 30, 8, 0, tzinfo=OSLO)


@dataclass
class Office:
    database: Database
    secrets: Path
    posted: list[str] = field(default_factory=list)
    """What has come in the channel."""
    status: int = 202

    def ran(self, *names: str, outcome: str = "completed") -> None:
        for name in names:
            runs.end(self.database, runs.begin(self.database, name, "find", DAY, "test", None), outcome)

    def titles(self) -> list[str]:
        return [json.loads(body)["attachments"][0]["content"]["body"][0]["text"] for body in self.posted]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An installation of 30 November 2026 whose only channel is Teams."""
    world = make_empty(tmp_path / "world")
    write_secrets(world, 1)
    url = f"sqlite:///{world.folder / 'hub.db'}"
    write_settings(world, "http://127.0.0.1:9", url, DAY, None, 1)
    world.config.write_text(world.config.read_text("utf-8") + "\n[morgenmelding]\nteams = true\n", "utf-8")
    monkeypatch.setenv("KRAFTVERK_CONFIG", str(world.config))
    monkeypatch.setenv("KRAFTVERK_SECRETS", str(world.secrets))
    database = Database(url)
    migrate.upgrade(database)
    made = Office(database, world.secrets)

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Webhook)
    Thread(target=server.serve_forever, daemon=True).start()
    (world.secrets / "teams.webhook").write_text(f"http://127.0.0.1:{server.server_port}/hook")
    yield made
    server.shutdown()
    server.server_close()
    database.close()


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["morgenmelding", *arguments], env={"COLUMNS": "300"})


def test_the_night_is_told_once_and_names_nobody(office: Office) -> None:
    house = House(office.database, office.secrets)
    house.find(arbeid("PX999", fingerprint="of a person"))
    house.close()
    office.ran(*registry.MODULES)
    every = len(registry.MODULES)
    assert f"{every} av {every} rutiner er kjørt" in command("--print").stdout
    assert not office.posted, "shown, not sent"
    assert command().exit_code == 0
    assert office.titles() == ["Kraftverk 30.11.2026: alle rutinene er kjørt, 0 til oppfølging"]
    assert "PX999" not in office.posted[0]
    assert "sent for this night before" in command().stdout
    assert len(office.posted) == 1
    assert command("--again").exit_code == 0
    assert len(office.posted) == 2


def test_what_is_sent_nowhere_is_an_error(office: Office) -> None:
    office.status = 500
    said = command()
    assert said.exit_code == 1
    assert "Teams: TEAMS (" in said.stdout
    (office.secrets / "teams.webhook").unlink()
    said = command()
    assert said.exit_code == 1
    assert "The secret «teams.webhook» is missing" in said.stdout


def test_the_watchdog_is_quiet_before_the_hour_and_when_all_is_well(office: Office) -> None:
    assert varsling.watch(datetime(2026, 11, 30, 5, 29, tzinfo=OSLO)) == 0
    office.ran(*registry.NIGHT)
    assert varsling.watch(AT_SIX) == 0, "the morning has until seven"
    office.ran(*registry.MORNING)
    assert varsling.watch(AT_EIGHT) == 0
    assert not office.posted


def test_the_watchdog_tells_of_each_round_once(office: Office) -> None:
    office.ran(*(registry.NIGHT.keys() - {"parking-merge"}))
    office.ran("parking-merge", outcome="failed")
    assert varsling.watch(AT_SIX) == 1
    assert varsling.watch(AT_SIX) == 1
    assert office.titles() == ["Kraftverk 30.11.2026: nattens kjøring er ikke kjørt som den skal"]
    (fact,) = json.loads(office.posted[0])["attachments"][0]["content"]["body"][2]["facts"]
    assert fact["value"] == "stanset av en feil"
    office.ran(*registry.NIGHT)
    assert varsling.watch(AT_EIGHT) == 1
    assert office.titles()[1:] == ["Kraftverk 30.11.2026: morgenrunden er ikke kjørt som den skal"]


def test_the_watchdog_tells_also_when_the_database_is_away(office: Office) -> None:
    office.database.close()
    Path(str(office.database.engine.url.database)).write_bytes(b"no database at all " * 100)
    assert varsling.watch(AT_SIX) == 1
    assert office.titles() == ["Kraftverk 30.11.2026: databasen svarer ikke"]


def test_a_real_environment_says_what_it_lacks_to_tell_anybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRAFTVERK_SECRETS", str(tmp_path))
    settings = load_environment("production")
    empty = [f"the setting `morgenmelding.epost.{name}` is empty" for name in ("host", "avsender", "mottakere")]
    assert missing_of_morgenmelding(settings) == [*empty, "the secret «teams.webhook» is missing"]
    silent = settings.model_copy(update={"morgenmelding": MorgenmeldingSettings()})
    assert missing_of_morgenmelding(silent)[0].startswith("it goes nowhere")
    assert missing_of_morgenmelding(silent.model_copy(update={"environment": "demo"})) == []
