"""Looking krav up in PAX as a person does, screen by screen."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from datetime import UTC, date, datetime

import pytest

from domain.errors import SystemException
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from robots.browser import BrowserPool
from robots.pax.robot import PaxKrav, PaxRobot
from tests.integration.robots.processes import of_the_browser
from tests.integration.robots.running import (
    BRIEF,
    KID,
    KINDS,
    KJENNEMERKE,
    OTHERS,
    RICH,
    ROBOT,
    STEG,
    Pax,
    kravnr,
    saksnr,
    skyldner,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def look_up(robot: PaxRobot, nr: str) -> PaxKrav:
    found = await robot.look_up_krav(nr)
    assert found is not None
    return found


async def test_every_field_and_every_page_of_hendelser(robot: PaxRobot) -> None:
    nr = kravnr(RICH, 1)
    read = await look_up(robot, nr)
    assert read.krav == Krav(
        kravnr=nr,
        kravtype=Kravtype.KONTROLLSANKSJON,
        fagsystem=Fagsystem.PAX,
        fordringshaver="BYM",
        skyldner=skyldner(RICH),
        kjennemerke=KJENNEMERKE,
        ilagt_tidspunkt=datetime(2024, 7, 1, 22, 30, 5, tzinfo=UTC),
        forfall=date(2024, 8, 15),
        hovedstol=123456789,
        kostnader=3800,
        renter=5,
        saksnr=saksnr(RICH, 1),
        steg="TUNGT",
        tilstand=Tilstand.BETALINGSAVTALE,
        saksflyt=Saksflyt.MYNDIG_NYTT_VARSEL,
        kid=KID,
        opprinnelig_forfall=date(2024, 7, 22),
    )
    assert not read.tvetydig_tidspunkt
    assert read.hendelser == (
        Hendelse(nr, date(2024, 8, 20), "INNBETALING", 150050),
        *(Hendelse(nr, date(2024, 9, day), "PURRING", None) for day in range(2, 13)),
        Hendelse(nr, date(2024, 9, 30), "NYTT", None),
    )


async def test_a_local_time_that_occurs_twice_is_noted(robot: PaxRobot) -> None:
    summer, winter = kravnr(RICH, 2), kravnr(RICH, 3)
    for nr in (summer, winter):
        read = await look_up(robot, nr)
        assert read.tvetydig_tidspunkt
        assert read.krav.ilagt_tidspunkt == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
        assert read.krav.ilagt_dato == date(2024, 10, 27)


async def test_an_enhet_without_kjennemerke_and_hendelser(robot: PaxRobot) -> None:
    nr = kravnr(RICH, 4)
    read = await look_up(robot, nr)
    assert (read.krav.kjennemerke, read.krav.skyldner, read.hendelser) == (None, "202063756", ())


async def test_every_tilstand_and_kravtype_that_pax_can_hold(robot: PaxRobot) -> None:
    kravnumre = [kravnr(KINDS, k) for k in (*range(1, 7), *range(11, 19))]
    read = [(await look_up(robot, nr)).krav for nr in kravnumre]
    assert [krav.tilstand for krav in read[:6]] == list(Tilstand)
    assert {krav.kravtype for krav in read[6:]} == set(Kravtype) - {Kravtype.LAAN}
    assert [krav.steg for krav in read[6:]] == list(STEG.values())


async def test_an_unknown_kravnr_is_said_to_be_so(robot: PaxRobot) -> None:
    assert await robot.look_up_krav("PX9999999") is None


async def test_news_are_closed_whether_they_lie_over_the_page_or_come_as_a_window(
    robot: PaxRobot, browsers: BrowserPool, pax: Pax
) -> None:
    pax.turn("popup")
    assert len((await look_up(robot, kravnr(RICH, 1))).hendelser) == 13
    assert await robot.look_up_krav(kravnr(1, 1))
    windows, deadline = (await browsers.context(ROBOT.user)).pages, asyncio.get_running_loop().time() + 5
    while len(windows) > 1 and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.02)
        windows = (await browsers.context(ROBOT.user)).pages
    assert len(windows) == 1


async def test_a_session_that_ends_is_renewed_and_the_reading_begun_again(robot: PaxRobot, pax: Pax) -> None:
    await robot.login()
    pax.turn("session_expiry", times=1)
    assert await robot.look_up_krav(kravnr(1, 1))


async def test_a_session_that_keeps_ending_is_given_up_in_the_end(robot: PaxRobot, pax: Pax) -> None:
    await robot.login()
    pax.turn("session_expiry")
    with pytest.raises(SystemException) as caught:
        await robot.look_up_krav(kravnr(1, 1))
    assert (caught.value.system, caught.value.phase) == ("PAX", "auth")
    pax.calm()
    assert await robot.look_up_krav(kravnr(1, 1))


@pytest.mark.parametrize(
    ("knob", "times"),
    [("server_error", 2), ("too_many_requests", 3), ("unavailable", 5), ("maintenance", 5), ("session_expiry", 3),
     ("drop", 3)],
)  # fmt: skip
async def test_what_passes_is_met_by_asking_again(robot: PaxRobot, pax: Pax, knob: str, times: int) -> None:
    await robot.login()
    pax.turn(knob, times=times)
    assert await robot.look_up_krav(kravnr(1, 1))


async def test_an_account_that_was_logged_in_elsewhere_is_taken_back(
    robot: PaxRobot, browsers: BrowserPool, pax: Pax
) -> None:
    await robot.login()
    async with BrowserPool() as elsewhere:
        await PaxRobot(elsewhere, pax.url, ROBOT, act_limit=15).login()
        assert await robot.look_up_krav(kravnr(1, 1))


@pytest.mark.parametrize(
    ("knob", "phase"),
    [("maintenance", "unavailable"), ("unavailable", "unavailable"), ("too_many_requests", "unavailable"),
     ("server_error", "answer")],
)  # fmt: skip
async def test_a_pax_that_is_ill(impatient: PaxRobot, pax: Pax, knob: str, phase: str) -> None:
    await impatient.login()
    pax.turn(knob)
    with pytest.raises(SystemException) as caught:
        await impatient.look_up_krav(kravnr(1, 1))
    assert (caught.value.system, caught.value.phase) == ("PAX", phase)
    pax.calm()
    assert await impatient.look_up_krav(kravnr(1, 1))


async def test_a_connection_that_is_always_closed(impatient: PaxRobot, pax: Pax) -> None:
    await impatient.login()
    pax.turn("drop")
    with pytest.raises(SystemException) as caught:
        await impatient.look_up_krav(kravnr(1, 1))
    assert (caught.value.system, caught.value.phase) == ("PAX", "answer")
    assert skyldner(1) not in str(caught.value)


async def test_a_slow_pax_is_waited_for_and_a_stuck_one_given_up(browsers: BrowserPool, pax: Pax) -> None:
    patient = PaxRobot(browsers, pax.url, OTHERS[0], act_limit=15, read_limit=30)
    await patient.login()
    pax.turn("latency_ms", latency_ms=2500, times=1)
    assert await patient.look_up_krav(kravnr(1, 1))
    pax.turn("latency_ms", latency_ms=20_000, times=1)
    hurried = PaxRobot(browsers, pax.url, OTHERS[0], act_limit=15, read_limit=1)
    with pytest.raises(SystemException) as caught:
        await hurried.look_up_krav(kravnr(1, 1))
    assert caught.value.phase == "answer"


async def test_a_pax_that_is_not_there(browsers: BrowserPool) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listened to
        nowhere = PaxRobot(browsers, f"http://127.0.0.1:{taken.getsockname()[1]}/pax", OTHERS[1], act_limit=15)
        with pytest.raises(SystemException) as caught:
            await nowhere.login()
    assert (caught.value.system, caught.value.phase) == ("PAX", "connect")


async def test_a_browser_killed_in_the_middle_of_a_reading(pool: BrowserPool, pax: Pax) -> None:
    """Told at once, not after a time limit; the next reading has another browser, and logs in."""
    robot = PaxRobot(pool, pax.url, OTHERS[0], act_limit=15)
    await robot.login()
    pax.turn("latency_ms", latency_ms=30_000, times=1)
    reading = asyncio.create_task(robot.look_up_krav(kravnr(1, 1)))
    deadline = asyncio.get_running_loop().time() + 10
    while not pax.hits("latency_ms") and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.02)
    for pid in of_the_browser():
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(SystemException) as caught:
        await asyncio.wait_for(reading, 5)
    assert (caught.value.system, caught.value.phase) == ("PAX", "connect")
    assert await robot.look_up_krav(kravnr(1, 1))


async def test_no_personal_data_in_the_log(pool: BrowserPool, pax: Pax, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    robot = PaxRobot(pool, pax.url, OTHERS[0], act_limit=15, pauses=BRIEF)
    assert await robot.look_up_krav(kravnr(RICH, 1))
    pax.turn("drop")
    with pytest.raises(SystemException):
        await robot.look_up_krav(kravnr(RICH, 1))
    assert not [word for word in (skyldner(RICH), KID, KJENNEMERKE, OTHERS[0].password) if word in caplog.text]
