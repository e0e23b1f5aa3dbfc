"""Reading krav in PAX without showing their pages."""

from __future__ import annotations

import pytest

from domain.errors import SystemException
from domain.krav import Tilstand
from robots.browser import BrowserPool
from robots.pax.robot import LEAVES, PaxRobot
from tests.integration.robots.running import KINDS, RICH, ROBOT, TRIOS, Pax, kravnr, lead_astray, saksnr

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_it_reads_what_a_person_sees(robot: PaxRobot) -> None:
    """Every tilstand and kravtype, an enhet without hendelser, thirteen hendelser on two pages, and an unknown one."""
    wanted = [kravnr(RICH, 1), "PX9999999", kravnr(RICH, 4), *(kravnr(KINDS, k) for k in (*range(1, 7), 11, 12))]
    read = await robot.get_krav([*wanted, wanted[0]])
    assert list(read) == [nr for nr in wanted if nr != "PX9999999"]
    assert read == {nr: krav for nr in wanted if (krav := await robot.look_up_krav(nr))}
    assert len(read[kravnr(RICH, 1)].hendelser) == 13
    assert [read[kravnr(KINDS, k)].krav.tilstand for k in range(1, 7)] == list(Tilstand)


async def test_many_come_in_the_order_they_were_asked_for_and_nothing_is_shown(
    robot: PaxRobot, browsers: BrowserPool
) -> None:
    wanted = [(n, k) for k in (3, 1, 2) for n in range(1, TRIOS + 1)]
    assert len(wanted) > 2 * LEAVES
    read = await robot.get_krav([kravnr(n, k) for n, k in wanted])
    assert list(read) == [krav.krav.kravnr for krav in read.values()] == [kravnr(n, k) for n, k in wanted]
    for n, k in wanted:  # others may have merged some of a trio
        assert read[kravnr(n, k)].krav.saksnr in {saksnr(n, other) for other in (1, 2, 3)}
    [page] = (await browsers.context(ROBOT.user)).pages
    assert not [frame.url for frame in page.frames if "Krav.aspx" in frame.url]


async def test_an_address_that_leads_to_another_krav_is_left_for_the_search(
    browsers: BrowserPool, robot: PaxRobot, pax: Pax
) -> None:
    await robot.login()
    led = await lead_astray(browsers, "**/Krav.aspx?*", f"{pax.url}/Krav.aspx?kravnr={kravnr(RICH, 4)}")
    read = await robot.get_krav([kravnr(RICH, 2)])
    assert led == [f"{pax.url}/Krav.aspx?kravnr={kravnr(RICH, 2)}"]
    assert [krav.krav.kravnr for krav in read.values()] == list(read) == [kravnr(RICH, 2)]


@pytest.mark.parametrize(
    ("knob", "times"),
    [("server_error", 2), ("too_many_requests", 1), ("maintenance", 2), ("session_expiry", 1), ("drop", 1),
     ("popup", 3)],
)  # fmt: skip
async def test_what_passes_stops_it_for_the_krav_it_hits_alone(
    robot: PaxRobot, pax: Pax, knob: str, times: int
) -> None:
    wanted = [kravnr(n, 1) for n in range(1, 8)]
    await robot.get_krav(wanted[:1])
    pax.turn(knob, times=times)
    assert list(await robot.get_krav(wanted)) == wanted
    assert pax.hits(knob) == times


async def test_a_pax_that_stays_closed_is_told(impatient: PaxRobot, pax: Pax) -> None:
    await impatient.login()
    pax.turn("maintenance")
    with pytest.raises(SystemException) as caught:
        await impatient.get_krav([kravnr(1, 1), kravnr(2, 1)])
    assert (caught.value.system, caught.value.phase) == ("PAX", "unavailable")
