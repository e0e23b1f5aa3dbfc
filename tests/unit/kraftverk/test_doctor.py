"""What `kraftverk doctor` finds without any system: secrets others can read, a wrong password to Prefect, folders."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from config.settings import Settings, SettingsError
from flows.workshop import robot_accounts
from kraftverk import doctor
from kraftverk.doctor import Ailment
from tests.unit.kraftverk.environments import demo

PASSWORD = "kraftverk:blåbær"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return demo(tmp_path)


@pytest.fixture
def prefect(settings: Settings) -> Iterator[Settings]:
    """An environment with a server that takes PASSWORD alone, as Prefect does, except for /health."""

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers["Authorization"] == "Basic a3JhZnR2ZXJrOmJsw6Viw6Zy" or self.path == "/api/health"
            self.send_response(200 if known else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Server)
    Thread(target=server.serve_forever, daemon=True).start()
    yield settings.model_copy(update={"prefect_api": f"http://127.0.0.1:{server.server_port}/api"})
    server.shutdown()
    server.server_close()


async def test_prefect_knows_our_password(prefect: Settings) -> None:
    (prefect.secrets / "prefect.auth").write_text(PASSWORD, encoding="utf-8")
    assert await doctor.check_prefect(prefect) == "the server answers, and knows our password"


async def test_a_wrong_password_to_prefect_is_found(prefect: Settings) -> None:
    (prefect.secrets / "prefect.auth").write_text("kraftverk:feil", encoding="utf-8")
    with pytest.raises(Ailment) as found:
        await doctor.check_prefect(prefect)
    assert "does not know our password" in found.value.fault
    assert "«prefect.auth»" in found.value.remedy


def test_a_secret_that_everybody_can_read_is_found(settings: Settings) -> None:
    settings.secrets.chmod(0o755)
    (settings.secrets / "audit.key").write_text("key")
    (settings.secrets / "audit.key").chmod(0o640)
    (settings.secrets / "pilen.token").write_text("token")
    (settings.secrets / "pilen.token").chmod(0o644)
    with pytest.raises(Ailment) as found:
        doctor.check_secrets(settings.secrets)
    assert "«pilen.token»" in found.value.fault
    settings.secrets.chmod(0o700)
    assert doctor.check_secrets(settings.secrets) == "nobody else on this machine can read them"


def test_a_folder_of_forms_that_is_not_there_is_found(settings: Settings) -> None:
    files = settings.systems.eierskjema.files
    with pytest.raises(Ailment) as found:
        doctor.check_folder(files)
    assert str(files) in found.value.remedy
    files.mkdir(parents=True)
    (files / "1.json").touch()
    assert doctor.check_folder(files) == "its folder is there, with 1 files"


@pytest.mark.parametrize("written", ["{}", '{"robot1": ""}', '{"robot1": null}', "[]", '"robot1"'])
def test_robot_accounts_that_nobody_could_log_in_with_are_refused(settings: Settings, written: str) -> None:
    (settings.secrets / "pax.json").write_text(written)
    with pytest.raises(SettingsError, match=r"«pax.json» cannot be read"):
        robot_accounts(settings, "PAX")
