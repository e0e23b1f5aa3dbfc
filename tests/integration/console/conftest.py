"""One browser for all tests of the console, and a console of its own for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from hub.storage import migrate
from hub.storage.database import Database
from robots.executable import find_browser
from tests.integration.console.site import Site, serve


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate.upgrade(database)
    with serve(database, tmp_path / "evidence") as site:
        yield site
    database.close()
