"""A console that people open in a real browser: the hub of the unit tests, with a robot that works when it is asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import axe_playwright_python
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page, Request

from console.app import create_app
from console.ressurser import NotUsable, Ressurser
from console.ressurser import read as read_ressurser
from console.roles import Role
from hub.storage import logins
from hub.storage.database import Database
from kraftverk.processes import free_port
from tests.unit.console.desk import Desk

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
"""One pixel: what is shown is not what is tried."""
SEEN_VIOLATIONS = """
    window.refused = [];
    document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""


@dataclass
class Site:
    """A console with what set-up has fetched for it, if it could."""

    desk: Desk
    base: str
    app: FastAPI

    def take_away_ressurser(self) -> None:
        """From now on the console has its own stylesheet alone."""
        self.app.state.office = replace(self.app.state.office, ressurser=Ressurser())

    def link(self, role: Role) -> str:
        token = logins.issue_link(self.desk.database, f"demo-{role.value}", [role.value], 60.0)
        return f"{self.base}/logg-inn?kode={token}"

    @asynccontextmanager
    async def visit(self, browser: Browser, role: Role, **options: Any) -> AsyncIterator[Visit]:
        """A browser window in which somebody with that role is logged in."""
        options = {"locale": "nb-NO", "timezone_id": "Europe/Oslo"} | options
        context = await browser.new_context(**options)
        await context.add_init_script(SEEN_VIOLATIONS)
        visit = Visit(self, context, await context.new_page())
        visit.page.on("request", visit.note)
        visit.page.on("console", lambda message: visit.said.append(message.text))
        visit.page.on("pageerror", lambda error: visit.said.append(str(error)))
        await visit.page.goto(self.link(role))
        await visit.page.get_by_role("button", name="Logg inn").click()
        await visit.page.wait_for_url(f"{self.base}/**")
        yield visit
        await context.close()


ROOMY = """
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }
"""
"""As some set their browser (WCAG 1.4.12)."""
SIZES = """rules => {
    const roomy = new CSSStyleSheet()
    roomy.replaceSync(rules)
    document.adoptedStyleSheets = [roomy]
    const cut = [...document.querySelectorAll("main *")].filter((each) => {
        const style = getComputedStyle(each)
        const seen = style.position !== "absolute" && each.clientWidth > 2
        const hides = style.overflowX === "hidden" || style.overflowY === "hidden"
        return seen && hides && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1)
    }).map((each) => each.textContent.trim().slice(0, 60)).filter((text) => text)
    const wide = document.documentElement.scrollWidth
    document.adoptedStyleSheets = []
    return [wide, cut]
}"""


@dataclass
class Visit:
    site: Site
    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)
    """What the browser's console said: complaints of the page's own."""
    elsewhere: list[str] = field(default_factory=list)
    """Requests to anywhere but the console."""

    def note(self, request: Request) -> None:
        if not request.url.startswith((self.site.base, "data:")):
            self.elsewhere.append(request.url)

    async def open(self, path: str) -> None:
        await self.page.goto(self.site.base + path)

    async def violations(self) -> list[str]:
        """What axe-core has against the page as it stands."""
        await self.page.evaluate(AXE)
        found = await self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]

    async def faults(self) -> list[str]:
        """What can be found on the page, with everything on it unfolded: by axe-core, by the policy, and by how wide it
        is, and what is cut, on a telephone (320 px, or 1280 px at 400 %) and at 640 px (1280 px at 200 %)."""
        for details in await self.page.locator("main details").all():
            await details.evaluate("each => { each.open = true }")
        found = await self.violations() + await self.refused()
        before = self.page.viewport_size
        for width in (640, 320):
            await self.page.set_viewport_size({"width": width, "height": 800})
            for words, rules in (("", ""), (", with more room between the letters", ROOMY)):
                wide, cut = await self.sizes(rules)
                found += [f"{wide} px wide on {width} px{words}"] if wide > width else []
                found += [f"cut on {width} px{words}: {text}" for text in cut]
        if before:
            await self.page.set_viewport_size(before)
        return found

    async def sizes(self, rules: str = "") -> tuple[int, list[str]]:
        """How wide the page is with these rules besides its own, and the texts that do not fit where they stand."""
        wide, cut = await self.page.evaluate(SIZES, rules)
        return wide, cut

    async def refused(self) -> list[str]:
        """What the page tried that its policy forbids."""
        return list(await self.page.evaluate("window.refused"))

    async def focused(self) -> str:
        """What the element with focus says or is called."""
        script = "document.activeElement.innerText || document.activeElement.name || document.activeElement.id"
        return " ".join(str(await self.page.evaluate(script)).split())


@contextmanager
def serve(database: Database, evidence: Path) -> Iterator[Site]:
    port = free_port()
    desk = Desk(database, evidence)
    hosts = (f"127.0.0.1:{port}",)
    desk.office = replace(desk.office, hosts=hosts, drain_soon=lambda: asyncio.run(_work(desk)), ressurser=_fetched())
    app = create_app(desk.office)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the console did not start"
        threading.Event().wait(0.02)
    yield Site(desk, f"http://127.0.0.1:{port}", app)
    server.should_exit = True
    thread.join(10)
    desk.close()


def _fetched() -> Ressurser:
    try:
        return read_ressurser()
    except NotUsable:
        return Ressurser()


async def _work(desk: Desk) -> None:
    """The robot takes up what is ready, as a drain does; its world is as it should be now."""
    for work in desk._work:
        for krav in work.krav:
            desk.house.world.krav.setdefault(krav, "old")
    await desk.house.drain()
