"""Stopping and starting the robot as people do it: what is stopped is seen by all, and done by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from console.roles import Role
from hub.audit import MACHINE, Actor
from hub.storage import queues, targets
from hub.storage.queues import EVERYTHING
from tests.integration.console.site import Site
from tests.unit.hub.behaviours.house import QUEUE

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGES = ("/koer", f"/koer/{QUEUE}", "/koer/fagsystem/WORLD", "/kjoeringer", "/kjoeringer/tidsplan/nightly")


def stop_all(site: Site) -> None:
    """Everything that can stand in the way does."""
    desk = site.desk
    targets.block(desk.database, "WORLD", "login rejected")
    queues.pause(desk.database, QUEUE, "volume", MACHINE, "812 endringer funnet, grensen er 500")
    queues.pause(desk.database, EVERYTHING, "person", Actor("kari", "drift"), "feil beløp ute")


@pytest.mark.parametrize("up", [True, False], ids=["the scheduler answers", "the scheduler does not answer"])
async def test_what_stands_still_has_no_fault_that_can_be_found(chromium: Browser, site: Site, up: bool) -> None:
    stop_all(site)
    site.desk.scheduler.up = up
    async with site.visit(chromium, Role.POWER) as visit:
        for path in PAGES:
            await visit.open(path)
            assert await visit.faults() == [], path
        assert visit.elsewhere == []


async def test_a_queue_is_stopped_by_keyboard_alone_and_what_is_wrong_is_said_first(
    chromium: Browser, site: Site
) -> None:
    async with site.visit(chromium, Role.DRIFT, java_script_enabled=False) as visit:
        page = visit.page
        await visit.open(f"/koer/{QUEUE}")
        await page.get_by_role("button", name="Stans køen").press("Enter")
        await expect(page.get_by_role("alert")).to_be_focused()
        await expect(page).to_have_title("Feil: Køen Flytting av krav – Kraftverk")
        await page.get_by_role("link", name="Skriv hvorfor.").press("Enter")
        await page.get_by_role("textbox", name="Hvorfor").first.type("rare tall")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_be_focused()
        await expect(page.get_by_role("status")).to_contain_text("Køen er stanset")
        await expect(page.get_by_text("av demo-drift: «rare tall»")).to_be_visible()
