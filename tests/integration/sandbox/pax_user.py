"""A person at PAX in a browser: what she clicks, and what she then reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, Dialog, Error, Frame, Page, expect

NAME = "ctl00$Main$"


def control(name: str) -> str:
    """A selector for a control by the name ASP.NET gives it."""
    return f'[name="{NAME}{name}"]'


@dataclass
class PaxUser:
    """One browser context."""

    context: BrowserContext
    page: Page
    base: str
    addresses: list[str] = field(default_factory=list)

    @property
    def content(self) -> Frame:
        frame = self.page.frame("innhold")
        assert frame is not None
        return frame

    async def log_in(self, user: str = "robot1", password: str = "riktig-1") -> None:
        await self.page.goto(f"{self.base}/pax/")
        await self.page.fill(control("txtBruker"), user)
        await self.page.fill(control("txtPassord"), password)
        async with self.page.expect_navigation():
            await self.page.click(control("btnLogin"))

    async def search(self, field_name: str, text: str) -> None:
        await self.content.fill(control(field_name), text)
        async with self.content.expect_navigation():
            await self.content.click(control("btnSoek"))

    async def open_case(self, saksnr: str) -> None:
        await self.content.goto(f"{self.base}/pax/Sak.aspx?saksnr={saksnr}")

    async def open_dialogue(self, saksnr: str) -> Page:
        await self.open_case(saksnr)
        async with self.page.expect_popup() as opened:
            await self.content.click(control("btnSlaaSammen"))
        popup = await opened.value
        await popup.wait_for_load_state()
        return popup

    async def open_krav(self, kravnr: str) -> None:
        await self.content.goto(f"{self.base}/pax/Krav.aspx?kravnr={kravnr}")

    async def open_write_off(self, kravnr: str) -> Frame:
        """The frame with the form, in a window of its own."""
        await self.open_krav(kravnr)
        async with self.page.expect_popup() as opened:
            await self.content.click(control("btnAvskriv"))
        popup = await opened.value
        await popup.wait_for_load_state()
        form = popup.frame("skjema")
        assert form is not None
        return form

    async def add(self, popup: Page, kravnr: str) -> None:
        """Tick a krav by its number."""
        await popup.fill(control("txtKravnr"), kravnr)
        async with popup.expect_navigation():
            await popup.click(control("btnLeggTil"))

    async def close_receipt(self, receipt: Page | Frame) -> None:
        """Press Lukk, which shows the case or krav anew."""
        window = receipt.page if isinstance(receipt, Frame) else receipt
        async with self.content.expect_navigation(), window.expect_event("close"):
            with suppress(Error):  # the window may be closed before the click is answered for
                await receipt.click(control("btnLukk"))


async def tick(popup: Page, *kravnumre: str) -> None:
    """Tick krav on the page of the list that is shown."""
    for kravnr in kravnumre:
        await popup.locator("tr", has_text=kravnr).locator("input[type=checkbox]").check()


async def turn_to(popup: Page | Frame, number: int) -> None:
    """Turn to another page of a list."""
    await popup.locator("tr.sider a", has_text=str(number)).click()
    await expect(popup.locator("tr.sider span")).to_have_text(str(number))


async def fill_in(form: Frame, aarsak: str | None, *, dato: str | None = None, kontrollert: bool = True) -> None:
    """Fill in the write-off form; None leaves a field as it is."""
    if aarsak is not None:
        await form.select_option(control("ddlAarsak"), label=aarsak)
    if dato is not None:
        await form.fill(control("txtDato"), dato)
    await form.set_checked(control("chkKontrollert"), kontrollert)


async def save(form: Page | Frame, *, answer: bool) -> list[str]:
    """Press Lagre and answer the question; returns what was asked."""
    asked: list[str] = []
    window = form.page if isinstance(form, Frame) else form

    async def on_dialog(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await (dialog.accept() if answer else dialog.dismiss())

    window.once("dialog", on_dialog)
    await form.click(control("btnLagre"))
    window.remove_listener("dialog", on_dialog)
    return asked


async def fields(frame: Page | Frame) -> dict[str, str]:
    """The label and value pairs of a layout table."""
    pairs = await frame.locator("td.led").evaluate_all(
        "cells => cells.map(cell => [cell.innerText, cell.nextElementSibling.innerText])"
    )
    return {label.strip().rstrip(":"): value for label, value in pairs}


async def rows(frame: Page | Frame) -> list[list[str]]:
    """The rows of the list on the screen, without its header and pager."""
    found: list[list[str]] = await frame.locator("table.rutenett tr:not(.sider)").evaluate_all(
        "rows => rows.slice(1).map(row => [...row.cells].map(cell => cell.innerText))"
    )
    return found


@asynccontextmanager
async def pax_user(browser: Browser, base: str) -> AsyncIterator[PaxUser]:
    """A person with a fresh browser, not logged in. `addresses` gathers every address the browser asks for."""
    context = await browser.new_context()
    context.set_default_timeout(5000)
    user = PaxUser(context, await context.new_page(), base)
    context.on("request", lambda request: user.addresses.append(request.url))
    yield user
    await context.close()
