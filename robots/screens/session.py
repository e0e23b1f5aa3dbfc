"""A robot's time in a system: the login, the window it works in, and the one translator of what goes wrong there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from playwright.async_api import BrowserContext, Error, Page

from domain.errors import LoginRejected, Phase, ScreenChanged, SystemException
from robots.browser import BrowserNotFound, BrowserPool
from robots.errors import system_exception
from robots.screens.frames import Frameset
from robots.screens.login import LoginScreen
from robots.screens.screen import Screen, Sight, UnexpectedPage, visit
from robots.screens.values import ValueNotRead
from robots.screens.verdicts import Passing, SessionLost, Verdicts

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Frames = TypeVar("Frames", bound=Frameset)

PAUSES = (0.1, 0.2, *(0.4,) * 6)
"""Seconds before each time a reading that was stopped by what may pass is begun again."""
_CLOSE_LIMIT = 5.0
"""Seconds for a window to close."""
_LOG_OUT_LIMIT = 10.0
"""Seconds to log out: a call into a browser that hangs has no limit of its own."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user that belongs to robots. The system lets each user have one session, so one robot at a time may use it."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Product(Generic[Frames]):
    """A system as a session must know it.

    front: below the base URL, where a logged-in user lands. window_opened: called with each window as it opens.
    """

    verdicts: Verdicts
    front: str
    login: type[LoginScreen]
    frames: type[Frames]
    window_opened: Callable[[Page], Awaitable[None]] | None = None


