"""Merging krav in PAX: what is saved, what is refused, and what may have been saved."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

import pytest

from domain.errors import SystemException
from robots.browser import BrowserPool
from robots.pax.robot import PaxRobot
from tests.integration.robots.processes import of_the_browser
from tests.integration.robots.running import BIG, OTHERS, Pax, kravnr, lead_astray, saksnr

pytestmark = pytest.mark.asyncio(loop_scope="session")

Trio = tuple[str, list[str]]


def nothing() -> None:
    """The lease is fine."""


def kill_the_browser() -> None:
    for pid in of_the_browser():
        os.kill(pid, signal.SIGKILL)


async def failure(robot: PaxRobot, trio: Trio, before_save: Callable[[], None] = nothing) -> SystemException:
    with pytest.raises(SystemException) as caught:
        await robot.merge_krav(trio[0], trio[1], before_save=before_save)
    assert caught.value.system == "PAX"
    return caught.value


async def saker(robot: PaxRobot, kravnumre: list[str]) -> set[str]:
    return {krav.krav.saksnr for krav in (await robot.get_krav(kravnumre)).values()}


async def test_two_krav(robot: PaxRobot, pax: Pax, trio: Trio) -> None:
    target, kravnumre = trio
    before = await robot.get_krav(kravnumre)
    calls = []
    await robot.merge_krav(target, kravnumre, before_save=lambda: calls.append(pax.merges(kravnumre)))
    assert pax.merges(kravnumre) == [(nr, target) for nr in kravnumre]
    assert calls == [[], []]
    assert await saker(robot, kravnumre) == {target}
    after = await robot.get_krav(kravnumre)
    assert [krav.krav.sum for krav in after.values()] == [krav.krav.sum for krav in before.values()]


async def test_one_of_those_that_are_offered(robot: PaxRobot, pax: Pax, trio: Trio) -> None:
    target, (chosen, other) = trio
    await robot.merge_krav(target, [chosen], before_save=nothing)
    assert pax.merges([chosen, other]) == [(chosen, target)]


async def test_twelve_krav_over_two_pages(robot: PaxRobot, pax: Pax) -> None:
    target, kravnumre = saksnr(BIG, 7), [kravnr(BIG, k) for k in range(1, 14) if k != 7]
    await robot.merge_krav(target, kravnumre[1:2] + kravnumre[10:], before_save=nothing)
    assert pax.merges(kravnumre) == [(nr, target) for nr in (kravnumre[1], *kravnumre[10:])]
    rest = sorted({*kravnumre} - {kravnumre[1], *kravnumre[10:]})
    await robot.merge_krav(saksnr(BIG, 1), [*kravnumre[1:], kravnr(BIG, 7)], before_save=nothing)
    assert await saker(robot, rest) == {saksnr(BIG, 1)}
    assert len(pax.merges([kravnr(BIG, k) for k in range(1, 14)])) == 3 + 12


async def test_an_address_that_leads_to_another_case_is_left_for_the_search(
    browsers: BrowserPool, robot: PaxRobot, pax: Pax, trio: Trio
) -> None:
    await robot.login()
    led = await lead_astray(browsers, "**/Sak.aspx?*", f"{pax.url}/Sak.aspx?saksnr={saksnr(BIG, 1)}")
    await robot.merge_krav(*trio, before_save=nothing)
    assert led == [f"{pax.url}/Sak.aspx?saksnr={trio[0]}"]
    assert pax.merges(trio[1]) == [(nr, trio[0]) for nr in trio[1]]


async def test_news_in_the_way(robot: PaxRobot, pax: Pax, trio: Trio) -> None:
    pax.turn("popup")
    await robot.merge_krav(*trio, before_save=nothing)
    assert pax.merges(trio[1]) == [(nr, trio[0]) for nr in trio[1]]


@pytest.mark.parametrize("call", [1, 2])
async def test_what_before_save_raises_stops_the_save(robot: PaxRobot, pax: Pax, trio: Trio, call: int) -> None:
    """The first call comes before the click, the second when the form is about to leave."""
    calls = []

    def lease_lost() -> None:
        calls.append(1)
        if len(calls) == call:
            raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        await robot.merge_krav(*trio, before_save=lease_lost)
    assert len(calls) == call
    assert pax.merges(trio[1]) == []


@pytest.mark.parametrize(
    "asked",
    ["text => ask(text.replace(/\\d+ krav/, '3 krav'))", "text => ask(text.replace(/sak .*/, 'sak 1?'))", "() => true"],
)
async def test_another_question_than_expected_is_answered_no(
    browsers: BrowserPool, robot: PaxRobot, pax: Pax, trio: Trio, asked: str
) -> None:
    """Also when nothing is asked at all: the form is stopped on its way out."""
    context = await browsers.context("robot1")
    await context.add_init_script(f"const ask = window.confirm.bind(window); window.confirm = {asked}")
    error = await failure(robot, trio)
    assert error.phase == "parse"
    assert "nothing was saved" in str(error)
    assert pax.merges(trio[1]) == []
    await robot.close()


async def test_a_locked_case_is_left_before_anything_is_chosen(robot: PaxRobot, pax: Pax, trio: Trio) -> None:
    pax.set(locked_cases=[trio[0]])
    calls: list[int] = []
    error = await failure(robot, trio, lambda: calls.append(1))
    assert error.phase == "answer"
    assert "case is locked by another user" in error.message
    assert not calls


async def test_a_case_locked_meanwhile_is_refused_by_pax(robot: PaxRobot, pax: Pax, trio: Trio) -> None:
    error = await failure(robot, trio, lambda: pax.turn("locked_case"))
    assert (error.phase, pax.merges(trio[1])) == ("answer", [])
    assert "case is locked by another user" in error.message


async def test_a_case_that_does_not_exist(robot: PaxRobot, trio: Trio) -> None:
    assert (await failure(robot, ("999999", trio[1]))).phase == "answer"


async def test_a_krav_that_is_not_offered(robot: PaxRobot, pax: Pax, trio: Trio) -> None:
    """Another debtor's, or one that stands in the case already."""
    for foreign in (kravnr(BIG, 1), trio[1][0][:-1] + "1"):
        error = await failure(robot, (trio[0], [trio[1][0], foreign]))
        assert error.phase == "answer"
        assert foreign in error.message
    assert pax.merges(trio[1]) == []


