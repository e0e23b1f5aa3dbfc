"""The knobs that only PAX has, and those that hit its save, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Error, expect

from tests.integration.sandbox.covered import is_covered
from tests.integration.sandbox.pax_user import control, pax_user, rows, save, tick

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_maintenance_by_control_and_by_knob(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        for close, reopen in (
            (lambda: sandbox.pax(maintenance=True), lambda: sandbox.pax(maintenance=False)),
            (lambda: sandbox.turn("maintenance"), lambda: sandbox.turn("maintenance", 0)),
        ):
            close()
            answer = await user.page.goto(f"{sandbox.base}/pax/Login.aspx")
            assert answer is not None
            assert answer.status == 503
            await expect(user.page.locator(".melding")).to_have_text("PAX er nede for vedlikehold")
            reopen()
            await user.log_in()
            await expect(user.page).to_have_title("PAX Parkeringskrav")


async def test_a_locked_case_by_knob(browser: Browser, start_sandbox: Callable[..., Any], small_world: Path) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        popup = await user.open_dialogue("500013")
        await tick(popup, "PX1000002")
        sandbox.turn("locked_case", times=1)
        await save(popup, answer=True)
        await expect(popup.locator(".melding")).to_have_text("Saken er låst av bruker KARINO.")
        assert sandbox.effects() == []
        await save(popup, answer=True)
        await expect(popup.locator("b")).to_contain_text("1 krav slått sammen")


async def test_the_news_cover_the_page_until_closed(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        sandbox.turn("popup", times=1)
        await user.open_case("500001")
        await expect(user.content.get_by_text("Nyheter i PAX")).to_be_visible()
        krav = user.content.locator("a:text('PX1000001')")
        assert await is_covered(krav)
        await user.content.click("text=Lukk nyheter")
        assert not await is_covered(krav)
        await krav.click()
        await expect(user.content.locator("table.tittel")).to_have_text("Krav PX1000001")


async def test_every_second_time_the_news_open_a_window_too(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        sandbox.turn("popup", times=2)
        await user.open_case("500001")
        assert len(user.context.pages) == 1
        async with user.page.expect_popup() as opened:
            await user.open_case("500002")
        news = await opened.value
        await expect(news).to_have_title("PAX - Nyheter")
        async with news.expect_event("close"):
            await news.click("text=Lukk")


async def test_a_save_that_takes_place_later(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path, eventually: Callable[..., bool]
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        popup = await user.open_dialogue("500013")
        await tick(popup, "PX1000002", "PX1000003")
        sandbox.turn("saves_late", saves_late_ms=1500)
        await save(popup, answer=True)
        await expect(popup.locator("b")).to_contain_text("2 krav slått sammen")
        assert (sandbox.merged(), sandbox.control.get("/health").json()["pending"]) == ([], 1)
        await user.open_case("500013")
        assert [row[0] for row in await rows(user.content)] == ["PX1000013"]
    assert eventually(lambda: sandbox.control.get("/health").json()["pending"] == 0)
    assert sandbox.merged() == [("PX1000002", "500002", "500013"), ("PX1000003", "500003", "500013")]


@pytest.mark.parametrize(("ticked", "saved"), [(3, 1), (1, 0)])
async def test_a_save_that_stops_half_way(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path, ticked: int, saved: int
) -> None:
    sandbox = start_sandbox(small_world)
    kravnumre = ["PX1000002", "PX1000003", "PX1000004"][:ticked]
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        popup = await user.open_dialogue("500013")
        await tick(popup, *kravnumre)
        sandbox.turn("saves_half", times=1)
        async with popup.expect_response(lambda response: response.request.method == "POST") as answered:
            await save(popup, answer=True)
        assert (await answered.value).status == 500
        await expect(popup.locator(".melding")).to_have_text("Uventet feil (ORA-01013)")
    assert sandbox.merged() == [("PX1000002", "500002", "500013")][:saved]


async def test_a_lost_answer_leaves_the_save_done(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    """The save goes out through Playwright: Chromium itself sends again when a connection it has used before dies."""
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        popup = await user.open_dialogue("500013")
        await tick(popup, "PX1000002")

        async def send_once(route: Any) -> None:
            try:
                await route.fulfill(response=await route.fetch(max_redirects=0))
            except Error:
                await route.abort("connectionfailed")

        await user.context.route("**/SlaaSammen.aspx**", send_once)
        sandbox.turn("answer_lost", times=1)
        async with popup.expect_event("requestfailed"):
            await save(popup, answer=True)
    assert sandbox.merged() == [("PX1000002", "500002", "500013")]


async def test_a_dropped_connection_is_seen_by_the_browser(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    sandbox.turn("drop")
    async with pax_user(browser, sandbox.base) as user:
        with pytest.raises(Error, match=r"net::ERR_(EMPTY_RESPONSE|CONNECTION_RESET|CONNECTION_CLOSED)"):
            await user.page.goto(f"{sandbox.base}/pax/Login.aspx")
    sandbox.control.delete("/faults")
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        await expect(user.page).to_have_title("PAX Parkeringskrav")


async def test_a_form_of_another_page_is_refused(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        popup = await user.open_dialogue("500013")
        await tick(popup, "PX1000002")
        other = "field => { field.value = (field.value[0] === 'x' ? 'y' : 'x') + field.value.slice(1) }"
        await popup.locator('[name="__VIEWSTATE"]').evaluate(other)
        await save(popup, answer=True)
        await expect(popup.locator(".melding")).to_have_text("Validering av viewstate feilet")
        assert await popup.locator(control("btnLagre")).count() == 0
    assert sandbox.effects() == []
