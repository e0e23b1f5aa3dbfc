"""What a page that was not expected means."""

from __future__ import annotations

import re

from playwright.async_api import Error

from domain.errors import LoginRejected, SystemException
from robots.errors import is_broken_off, system_exception
from robots.pax.pages.login import ChangePasswordPage, LoginPage
from robots.pax.pages.screen import Sight, UnexpectedPage

PAX = "PAX"

_ELSEWHERE = "Du er logget inn et annet sted"
_CLOSED = "PAX - Vedlikehold"
_PROGRAM_ERROR = "PAX - Feil"
_LOCKED_ACCOUNT = "Kontoen er låst"
_EXPIRED = "Sesjonen er utløpt"
_LOCKED_CASE = re.compile(r"Saken er låst av bruker \S+\.")
_OVERLOADED = (429, 503)


class Passing(SystemException):
    """An error page, a closed door or a broken connection, told at once: a reading may be begun again."""


class SessionLost(Passing):
    """PAX has logged us out, or logged the account in elsewhere: a new login is needed first."""

    def __init__(self, step: str, how: str) -> None:
        super().__init__(PAX, "auth", f"{step}: {how}")


def exception_for(unexpected: UnexpectedPage, step: str, user: str) -> SystemException:
    """SessionLost, LoginRejected (a new password must be chosen) or the SystemException this page stands for."""
    sight = unexpected.sight
    if sight.title == LoginPage.TITLE:
        return SessionLost(step, "the session has ended")
    if _ELSEWHERE in sight.text:
        return SessionLost(step, "the account was logged in somewhere else")
    if sight.title == ChangePasswordPage.TITLE:
        return must_choose_password(user)
    if sight.title == _CLOSED or sight.status in _OVERLOADED:
        return Passing(PAX, "unavailable", f"{step}: PAX is closed or overloaded")
    if sight.blank:
        return Passing(PAX, "answer", f"{step}: the connection was closed without an answer")
    if sight.title == _PROGRAM_ERROR or sight.is_error:
        return Passing(PAX, "answer", f"{step}: PAX shows an error page")
    return SystemException(PAX, "parse", f"{step}: another page came than «{unexpected.expected}»")


def exception_for_error(error: Error, step: str) -> SystemException:
    """What a Playwright error means when nothing can have been saved."""
    told = system_exception(PAX, error, step)
    return Passing(PAX, told.phase, told.message) if is_broken_off(error) else told


def rejected_login(sight: Sight, user: str) -> SystemException:
    """What the login page means when it comes again after the password was sent. Unclear = rejected, the safe side."""
    if _EXPIRED in sight.text:
        return SessionLost("log in", "the session ended at once")
    if _LOCKED_ACCOUNT in sight.text:
        return LoginRejected(PAX, f"the account {user} is locked after three wrong passwords; PAX support must open it")
    return LoginRejected(
        PAX, f"the password of the account {user} was rejected; it has been tried once and is not tried again"
    )


def must_choose_password(user: str) -> LoginRejected:
    return LoginRejected(
        PAX,
        f"the account {user} must be given a new password: "
        f"log in to PAX as {user}, choose one, and store it for the robot",
    )


def is_locked_case(sight: Sight) -> bool:
    """Does the page say that somebody else has the case open?"""
    return _LOCKED_CASE.search(sight.text) is not None


def locked_case(case: str) -> SystemException:
    """What a locked case means. `case`: its saksnr, or how else it can be found."""
    return SystemException(PAX, "answer", f"case is locked by another user: {case}; nothing was saved")
