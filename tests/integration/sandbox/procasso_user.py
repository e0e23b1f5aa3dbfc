"""Somebody at Procasso's screens: over plain HTTP, or in a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx
from playwright.async_api import Browser, Frame, Page

_CONTROLS = re.compile(r'name="(pc\d+:)')
_TITLE = re.compile(r"<title>(.*)</title>")
_RED = re.compile(r'<div class="feil">([^<]+)</div>')
_STATUS = re.compile(r"visMelding\((\".*?\"), (true|false)")


@dataclass(frozen=True)
class Shown:
    """A page as it came."""

    status: int
    text: str

    @property
    def title(self) -> str:
        found = _TITLE.search(self.text)
        return found[1] if found else ""

    @property
    def red(self) -> list[str]:
        """What is said in red on the page."""
        return _RED.findall(self.text)

    @property
    def said(self) -> str:
        """What the page tells the status line."""
        found = _STATUS.search(self.text)
        return "" if found is None else str(httpx.Response(200, content=found[1]).json())

    @property
    def controls(self) -> str:
        """How the names of its controls begin."""
        found = _CONTROLS.search(self.text)
        return found[1] if found else "pc0:"

    @property
    def cells(self) -> list[str]:
        """The texts of its table cells."""
        cells = re.findall(r"<td[^>]*>(.*?)</td>", self.text, re.DOTALL)
        return [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells]


class HttpUser:
    """Posts forms as the pages would."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=f"{base}/procasso/web", follow_redirects=True, timeout=10, verify=False)
        self.page = Shown(0, "")

    def get(self, address: str) -> Shown:
        return self._shown(self.client.get(address))

    def post(self, address: str, handling: str, **fields: str) -> Shown:
        data = {f"{self.page.controls}{name}": text for name, text in {"handling": handling, **fields}.items()}
        return self._shown(self.client.post(address, data=data))

    def log_in(self, n: int, password: str | None = None) -> Shown:
        self.get("/palogging.do")
        return self.post("/palogging.do", "LOGGPAA", f1=f"bruker{n}", f2=password or f"riktig-{n}")

    def change_password(self, old: str, new: str, again: str) -> Shown:
        return self.post("/passord.do", "BYTT", f1=old, f2=new, f3=again)

    def search(self, **fields: str) -> Shown:
        return self.post("/kravsok.do", "SOK", **fields)

    def open(self, kravnr: str, fane: str = "SAKSFLYT") -> Shown:
        return self.post("/krav.do", "VIS", valgt=kravnr, fane=fane)

    def save(self, kravnr: str, *, flow: str = "20", fra: str = "23.11.2026", reason: str = "prøve") -> Shown:
        return self.post("/krav.do", "LAGRE", valgt=kravnr, f1=flow, f2=fra, f3=reason)

    def _shown(self, answer: httpx.Response) -> Shown:
        self.page = Shown(answer.status_code, answer.text)
        return self.page


@contextmanager
def http_user(base: str) -> Iterator[HttpUser]:
    user = HttpUser(base)
    yield user
    user.client.close()


@dataclass
class BrowserUser:
    """A person in front of the four frames."""

    page: Page
    base: str

    def frame(self, name: str) -> Frame:
        frame = self.page.frame(name)
        assert frame is not None
        return frame

    @property
    def work(self) -> Frame:
        return self.frame("arbeid")

    async def log_in(self, n: int) -> None:
        await self.page.goto(f"{self.base}/procasso/web/")
        await self.page.fill('[name$=":f1"]', f"bruker{n}")
        await self.page.fill('[name$=":f2"]', f"riktig-{n}")
        async with self.page.expect_navigation(url="**/hovedbilde.do"):
            await self.page.get_by_role("button", name="Logg på").click()

    async def open_saksflyt(self, kravnr: str) -> None:
        await self.work.fill('[name$=":f1"]', kravnr)
        await self.work.get_by_role("button", name="Søk").click()
        await self.work.get_by_role("link", name=kravnr).click()
        await self.work.get_by_role("link", name="Saksflyt").click()
        await self.work.get_by_role("button", name="Endre saksflyt").wait_for()

    async def press(self, key: str) -> None:
        await self.work.locator("body").press(key)


@asynccontextmanager
async def browser_user(browser: Browser, base: str) -> AsyncIterator[BrowserUser]:
    context = await browser.new_context()
    context.set_default_timeout(5000)
    yield BrowserUser(await context.new_page(), base)
    await context.close()


def saves(sandbox: Any, kravnr: str) -> list[dict[str, str]]:
    """Each executed change of the krav's saksflyt."""
    return [
        effect["detail"]
        for effect in sandbox.effects()
        if (effect["system"], effect["kind"], effect["key"]) == ("PROCASSO", "saksflyt", kravnr)
    ]
