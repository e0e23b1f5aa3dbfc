"""Who PAX lets in: wrong passwords, forced change, one session per user, and sessions that end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.integration.sandbox.pax_user import control, pax_user, save, tick

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_three_wrong_passwords_lock_the_account(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        messages = []
        for _try in range(3):
            await user.log_in(password="feil")
            messages.append(await user.page.locator(".melding").inner_text())
        await user.log_in()
        messages.append(await user.page.locator(".melding").inner_text())
        await user.log_in("robot2", "riktig-2")
        await expect(user.page).to_have_title("PAX Parkeringskrav")
    locked = "Kontoen er låst etter tre feil passord. Kontakt brukerstøtte."
    assert messages == ["Feil bruker eller passord.", "Feil bruker eller passord.", locked, locked]
    accounts = sandbox.control.get("/pax").json()["accounts"]
    assert accounts["robot1"] == {"locked": True, "wrong_passwords": 3, "force_password_change": False}
    assert accounts["robot2"]["locked"] is False


async def test_a_right_password_forgives_the_wrong_ones_before(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        for password in ("feil", "feil", "riktig-1"):
            await user.log_in(password=password)
        await expect(user.page).to_have_title("PAX Parkeringskrav")
    assert sandbox.control.get("/pax").json()["accounts"]["robot1"]["wrong_passwords"] == 0


async def test_a_new_password_is_asked_for_before_anything_else(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    sandbox.pax(force_password_change=["robot1"])
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        await expect(user.page).to_have_title("PAX - Bytt passord")
        await user.page.goto(f"{sandbox.base}/pax/Sak.aspx?saksnr=500001")
        await expect(user.page).to_have_title("PAX - Bytt passord")
        for old, new, again, message in (
            ("feil", "ny-og-lang", "ny-og-lang", "Gammelt passord er feil."),
            ("riktig-1", "ny-og-lang", "noe-annet", "De to nye passordene er ikke like."),
            ("riktig-1", "kort", "kort", "Nytt passord må ha minst 8 tegn og være et annet enn det gamle."),
            ("riktig-1", "riktig-1", "riktig-1", "Nytt passord må ha minst 8 tegn og være et annet enn det gamle."),
        ):
            await change_password(user.page, old, new, again)
            await expect(user.page.locator(".melding")).to_have_text(message)
        await change_password(user.page, "riktig-1", "ny-og-lang", "ny-og-lang")
        await expect(user.page).to_have_title("PAX Parkeringskrav")
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        await expect(user.page.locator(".melding")).to_have_text("Feil bruker eller passord.")
        await user.log_in(password="ny-og-lang")
        await expect(user.page).to_have_title("PAX Parkeringskrav")


async def change_password(page: Any, old: str, new: str, again: str) -> None:
    await page.fill(control("txtGammelt"), old)
    await page.fill(control("txtNytt"), new)
    await page.fill(control("txtGjenta"), again)
    await page.click(control("btnBytt"))


async def test_a_new_login_ends_the_older_session_of_the_same_user_only(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    base = start_sandbox(small_world).base
    async with pax_user(browser, base) as first, pax_user(browser, base) as second, pax_user(browser, base) as other:
        await first.log_in()
        await other.log_in("robot2", "riktig-2")
        await second.log_in()
        for user, title in ((first, "PAX - Melding"), (second, "PAX - Sak"), (other, "PAX - Sak")):
            await user.open_case("500001")
            assert await user.content.title() == title
        await expect(first.content.locator(".melding")).to_have_text("Du er logget inn et annet sted")


async def test_a_session_that_timed_out_leads_to_the_login_page(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        sandbox.pax(session_ttl_s=0)
        await user.open_case("500001")
        await expect(user.content.locator(".melding")).to_have_text("Sesjonen er utløpt. Logg inn på nytt.")
        sandbox.pax(session_ttl_s=1200)
        await user.content.fill(control("txtBruker"), "robot1")
        await user.content.fill(control("txtPassord"), "riktig-1")
        await user.content.click(control("btnLogin"))
        await expect(user.page).to_have_title("PAX Parkeringskrav")


async def test_without_a_login_every_page_leads_to_it(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    base = start_sandbox(small_world).base
    async with pax_user(browser, base) as user:
        for page in ("Default", "Meny", "Soek", "Krav", "Sak", "SlaaSammen", "ByttPassord", "Nyheter", "LoggUt"):
            await user.page.goto(f"{base}/pax/{page}.aspx")
            await expect(user.page).to_have_title("PAX - Innlogging")
            await expect(user.page.locator(".melding")).to_have_count(0)


async def test_logging_out_ends_the_session(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    async with pax_user(browser, start_sandbox(small_world).base) as user:
        await user.log_in()
        menu = user.page.frame("meny")
        assert menu is not None
        await menu.click("text=Logg ut")
        await expect(user.page).to_have_title("PAX - Innlogging")
        assert await user.context.cookies() == []


async def test_a_session_that_ends_at_the_save_saves_nothing(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        popup = await user.open_dialogue("500013")
        await tick(popup, "PX1000002")
        sandbox.turn("session_expiry", times=1)
        await save(popup, answer=True)
        await expect(popup.locator(".melding")).to_have_text("Sesjonen er utløpt. Logg inn på nytt.")
    assert sandbox.effects() == []
