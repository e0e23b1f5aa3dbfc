"""Getting into Procasso: once, and never again after a no; and what the robot holds on to there."""

from __future__ import annotations

import pytest

from domain.errors import LoginRejected, SystemException
from domain.krav import Saksflyt
from robots.browser import BrowserPool
from robots.procasso.robot import Account, ProcassoRobot
from tests.integration.robots.running import OTHERS, ROBOT, Procasso, procasso_kravnr

pytestmark = pytest.mark.asyncio(loop_scope="session")

KRAV = procasso_kravnr(60)
PAGES = [
    "Procasso - Pålogging",
    "Procasso - Topp",
    "Procasso - Meny",
    "Procasso - Kravsøk",
    "Procasso - Krav - Krav",
    "Procasso - Krav - Saksflyt",
]


def robot_of(browsers: BrowserPool, procasso: Procasso, account: Account) -> ProcassoRobot:
    return ProcassoRobot(browsers, procasso.url, account, act_limit=15, read_limit=15, pauses=())


async def test_a_rejected_password_is_tried_once(browsers: BrowserPool, procasso: Procasso) -> None:
    robot = robot_of(browsers, procasso, Account(OTHERS[3].user, "galt-passord"))
    for task in (robot.login(), robot.login(), robot.get_saksflyt(KRAV), robot.check_landmarks()):
        with pytest.raises(LoginRejected, match=rf"password of the account {OTHERS[3].user} was rejected") as caught:
            await task
        assert caught.value.system == "PROCASSO"
    assert procasso.account(OTHERS[3].user)["wrong_passwords"] == 1


async def test_a_locked_account_is_said(browsers: BrowserPool, procasso: Procasso) -> None:
    for attempt in range(3):
        with pytest.raises(LoginRejected) as caught:
            await robot_of(browsers, procasso, Account(OTHERS[4].user, f"galt-{attempt}")).login()
    assert "is locked" in caught.value.message
    with pytest.raises(LoginRejected, match="is locked"):
        await robot_of(browsers, procasso, OTHERS[4]).login()


async def test_a_forced_new_password_is_left_to_a_person(browsers: BrowserPool, procasso: Procasso) -> None:
    account = OTHERS[5]
    procasso.set(force_password_change=[account.user])
    with pytest.raises(LoginRejected, match=f"account {account.user} must be given a new password"):
        await robot_of(browsers, procasso, account).login()
    assert procasso.account(account.user)["force_password_change"]


async def test_closed_for_maintenance(browsers: BrowserPool, procasso: Procasso) -> None:
    procasso.set(maintenance=True)
    robot = robot_of(browsers, procasso, OTHERS[6])
    with pytest.raises(SystemException) as caught:
        await robot.login()
    assert (caught.value.system, caught.value.phase) == ("PROCASSO", "unavailable")
    procasso.set(maintenance=False)
    await robot.login()


async def test_logged_out_and_in_again(procasso_robot: ProcassoRobot) -> None:
    await procasso_robot.login()
    await procasso_robot.logout()
    await procasso_robot.logout()
    assert await procasso_robot.get_saksflyt(KRAV) is Saksflyt.ORDINAER


async def test_landmarks_are_looked_for_on_every_page(procasso_robot: ProcassoRobot, procasso: Procasso) -> None:
    assert list(await procasso_robot.check_landmarks(KRAV)) == PAGES
    assert list(await procasso_robot.check_landmarks()) == PAGES[:4]
    assert list(await procasso_robot.check_landmarks("PC9999999")) == PAGES[:4]
    assert procasso.saves(KRAV) == []


@pytest.mark.parametrize(
    ("page", "landmark"),
    [
        ("Procasso - Pålogging", "label «Passord:»"),
        ("Procasso - Topp", "link «Logg av»"),
        ("Procasso - Kravsøk", "label «Kravnr:»"),
        ("Procasso - Krav - Saksflyt", "button «Endre saksflyt… (F6)»"),
        ("Procasso - Krav - Saksflyt", "label «Gjelder fra dato:»"),
        ("Procasso - Krav - Saksflyt", "choice «Myndig, nytt varsel»"),
        ("Procasso - Krav - Saksflyt", "link «>>»"),
    ],
)
async def test_a_missing_landmark_is_named(
    browsers: BrowserPool, procasso_robot: ProcassoRobot, page: str, landmark: str
) -> None:
    """As when Procasso has got a new version: the word on the page is another."""
    await procasso_robot.close()
    word = landmark.split("«")[1].rstrip("»")
    context = await browsers.context(ROBOT.user)
    await context.add_init_script(f"""addEventListener("DOMContentLoaded", () => {{
        if (document.title !== "{page}") return;
        const change = () => {{
            for (const e of document.querySelectorAll("td, a, input, option")) {{
                if (e.textContent.trim() === "{word}") e.textContent = "Noe nytt";
                if (e.value === "{word}") e.value = "Noe nytt"; }} }};
        change();
        new MutationObserver(change).observe(document, {{ subtree: true, childList: true }}) }})""")
    with pytest.raises(SystemException) as caught:
        await procasso_robot.check_landmarks(KRAV)
    assert (caught.value.system, caught.value.phase) == ("PROCASSO", "parse")
    assert caught.value.message == f"landmark {landmark} missing on page «{page}»"
    await procasso_robot.close()
