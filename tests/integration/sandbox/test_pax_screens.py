"""PAX in a real browser: from login to a merged case, and what each screen shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.integration.sandbox.pax_user import control, fields, pax_user, rows, save, tick, turn_to

pytestmark = pytest.mark.asyncio(loop_scope="module")
KARI = "01817328004"


async def test_from_login_to_receipt(browser: Browser, start_sandbox: Callable[..., Any], small_world: Path) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        await user.search("txtSkyldner", KARI)
        await expect(user.content.locator("p")).to_have_text("15 treff, side 1 av 2")
        assert [row[0] for row in await rows(user.content)] == [f"PX10000{n:02}" for n in range(1, 11)]
        await turn_to(user.content, 2)
        assert [row[0] for row in await rows(user.content)] == [
            "PX1000011", "PX1000012", "PX1000013", "PX1000014", "PX3000001",
        ]  # fmt: skip
        await user.content.click("a:text('PX1000013')")
        await user.content.click("a:text('500013')")
        await expect(user.content.locator("table.tittel")).to_have_text("Sak 500013")
        popup = await user.open_dialogue("500013")
        await tick(popup, "PX1000002", "PX1000004")
        await turn_to(popup, 2)
        await tick(popup, "PX1000012")

        assert await save(popup, answer=False) == ["Slå sammen 3 krav med sak 500013?"]
        assert sandbox.effects() == []
        assert await save(popup, answer=True) == ["Slå sammen 3 krav med sak 500013?"]

        await expect(popup.locator("b")).to_have_text(
            re.compile(r"^3 krav slått sammen med sak 500013 kl\. \d\d:\d\d:\d\d$")
        )
        assert await rows(popup) == [["PX1000002"], ["PX1000004"], ["PX1000012"]]
        await user.close_receipt(popup)
        await expect(user.content.locator("td.led:text('Antall krav') + td")).to_have_text("4")
        assert (await fields(user.content))["Sum"] == "5\u00a0400,00"
        assert [KARI in address for address in user.addresses] == [False] * len(user.addresses)
    assert sandbox.merged() == [
        ("PX1000002", "500002", "500013"), ("PX1000004", "500004", "500013"), ("PX1000012", "500012", "500013"),
    ]  # fmt: skip
    assert {effect["detail"]["bruker"] for effect in sandbox.effects()} == {"robot1"}


async def test_without_a_listener_the_question_is_answered_no(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        popup = await user.open_dialogue("500013")
        await tick(popup, "PX1000002")
        await popup.click(control("btnLagre"))
        assert await popup.title() == "PAX - Slå sammen krav"
    assert sandbox.effects() == []


async def test_the_krav_page(browser: Browser, start_sandbox: Callable[..., Any], small_world: Path) -> None:
    async with pax_user(browser, start_sandbox(small_world).base) as user:
        await user.log_in()
        await user.search("txtKravnr", " px1000001 ")
        assert await rows(user.content) == [
            [
                "PX1000001",
                "500001",
                "PARKERINGSGEBYR",
                "DP19828",
                KARI,
                "Kari Prøve",
                "24.06.2024",
                "1\u00a0388,00",
                "AAPEN",
            ]
        ]
        await user.content.click("a:text('PX1000001')")
        await expect(user.content.locator("table.tittel")).to_have_text("Krav PX1000001")
        assert await fields(user.content) == {
            "Kravnr": "PX1000001", "Saksnr": "500001", "Kravtype": "PARKERINGSGEBYR", "Fordringshaver": "BYM",
            "Fødselsnr/Orgnr": KARI, "Navn": "Kari Prøve", "Kjennemerke": "DP19828",
            "Ilagt tidspunkt": "02.07.2024 00:30:05", "Forfall": "24.06.2024", "Opprinnelig forfall": "30.06.2024",
            "Steg": "VARSEL", "Tilstand": "AAPEN", "Avskrivingsårsak": "", "Saksflyt": "ORDINAER", "KID": "95010190544",
            "Hovedstol": "1\u00a0350,00", "Kostnader": "38,00", "Renter": "0,00", "Sum": "1\u00a0388,00",
        }  # fmt: skip
        assert (await rows(user.content))[:2] == [
            ["31.07.2024", "INNBETALING", "1\u00a0500,50"],
            ["01.08.2024", "PURRING", ""],
        ]
        await turn_to(user.content, 2)
        assert await rows(user.content) == [["10.08.2024", "PURRING", ""], ["11.08.2024", "PURRING", ""]]


async def test_a_krav_ticked_by_its_number(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        popup = await user.open_dialogue("500013")
        await user.add(popup, "PX1000012")
        await expect(popup.locator("p").first).to_contain_text("Valgt på andre sider: 1")
        await user.add(popup, "PX9999999")
        await expect(popup.locator(".melding")).to_have_text("Kravet finnes ikke.")
        assert await save(popup, answer=True) == ["Slå sammen 1 krav med sak 500013?"]
        await expect(popup.locator("b")).to_contain_text("1 krav slått sammen med sak 500013")
    assert sandbox.merged() == [("PX1000012", "500012", "500013")]


async def test_a_krav_that_does_not_belong_stops_the_whole_save(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    stranger = "Krav {} har en annen skyldner eller fordringshaver enn sak 500013."
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        for kravnr, message in (
            ("PX2000001", stranger), ("PX3000001", stranger), ("PX1000014", "Krav {} er avsluttet."),
        ):  # fmt: skip
            popup = await user.open_dialogue("500013")
            await tick(popup, "PX1000002")
            await user.add(popup, kravnr)
            assert await save(popup, answer=True) == ["Slå sammen 2 krav med sak 500013?"]
            await expect(popup.locator(".melding")).to_have_text(message.format(kravnr))
            await popup.close()
    assert sandbox.effects() == []


async def test_a_krav_already_in_the_case_is_saved_again_and_counted(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        for _time in range(2):
            popup = await user.open_dialogue("500013")
            await user.add(popup, "PX1000002")
            await save(popup, answer=True)
            await user.close_receipt(popup)
    assert sandbox.merged() == [("PX1000002", "500002", "500013"), ("PX1000002", "500013", "500013")]


async def test_a_case_somebody_has_open_cannot_be_saved(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    async with pax_user(browser, sandbox.base) as user:
        await user.log_in()
        popup = await user.open_dialogue("500013")
        await tick(popup, "PX1000002")
        for locked in ("500013", "500002"):
            sandbox.pax(locked_cases=[locked])
            async with popup.expect_navigation():
                await save(popup, answer=True)
            await expect(popup.locator(".melding")).to_have_text("Saken er låst av bruker KARINO.")
        assert sandbox.effects() == []
        sandbox.pax(locked_cases=[])
        await save(popup, answer=True)
        await expect(popup.locator("b")).to_contain_text("1 krav slått sammen")
    assert sandbox.merged() == [("PX1000002", "500002", "500013")]


async def test_what_the_screens_say_when_there_is_nothing(
    browser: Browser, start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    async with pax_user(browser, start_sandbox(small_world).base) as user:
        await user.log_in()
        await user.search("txtKjennemerke", "XX00000")
        await expect(user.content.locator(".melding")).to_have_text("Ingen treff.")
        await user.search("txtKjennemerke", "")
        await expect(user.content.locator(".melding")).to_have_text("Fyll ut minst ett felt.")
        await user.open_case("999999")
        await expect(user.content.locator(".melding")).to_have_text("Saken finnes ikke.")
        popup = await user.open_dialogue("500013")
        assert await save(popup, answer=True) == []
        await expect(popup.locator(".melding")).to_have_text("Velg minst ett krav.")
