"""Writing off in PAX in a real browser: the dialogue, what it wants, and the ways its save can go wrong."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Error, Frame, expect

from tests.integration.sandbox.conftest import KRAV_COLUMNS, write_population
from tests.integration.sandbox.pax_user import control, fields, fill_in, pax_user, rows, save

pytestmark = pytest.mark.asyncio(loop_scope="module")
LOCKED = "Saken er låst av bruker KARINO."


async def test_from_the_krav_to_the_receipt_and_the_next_night(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path, tmp_path: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        form = await user.open_write_off("PX1000002")
        assert await form.page.title() == "PAX - Avskriv krav"
        assert (await fields(form))["Sum"] == "1\u00a0350,00"
        assert await form.input_value(control("txtDato")) == "23.11.2026"
        await fill_in(form, "Foreldet")
        assert await save(form, answer=False) == ["Avskrive krav PX1000002 med årsak Foreldet?"]
        assert sandbox.effects() == []
        assert await save(form, answer=True) == ["Avskrive krav PX1000002 med årsak Foreldet?"]

        said = re.compile(r"^Krav PX1000002 avskrevet med årsak Foreldet kl\. \d\d:\d\d:\d\d$")
        await expect(form.locator("b")).to_have_text(said)
        assert await rows(form) == [["PX1000002"]]
        await user.close_receipt(form)
        shown = await fields(user.content)
        assert (shown["Tilstand"], shown["Avskrivingsårsak"], shown["Sum"]) == (
            "AVSKREVET",
            "Foreldet",
            "1\u00a0350,00",
        )
    assert sandbox.written_off() == [("PX1000002", "FORELDET", "AAPEN")]
    assert [(e["detail"]["bruker"], e["detail"]["dato"]) for e in sandbox.effects()] == [("robot1", "23.11.2026")]

    extract = small_world / "pax_uttrekk.csv"
    assert tilstander(sandbox.state_dir) == {"PX1000001": "AAPEN", "PX1000002": "AAPEN", "PX1000003": "AAPEN"}
    sandbox.control.post("/day", json={"folder": str(next_day(tmp_path, extract))}).raise_for_status()
    assert tilstander(sandbox.state_dir) == {"PX1000001": "AAPEN", "PX1000002": "AVSKREVET", "PX1000003": "AAPEN"}


async def test_what_the_form_wants(browser: Browser, start_sandbox: Callable[..., Any], small_world: Path) -> None:
    sandbox = start_sandbox(small_world)
    bad_date = "Dato må skrives dd.mm.åååå og kan ikke være fram i tid."
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        form = await user.open_write_off("PX1000002")
        assert await save(form, answer=True) == []
        await expect(form.locator(".melding")).to_have_text("Velg årsak.")
        for dato, kontrollert, message in [
            ("2026-11-23", True, bad_date),
            ("24.11.2026", True, bad_date),
            ("23.11.2026", False, "Bekreft at kravet er kontrollert."),
        ]:
            await fill_in(form, "Dødsbo uten midler", dato=dato, kontrollert=kontrollert)
            async with form.page.expect_event("framenavigated", lambda shown: shown == form):
                asked = await save(form, answer=True)  # the page before may have the same message, and the same date
            assert asked == ["Avskrive krav PX1000002 med årsak Dødsbo uten midler?"]
            await expect(form.locator(".melding")).to_have_text(message)
            assert await form.input_value(control("txtDato")) == dato
        sandbox.pax(locked_cases=["500002"])
        assert await say_no(form) == LOCKED
        await user.open_krav("PX1000002")
        await expect(user.content.locator(".melding")).to_have_text(LOCKED)
        sandbox.pax(locked_cases=[])
        sandbox.turn("locked_case", times=1)
        assert await say_no(form) == LOCKED
        await form.page.close()
        assert await say_no(await user.open_write_off("PX1000014")) == "Krav PX1000014 er avsluttet."
        await user.content.goto(f"{sandbox.base}/pax/AvskrivSkjema.aspx?kravnr=PX9999999")
        await expect(user.content.locator(".melding")).to_have_text("Kravet finnes ikke.")
        assert sandbox.effects() == []


@pytest.mark.parametrize("knob", ["saves_late", "saves_half", "answer_lost", "session_expiry"])
async def test_a_save_that_goes_wrong(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path, eventually: Callable[..., bool], knob: str
) -> None:
    """One krav has no half, so saves_half saves nothing. Sent through Playwright, since Chromium repeats a POST."""
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        form = await user.open_write_off("PX1000002")
        await fill_in(form, "Foreldet")
        await user.context.route("**/AvskrivSkjema.aspx**", send_once)
        sandbox.turn(knob, times=1)
        async with form.page.expect_event("requestfinished" if knob != "answer_lost" else "requestfailed"):
            await save(form, answer=True)
        if knob == "saves_late":
            await expect(form.locator("b")).to_contain_text("Krav PX1000002 avskrevet")
            assert (sandbox.written_off(), sandbox.control.get("/health").json()["pending"]) == ([], 1)
            assert eventually(lambda: sandbox.control.get("/health").json()["pending"] == 0)
        saved = knob in ("saves_late", "answer_lost")
        assert sandbox.written_off() == [("PX1000002", "FORELDET", "AAPEN")] * saved
        await user.log_in()
        await user.open_krav("PX1000002")
        assert (await fields(user.content))["Tilstand"] == ("AVSKREVET" if saved else "AAPEN")


async def say_no(form: Frame) -> str:
    """Fill in and save what PAX will refuse; its message."""
    await fill_in(form, "Foreldet")
    async with form.expect_navigation():
        await save(form, answer=True)
    return await form.locator(".melding").inner_text()


async def send_once(route: Any) -> None:
    try:
        await route.fulfill(response=await route.fetch(max_redirects=0))
    except Error:
        await route.abort("connectionfailed")


def next_day(folder: Path, extract: Path) -> Path:
    """A day on which the outside world did nothing, with an extract that knows nothing of what a test has done."""
    day = folder / "day-1"
    with extract.open(encoding="utf-8", newline="") as file:
        write_population(day, {"pax_uttrekk.csv": list(csv.DictReader(file))})
    (day / "changes.csv").write_text("what,file,key,column,value\n", encoding="utf-8")
    return day


def tilstander(state_dir: Path) -> dict[str, str]:
    """What tonight's extract says."""
    with (state_dir / "pax-filer" / "krav.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == KRAV_COLUMNS.split(",")
        return {row["kravnr"]: row["tilstand"] for row in reader}
