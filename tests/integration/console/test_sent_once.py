"""A form that is pressed twice while its answer is on the way: what it asks for is done once."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field, replace

import pytest
from playwright.async_api import Browser, Page, Request, expect

from console.roles import Role
from hub.release import ReleaseLevel
from hub.storage import queues
from tests.integration.console.site import Site
from tests.unit.console.desk import proposal
from tests.unit.hub.behaviours.house import KARI, QUEUE

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass
class Slow:
    """A console that has carried an act out and keeps its answer back."""

    _done: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _answers: threading.Event = field(default_factory=threading.Event)

    def carried_out(self) -> None:
        self._done.release()
        assert self._answers.wait(10)

    async def is_at_it(self) -> None:
        assert await asyncio.to_thread(self._done.acquire, timeout=10)

    def answer(self) -> None:
        self._answers.set()


@pytest.fixture
def slow(site: Site) -> Slow:
    slow = Slow()
    site.app.state.office = replace(site.app.state.office, drain_soon=slow.carried_out)
    return slow


def sent(page: Page) -> list[str]:
    """The forms that the page sends from now on."""
    out: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            out.append(request.url)

    page.on("request", note)
    return out


async def press(page: Page, button: str, slow: Slow, then: str | None = None) -> None:
    """With the mouse, as locators wait for the answer; and once more (`then`: another button) when it was carried out,
    and is not answered."""
    first = await place(page, button)
    second = await place(page, then or button)
    await page.mouse.click(*first)
    await slow.is_at_it()
    await page.mouse.click(*second)


async def place(page: Page, button: str) -> tuple[float, float]:
    found = page.get_by_role("button", name=button, exact=True)
    await found.scroll_into_view_if_needed()
    box = await found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_one_order_is_placed(chromium: Browser, site: Site, slow: Slow) -> None:
    site.desk.add("PX1000001")
    queues.set_release_level(site.desk.database, QUEUE, ReleaseLevel.LIVE, KARI, "tried")
    async with site.visit(chromium, Role.POWER) as visit:
        await visit.open("/legg-i-koe")
        orders = sent(visit.page)
        await visit.page.get_by_label("Rutine").select_option(QUEUE)
        await visit.page.get_by_label("Kravnumre").fill("PX1000001")
        await visit.page.get_by_label("Begrunnelse").fill("Kunden ringte")
        await press(visit.page, "Legg i kø", slow)
        slow.answer()
        await expect(visit.page.get_by_role("heading", level=1)).to_contain_text("Bestilling 1")
    assert orders == [f"{site.base}/legg-i-koe"]
    assert len(site.desk.house.rows("work_order")) == 1


async def test_a_retry_is_told_as_done(chromium: Browser, site: Site, slow: Slow) -> None:
    site.desk.broken("PX1000001")
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        await visit.open("/oppgave/1")
        await press(visit.page, "Lagre og prøv igjen", slow)
        slow.answer()
        await expect(visit.page.get_by_role("status").first).to_contain_text("Oppgaven er lagt i kø igjen.")


async def test_an_approval_is_told_as_done_whichever_button_is_pressed(
    chromium: Browser, site: Site, slow: Slow
) -> None:
    site.desk.propose(proposal("PX1000001"))
    async with site.visit(chromium, Role.GODKJENNER) as visit:
        page = visit.page
        await visit.open("/oppgave/1")
        decisions = sent(page)
        await page.get_by_label("Begrunnelse").fill("Kontrollert mot PAX")
        await press(page, "Godkjenn", slow, then="Avvis")
        slow.answer()
        await expect(page.get_by_role("status").first).to_contain_text("Forslaget er godkjent.")
    assert decisions == [f"{site.base}/oppgave/1/godkjenn"]


async def test_a_form_that_leaves_its_page_open_can_be_sent_again_later(chromium: Browser, site: Site) -> None:
    site.desk.propose(proposal("PX1000001"))
    async with site.visit(chromium, Role.GODKJENNER) as visit:
        page, button = visit.page, visit.page.get_by_role("button", name="Hent listen som Excel-fil")
        await visit.open("/godkjenninger/liste?liste=BYM&rutine=move")
        await page.clock.install()
        files = sent(page)
        for presses in (2, 1):
            async with page.expect_download():
                await button.click(click_count=presses)
            await page.clock.fast_forward(5_000)
    assert len(files) == 2
