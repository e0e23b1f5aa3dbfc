"""What `kraftverk doctor --env` says of the console: is it the right provider, and do people get through the proxy?"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio

from config.settings import Settings
from connectors.http import build_client
from kraftverk.readiness import _missing_of_console
from tests.integration.oidc.conftest import House
from tests.integration.oidc.provider import Wrong
from tests.integration.oidc.serving import https_in_front
from tests.unit.kraftverk.environments import ADDRESS, METADATA, complete, production


@pytest_asyncio.fixture
async def http(certificate: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with build_client(verify=ssl.create_default_context(cafile=str(certificate))) as client:
        yield client


@pytest.fixture
def settings(house: House, certificate: Path, tmp_path: Path) -> Iterator[Settings]:
    """Of that console and provider, both over https."""
    port = urlsplit(house.provider.base).port or 0
    before = house.provider.base
    with https_in_front(port, certificate) as front:
        house.provider.base = f"https://localhost:{front}"
        known = {ADDRESS: house.address, METADATA: house.provider.metadata_url}

        def change(text: str) -> str:
            text = complete(text)
            for old, new in known.items():
                text = text.replace(old, new)
            return text

        yield production(tmp_path, change)
    house.provider.base = before


async def test_with_provider_and_proxy_the_console_is_ready(settings: Settings, http: httpx.AsyncClient) -> None:
    assert await _missing_of_console(settings, http) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Wrong(away=True), "the identity provider's metadata cannot be read (HTTPStatusError): check the tenant's id"),
        (Wrong(metadata={"issuer": None}), "what stands at `console.oidc.metadata_url` is no provider's metadata"),
        (Wrong(metadata={"issuer": "https://sts.example.com/1/"}), "of another issuer (https://sts.example.com/1/)"),
    ],
    ids=["away", "no metadata", "another issuer"],
)
async def test_a_provider_that_is_not_the_right_one_is_told(
    settings: Settings, house: House, http: httpx.AsyncClient, wrong: Wrong, told: str
) -> None:
    house.provider.wrong = wrong
    (fault,) = await _missing_of_console(settings, http)
    assert told in fault


async def test_a_certificate_that_does_not_hold_is_told(settings: Settings) -> None:
    async with build_client() as http:
        provider, proxy = await _missing_of_console(settings, http)
    assert "cannot be read (ConnectError)" in provider
    assert proxy == (
        f"{settings.console.url} does not answer (ConnectError): "
        "a proxy with a certificate for that name must stand in front of the console, as docs/drift.md says"
    )
