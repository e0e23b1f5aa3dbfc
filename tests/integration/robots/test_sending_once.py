"""A click that saves reaches the system once, whatever the connection does."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import Page

from robots.browser import BrowserPool
from robots.once import sending_once
from tests.integration.robots.web import Web

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIELDS = "<input name=sak value=74388><input name=navn value=Åse>"
FORM = f"<form method=post action=/lagre>{FIELDS}<button>Lagre</button></form>"


@pytest_asyncio.fixture(loop_scope="session")
async def page(web: Web, pool: BrowserPool) -> Page:
    web.pages = {"/": FORM, "/kvittering": "<h1>Kvittering</h1>"}
    page = await (await pool.context("robot1")).new_page()
    await page.goto(web.base)
    return page


async def press(page: Page) -> None:
    """Click, and wait until the window shows what came of it."""
    async with page.expect_event("framenavigated"):
        await page.get_by_role("button", name="Lagre").click()


async def test_chromium_itself_sends_a_form_twice(web: Web, page: Page) -> None:
    """Why this exists. Should a later Chromium stop doing it, this test says so and the house can be simpler."""
    web.hang_up = True
    await press(page)
    assert len(web.posts) == 2


async def test_a_lost_answer_is_sent_once(web: Web, page: Page) -> None:
    web.hang_up = True
    async with sending_once(page, limit=5) as sending:
        await press(page)
    assert sending.begun
    assert web.posts == [b"sak=74388&navn=%C3%85se"]
    assert page.url.startswith("chrome-error:")


async def test_an_answer_is_followed_as_the_browser_would(web: Web, page: Page) -> None:
    async with sending_once(page, limit=5):
        await press(page)
        await page.get_by_role("heading", name="Kvittering").wait_for()
    assert page.url == f"{web.base}/kvittering"
    assert [cookie["name"] for cookie in await page.context.cookies()] == ["sett"]
    assert len(web.posts) == 1


async def test_nothing_is_begun_when_the_page_sends_nothing(web: Web, page: Page) -> None:
    async with sending_once(page, limit=5) as sending:
        await page.get_by_role("textbox").first.fill("1")
        await page.reload()
    assert not sending.begun
    assert web.posts == []


async def test_a_window_closed_meanwhile_is_no_error_of_its_own(page: Page) -> None:
    async with sending_once(page, limit=5):
        await page.close()


async def test_a_page_that_was_given_up_sends_nothing_any_more(web: Web, page: Page) -> None:
    """It may have hung, and wake when somebody else has the item."""
    with pytest.raises(LookupError):
        async with sending_once(page, limit=5):
            raise LookupError
    await press(page)
    assert web.posts == []