class ScreenSession(Generic[Frames]):
    """Logged in when it must be, in a window that is at rest before each task."""

    def __init__(
        self,
        product: Product[Frames],
        pool: BrowserPool,
        base_url: str,
        account: Account,
        *,
        read_limit: float,
        pauses: Sequence[float],
    ) -> None:
        self.user = account.user
        self._product = product
        self._verdicts = product.verdicts
        self._system = product.verdicts.system
        self._pool = pool
        self._base_url = base_url.rstrip("/")
        self._account = account
        self._read_limit = read_limit
        self._pauses = pauses
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._settled = False
        self._lost = False
        self._rejected: str | None = None

    @property
    def windows(self) -> list[Page]:
        return self._context.pages if self._context is not None else []

    async def reading(self, step: str, read: Callable[[Frames], Awaitable[Result]]) -> Result:
        """Do what changes nothing; begin it again, after a new login when it must, as long as what stops it may pass.

        `step` says in an error what was being done. `read_limit` holds for all of it, since a call into a browser that
        hangs has no limit of its own.
        """
        limit = asyncio.timeout(self._read_limit)
        try:
            async with limit:
                return await self._persistently(step, read)
        except TimeoutError:
            if not limit.expired():
                raise
            raise SystemException(
                self._system, "answer", f"{step}: not finished in {self._read_limit:g} seconds"
            ) from None

    @contextmanager
    def task(self, step: str, possibly_saved: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Errors inside become SystemExceptions, and the next task then begins in a new window.

        Phase "send" as soon as `possibly_saved` says so. The causes are cut off (`from None`), since Playwright's texts
        and the page itself may hold personal data.
        """
        self._settled = False
        try:
            yield
        except UnexpectedPage as error:
            told = self._verdicts.exception_for(error, step, self.user)
        except Error as error:
            told = self._verdicts.exception_for_error(error, step)
        except ValueNotRead as error:
            told = SystemException(self._system, "parse", f"{step}: «{error}» is not of the agreed form")
        except BrowserNotFound as error:
            told = SystemException(self._system, "connect", str(error))
        else:
            self._settled = True
            return
        if possibly_saved():
            told = SystemException(self._system, "send", f"{told.message}; it may have been saved")
        raise self._remembered(told) from None

    @asynccontextmanager
    async def acting(self, step: str, act_limit: float, possibly_saved: Callable[[], bool]) -> AsyncIterator[None]:
        """Around what changes something, from the first page to the receipt: `act_limit` seconds for all of it.

        Every SystemException that leaves it says whether `nothing_done` is certain: phase "send" means that the save
        may have happened, "verify" that it did.
        """
        limit = asyncio.timeout(act_limit)
        try:
            async with limit:
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            saved = possibly_saved()
            phase: Phase = "send" if saved else "answer"
            message = f"{step}: not finished in {act_limit:g} seconds"
            raise SystemException(self._system, phase, message, nothing_done=not saved) from None
        except SystemException as error:
            error.nothing_done = error.phase not in ("send", "verify")
            raise

    async def log_out(self) -> None:
        """Log out, when logged in. What does not answer within the limit is closed: the session ends by itself."""
        page, self._page = self._page, None
        if page is None or page.is_closed():
            return
        try:
            async with asyncio.timeout(_LOG_OUT_LIMIT):
                with self.task("log out"):
                    await self._product.frames(page).log_out()
        except TimeoutError:
            await self.close()
            told = f"log out: not finished in {_LOG_OUT_LIMIT:g} seconds"
            raise SystemException(self._system, "answer", told) from None
        await close_quietly(page)

    async def close(self) -> None:
        """Close the windows at once and forget the login state, without a word to the system."""
        self._page = None
        await self._pool.discard(self.user)

    async def _persistently(self, step: str, read: Callable[[Frames], Awaitable[Result]]) -> Result:
        for pause in self._pauses:
            try:
                return await self._read_once(step, read)
            except Passing as error:
                log.info("%s; once more in %g s", error, pause)
                self._lost |= isinstance(error, SessionLost)
            await asyncio.sleep(pause)
        return await self._read_once(step, read)

    async def _read_once(self, step: str, read: Callable[[Frames], Awaitable[Result]]) -> Result:
        frames = await self._frames()
        with self.task(step):
            return await read(frames)

    async def _frames(self) -> Frames:
        """The system, logged in and at rest: after a failure in a new window, and with a login when it must."""
        at_rest = self._settled
        with self.task("log in"):
            context = await self._pool.context(self.user)
            if not at_rest or self._page is None or self._page.is_closed() or context is not self._context:
                self._page = await self._open(context)
            return self._product.frames(self._page)

    async def _open(self, context: BrowserContext) -> Page:
        if self._rejected is not None:
            raise LoginRejected(self._system, self._rejected)
        if context is not self._context:
            if self._product.window_opened is not None:
                context.on("page", self._product.window_opened)
            self._context = context
        for left in context.pages:
            await close_quietly(left)
        if self._lost:
            # With its cookie the system would only say once more that the session is taken over.
            await context.clear_cookies()
            self._lost = False
        page = await context.new_page()
        sight = await visit(page, f"{self._base_url}/{self._product.front}")
        if sight.title == self._product.login.TITLE:
            login = self._product.login(page)
            await check_landmarks(login)
            sight = await self._send_password(login)
        frames = self._product.frames(page)
        if sight.title != frames.TITLE:
            raise UnexpectedPage(frames.TITLE, sight)
        await frames.ready()
        return page

    async def _send_password(self, login: LoginScreen) -> Sight:
        """What comes after it. Without an answer nobody knows whether the system has counted it as a wrong one, so it
        is then not sent again here: when it may be, the hub decides. A page that says the system is ill or closed is an
        answer.
        """
        try:
            sight = await login.log_in(self.user, self._account.password, self._read_limit)
        except Error as error:
            raise system_exception(self._system, error, "log in") from None
        if sight.title == login.TITLE:
            raise self._remembered(self._verdicts.rejected_login(sight, self.user))
        if sight.blank:
            raise SystemException(self._system, "answer", "log in: the connection was closed without an answer")
        return sight

    def _remembered(self, told: SystemException) -> SystemException:
        """A rejected account is not tried again by this robot."""
        if isinstance(told, LoginRejected):
            self._rejected = told.message
        return told


async def check_landmarks(screen: Screen, *, columns: bool = True) -> None:
    """Raises ScreenChanged when something the robot holds on to is not on the screen."""
    missing = await screen.missing_landmarks(columns=columns)
    if missing:
        raise ScreenChanged(screen.SYSTEM, f"landmark {missing[0]} missing on page «{screen.TITLE}»")


async def close_quietly(window: Page) -> None:
    """Best effort: a window that hangs is left behind, and the browser closes it with the context."""
    with suppress(Error, TimeoutError):
        await asyncio.wait_for(window.close(), _CLOSE_LIMIT)
