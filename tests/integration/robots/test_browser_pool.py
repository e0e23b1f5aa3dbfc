"""One browser, its contexts, and what happens when it dies."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest
from playwright.async_api import Error

from robots.browser import BrowserNotFound, BrowserPool
from robots.errors import is_gone
from tests.integration.robots.processes import children, of_the_browser, of_the_driver

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_nothing_is_started_before_the_first_use() -> None:
    before = set(children(os.getpid()))
    async with BrowserPool() as pool:
        assert not pool.running
        assert not set(children(os.getpid())) - before


async def test_a_context_is_reused_per_account_and_keeps_its_cookies_to_itself(pool: BrowserPool) -> None:
    one, same, other = await asyncio.gather(pool.context("robot1"), pool.context("robot1"), pool.context("robot2"))
    assert one is same
    assert one is not other
    assert one.browser is other.browser
    await one.add_cookies([{"name": "a", "value": "1", "url": "http://pax.example"}])
    assert await other.cookies() == []


async def test_discard_forgets_the_login_state(pool: BrowserPool) -> None:
    first = await pool.context("robot1")
    await first.add_cookies([{"name": "a", "value": "1", "url": "http://pax.example"}])
    await pool.discard("robot1")
    assert await (await pool.context("robot1")).cookies() == []


async def test_pages_see_norwegian_time_and_language(pool: BrowserPool) -> None:
    page = await (await pool.context("robot1")).new_page()
    zone = await page.evaluate("[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]")
    assert zone == ["nb-NO", "Europe/Oslo"]


async def test_a_killed_browser_raises_at_once_and_the_next_use_starts_another(pool: BrowserPool) -> None:
    page = await (await pool.context("robot1")).new_page()
    waiting = asyncio.create_task(page.wait_for_selector("#never"))
    await asyncio.sleep(0)  # let it ask
    started = asyncio.get_running_loop().time()
    for pid in of_the_browser():
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(Error) as caught:
        await waiting
    assert is_gone(caught.value)
    assert asyncio.get_running_loop().time() - started < 2
    again = await (await pool.context("robot1")).new_page()
    assert await again.evaluate("1 + 1") == 2


async def test_a_killed_driver_is_replaced_too(pool: BrowserPool) -> None:
    page = await (await pool.context("robot1")).new_page()
    waiting = asyncio.create_task(page.wait_for_selector("#never"))
    await asyncio.sleep(0)
    for pid in of_the_driver():
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(Error) as caught:
        await waiting
    assert is_gone(caught.value)
    again = await (await pool.context("robot1")).new_page()
    assert await again.evaluate("1 + 1") == 2


async def test_closing_leaves_no_process_behind() -> None:
    before = set(children(os.getpid()))
    pool = BrowserPool()
    await pool.context("robot1")
    assert set(children(os.getpid())) > before
    await pool.close()
    deadline = asyncio.get_running_loop().time() + 10
    while set(children(os.getpid())) > before and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)
    assert set(children(os.getpid())) <= before


async def test_no_browser_is_said_before_anything_starts() -> None:
    async with BrowserPool(browser="/nowhere/chrome") as pool:
        with pytest.raises(BrowserNotFound):
            await pool.context("robot1")
        assert not pool.running
