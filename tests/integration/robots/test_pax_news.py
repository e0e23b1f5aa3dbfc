"""News that come while the robot stands on a page, after it has looked at it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Error, Page

from robots.browser import BrowserPool
from robots.pax.pages.news import press

pytestmark = pytest.mark.asyncio(loop_scope="session")

LAYER = "<div id=lag style='position:fixed;inset:0;background:#999'>Nyheter i PAX{button}</div>"
CLOSE = "<input type=button value='Lukk nyheter' onclick='lag.remove()'>"
TARGET = "<button onclick='this.textContent += 1'>Trykk</button>"


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: BrowserPool) -> AsyncIterator[Page]:
    page = await (await browsers.context("nyheter")).new_page()
    yield page
    await page.close()


async def test_a_layer_that_came_late_is_closed_when_it_is_in_the_way(page: Page) -> None:
    await page.set_content(TARGET + LAYER.format(button=CLOSE))
    await press(page.get_by_role("button", name="Trykk"), page.main_frame)
    assert await page.get_by_role("button").all_text_contents() == ["Trykk1"]


async def test_something_else_in_the_way_stays_an_error(page: Page) -> None:
    page.set_default_timeout(500)
    await page.set_content(TARGET + LAYER.format(button=""))
    with pytest.raises(Error):
        await press(page.get_by_role("button", name="Trykk"), page.main_frame)
