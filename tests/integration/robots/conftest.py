"""PAX and Procasso with robots' accounts, browsers, and a small web server for pages of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from robots.browser import BrowserPool
from robots.pax.robot import PaxRobot
from robots.procasso.robot import ProcassoRobot
from tests.integration.robots.running import (
    BRIEF,
    MANY,
    PROCASSO_KRAV,
    ROBOT,
    SINGLES,
    TRIOS,
    Pax,
    Procasso,
    kravnr,
    procasso_kravnr,
    run_pax,
    saksnr,
)
from tests.integration.robots.web import Web


@pytest_asyncio.fixture(loop_scope="session")
async def web() -> AsyncIterator[Web]:
    served = Web()
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield served
    server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def pool() -> AsyncIterator[BrowserPool]:
    """Browsers for one test, which may kill them."""
    async with BrowserPool(action_timeout=5) as browsers:
        yield browsers


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browsers() -> AsyncIterator[BrowserPool]:
    """Browsers for all tests of a file."""
    async with BrowserPool(action_timeout=5) as pool:
        yield pool


@pytest.fixture(scope="session")
def running(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pax]:
    yield from run_pax(root, tmp_path_factory.mktemp("pax"))


@pytest.fixture
def pax(running: Pax) -> Iterator[Pax]:
    """PAX, with all knobs off before and after the test."""
    running.calm()
    yield running
    running.calm()


@pytest.fixture
def robot(browsers: BrowserPool, pax: Pax) -> PaxRobot:
    """A robot on the account the tests of a file share; it finds itself logged in already."""
    return PaxRobot(browsers, pax.url, ROBOT, act_limit=15, read_limit=15)


@pytest.fixture
def impatient(browsers: BrowserPool, pax: Pax) -> PaxRobot:
    """The same, for what does not pass: it asks three times and not nine."""
    return PaxRobot(browsers, pax.url, ROBOT, act_limit=15, read_limit=15, pauses=BRIEF)


@pytest.fixture
def procasso(running: Pax) -> Iterator[Procasso]:
    """Procasso, with all knobs off before and after the test."""
    system = Procasso(running.base)
    system.calm()
    yield system
    system.calm()
    system.control.close()


@pytest.fixture
def procasso_robot(browsers: BrowserPool, procasso: Procasso) -> ProcassoRobot:
    """A robot on the account the tests of a file share; it finds itself logged in already."""
    return ProcassoRobot(browsers, procasso.url, ROBOT, act_limit=15, read_limit=15)


@pytest.fixture(scope="session")
def _procasso_krav() -> Iterator[int]:
    return iter(range(1, PROCASSO_KRAV))


@pytest.fixture
def pc(_procasso_krav: Iterator[int]) -> str:
    """A krav of Procasso that no other test has; its saksflyt is ORDINAER."""
    return procasso_kravnr(next(_procasso_krav))


@pytest.fixture(scope="session")
def _trios() -> Iterator[int]:
    return iter(range(1, TRIOS + 1))


@pytest.fixture
def trio(_trios: Iterator[int]) -> tuple[str, list[str]]:
    """A case, and the two krav of the same debtor that stand in other cases. No other test has them."""
    n = next(_trios)
    return saksnr(n, 1), [kravnr(n, 2), kravnr(n, 3)]


@pytest.fixture(scope="session")
def _singles() -> Iterator[int]:
    return iter(range(1, SINGLES + 1))


@pytest.fixture
def single(_singles: Iterator[int]) -> str:
    """An open krav that no other test has."""
    return kravnr(MANY, next(_singles))
