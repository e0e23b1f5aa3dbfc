"""Getting into PAX: once, and never again after a no."""

from __future__ import annotations

import pytest
from playwright.async_api import Route

from domain.errors import LoginRejected, SystemException
from robots.browser import BrowserPool
from robots.pax.robot import Account, PaxRobot
from tests.integration.robots.running import BIG, BRIEF, OTHERS, RICH, ROBOT, Pax, kravnr

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = ["PAX - Innlogging", "PAX - Meny", "PAX - Søk", "PAX - Krav", "PAX - Avskriving", "PAX - Sak"]
PAGES += ["PAX - Slå sammen krav"]


async def test_a_rejected_password_is_tried_once(browsers: BrowserPool, pax: Pax) -> None:
    robot = PaxRobot(browsers, pax.url, Account(OTHERS[3].user, "galt-passord"), act_limit=15)
    for task in (robot.login(), robot.login(), robot.get_krav([kravnr(1, 1)]), robot.check_landmarks()):
        with pytest.raises(LoginRejected, match=rf"password of the account {OTHERS[3].user} was rejected"):
            await task
    assert pax.account(OTHERS[3].user)["wrong_passwords"] == 1
    assert "galt-passord" not in repr(robot._session._account)


async def test_a_locked_account_is_said(browsers: BrowserPool, pax: Pax) -> None:
    for attempt in range(3):
        with pytest.raises(LoginRejected) as caught:
            await PaxRobot(browsers, pax.url, Account(OTHERS[4].user, f"galt-{attempt}"), act_limit=15).login()
    assert "is locked" in caught.value.message
    with pytest.raises(LoginRejected, match="is locked"):
        await PaxRobot(browsers, pax.url, OTHERS[4], act_limit=15).login()


async def test_a_forced_new_password_is_left_to_a_person(browsers: BrowserPool, pax: Pax) -> None:
    account = OTHERS[5]
    pax.set(force_password_change=[account.user])
    robot = PaxRobot(browsers, pax.url, account, act_limit=15)
    with pytest.raises(LoginRejected, match=f"account {account.user} must be given a new password"):
        await robot.login()
    assert pax.account(account.user)["force_password_change"]


async def test_pax_closed_for_maintenance(browsers: BrowserPool, pax: Pax) -> None:
    pax.set(maintenance=True)
    robot = PaxRobot(browsers, pax.url, OTHERS[6], act_limit=15, pauses=BRIEF)
    with pytest.raises(SystemException) as caught:
        await robot.login()
    assert (caught.value.system, caught.value.phase) == ("PAX", "unavailable")
    pax.set(maintenance=False)
    await robot.login()


async def test_a_session_that_ends_at_once_is_no_rejected_password(browsers: BrowserPool, pax: Pax) -> None:
    pax.turn("session_expiry")
    robot = PaxRobot(browsers, pax.url, OTHERS[6], act_limit=15, pauses=BRIEF)
    with pytest.raises(SystemException) as caught:
        await robot.login()
    assert caught.value.phase == "auth"
    assert not isinstance(caught.value, LoginRejected)
    pax.calm()
    await robot.login()


async def test_logged_out_and_in_again(robot: PaxRobot) -> None:
    await robot.login()
    await robot.logout()
    await robot.logout()
    assert await robot.get_krav([kravnr(1, 1)])


async def test_landmarks_are_looked_for_on_every_page(robot: PaxRobot, pax: Pax) -> None:
    assert list(await robot.check_landmarks(kravnr(RICH, 1))) == PAGES
    assert list(await robot.check_landmarks(kravnr(BIG, 13))) == PAGES
    assert list(await robot.check_landmarks()) == PAGES[:3]
    assert list(await robot.check_landmarks("PX0000000")) == PAGES[:3]
    assert pax.written_off(kravnr(RICH, 1)) == []


@pytest.mark.parametrize("page", ["AvskrivSkjema", "Sak", "SlaaSammen"])
async def test_a_krav_that_somebody_moves_meanwhile_is_no_new_version(
    browsers: BrowserPool, robot: PaxRobot, pax: Pax, trio: tuple[str, list[str]], page: str
) -> None:
    """Its case is then empty, and PAX does not know it any more: found so, PAX would be stopped for all robots."""
    target, (moved, _) = trio
    other = PaxRobot(browsers, pax.url, OTHERS[0], act_limit=15)

    async def move_first(route: Route) -> None:
        await other.merge_krav(target, [moved], before_save=lambda: None)
        await route.continue_()

    await (await browsers.context(ROBOT.user)).route(f"**/{page}.aspx*", move_first, times=1)
    assert list(await robot.check_landmarks(moved)) == PAGES
    assert pax.merges([moved]) == [(moved, target)]
    await other.close()


@pytest.mark.parametrize(
    ("page", "landmark"),
    [
        ("PAX - Innlogging", "label «Passord:»"),
        ("PAX - Meny", "link «Logg ut»"),
        ("PAX - Søk", "label «Saksnr:»"),
        ("PAX - Krav", "label «Tilstand:»"),
        ("PAX - Krav", "column «Hendelse»"),
        ("PAX - Krav", "button «Avskriv…»"),
        ("PAX - Avskriving", "label «Årsak:»"),
        ("PAX - Avskriving", "option «Foreldet»"),
        ("PAX - Avskriving", "field «Jeg har kontrollert at kravet kan avskrives»"),
        ("PAX - Sak", "button «Slå sammen krav…»"),
        ("PAX - Slå sammen krav", "column «Velg»"),
        ("PAX - Slå sammen krav", "button «Lagre»"),
    ],
)
async def test_a_missing_landmark_is_named(browsers: BrowserPool, robot: PaxRobot, page: str, landmark: str) -> None:
    """As when PAX has got a new version: the word on the page is another."""
    await robot.close()
    word = landmark.split("«")[1].rstrip("»")
    context = await browsers.context(ROBOT.user)
    await context.add_init_script(f"""addEventListener("DOMContentLoaded", () => {{
        if (document.title !== "{page}") return;
        for (const e of document.querySelectorAll("td, th, a, input, option")) {{
            if (e.textContent.trim() === "{word}") e.textContent = "Noe nytt";
            if (e.value === "{word}") e.value = "Noe nytt"; }} }})""")
    with pytest.raises(SystemException) as caught:
        await robot.check_landmarks(kravnr(RICH, 1))
    assert (caught.value.system, caught.value.phase) == ("PAX", "parse")
    assert caught.value.message == f"landmark {landmark} missing on page «{page}»"
    await robot.close()