async def test_no_krav_and_one_twice_are_refused(robot: PaxRobot, trio: Trio) -> None:
    for kravnumre in ([], [trio[1][0], trio[1][0]]):
        with pytest.raises(ValueError, match="each of them once"):
            await robot.merge_krav(trio[0], kravnumre, before_save=nothing)


async def test_a_session_that_ends_before_the_save_is_renewed(robot: PaxRobot, pax: Pax, trio: Trio) -> None:
    await robot.login()
    pax.turn("session_expiry", times=1)
    await robot.merge_krav(*trio, before_save=nothing)
    assert pax.merges(trio[1]) == [(nr, trio[0]) for nr in trio[1]]


@pytest.mark.parametrize(
    ("knob", "saved"),
    [("session_expiry", 0), ("maintenance", 0), ("drop", 0), ("server_error", 0), ("unavailable", 0),
     ("answer_lost", 2), ("saves_half", 1)],
)  # fmt: skip
async def test_after_the_click_nothing_is_repeated(
    robot: PaxRobot, pax: Pax, trio: Trio, knob: str, saved: int
) -> None:
    """Whatever happens to the save, PAX has executed it at most once and the robot says that it may have happened."""
    error = await failure(robot, trio, lambda: pax.turn(knob))
    assert error.phase == "send"
    assert len(pax.merges(trio[1])) == saved
    pax.calm()
    assert (await saker(robot, trio[1]) == {trio[0]}) is (saved == 2)


async def test_a_save_that_takes_effect_late_has_its_receipt_at_once(robot: PaxRobot, pax: Pax, trio: Trio) -> None:
    await robot.merge_krav(*trio, before_save=lambda: pax.turn("saves_late", saves_late_ms=700))
    deadline = asyncio.get_running_loop().time() + 10
    while not pax.merges(trio[1]) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)
    assert len(pax.merges(trio[1])) == 2


async def test_a_receipt_for_something_else(browsers: BrowserPool, robot: PaxRobot, pax: Pax, trio: Trio) -> None:
    context = await browsers.context("robot1")
    await context.add_init_script("""addEventListener("DOMContentLoaded", () => {
        if (document.title !== "PAX - Kvittering") return;
        document.querySelector("b").textContent = "2 krav slått sammen med sak 7 kl. 10:00:00" })""")
    assert (await failure(robot, trio)).phase == "verify"
    assert len(pax.merges(trio[1])) == 2
    await robot.close()


async def test_the_act_limit_before_and_after_the_click(browsers: BrowserPool, pax: Pax, trio: Trio) -> None:
    robot = PaxRobot(browsers, pax.url, OTHERS[0], act_limit=5)
    await robot.login()
    error = await failure(robot, trio, lambda: pax.turn("latency_ms", latency_ms=15_000))
    assert error.phase == "send"
    assert "not finished in 5 seconds" in error.message
    hurried = PaxRobot(browsers, pax.url, OTHERS[0], act_limit=0.2)
    error = await failure(hurried, trio)
    assert error.phase == "answer"


async def test_a_browser_killed_before_the_form_left(pool: BrowserPool, pax: Pax, trio: Trio) -> None:
    """Nothing was saved, but the click was made: only PAX can tell. The next task has another browser and logs in."""
    robot = PaxRobot(pool, pax.url, OTHERS[1], act_limit=15)
    error = await failure(robot, trio, kill_the_browser)
    assert error.phase == "send"
    assert pax.merges(trio[1]) == []
    await robot.merge_krav(*trio, before_save=nothing)
    assert len(pax.merges(trio[1])) == 2


async def test_closing_the_robot_in_the_middle(browsers: BrowserPool, pax: Pax, trio: Trio) -> None:
    """As a watchdog does when the lease is lost."""
    robot = PaxRobot(browsers, pax.url, OTHERS[2], act_limit=15)
    closing = []
    error = await failure(robot, trio, lambda: closing.append(asyncio.ensure_future(robot.close())))
    assert error.phase == "send"
    await asyncio.gather(*closing)
    assert pax.merges(trio[1]) == []
    await robot.merge_krav(*trio, before_save=nothing)
