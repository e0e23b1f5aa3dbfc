"""Reading the saksflyt of a krav in Procasso's screens."""

from __future__ import annotations

import logging
import socket

import pytest

from domain.errors import SystemException
from domain.krav import Saksflyt
from robots.browser import BrowserPool
from robots.procasso.robot import ProcassoRobot
from tests.integration.robots.running import KID, OTHERS, RICH, ROBOT, Procasso, procasso_kravnr, skyldner

pytestmark = pytest.mark.asyncio(loop_scope="session")

KRAV = procasso_kravnr(60)


async def test_the_saksflyt_of_a_krav_and_none_of_an_unknown_one(procasso_robot: ProcassoRobot) -> None:
    assert await procasso_robot.get_saksflyt(KRAV) is Saksflyt.ORDINAER
    assert await procasso_robot.get_saksflyt("PC9999999") is None
    assert await procasso_robot.get_saksflyt("PX0010001") is None


async def test_notices_over_the_page_and_as_alerts(procasso_robot: ProcassoRobot, procasso: Procasso) -> None:
    procasso.turn("popup")
    assert await procasso_robot.get_saksflyt(KRAV) is Saksflyt.ORDINAER
    assert procasso.hits("popup") >= 3


@pytest.mark.parametrize(
    ("knob", "times"),
    [("server_error", 2), ("maintenance", 3), ("session_expiry", 2), ("drop", 2)],
)
async def test_what_passes_is_met_by_asking_again(
    procasso_robot: ProcassoRobot, procasso: Procasso, knob: str, times: int
) -> None:
    await procasso_robot.login()
    procasso.turn(knob, times=times)
    assert await procasso_robot.get_saksflyt(KRAV) is Saksflyt.ORDINAER


async def test_an_account_that_was_logged_in_elsewhere_is_taken_back(
    procasso_robot: ProcassoRobot, browsers: BrowserPool, procasso: Procasso
) -> None:
    await procasso_robot.login()
    async with await (await browsers.context("elsewhere")).new_page() as page:
        await page.goto(f"{procasso.url}/palogging.do")
        await page.get_by_role("textbox").first.fill(ROBOT.user)
        await page.locator("input[type=password]").fill(ROBOT.password)
        async with page.expect_navigation(url="**/hovedbilde.do"):
            await page.get_by_role("button").click()
    assert await procasso_robot.get_saksflyt(KRAV) is Saksflyt.ORDINAER


@pytest.mark.parametrize(
    ("knob", "phase"),
    [("maintenance", "unavailable"), ("server_error", "answer"), ("session_expiry", "auth")],
)
async def test_a_procasso_that_stays_ill(browsers: BrowserPool, procasso: Procasso, knob: str, phase: str) -> None:
    robot = ProcassoRobot(browsers, procasso.url, ROBOT, act_limit=15, read_limit=15, pauses=(0.1,))
    await robot.login()
    procasso.turn(knob)
    with pytest.raises(SystemException) as caught:
        await robot.get_saksflyt(KRAV)
    assert (caught.value.system, caught.value.phase) == ("PROCASSO", phase)


async def test_a_stuck_procasso_is_given_up(browsers: BrowserPool, procasso: Procasso) -> None:
    hurried = ProcassoRobot(browsers, procasso.url, OTHERS[0], act_limit=15, read_limit=1)
    procasso.turn("latency_ms", latency_ms=20_000)
    with pytest.raises(SystemException, match="not finished in 1 seconds") as caught:
        await hurried.get_saksflyt(KRAV)
    assert caught.value.phase == "answer"


async def test_a_procasso_that_is_not_there(browsers: BrowserPool) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listened to
        nowhere = ProcassoRobot(browsers, f"http://127.0.0.1:{taken.getsockname()[1]}", OTHERS[1], act_limit=15)
        with pytest.raises(SystemException) as caught:
            await nowhere.login()
    assert (caught.value.system, caught.value.phase) == ("PROCASSO", "connect")


async def test_another_krav_than_asked_for_is_not_believed(
    browsers: BrowserPool, procasso_robot: ProcassoRobot
) -> None:
    await procasso_robot.close()
    context = await browsers.context(ROBOT.user)
    await context.add_init_script("""addEventListener("DOMContentLoaded", () => {
        for (const b of document.querySelectorAll(".hode b")) b.textContent = b.textContent.replace("PC", "PD") })""")
    with pytest.raises(SystemException, match="another krav was shown") as caught:
        await procasso_robot.get_saksflyt(KRAV)
    assert caught.value.phase == "parse"
    await procasso_robot.close()


async def test_a_saksflyt_nobody_has_agreed_on(browsers: BrowserPool, procasso_robot: ProcassoRobot) -> None:
    await procasso_robot.close()
    context = await browsers.context(ROBOT.user)
    await context.add_init_script("""addEventListener("DOMContentLoaded", () => {
        for (const e of document.querySelectorAll("td.v"))
            if (e.textContent === "Ordinær") e.textContent = "Under 15" })""")
    with pytest.raises(SystemException, match="«Saksflyt» is not of the agreed form") as caught:
        await procasso_robot.get_saksflyt(KRAV)
    assert (caught.value.phase, "Under 15" in str(caught.value)) == ("parse", False)
    await procasso_robot.close()


async def test_no_personal_data_in_the_log(
    procasso_robot: ProcassoRobot, procasso: Procasso, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await procasso_robot.close()
    procasso.turn("server_error", times=3)
    assert await procasso_robot.get_saksflyt(KRAV) is Saksflyt.ORDINAER
    number = skyldner(RICH)
    assert not [word for word in (number, number[6:], KID, ROBOT.password) if word in caplog.text]
