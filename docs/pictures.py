"""Makes the pictures of the documentation from a real run: `make pictures`. Needs the virtual environment and a browser."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import date
from pathlib import Path

from playwright.async_api import Page, async_playwright
from rich.console import Console

from kraftverk.house import House
from kraftverk.world import make_empty
from robots.executable import find_browser
from sandbox.generator.world import generate

HERE = Path(__file__).parent
PICTURES = HERE / "bilder"
AS_OF = date(2026, 11, 23)
KRAV = 240
WIDE = {"width": 1280, "height": 800}


def main() -> None:
    world = make_empty(Path("var/pictures"))
    population = world.folder / "population"
    generate(population, krav=KRAV, seed=2, as_of=AS_OF)
    terminal = Console(record=True, width=110, highlight=False)
    terminal.print("$ kraftverk demo --once", style="bold")
    with House(world, 1, False, terminal) as house:
        house.open(population, AS_OF, 0.0)
        night = threading.Thread(target=house.night, args=(AS_OF, None))
        night.start()
        night.join()
        asyncio.run(_browse(house))
    terminal.save_svg(str(PICTURES / "terminal.svg"), title="kraftverk demo")


async def _browse(house: House) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        page = await browser.new_page(viewport=WIDE, locale="nb-NO")
        await _prefect(page, house)
        context = await browser.new_context(viewport=WIDE, locale="nb-NO")
        await _pax(await context.new_page(), house)
        await browser.close()


async def _prefect(page: Page, house: House) -> None:
    """The night's run, as Prefect shows it."""
    await page.goto(house.prefect.ui_url)
    await page.get_by_placeholder("admin:pass").fill(house.prefect.auth_string)
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Runs").click()
    await page.get_by_role("link", name="nightly", exact=True).first.wait_for()
    await page.screenshot(path=PICTURES / "prefect-runs.png")


async def _pax(page: Page, house: House) -> None:
    """The merge dialogue, as the robot meets it."""
    accounts = json.loads((house.world.secrets / "pax.json").read_text(encoding="utf-8"))
    user = list(accounts)[-1]
    base = house.installation.settings.systems.pax.base_url
    await page.goto(f"{base}/")
    await page.locator("[name='ctl00$Main$txtBruker']").fill(user)
    await page.locator("[name='ctl00$Main$txtPassord']").fill(accounts[user])
    await page.get_by_role("button", name="Logg inn").click()


if __name__ == "__main__":
    main()
