"""Writing krav off in PAX: what is saved, what is refused, and what may have been saved."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

import pytest

from domain.errors import SystemException
from domain.krav import Tilstand
from robots.browser import BrowserPool
from robots.pax.robot import PaxKrav, PaxRobot
from tests.integration.robots.processes import of_the_browser
from tests.integration.robots.running import KINDS, MANY, OTHERS, TILSTANDER, Pax, kravnr, lead_astray, saksnr

pytestmark = pytest.mark.asyncio(loop_scope="session")

ONCE = [("FORELDET", "AAPEN")]
SAYS = "Krav {} avskrevet med årsak {} kl. 10:00:00"


def nothing() -> None:
    """The lease is fine."""


def kill_the_browser() -> None:
    for pid in of_the_browser():
        os.kill(pid, signal.SIGKILL)


def case_of(kravnr: str) -> str:
    return saksnr(MANY, int(kravnr[-4:]))


async def failure(robot: PaxRobot, kravnr: str, before_save: Callable[[], None] = nothing) -> SystemException:
    with pytest.raises(SystemException) as caught:
        await robot.write_off(kravnr, "FORELDET", before_save=before_save)
    assert caught.value.system == "PAX"
    assert caught.value.nothing_done is (caught.value.phase not in ("send", "verify"))
    return caught.value


async def read(robot: PaxRobot, kravnr: str) -> PaxKrav:
    return (await robot.get_krav([kravnr]))[kravnr]


async def test_a_krav(robot: PaxRobot, pax: Pax, single: str) -> None:
    before = await read(robot, single)
    calls = []
    await robot.write_off(single, "FORELDET", before_save=lambda: calls.append(pax.written_off(single)))
    assert pax.written_off(single) == ONCE
    assert calls == [[], []]
    after = await read(robot, single)
    assert (after.krav.tilstand, after.avskrivingskode) == (Tilstand.AVSKREVET, "FORELDET")
    assert (after.krav.sum, after.krav.saksnr) == (before.krav.sum, before.krav.saksnr)
    assert (before.krav.tilstand, before.avskrivingskode) == (Tilstand.AAPEN, None)


async def test_another_reason_among_those_pax_knows(robot: PaxRobot, pax: Pax, single: str) -> None:
    await robot.write_off(single, "DOEDSBO", before_save=nothing)
    assert pax.written_off(single) == [("DOEDSBO", "AAPEN")]
    assert (await read(robot, single)).avskrivingskode == "DOEDSBO"


async def test_a_reason_pax_has_no_words_for(robot: PaxRobot, pax: Pax, single: str) -> None:
    with pytest.raises(ValueError, match="no words for LEI"):
        await robot.write_off(single, "LEI", before_save=nothing)
    assert pax.written_off(single) == []


@pytest.mark.parametrize("tilstand", TILSTANDER)
async def test_a_krav_that_is_closed_is_refused_and_every_other_written_off(
    robot: PaxRobot, pax: Pax, tilstand: str
) -> None:
    nr = kravnr(KINDS, 21 + TILSTANDER.index(tilstand))
    if tilstand in ("BETALT", "AVSKREVET"):
        error = await failure(robot, nr)
        assert (error.phase, pax.written_off(nr)) == ("answer", [])
        assert "refused" in error.message
    else:
        await robot.write_off(nr, "FORELDET", before_save=nothing)
        assert pax.written_off(nr) == [("FORELDET", tilstand)]


async def test_an_address_that_leads_to_another_krav_is_left_for_the_search(
    browsers: BrowserPool, robot: PaxRobot, pax: Pax, single: str
) -> None:
    await robot.login()
    led = await lead_astray(browsers, "**/Krav.aspx?*", f"{pax.url}/Krav.aspx?kravnr={kravnr(1, 1)}")
    await robot.write_off(single, "FORELDET", before_save=nothing)
    assert led == [f"{pax.url}/Krav.aspx?kravnr={single}"]
    assert pax.written_off(single) == ONCE
    assert pax.written_off(kravnr(1, 1)) == []


async def test_news_in_the_way(robot: PaxRobot, pax: Pax, single: str) -> None:
    pax.turn("popup")
    await robot.write_off(single, "FORELDET", before_save=nothing)
    assert pax.written_off(single) == ONCE


@pytest.mark.parametrize("call", [1, 2])
async def test_what_before_save_raises_stops_the_save(robot: PaxRobot, pax: Pax, single: str, call: int) -> None:
    """The first call comes before the click, the second when the form is about to leave."""
    calls = []

    def lease_lost() -> None:
        calls.append(1)
        if len(calls) == call:
            raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        await robot.write_off(single, "FORELDET", before_save=lease_lost)
    assert len(calls) == call
    assert pax.written_off(single) == []


@pytest.mark.parametrize("asked", ["text => ask(text.replace('Foreldet', 'Ettergitt'))", "() => true"])
async def test_another_question_than_expected_is_answered_no(
    browsers: BrowserPool, robot: PaxRobot, pax: Pax, single: str, asked: str
) -> None:
    """Also when nothing is asked at all: the form is stopped on its way out."""
    context = await browsers.context("robot1")
    await context.add_init_script(f"const ask = window.confirm.bind(window); window.confirm = {asked}")
    error = await failure(robot, single)
    assert error.phase == "parse"
    assert "nothing was saved" in error.message
    assert pax.written_off(single) == []
    await robot.close()


async def test_a_form_that_does_not_take_what_is_filled_in(
    browsers: BrowserPool, robot: PaxRobot, pax: Pax, single: str
) -> None:
    context = await browsers.context("robot1")
    await context.add_init_script("""addEventListener("change", ({ target }) => {
        if (target.matches("select")) target.selectedIndex = 3 })""")
    error = await failure(robot, single, lambda: pytest.fail("it must not come so far"))
    assert (error.phase, pax.written_off(single)) == ("parse", [])
    await robot.close()


async def test_a_locked_case_is_left_before_anything_is_filled_in(robot: PaxRobot, pax: Pax, single: str) -> None:
    pax.set(locked_cases=[case_of(single)])
    error = await failure(robot, single, lambda: pytest.fail("it must not come so far"))
    assert error.phase == "answer"
    assert "case is locked by another user" in error.message


async def test_a_case_locked_meanwhile_is_refused_by_pax(robot: PaxRobot, pax: Pax, single: str) -> None:
    error = await failure(robot, single, lambda: pax.turn("locked_case"))
    assert (error.phase, pax.written_off(single)) == ("answer", [])
    assert "case is locked by another user" in error.message


async def test_a_krav_that_does_not_exist(robot: PaxRobot) -> None:
    assert (await failure(robot, "PX0000000")).phase == "answer"


async def test_what_passes_before_the_save_is_met_by_asking_again(robot: PaxRobot, pax: Pax, single: str) -> None:
    """Also in the frames of the dialogue's window, which are asked for one by one."""
    await robot.login()
    for knob, times in (("session_expiry", 1), ("drop", 3), ("maintenance", 4)):
        pax.turn(knob, times=times)
    await robot.write_off(single, "FORELDET", before_save=nothing)
    assert pax.written_off(single) == ONCE


