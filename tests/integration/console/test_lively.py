"""What the pages do while they are open, where htmx was fetched: a part is changed, and the rest stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from console.roles import Role
from tests.integration.console.site import Site
from tests.integration.console.test_in_a_browser import fill

pytestmark = pytest.mark.asyncio(loop_scope="session")
EXPECTED = ("Failed to load resource", "Autofocus processing was blocked")
"""What Chromium says of an answer of 409 or 422, and of a message that comes to an open page: we give it focus."""
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def lively(site: Site) -> Site:
    if site.app.state.office.ressurser.htmx is None:
        pytest.skip("htmx was not fetched: `kraftverk assets`")
    fill(site)
    return site


def documents(page: Page) -> list[str]:
    """Whole pages that are asked for from now on."""
    out: list[str] = []
    page.on("request", lambda request: out.append(request.url) if request.is_navigation_request() else None)
    return out


async def test_an_oppgave_is_decided_beside_its_list(chromium: Browser, lively: Site) -> None:
    async with lively.visit(chromium, Role.SAKSBEHANDLER, **WIDE) as visit:
        page, whole = visit.page, documents(visit.page)
        first = page.get_by_role("row").filter(has=page.get_by_role("link", name="1", exact=True))
        await page.get_by_label("Velg oppgave 2").check()
        await page.get_by_role("region", name="Oppgaver").focus()
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Oppgave 1: Flytting av krav")).to_be_focused()
        await expect(page).to_have_title("Oppgave 1 – Kraftverk")
        await expect(first).to_have_attribute("aria-current", "true")
        assert page.url == f"{lively.base}/oppgave/1"
        assert await visit.violations() == []

        await page.get_by_role("button", name="Ta oppgaven").click()
        await expect(page.get_by_role("status").filter(has_text="Oppgaven er din.")).to_be_focused()
        await expect(page.get_by_role("link", name="Mine 1")).to_be_visible()
        await expect(page.get_by_label("Velg oppgave 2")).to_be_checked()

        await page.get_by_label("Ikke foreldet").check()
        await page.get_by_role("button", name="Lagre og prøv igjen").click()
        await expect(page.get_by_role("alert").filter(has_text="Ingenting er endret")).to_be_focused()
        assert page.url == f"{lively.base}/oppgave/1"

        lively.desk.house.sql("UPDATE work_item SET seq = seq + 1 WHERE id = 1")
        await page.get_by_label("Rettet i fagsystemet").check()
        await page.get_by_role("button", name="Lagre og prøv igjen").click()
        await expect(page.get_by_role("alert").filter(has_text="Noen andre, eller roboten")).to_be_focused()

        await page.keyboard.press("Escape")
        await expect(page.get_by_role("link", name="1", exact=True)).to_be_focused()
        await expect(page).to_have_title("Til oppfølging – Kraftverk")
        assert whole == []
        assert await visit.refused() == []
        assert visit.elsewhere == []
        assert [text for text in visit.said if not text.startswith(EXPECTED)] == []


async def test_an_act_whose_answer_is_lost_is_told_as_uncertain(chromium: Browser, lively: Site) -> None:
    async with lively.visit(chromium, Role.SAKSBEHANDLER, **WIDE) as visit:
        page, failed = visit.page, visit.page.locator("#feilet").get_by_role("alert")

        async def lose_the_answer(route: Route) -> None:
            await route.fetch()
            await route.abort("connectionreset")

        first = page.get_by_role("link", name="1", exact=True)
        await page.route("**/oppgave/1", lose_the_answer)
        await first.click()
        await expect(failed).to_contain_text("Kraftverk svarer ikke. Ingenting er endret.")

        await page.unroute("**/oppgave/1")
        await first.click()
        await expect(page.get_by_role("heading", name="Oppgave 1: Flytting av krav")).to_be_focused()
        await expect(failed).to_have_count(0)
        await page.route("**/oppgave/1/ta", lose_the_answer)
        await page.get_by_role("button", name="Ta oppgaven").click()
        await expect(failed).to_contain_text("Det er usikkert om det ble lagret. Åpne oppgaven på nytt og se etter")
        await expect(failed).not_to_contain_text("Ingenting er endret")
        assert lively.desk.house.item(1).assigned_to == "demo-saksbehandler", "it was carried out"
        assert await visit.violations() == []

        await first.click()
        await expect(page.get_by_role("button", name="Legg tilbake")).to_be_visible()
        await expect(failed).to_have_count(0)


@pytest.mark.parametrize(
    "page_of_a_proxy",
    ["<html><body><center><h1>504 Gateway Time-out</h1></center><hr>nginx</body></html>", "upstream timed out", ""],
)
async def test_an_answer_that_is_not_ours_is_told_as_a_lost_one(
    chromium: Browser, lively: Site, page_of_a_proxy: str
) -> None:
    async with lively.visit(chromium, Role.SAKSBEHANDLER, **WIDE) as visit:
        page, failed = visit.page, visit.page.locator("#feilet").get_by_role("alert")

        async def answer_for_us(route: Route) -> None:
            await route.fetch()
            await route.fulfill(status=504, content_type="text/html", body=page_of_a_proxy)

        first = page.get_by_role("link", name="1", exact=True)
        await page.route("**/oppgave/1", answer_for_us)
        await first.click()
        await expect(failed).to_contain_text("Kraftverk svarer ikke. Ingenting er endret.")

        await page.unroute("**/oppgave/1")
        await first.click()
        await page.route("**/oppgave/1/ta", answer_for_us)
        await page.get_by_role("button", name="Ta oppgaven").click()
        await expect(failed).to_contain_text("Det er usikkert om det ble lagret. Åpne oppgaven på nytt og se etter")
        assert lively.desk.house.item(1).assigned_to == "demo-saksbehandler", "it was carried out"


async def test_a_choice_changes_the_list_alone_and_the_way_back_is_open(chromium: Browser, lively: Site) -> None:
    async with lively.visit(chromium, Role.SAKSBEHANDLER, viewport={"width": 1000, "height": 800}) as visit:
        page, whole = visit.page, documents(visit.page)
        cause = page.get_by_role("link", name="Teknisk feil Stanset av world_answer")
        await cause.click()
        await page.wait_for_url("**/oppfoelging?slag=system&aarsak=WORLD_ANSWER")
        await expect(page.get_by_role("row")).to_have_count(2)
        await expect(cause).to_be_focused()
        assert whole == []
        await page.go_back()
        await page.wait_for_url("**/oppfoelging")
        await expect(page.get_by_role("row")).to_have_count(5)
        await page.get_by_role("link", name="2", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Oppgave 2: Flytting av krav")


async def test_what_has_come_is_told_and_the_list_stays(chromium: Browser, lively: Site) -> None:
    async with lively.visit(chromium, Role.SAKSBEHANDLER) as visit:
        page = visit.page
        await page.clock.install()
        await page.reload()
        lively.desk.add("PX1000021")
        await page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.clock.run_for(60_000)
        assert asked == [], "nobody looks"
        await page.evaluate("delete document.hidden")
        await page.clock.run_for(20_000)
        await expect(page.get_by_role("link", name="1 ny – vis")).to_be_visible()
        await expect(page.get_by_role("link", name="Til oppfølging 5")).to_be_visible()
        await expect(page.get_by_role("row")).to_have_count(5)
        await page.get_by_role("link", name="1 ny – vis").click()
        await expect(page.get_by_role("row")).to_have_count(6)


async def test_before_the_session_ends_it_can_be_kept(chromium: Browser, site: Site) -> None:
    async with site.visit(chromium, Role.LESETILGANG) as visit:
        page, warned = visit.page, visit.page.get_by_text("Du logges ut om fem minutter")
        await page.clock.install()
        await page.reload()
        await page.clock.fast_forward("50:00")
        await expect(warned).to_be_hidden()
        await page.clock.fast_forward("05:00")
        await expect(warned).to_be_visible()
        assert await visit.violations() == []
        async with page.expect_response("**/fortsett") as answer:
            await page.get_by_role("button", name="Bli innlogget").click()
        assert (await answer.value).status == 204
        await expect(warned).to_be_hidden()
        await page.clock.fast_forward("01:00:00")
        await expect(page.get_by_role("alert").filter(has_text="Du er logget ut.")).to_be_visible()


async def test_keys_show_first_and_those_of_every_page_are_switched_on(chromium: Browser, site: Site) -> None:
    fill(site)
    site.take_away_ressurser()
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        page, keyboard = visit.page, visit.page.keyboard
        for key, wanted in (("t", "ta"), ("u", "utsett-til")):
            await visit.open("/oppfoelging")
            await page.get_by_role("region", name="Oppgaver").focus()
            await keyboard.press("j")
            await keyboard.press(key)
            await page.wait_for_url(f"**/oppgave/1#{wanted}")
            await expect(page.locator(f"#{wanted}")).to_be_focused()
        await visit.open("/oppfoelging")
        await page.get_by_role("link", name="2", exact=True).focus()
        await keyboard.press("r")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Prøv 1 oppgave igjen")
        assert site.desk.house.item(2).state == "waiting"

        search = page.get_by_role("searchbox", name="Søk")
        await keyboard.press("/")
        await expect(search).not_to_be_focused()
        await page.get_by_role("link", name="min profil").click()
        await page.get_by_label("virke på alle sider").check()
        await page.get_by_role("button", name="Lagre valget").click()
        await expect(page.get_by_role("status")).to_be_focused()
        await visit.open("/koer")
        await keyboard.press("?")
        await expect(page.get_by_role("dialog", name="Hurtigtaster")).to_be_visible()
        assert await visit.violations() == []
        await keyboard.press("Escape")
        await keyboard.press("/")
        await expect(search).to_be_focused()
        await keyboard.type("/?")
        await expect(search).to_have_value("/?")
