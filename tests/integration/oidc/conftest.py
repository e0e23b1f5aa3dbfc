"""The console as in production: on loopback, behind a proxy with https, with a real identity provider."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from config.settings import OidcSettings
from console.app import create_app
from hub.storage.database import Database
from kraftverk.oidc import OidcProvider
from tests.integration.oidc.person import Person
from tests.integration.oidc.provider import CLIENT_ID, Provider, make_key
from tests.integration.oidc.serving import LOOPBACK, https_in_front, make_certificate, serving
from tests.unit.console.desk import Desk
from tests.unit.hub.conftest import new_database, shelf, template

__all__ = ["new_database", "shelf", "template"]

ROLES = {"KV.Saks": "saksbehandler", "KV.Godkjenner": "godkjenner", "KV.Drift": "drift"}


@dataclass
class House:
    """A console in production, its desk and its provider."""

    desk: Desk
    provider: Provider
    address: str
    port: int
    """Where the console itself listens, behind the proxy."""
    certificate: Path

    def person(self) -> Person:
        return Person(self.address, self.certificate)

    @property
    def sessions(self) -> int:
        return len(self.desk.house.rows("login_session"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "localhost.pem")


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    provider = Provider(make_key())
    with serving(provider.app()) as port:
        provider.base = f"http://{LOOPBACK}:{port}"
        yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    """As it should be, and knowing nobody yet."""
    fresh = Provider(running_provider.key)
    for name in ("secret", "wrong", "asked", "issued", "key_reads", "_grants", "_logins", "kid", "key"):
        setattr(running_provider, name, getattr(fresh, name))
    return running_provider


@pytest.fixture
def house(
    new_database: Callable[[], Database], tmp_path: Path, provider: Provider, certificate: Path
) -> Iterator[House]:
    desk = Desk(new_database(), tmp_path / "evidence")
    listening = socket.create_server((LOOPBACK, 0))
    port = listening.getsockname()[1]
    with https_in_front(port, certificate) as front:
        address = provider.console = f"https://localhost:{front}"
        settings = OidcSettings(metadata_url=provider.metadata_url, client_id=CLIENT_ID, roles=ROLES)
        desk.office = replace(
            desk.office,
            hosts=(f"localhost:{front}",),
            https=True,
            demo=False,
            provider=OidcProvider(settings, provider.secret, address),
        )
        with serving(create_app(desk.office), listening):
            yield House(desk, provider, address, port, certificate)
    desk.close()