@pytest.mark.parametrize(
    ("knob", "saved"),
    [("session_expiry", 0), ("maintenance", 0), ("drop", 0), ("server_error", 0), ("unavailable", 0),
     ("answer_lost", 1), ("saves_half", 0)],
)  # fmt: skip
async def test_after_the_click_nothing_is_repeated(
    robot: PaxRobot, pax: Pax, single: str, knob: str, saved: int
) -> None:
    """Whatever happens to the save, PAX has executed it at most once and the robot says that it may have happened."""
    error = await failure(robot, single, lambda: pax.turn(knob))
    assert error.phase == "send"
    assert len(pax.written_off(single)) == saved
    pax.calm()
    assert ((await read(robot, single)).krav.tilstand is Tilstand.AVSKREVET) is (saved == 1)


async def test_a_save_that_takes_effect_late_has_its_receipt_at_once(robot: PaxRobot, pax: Pax, single: str) -> None:
    await robot.write_off(single, "FORELDET", before_save=lambda: pax.turn("saves_late", saves_late_ms=700))
    deadline = asyncio.get_running_loop().time() + 10
    while not pax.written_off(single) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)
    assert pax.written_off(single) == ONCE


@pytest.mark.parametrize("told", [("PX0000001", "Foreldet"), ("{}", "Ettergitt")])
async def test_a_receipt_for_something_else(
    browsers: BrowserPool, robot: PaxRobot, pax: Pax, single: str, told: tuple[str, str]
) -> None:
    context = await browsers.context("robot1")
    await context.add_init_script(f"""addEventListener("DOMContentLoaded", () => {{
        if (document.title !== "PAX - Kvittering") return;
        document.querySelector("b").textContent = "{SAYS.format(told[0].format(single), told[1])}" }})""")
    assert (await failure(robot, single)).phase == "verify"
    assert pax.written_off(single) == ONCE
    await robot.close()


async def test_a_browser_killed_before_the_form_left(pool: BrowserPool, pax: Pax, single: str) -> None:
    """Nothing was saved, but the click was made: only PAX can tell. The next task has another browser and logs in."""
    robot = PaxRobot(pool, pax.url, OTHERS[0], act_limit=30, read_limit=30)
    error = await failure(robot, single, kill_the_browser)
    assert (error.phase, pax.written_off(single)) == ("send", [])
    await robot.write_off(single, "FORELDET", before_save=nothing)
    assert pax.written_off(single) == ONCE


async def test_closing_the_robot_in_the_middle(browsers: BrowserPool, pax: Pax, single: str) -> None:
    """As a watchdog does when the lease is lost."""
    robot = PaxRobot(browsers, pax.url, OTHERS[1], act_limit=15)
    closing = []
    error = await failure(robot, single, lambda: closing.append(asyncio.ensure_future(robot.close())))
    assert error.phase == "send"
    await asyncio.gather(*closing)
    assert pax.written_off(single) == []
    await robot.write_off(single, "FORELDET", before_save=nothing)
