"""Makes the pictures of the documentation from a real run: `make pictures`."""

from __future__ import annotations

import asyncio
import csv
import json
import re
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from playwright.async_api import Page, ViewportSize, async_playwright
from rich.console import Console

from console.roles import Role
from hub.storage.schema import work_item
from kraftverk.console_server import links
from kraftverk.house import House
from kraftverk.world import make_empty
from robots.executable import find_browser
from sandbox.generator.world import generate

HERE = Path(__file__).parent
PICTURES = HERE / "bilder"
AS_OF = date(2026, 11, 23)
KRAV = 240
WIDE = ViewportSize(width=1280, height=800)


def main() -> None:
    world = make_empty(Path("var/pictures"))
    population = world.folder / "population"
    generate(population, krav=KRAV, seed=2, as_of=AS_OF)
    terminal = Console(record=True, width=110, highlight=False)
    terminal.print("$ kraftverk demo --once", style="bold")
    with House(world, 1, False, terminal) as house:
        house.open(population, AS_OF, 0.0)
        house.make_trouble()
        asyncio.run(_pictures(_pax, house))
        house.night(AS_OF, None)
        asyncio.run(_pictures(_prefect, house))
        house.lose_an_answer()
        house.morning(AS_OF)
        asyncio.run(_pictures(_console, house))
        secret = house.prefect.auth_string
        drawing = terminal.export_svg(title="kraftverk demo").replace(secret, "demo:••••••••")
        asyncio.run(_pictures(partial(_terminal, drawing), house))


async def _pictures(take: Callable[[Page, House], Awaitable[None]], house: House) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        context = await browser.new_context(viewport=WIDE, locale="nb-NO", timezone_id="Europe/Oslo")
        await take(await context.new_page(), house)
        await browser.close()


async def _terminal(drawing: str, page: Page, _house: House) -> None:
    """What the terminal said. Drawn without the web font that rich would fetch."""
    await page.set_content(re.sub(r"@font-face \{.*?\}", "", drawing, flags=re.DOTALL))
    await page.locator("svg").screenshot(path=PICTURES / "terminal.png")


async def _prefect(page: Page, house: House) -> None:
    """The run of the night's automation, with its graph."""
    await page.goto(house.prefect.ui_url)
    await page.locator("input").first.fill(house.prefect.auth_string)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/dashboard")
    await page.goto(f"{house.prefect.ui_url}/runs")
    await page.get_by_role("link", name=f"parking-merge {AS_OF}").first.click()
    await page.get_by_text("Artifacts", exact=True).last.click()
    await page.get_by_text("Task runs", exact=True).wait_for()
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=PICTURES / "prefect-run.png")


async def _console(page: Page, house: House) -> None:
    """Each screen of the console, opened by somebody whose work it is."""
    logins = links(house.installation.settings)
    failed = _items(house, "waiting_kind = 'system'")[0]
    doubtful = _items(house, "waiting_kind = 'uncertain'")[0]
    screens: dict[Role, dict[str, str | None]] = {
        Role.SAKSBEHANDLER: {
            "oppfoelging": "/oppfoelging",
            "oppgave": f"/oppgave/{failed}",
            "uvisst": f"/oppgave/{doubtful}",
            "foelges-opp": "/foelges-opp",
        },
        Role.GODKJENNER: {
            "godkjenninger": "/godkjenninger",
            "forslagsliste": None,
        },
        Role.POWER: {
            "koer": "/koer",
            "koe": "/koer/parking-merge",
            "kjoeringer": "/kjoeringer",
            "legg-i-koe": "/legg-i-koe",
            "forslag": "/forslag",
        },
        Role.INTERNKONTROLL: {"oversikt": "/oversikt", "revisjonsspor": "/revisjonsspor"},
    }
    for role, pages in screens.items():
        await page.context.clear_cookies()
        await page.goto(logins[role.value])
        await page.get_by_role("button", name="Logg inn").click()
        for name, path in pages.items():
            if path is None:  # what the first line of the page before leads to
                await page.locator("tbody a").first.click()
            else:
                await page.goto(house.installation.settings.console.url + path)
            await page.screenshot(path=PICTURES / f"konsoll-{name}.png", full_page=True)


def _items(house: House, condition: str) -> list[int]:
    with house.installation.database.read() as c:
        return list(c.execute(sa.select(work_item.c.id).where(sa.text(condition)).order_by(work_item.c.id)).scalars())


async def _pax(page: Page, house: House) -> None:
    """The merge dialogue, as the robot meets it. The people are invented; their numbers have month + 80."""
    accounts = json.loads((house.world.secrets / "pax.json").read_text(encoding="utf-8"))
    user = list(accounts)[-1]
    await page.goto(f"{house.installation.settings.systems.pax.base_url}/")
    await page.locator("[name='ctl00$Main$txtBruker']").fill(user)
    await page.locator("[name='ctl00$Main$txtPassord']").fill(accounts[user])
    await page.get_by_role("button", name="Logg inn").click()
    content = page.frame_locator("frame[name=innhold]")
    saksnr = _case_to_merge(house.world.folder / "population")
    await content.locator("[name='ctl00$Main$txtSaksnr']").fill(saksnr)
    await content.get_by_role("button", name="Søk").click()
    await content.get_by_role("link", name=saksnr, exact=True).first.click()
    async with page.expect_popup() as opening:
        await content.get_by_role("button", name="Slå sammen krav…").click()
    dialogue = await opening.value
    await dialogue.set_viewport_size({"width": 1000, "height": 480})
    for box in await dialogue.get_by_role("checkbox").all():
        await box.check()
    await dialogue.screenshot(path=PICTURES / "pax-slaa-sammen.png")


def _case_to_merge(population: Path) -> str:
    """A case of the debtor who has the most open cases in PAX."""
    cases: dict[str, set[str]] = {}
    with (population / "krav.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["fagsystem"] == "PAX" and row["tilstand"] == "AAPEN":
                cases.setdefault(row["skyldner"], set()).add(row["saksnr"])
    return min(max(cases.values(), key=lambda cases_of_one: len(set(cases_of_one))))


if __name__ == "__main__":
    main()
