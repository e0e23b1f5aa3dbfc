"""What a page that was not expected means."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Error

from domain.errors import LoginRejected, SystemException
from robots.errors import is_broken_off, system_exception
from robots.screens.screen import Sight, UnexpectedPage

_OVERLOADED = (429, 503)


class Passing(SystemException):
    """An error page, a closed door or a broken connection, told at once: a reading may be begun again."""


class SessionLost(Passing):
    """The system has logged us out, or logged the account in elsewhere: a new login is needed first."""

    def __init__(self, system: str, step: str, how: str) -> None:
        super().__init__(system, "auth", f"{step}: {how}")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """By the words of one system: the titles of its pages, and texts of its messages.

    elsewhere: the account was logged in somewhere else. expired, locked_account: why the login page stands there.
    """

    system: str
    login: str
    new_password: str
    closed: str
    program_error: str
    elsewhere: str
    expired: str
    locked_account: str

    def exception_for(self, unexpected: UnexpectedPage, step: str, user: str) -> SystemException:
        """SessionLost, LoginRejected (a new password must be chosen) or the SystemException this page stands for."""
        sight = unexpected.sight
        if sight.title == self.login:
            return SessionLost(self.system, step, "the session has ended")
        if self.elsewhere in sight.text:
            return SessionLost(self.system, step, "the account was logged in somewhere else")
        if sight.title == self.new_password:
            return self._must_choose_password(user)
        if sight.title == self.closed or sight.status in _OVERLOADED:
            return Passing(self.system, "unavailable", f"{step}: {self.system} is closed or overloaded")
        if sight.blank:
            return Passing(self.system, "answer", f"{step}: the connection was closed without an answer")
        if sight.title == self.program_error or sight.is_error:
            return Passing(self.system, "answer", f"{step}: {self.system} shows an error page")
        return SystemException(self.system, "parse", f"{step}: another page came than «{unexpected.expected}»")

    def exception_for_error(self, error: Error, step: str) -> SystemException:
        """What a Playwright error means when nothing can have been saved."""
        told = system_exception(self.system, error, step)
        return Passing(self.system, told.phase, told.message) if is_broken_off(error) else told

    def rejected_login(self, sight: Sight, user: str) -> SystemException:
        """What the login page means when it comes again after the password was sent. Unclear = rejected, the safe
        side.
        """
        if self.expired in sight.text:
            return SessionLost(self.system, "log in", "the session ended at once")
        if self.locked_account in sight.text:
            return LoginRejected(
                self.system,
                f"the account {user} is locked after three wrong passwords; {self.system} support must open it",
            )
        return LoginRejected(
            self.system,
            f"the password of the account {user} was rejected; it has been tried once and is not tried again",
        )

    def _must_choose_password(self, user: str) -> LoginRejected:
        return LoginRejected(
            self.system,
            f"the account {user} must be given a new password: "
            f"log in to {self.system} as {user}, choose one, and store it for the robot",
        )
