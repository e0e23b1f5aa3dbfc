"""When the console must not start: each reason is one sentence that says what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config import settings as configuration
from config.settings import SettingsError
from console.roles import Role
from kraftverk import console_server
from kraftverk.access import find_faults
from kraftverk.usage import UsageError
from tests.unit.kraftverk.environments import ADDRESS, METADATA, complete, demo, production


def test_with_all_that_is_needed_it_starts(tmp_path: Path) -> None:
    assert find_faults(production(tmp_path)) == []


def test_in_the_demo_it_starts_without_a_provider(tmp_path: Path) -> None:
    assert find_faults(demo(tmp_path)) == []


def test_as_the_file_comes_everything_is_missing_that_only_the_owner_knows(tmp_path: Path) -> None:
    assert find_faults(production(tmp_path, lambda text: text, None)) == [
        "outside the demo people come over https: write `console.address` as https://NAME",
        "nobody vouches for people: put the tenant's address in `console.oidc.metadata_url`",
        "`console.oidc.client_id` is empty: it is the app registration's «Application (client) ID»",
        "the secret «oidc.secret» is missing: make one at the identity provider, as docs/drift.md says",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (ADDRESS, "http://kraftverk.example.com", "people come over https"),
        (METADATA, METADATA.replace("https", "http"), "is no such address"),
        (METADATA, "https://login.example.com/9b0f3f3e/v2.0", "is no such address"),
        (METADATA, METADATA.replace("9b0f3f3e", "common"), "lets in every tenant"),
        (METADATA, METADATA.replace("9b0f3f3e", "organizations"), "lets in every tenant"),
        ('= "godkjenner"', '= "sjef"', "names «sjef», which is no role"),
    ],
)
def test_what_cannot_be_right_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    (fault,) = find_faults(production(tmp_path, lambda text: complete(text).replace(old, new)))
    assert told in fault


def test_an_empty_secret_is_none(tmp_path: Path) -> None:
    (fault,) = find_faults(production(tmp_path, secret=" \n"))
    assert "«oidc.secret» is missing" in fault


def test_without_a_table_of_roles_nobody_could_do_anything(tmp_path: Path) -> None:
    def without(text: str) -> str:
        head, _, rest = complete(text).partition("[console.oidc.roles]")
        return head + "[avsender]" + rest.partition("[avsender]")[2]

    (fault,) = find_faults(production(tmp_path, without))
    assert fault == "nobody would have a role: name the app roles in [console.oidc.roles]"


@pytest.mark.parametrize("name", ["production", "test"])
def test_each_role_of_the_console_has_an_app_role(name: str) -> None:
    oidc = configuration.load(configuration.HERE / f"{name}.toml", Path("none")).console.oidc
    assert sorted(oidc.roles.values()) == sorted(Role)


@pytest.mark.parametrize(
    "address",
    [
        "kraftverk.example.com",
        "https://kraftverk.example.com/",
        "https://Kraftverk.example.com",
        "https://user@kraftverk.example.com",
        "https://kraftverk.example.com/konsoll",
        "ftp://kraftverk.example.com",
    ],
)
def test_the_address_is_written_in_one_way(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match=r"console\.address: write it as https://NAME"):
        production(tmp_path, lambda text: complete(text).replace(ADDRESS, address))


def test_the_port_browsers_leave_out_is_left_out(tmp_path: Path) -> None:
    settings = production(tmp_path, lambda text: complete(text).replace(ADDRESS, f"{ADDRESS}:443"))
    assert settings.console.url == ADDRESS


@pytest.mark.parametrize("address", ["https://demo.example.com", "http://127.0.0.1:8090"])
def test_the_demo_has_no_address_for_others(tmp_path: Path, address: str) -> None:
    settings = demo(tmp_path, lambda text: text.replace("[console]", f'[console]\naddress = "{address}"'))
    assert find_faults(settings) == [
        "the demo's local users are for this machine alone: take `address` out of [console]"
    ]


def test_it_listens_on_this_machine_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In production too: the proxy in front of it stands on the same machine."""
    started: dict[str, object] = {}
    monkeypatch.setattr(console_server, "load", lambda: production(tmp_path))
    monkeypatch.setattr(console_server, "open_office", lambda settings: settings)
    monkeypatch.setattr(console_server, "create_app", lambda office: office)
    monkeypatch.setattr(console_server.uvicorn, "run", lambda _app, **given: started.update(given))
    console_server.serve()
    assert started["host"] == "127.0.0.1"
    assert started["proxy_headers"] is False
    assert started["access_log"] is False


def test_a_port_that_is_taken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = demo(tmp_path)
        console = settings.console.model_copy(update={"port": port})
        monkeypatch.setattr(console_server, "load", lambda: settings.model_copy(update={"console": console}))
        with pytest.raises(UsageError, match=rf"port {port} on 127.0.0.1 cannot be used .* `console.port`"):
            console_server.serve()


def test_outside_the_demo_there_are_no_links(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one-time links in the demo only"):
        console_server.links(production(tmp_path))


def test_the_command_refuses_in_one_sentence(tmp_path: Path) -> None:
    production(tmp_path, lambda text: complete(text).replace(ADDRESS, ""))
    named = {"KRAFTVERK_CONFIG": str(tmp_path / "production.toml"), "KRAFTVERK_SECRETS": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", "from kraftverk.cli import main; main()", "console"],
        env=os.environ | named,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "The console does not start: outside the demo people come over https: "
        "write `console.address` as https://NAME.\n"
    )
