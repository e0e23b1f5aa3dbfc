"""A picture of each page of Procasso shows where the robot was, and nobody's name or number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date

import pytest

from domain.errors import SystemException
from domain.krav import Saksflyt
from robots.browser import BrowserPool
from robots.masking import Picture
from robots.procasso.robot import Account, ProcassoRobot
from tests.integration.robots.ocr import OCR, read_by_ocr
from tests.integration.robots.running import (
    ETTERNAVN,
    FORNAVN,
    KID,
    OTHERS,
    RICH,
    Procasso,
    procasso_kravnr,
    procasso_saksnr,
    skyldner,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

KRAV = procasso_kravnr(60)
NUMBER = skyldner(RICH)
HIDDEN = [FORNAVN, ETTERNAVN, KID, NUMBER[:6], NUMBER[6:], "1.350,00", "24.06.2024", "03.06.2024"]


def drawn(picture: Picture) -> str:
    return " ".join(picture.text.split())


def ocr(picture: Picture) -> str:
    return read_by_ocr(picture.png)


READERS: list[Callable[[Picture], str]] = [drawn, *([ocr] if OCR else [])]


def check(picture: Picture, shown: Iterable[str]) -> None:
    assert picture.png is not None, picture.reason
    for text in shown:
        assert text in drawn(picture)
    assert not [hidden for hidden in HIDDEN if hidden in drawn(picture)]


def lease_lost() -> None:
    raise LookupError


@pytest.mark.parametrize("read", READERS)
async def test_the_krav(procasso_robot: ProcassoRobot, read: Callable[[Picture], str]) -> None:
    await procasso_robot.get_saksflyt(KRAV)
    picture = await procasso_robot.picture()
    check(
        picture,
        [
            "Logg av", "[-] Krav", "Søk", f"Krav {KRAV}", f"Sak {procasso_saksnr(60)}", "Hendelser",
            "Saksflyt: Ordinær", "Tilstand: AAPEN", "Steg: PURRING", "Endre saksflyt… (F6)", "Klar.", "PC0203",
        ],
    )  # fmt: skip
    text = read(picture)
    assert KRAV in text
    assert not [hidden for hidden in HIDDEN if hidden in text]


async def test_the_page_the_debtor_stands_on_would_show_it(
    browsers: BrowserPool, procasso_robot: ProcassoRobot
) -> None:
    """So that the test above can fail: name and number are on that page, in the head of every tab."""
    await procasso_robot.get_saksflyt(KRAV)
    (window,) = (await browsers.context("robot1")).pages
    work = window.frame("arbeid")
    assert work is not None
    text = await work.locator("body").inner_text()
    assert f"{ETTERNAVN}, {FORNAVN}" in text
    assert f"{NUMBER[:6]} {NUMBER[6:]}" in text


async def test_the_dialogue(procasso_robot: ProcassoRobot, procasso: Procasso) -> None:
    with suppress(LookupError):
        await procasso_robot.set_saksflyt(KRAV, Saksflyt.MINDREAARIG, date(2026, 11, 23), before_save=lease_lost)
    shown = [f"Endre saksflyt for krav {KRAV}", "Ny saksflyt:", "Gjelder fra dato:", "Årsak:", "Lagre (F9)"]
    check(await procasso_robot.picture(), shown)
    assert procasso.saves(KRAV) == []


async def test_a_refusal_and_the_receipt(procasso_robot: ProcassoRobot, procasso: Procasso, pc: str) -> None:
    locked = "Kravet er låst av bruker MARHAU."
    with suppress(SystemException):
        await procasso_robot.set_saksflyt(
            pc, Saksflyt.MINDREAARIG, date(2026, 11, 23), before_save=lambda: procasso.turn("locked_case")
        )
    check(await procasso_robot.picture(), [locked, f"Endre saksflyt for krav {pc}"])
    procasso.calm()
    await procasso_robot.set_saksflyt(pc, Saksflyt.MINDREAARIG, date(2026, 11, 23), before_save=lambda: None)
    receipt = f"Saksflyt for krav {pc} er satt til Mindreårig fra 23.11.2026 kl."
    check(await procasso_robot.picture(), [receipt, "Saksflyt: Mindreårig", "Satt av robot"])


async def test_search_without_hits(procasso_robot: ProcassoRobot) -> None:
    await procasso_robot.get_saksflyt("PC9999999")
    check(await procasso_robot.picture(), ["Søk etter krav", "Ingen krav funnet.", "Søket ga 0 treff."])


async def test_a_rejected_login(browsers: BrowserPool, procasso: Procasso) -> None:
    robot = ProcassoRobot(browsers, procasso.url, Account("ukjent", FORNAVN), act_limit=15)
    with suppress(SystemException):
        await robot.login()
    check(await robot.picture(), ["Ukjent bruker eller feil passord.", "Logg på"])


@pytest.mark.parametrize(
    ("knob", "shown"), [("maintenance", "Procasso er stengt for vedlikehold"), ("server_error", "500")]
)
async def test_an_ill_procasso(browsers: BrowserPool, procasso: Procasso, knob: str, shown: str) -> None:
    robot = ProcassoRobot(browsers, procasso.url, OTHERS[0], act_limit=15, pauses=())
    await robot.login()
    procasso.turn(knob)
    with suppress(SystemException):
        await robot.get_saksflyt(KRAV)
    check(await robot.picture(), [shown])


async def test_a_program_error(procasso_robot: ProcassoRobot, procasso: Procasso, pc: str) -> None:
    with suppress(SystemException):
        await procasso_robot.set_saksflyt(
            pc, Saksflyt.MINDREAARIG, date(2026, 11, 23), before_save=lambda: procasso.turn("saves_half")
        )
    check(await procasso_robot.picture(), ["Systemfeil", "En uventet feil har oppstått (JDBC-17002)"])
