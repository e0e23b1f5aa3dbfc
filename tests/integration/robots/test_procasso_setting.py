"""Setting a saksflyt in Procasso: what is saved, what is refused, and what may have been saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

import pytest

from domain.errors import SystemException
from domain.krav import Saksflyt
from robots.browser import BrowserPool
from robots.procasso.robot import ProcassoRobot
from tests.integration.robots.running import OTHERS, ROBOT, Procasso, procasso_kravnr, procasso_saksnr

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAY = date(2026, 11, 23)
"""Today in the world of these tests, so that the calendar opens at its month."""
SAVED = ("ORDINAER", "MINDREAARIG", "2026-11-23")


def nothing() -> None:
    """The lease is fine."""


async def put(robot: ProcassoRobot, kravnr: str, before_save: Callable[[], None] = nothing) -> None:
    await robot.set_saksflyt(kravnr, Saksflyt.MINDREAARIG, DAY, before_save=before_save)


async def failure(
    robot: ProcassoRobot, kravnr: str, before_save: Callable[[], None] = nothing
) -> tuple[str, bool, str]:
    """Phase, whether nothing was done for certain, and what is said."""
    with pytest.raises(SystemException) as caught:
        await put(robot, kravnr, before_save)
    assert caught.value.system == "PROCASSO"
    return caught.value.phase, caught.value.nothing_done, caught.value.message


async def test_a_saksflyt_is_set_and_read_back(procasso_robot: ProcassoRobot, procasso: Procasso, pc: str) -> None:
    calls: list[int] = []
    await put(procasso_robot, pc, lambda: calls.append(len(procasso.saves(pc))))
    assert calls == [0, 0]
    assert procasso.saves(pc) == [SAVED]
    assert await procasso_robot.get_saksflyt(pc) is Saksflyt.MINDREAARIG


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2025, 12, 31), date(2028, 2, 29)])
async def test_any_day_can_be_picked(procasso_robot: ProcassoRobot, procasso: Procasso, pc: str, day: date) -> None:
    await procasso_robot.set_saksflyt(pc, Saksflyt.MYNDIG_NYTT_VARSEL, day, before_save=nothing)
    assert procasso.saves(pc) == [("ORDINAER", "MYNDIG_NYTT_VARSEL", day.isoformat())]


async def test_the_same_saksflyt_again_has_a_receipt_of_its_own(
    procasso_robot: ProcassoRobot, procasso: Procasso, pc: str
) -> None:
    await put(procasso_robot, pc)
    await put(procasso_robot, pc)
    assert procasso.saves(pc) == [SAVED, ("MINDREAARIG", *SAVED[1:])]


async def test_notices_in_the_way(procasso_robot: ProcassoRobot, procasso: Procasso, pc: str) -> None:
    procasso.turn("popup")
    await put(procasso_robot, pc)
    assert procasso.saves(pc) == [SAVED]


@pytest.mark.parametrize("call", [1, 2])
async def test_what_before_save_raises_stops_the_save(
    procasso_robot: ProcassoRobot, procasso: Procasso, pc: str, call: int
) -> None:
    """The first call comes before the click, the second when the form is about to leave."""
    calls = []

    def lease_lost() -> None:
        calls.append(1)
        if len(calls) == call:
            raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        await put(procasso_robot, pc, lease_lost)
    assert (len(calls), procasso.saves(pc)) == (call, [])


async def test_a_locked_krav_is_left_before_anything_is_chosen(
    procasso_robot: ProcassoRobot, procasso: Procasso, pc: str
) -> None:
    procasso.set(locked_cases=[procasso_saksnr(int(pc[2:]))])
    calls: list[int] = []
    phase, nothing_done, message = await failure(procasso_robot, pc, lambda: calls.append(1))
    assert (phase, nothing_done, calls) == ("answer", True, [])
    assert message == f"krav is locked by another user: {pc}; nothing was saved"
    assert await procasso_robot.get_saksflyt(pc) is Saksflyt.ORDINAER


async def test_a_krav_locked_meanwhile_is_refused(procasso_robot: ProcassoRobot, procasso: Procasso, pc: str) -> None:
    phase, nothing_done, message = await failure(procasso_robot, pc, lambda: procasso.turn("locked_case"))
    assert (phase, nothing_done, procasso.saves(pc)) == ("answer", True, [])
    assert "is locked by another user" in message


async def test_a_krav_that_is_paid_is_refused(procasso_robot: ProcassoRobot, procasso: Procasso) -> None:
    paid = procasso_kravnr(61)
    phase, nothing_done, message = await failure(procasso_robot, paid)
    assert (phase, nothing_done, procasso.saves(paid)) == ("answer", True, [])
    assert f"refused to set the saksflyt of krav {paid}" in message


async def test_a_krav_that_does_not_exist(procasso_robot: ProcassoRobot) -> None:
    assert (await failure(procasso_robot, "PC9999999"))[:2] == ("answer", True)


async def test_a_session_that_ends_before_the_save_is_renewed(
    procasso_robot: ProcassoRobot, procasso: Procasso, pc: str
) -> None:
    await procasso_robot.login()
    procasso.turn("session_expiry", times=1)
    await put(procasso_robot, pc)
    assert procasso.saves(pc) == [SAVED]


@pytest.mark.parametrize(
    ("knob", "saved"),
    [("session_expiry", []), ("maintenance", []), ("drop", []), ("server_error", []), ("saves_half", []),
     ("answer_lost", [SAVED])],
)  # fmt: skip
async def test_after_the_click_nothing_is_repeated(
    procasso_robot: ProcassoRobot, procasso: Procasso, pc: str, knob: str, saved: list[tuple[str, str, str]]
) -> None:
    """Whatever happens to the save, it is executed at most once and the robot says that it may have happened."""
    assert (await failure(procasso_robot, pc, lambda: procasso.turn(knob)))[:2] == ("send", False)
    assert procasso.saves(pc) == saved


async def test_a_save_that_takes_effect_late_has_its_receipt_at_once(
    procasso_robot: ProcassoRobot, procasso: Procasso, pc: str
) -> None:
    await put(procasso_robot, pc, lambda: procasso.turn("saves_late", saves_late_ms=700))
    deadline = asyncio.get_running_loop().time() + 10
    while not procasso.saves(pc) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)
    assert procasso.saves(pc) == [SAVED]


@pytest.mark.parametrize(
    ("spoken", "phase"),
    [("text.replace('Mindreårig', 'Ordinær')", "verify"), ("text.replace('.11.', '.12.')", "verify"),
     ("'Klar.'", "send")],
)  # fmt: skip
async def test_a_receipt_for_something_else_or_none(
    browsers: BrowserPool, procasso_robot: ProcassoRobot, procasso: Procasso, pc: str, spoken: str, phase: str
) -> None:
    await procasso_robot.close()
    context = await browsers.context(ROBOT.user)
    await context.add_init_script(f"""addEventListener("DOMContentLoaded", () => {{
        const say = window.visMelding;
        if (say) window.visMelding = (text, ...more) => say({spoken}, ...more) }})""")
    assert (await failure(procasso_robot, pc))[:2] == (phase, False)
    assert procasso.saves(pc) == [SAVED]
    await procasso_robot.close()


async def test_a_calendar_that_fills_in_another_day_is_seen_before_the_save(
    browsers: BrowserPool, procasso_robot: ProcassoRobot, procasso: Procasso, pc: str
) -> None:
    await procasso_robot.close()
    context = await browsers.context(ROBOT.user)
    await context.add_init_script("""addEventListener("DOMContentLoaded", () => {
        const pick = window.velgDato;
        if (pick) window.velgDato = (day) => pick(day + 1) })""")
    phase, nothing_done, message = await failure(procasso_robot, pc)
    assert (phase, nothing_done, procasso.saves(pc)) == ("parse", True, [])
    assert "shows another choice" in message
    await procasso_robot.close()


async def test_the_act_limit_before_and_after_the_click(browsers: BrowserPool, procasso: Procasso, pc: str) -> None:
    robot = ProcassoRobot(browsers, procasso.url, OTHERS[0], act_limit=5)
    await robot.login()
    phase, nothing_done, message = await failure(
        robot, pc, lambda: procasso.turn("latency_ms", latency_ms=15_000, times=1)
    )
    assert (phase, nothing_done) == ("send", False)
    assert "not finished in 5 seconds" in message
    hurried = ProcassoRobot(browsers, procasso.url, OTHERS[0], act_limit=0.1)
    assert (await failure(hurried, pc))[:2] == ("answer", True)


async def test_closing_the_robot_in_the_middle(browsers: BrowserPool, procasso: Procasso, pc: str) -> None:
    """As a watchdog does when the lease is lost."""
    robot = ProcassoRobot(browsers, procasso.url, OTHERS[2], act_limit=15)
    closing: list[asyncio.Future[None]] = []
    phase = await failure(robot, pc, lambda: closing.append(asyncio.ensure_future(robot.close())))
    assert phase[:2] == ("send", False)
    await asyncio.gather(*closing)
    assert procasso.saves(pc) == []
