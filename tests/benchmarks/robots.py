"""The PAX robot against a bare Playwright script that clicks the same, and against a browser started for each item.

PAX is the simulator, over real HTTP, in a world where every debtor owes three krav in three cases.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Protocol
from urllib.parse import urljoin

from playwright.async_api import Browser, Dialog, Page, async_playwright

from robots.browser import BrowserPool
from robots.executable import find_browser
from robots.pax.robot import Account, PaxRobot
from tests.integration.robots.running import OTHERS, ROBOT, TRIOS, Pax, kravnr, run_pax, saksnr

ROOT = Path(__file__).resolve().parents[2]
WARM_UP = 2
FETCH = """async (nr) => {
  const answer = await fetch(`Krav.aspx?kravnr=${nr}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const cells = [...page.querySelectorAll("td")].map((cell) => cell.textContent.trim());
  return cells[cells.indexOf("Saksnr:") + 1];
}"""


@dataclass(frozen=True)
class Group:
    """Three krav of one debtor, of which the first stands in the case the others are merged into."""

    sak: str
    krav: tuple[str, str, str]


class Worker(Protocol):
    async def look_up(self, group: Group) -> None:
        """Search for one krav and read it: three pages."""
        ...

    async def merge(self, group: Group) -> None:
        """What parking-merge does with a group: read each krav behind its link, merge, read each back."""
        ...


ITEMS: dict[str, tuple[Callable[[Worker, Group], Awaitable[None]], int]] = {
    "looking up a krav": (lambda worker, group: worker.look_up(group), 30),
    "merging a group of three krav": (lambda worker, group: worker.merge(group), TRIOS // 3),
}


def measure() -> Iterator[tuple[str, float, float, float]]:
    """What is done, and items a second: the robot, the bare script, the script with a browser for each item."""
    for name, (item, rounds) in ITEMS.items():
        with _pax() as pax:
            yield name, *asyncio.run(_measure(pax, item, rounds))


async def _measure(
    pax: Pax, item: Callable[[Worker, Group], Awaitable[None]], rounds: int
) -> tuple[float, float, float]:
    seconds: dict[str, list[float]] = {"robot": [], "bare": [], "launched": []}
    groups = (Group(saksnr(n, 1), (kravnr(n, 1), kravnr(n, 2), kravnr(n, 3))) for n in cycle(range(1, TRIOS + 1)))

    async def timed(name: str, work: Awaitable[None]) -> None:
        start = time.perf_counter()
        await work
        seconds[name].append(time.perf_counter() - start)

    async def launched(group: Group) -> None:
        async with _launch() as browser:
            await item(await Script.logged_in(browser, pax.url, OTHERS[1]), group)

    async with _robot(pax) as robot, _launch() as browser:
        script = await Script.logged_in(browser, pax.url, OTHERS[0])
        for _ in range(rounds):
            await timed("robot", item(robot, next(groups)))
            await timed("bare", item(script, next(groups)))
            await timed("launched", launched(next(groups)))
    robot_rate, bare_rate, launched_rate = (1 / median(each[WARM_UP:]) for each in seconds.values())
    return robot_rate, bare_rate, launched_rate


@contextmanager
def _pax() -> Iterator[Pax]:
    with tempfile.TemporaryDirectory(prefix="kraftverk-bench-") as folder:
        yield from run_pax(ROOT, Path(folder))


@asynccontextmanager
async def _robot(pax: Pax) -> AsyncIterator[Worker]:
    async with BrowserPool() as pool:
        robot = PaxRobot(pool, pax.url, ROBOT, act_limit=30)
        await robot.login()
        yield Robot(robot)


@dataclass
class Robot:
    robot: PaxRobot

    async def look_up(self, group: Group) -> None:
        found = await self.robot.look_up_krav(group.krav[0])
        _expect([found.krav.kravnr if found else ""], list(group.krav[:1]))

    async def merge(self, group: Group) -> None:
        await self.robot.get_krav(group.krav)
        await self.robot.merge_krav(group.sak, group.krav[1:], before_save=lambda: None)
        found = await self.robot.get_krav(group.krav)
        _expect([krav.krav.saksnr for krav in found.values()], [group.sak] * 3)


@asynccontextmanager
async def _launch() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(find_browser(None)))
        yield browser
        await browser.close()


class Script:
    """What one writes with Playwright in an afternoon: no care for errors, sessions, pictures or doing things twice."""

    def __init__(self, page: Page) -> None:
        self.page = page
        menu, content = page.frame("meny"), page.frame("innhold")
        assert menu is not None
        assert content is not None
        self.menu, self.content = menu, content

    @classmethod
    async def logged_in(cls, browser: Browser, url: str, account: Account) -> Script:
        page = await browser.new_page()
        await page.goto(f"{url}/Login.aspx")
        await page.locator("input[type=text]").fill(account.user)
        await page.locator("input[type=password]").fill(account.password)
        async with page.expect_navigation():
            await page.get_by_role("button", name="Logg inn").click()
        return cls(page)

    async def look_up(self, group: Group) -> None:
        nr = group.krav[0]
        async with self.content.expect_navigation():
            await self.menu.get_by_role("link", name="Søk").click()
        row = self.content.get_by_role("row", name="Kravnr:", exact=True)
        await row.get_by_role("textbox").fill(nr)
        async with self.content.expect_navigation():
            await self.content.get_by_role("button", name="Søk").click()
        async with self.content.expect_navigation():
            await self.content.get_by_role("link", name=nr, exact=True).click()
        cells = await self.content.locator("td").all_inner_texts()
        _expect([cells[cells.index("Kravnr:") + 1]], [nr])

    async def merge(self, group: Group) -> None:
        for nr in group.krav:
            await self._read(nr)
        await self._merge(group)
        _expect([await self._read(nr) for nr in group.krav], [group.sak] * 3)

    async def _read(self, nr: str) -> str:
        """The case it stands in, from the page behind its link."""
        return await self.content.evaluate(FETCH, nr)

    async def _merge(self, group: Group) -> None:
        await self.content.goto(urljoin(self.content.url, f"Sak.aspx?saksnr={group.sak}"))
        async with self.page.expect_popup() as popup:
            await self.content.get_by_role("button", name="Slå sammen krav…").click()
        dialogue = await popup.value

        async def accept(dialog: Dialog) -> None:
            await dialog.accept()

        dialogue.on("dialog", accept)
        for nr in group.krav[1:]:
            await dialogue.get_by_role("row", name=nr).get_by_role("checkbox").check()
        async with dialogue.expect_navigation():
            await dialogue.get_by_role("button", name="Lagre").click()
        if "2 krav slått sammen" not in await dialogue.locator("body").inner_text():
            raise AssertionError("the script has not merged")
        await dialogue.close()


def _expect(seen: list[str], wanted: list[str]) -> None:
    if seen != wanted:
        raise AssertionError(f"{seen} seen, not {wanted}")
