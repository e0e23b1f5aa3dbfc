"""Legg i kø and Forslag in a real browser: without faults, on a narrow screen, and without JavaScript."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Browser, FilePayload, expect

from console.roles import Role
from hub.automation import Utelatt
from hub.improvement import Status
from hub.storage import improvements, orders
from tests.integration.console.site import Site
from tests.unit.hub.behaviours.house import KARI, QUEUE
from tests.unit.hub.behaviours.improving import WASH
from tests.unit.hub.behaviours.ordering import carry_out
from tests.unit.hub.fake_world import arbeid

pytestmark = pytest.mark.asyncio(loop_scope="session")

STATES = {
    "no proposals": "/forslag",
    "a new proposal": "/forslag/nytt",
    "nothing ordered": "/legg-i-koe",
}
FILLED = {
    "the proposals": "/forslag",
    "a proposal": "/forslag/1",
    "one in use": "/forslag/2?gjort=endret",
    "orders": "/legg-i-koe",
    "an order that is answered": "/legg-i-koe/1",
    "an order that failed": "/legg-i-koe/2",
    "an order that waits": "/legg-i-koe/3?gjort=1",
}


def fill(site: Site) -> None:
    database, house = site.desk.database, site.desk.house
    orders.place(database, QUEUE, ["PX1000001", "PX1000002", "PX1000009"], KARI, "kunden ringte")
    carry_out(house, [arbeid("PX1000001"), Utelatt("PX1000002", "ESTATE")])
    orders.place(database, QUEUE, ["PX1000003"], KARI, "kunden ringte")
    orders.give_up(database, 2, orders.FAILED, "WORLD_CONNECT")
    orders.place(database, QUEUE, ["PX1000004"], KARI, "kunden ringte")
    improvements.add(database, WASH, KARI, "Opprettet")
    live = replace(WASH, tittel="Purring av krav som er eldre enn tre måneder", status=Status.I_DRIFT, automation=QUEUE)
    improvements.add(database, live, KARI, "Opprettet")
    improvements.add(database, replace(WASH, status=Status.AVVIST), KARI, "Opprettet")
    improvements.change(database, 1, 1, replace(WASH, innsats=60.0), KARI, "Ett system mindre")


async def test_no_page_has_a_fault_or_is_wider_than_the_screen(chromium: Browser, site: Site) -> None:
    async with site.visit(chromium, Role.POWER) as visit:
        for states in (STATES, FILLED):
            for state, path in states.items():
                await visit.open(path)
                assert await visit.faults() == [], state
            if states is STATES:
                fill(site)
        assert visit.elsewhere == []
        assert visit.said == []


async def test_a_file_with_a_bad_row_is_put_in_the_queue_without_javascript(chromium: Browser, site: Site) -> None:
    async with site.visit(chromium, Role.POWER, java_script_enabled=False) as visit:
        page = visit.page
        await visit.open("/legg-i-koe")
        await page.get_by_label("Rutine").select_option(label="Flytting av krav")
        content = b"sak;kravnr\nY1;PX1000001\nY2;=1+1\n"
        await page.get_by_label("Fil").set_input_files(
            FilePayload(name="liste.csv", mimeType="text/csv", buffer=content)
        )
        await page.get_by_label("Begrunnelse").fill("liste fra fordringshaver")
        await page.get_by_role("button", name="Legg i kø").click()
        await expect(page.get_by_role("alert")).to_be_focused()
        await expect(page.get_by_role("row", name="3 B (kravnr) Cellen er en formel")).to_be_visible()
        await page.get_by_label("Ta det ene gyldige kravet").check()
        await page.get_by_role("button", name="Legg i kø").click()
        await expect(page.get_by_role("status")).to_contain_text("Bestillingen er tatt imot")
        carry_out(site.desk.house, [arbeid("PX1000001")])
        await page.get_by_role("link", name="Se om den er tatt").click()
        await expect(page.get_by_role("row", name="PX1000001 Lagt i kø 1")).to_be_visible()


async def test_a_proposal_with_a_fault_says_so_where_the_reader_is(chromium: Browser, site: Site) -> None:
    fill(site)
    async with site.visit(chromium, Role.POWER) as visit:
        page = visit.page
        await visit.open("/forslag/1")
        await page.get_by_text("Endre forslaget").click()
        await page.get_by_label("Saker i året").fill("mange")
        await page.get_by_role("button", name="Lagre endringen").click()
        await expect(page.get_by_role("alert")).to_be_focused()
        assert await visit.violations() == []
        await page.get_by_role("link", name="Saker i året: Skriv et helt tall").click()
        await expect(page.get_by_label("Saker i året")).to_be_focused()
        await page.get_by_label("Saker i året").fill("3000")
        await page.get_by_label("Hvorfor endrer du det?").fill("talt")
        await page.get_by_role("button", name="Lagre endringen").click()
        await expect(page.get_by_role("status")).to_have_text("Endringen er lagret.")
        await expect(page.get_by_text("Saker i året: 2000 → 3000")).to_be_visible()
