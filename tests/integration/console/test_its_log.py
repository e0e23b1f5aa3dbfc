"""The console as a process of its own, as the demo starts it: what its log says of a failure."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx
from lxml import html

from console.roles import Role
from hub.storage import logins, migrate
from hub.storage.database import Database
from kraftverk.console_server import is_up
from kraftverk.house import CONSOLE
from kraftverk.processes import free_port
from kraftverk.world import World, environment, write_secrets, write_settings
from tests.unit.console.desk import Desk

WRITTEN = "Ringte Ola Hemmelig, som er syk"


@contextmanager
def console(database: Database, folder: Path) -> Iterator[tuple[httpx.Client, Path]]:
    """A browser at it, and its log."""
    world, port = World(folder), free_port()
    write_secrets(world, 1)
    write_settings(world, "http://127.0.0.1:1", database.url, date(2026, 11, 23), None, 1, console_port=port)
    log, address = folder / "console.log", f"http://127.0.0.1:{port}"
    with log.open("w") as out, subprocess.Popen(CONSOLE, env=environment(world), stdout=out, stderr=out) as process:
        try:
            deadline = time.monotonic() + 60
            while not is_up(address):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)
            with httpx.Client(base_url=address, trust_env=False, headers={"Origin": address}) as browser:
                yield browser, log
        finally:
            process.terminate()


def test_a_write_that_fails_is_logged_without_what_was_written(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate.upgrade(database)
    desk = Desk(database, tmp_path / "evidence")
    desk.add("K1")
    desk.house.sql("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    link = logins.issue_link(database, "kari", [Role.SAKSBEHANDLER.value], 60.0)
    with console(database, tmp_path) as (browser, log):
        browser.post("/logg-inn", data={"kode": link})
        forms = html.fromstring(browser.get("/oppgave/1").text).forms
        (form,) = [form for form in forms if form.action == "/oppgave/1/kommentar"]
        answer = browser.post(form.action, data=dict(form.form_values()) | {"begrunnelse": WRITTEN})
        assert answer.status_code == 500
        assert "Noe gikk galt" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    desk.close()
    logged = log.read_text()
    assert "page /oppgave/{item_id}/kommentar failed, IntegrityError" in logged
    assert "in comment\n" in logged, "where it was"
    assert WRITTEN not in logged
    assert "disk is full" not in logged, "nor anything else an error says"
    database.close()
