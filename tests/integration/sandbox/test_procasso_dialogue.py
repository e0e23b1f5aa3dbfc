"""Procasso's screens in a real browser: tree, keys, calendar and status line, and what comes in the way."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Dialog, expect

from tests.integration.sandbox.conftest import KARI
from tests.integration.sandbox.covered import is_covered
from tests.integration.sandbox.procasso_user import browser_user, saves

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_from_the_tree_to_the_receipt_by_keyboard(browser: Browser, procasso_sandbox: Any) -> None:
    async with browser_user(browser, procasso_sandbox.base) as user:
        addresses: list[str] = []
        user.page.on("request", lambda request: addresses.append(request.url))
        await user.log_in(2)
        tree, work, status = user.frame("tre"), user.work, user.frame("statuslinje")
        await expect(tree.get_by_role("link", name="Siste")).to_be_hidden()
        await tree.get_by_role("link", name="[+] Krav").click()
        await tree.get_by_role("link", name="Søk").click()
        await expect(status.get_by_text("PC0110")).to_be_visible()
        await user.open_saksflyt("PC1000010")
        await expect(status.locator("td").first).to_have_text("Klar.")

        await user.press("F6")
        await work.get_by_role("combobox").select_option(label="Mindreårig")
        await user.press("Escape")
        await expect(work.get_by_role("combobox")).to_be_hidden()
        await user.press("F6")
        await user.press("F9")
        await expect(work.get_by_text("Gjelder fra må fylles ut.")).to_be_visible()
        await work.get_by_role("button", name="…", exact=True).click()
        for _ in range(3):
            await work.get_by_role("link", name=">>").click()
        await expect(work.locator(".kalender tr").first).to_contain_text("februar 2027")
        # 1 February 2027 is a Monday, in week 5 of that year.
        rows = await work.locator(".kalender tr").all_inner_texts()
        assert rows[2].split() == ["5", "1", "2", "3", "4", "5", "6", "7"]
        assert len(rows) == 2 + 4
        await work.get_by_role("link", name="<<").click()
        await expect(work.locator(".kalender tr").first).to_contain_text("januar 2027")
        # 31 January is a Sunday; the first row holds the end of December, which is no link.
        assert (await work.locator(".kalender tr").all_inner_texts())[2].split() == [
            "53", "28", "29", "30", "31", "1", "2", "3",
        ]  # fmt: skip
        await expect(work.get_by_role("link", name="31", exact=True)).to_have_count(1)
        await work.get_by_role("link", name="31", exact=True).click()
        await expect(work.locator("input[readonly]")).to_have_value("31.01.2027")
        await user.press("F9")
        await expect(work.get_by_text("Årsak må fylles ut.")).to_be_visible()
        assert saves(procasso_sandbox, "PC1000010") == []
        await work.locator('[name$=":f3"]').fill("prøve")
        await user.press("F9")
        await expect(status.locator("td").first).to_contain_text(
            "Saksflyt for krav PC1000010 er satt til Mindreårig fra 31.01.2027 kl."
        )
        await expect(work.get_by_role("cell", name="31.01.2027")).to_have_count(2)
        assert not [address for address in addresses if KARI in address or "PC1000010" in address]
    assert [save["til"] for save in saves(procasso_sandbox, "PC1000010")] == ["MINDREAARIG"]


async def test_a_locked_krav_opens_no_dialogue(browser: Browser, procasso_sandbox: Any) -> None:
    procasso_sandbox.procasso(locked_cases=["C0011"])
    async with browser_user(browser, procasso_sandbox.base) as user:
        await user.log_in(2)
        await user.open_saksflyt("PC1000011")
        await expect(user.work.get_by_role("button", name="Endre saksflyt")).to_be_disabled()
        await user.press("F6")
        await expect(user.work.get_by_role("combobox")).to_be_hidden()
    procasso_sandbox.procasso(locked_cases=[])


async def test_notices_come_over_the_page_and_as_an_alert(browser: Browser, procasso_sandbox: Any) -> None:
    async with browser_user(browser, procasso_sandbox.base) as user:
        alerts: list[str] = []

        async def on_dialog(dialog: Dialog) -> None:
            alerts.append(dialog.message)
            await dialog.accept()

        user.page.on("dialog", on_dialog)
        await user.log_in(2)
        await user.open_saksflyt("PC1000012")
        procasso_sandbox.turn("popup", system="PROCASSO", times=2)
        await user.work.get_by_role("link", name="Krav").click()
        await expect(user.work.get_by_text("Driftsmelding")).to_be_visible()
        saksflyt = user.work.get_by_role("link", name="Saksflyt")
        assert await is_covered(saksflyt)
        await user.work.get_by_role("button", name="Lest og forstått").click()
        assert not await is_covered(saksflyt)
        await saksflyt.click()
        await expect(user.work.get_by_role("button", name="Endre saksflyt")).to_be_visible()
        assert alerts == ["Driftsmelding: Procasso stenger kl. 16.00 fredag for oppgradering av databasen."]
