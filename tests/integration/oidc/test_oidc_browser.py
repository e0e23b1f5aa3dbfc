"""The whole login in a real browser: across two sites, over https, with the cookies and the policy it enforces."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import axe_playwright_python
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from robots.executable import find_browser
from tests.integration.oidc.conftest import House
from tests.integration.oidc.provider import PEOPLE, Wrong

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
NARROW = {"width": 320, "height": 700}


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield started
        await started.close()


async def log_in(page: Page, house: House, user: str) -> None:
    await page.get_by_role("link", name="Logg inn").click()
    await page.get_by_label("Bruker").fill(user)
    await page.get_by_label("Passord").fill(PEOPLE[user].password)
    await page.get_by_role("button", name="Logg inn").click()
    await page.wait_for_url(f"{house.address}/**")


async def assert_usable(page: Page) -> None:
    """No fault of accessibility, and no sideways scroll on a narrow screen."""
    # past the page's own policy, which lets no script of the test's in
    found = await page.evaluate(f"() => {{ {AXE}; return axe.run().then(found => found.violations.map(v => v.id)) }}")
    assert found == [], await page.title()
    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_in_and_out_again_in_chromium(house: House, browser: Browser, scripts: bool) -> None:
    house.desk.add("K1")
    context = await browser.new_context(ignore_https_errors=True, java_script_enabled=scripts)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(f"{house.address}/oppfoelging?vis=ledige")
    await log_in(page, house, "kari")
    assert page.url == f"{house.address}/oppfoelging?vis=ledige"
    cookies = {cookie["name"]: cookie for cookie in await context.cookies(house.address)}
    session = cookies["__Host-kraftverk"]
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Lax")
    assert "__Host-kraftverk-innlogging" not in cookies
    await page.get_by_role("button", name="Logg ut").click()
    await page.wait_for_url(f"{house.address}/logg-inn?state=*")
    await page.get_by_role("link", name="Logg inn").click()
    assert await page.get_by_role("heading", name="Kommunens innlogging").is_visible(), "the account is logged out too"
    assert complaints == []
    await context.close()


async def test_the_pages_around_the_login_can_be_used_by_everybody(house: House, browser: Browser) -> None:
    context = await browser.new_context(ignore_https_errors=True, viewport=NARROW)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{house.address}/logg-inn")
    await assert_usable(page)
    house.provider.wrong = Wrong(error="access_denied", metadata={"end_session_endpoint": None})
    await page.get_by_role("link", name="Logg inn").click()
    await page.locator("[role=alert]:focus").wait_for()
    await assert_usable(page)
    house.provider.wrong = Wrong()
    await log_in(page, house, "per")
    await page.get_by_role("heading", name="Du har ingen rolle i Kraftverk").wait_for()
    await assert_usable(page)
    await page.get_by_role("link", name="Logg ut av kontoen").click()
    await page.get_by_role("heading", name="Du er logget ut av Kraftverk").wait_for()
    await assert_usable(page)
    await context.close()
