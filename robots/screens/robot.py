"""A robot in the screens of one system: what each of them can do, whatever the system is for."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import Generic

from robots.browser import BrowserPool
from robots.masking import Picture, Safe, take_picture
from robots.screens.session import PAUSES, Account, Frames, Product, ScreenSession


class ScreenRobot(ABC, Generic[Frames]):
    """One user of the system at work, one task at a time. The login state lives in the pool's context for the account.

    Every failure is a SystemException of the system, with a message that holds ids only. A session that has ended is
    renewed once and the reading begun again; after «Lagre» nothing is ever repeated.
    """

    product: Product[Frames]
    safe: Safe
    """The texts a picture may show."""
    kravnr: str
    """What a kravnr looks like in the system: a regular expression."""

    def __init__(
        self,
        pool: BrowserPool,
        base_url: str,
        account: Account,
        *,
        act_limit: float,
        read_limit: float = 60.0,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`base_url`: of the screens. `act_limit`: seconds for a whole change. `read_limit`: seconds for reading one
        krav. `pauses`: seconds before each time a reading is begun again.
        """
        self._session = ScreenSession(self.product, pool, base_url, account, read_limit=read_limit, pauses=pauses)
        self._act_limit = act_limit

    @abstractmethod
    async def visit_pages(self, kravnr: str | None, frames: Frames) -> tuple[str, ...]:
        """Look at every page the robot uses, with a kravnr also those of the krav; answers their titles."""

    async def login(self) -> None:
        """Log in, or find that the account still is.

        Raises LoginRejected when the system does not let the account in, also when it must choose a new password.
        Tried once: asked again, this robot gives the same answer without asking the system.
        """
        await self._session.reading("log in", _nothing)

    async def check_landmarks(self, kravnr: str | None = None) -> tuple[str, ...]:
        """Visit the pages the robot uses and find everything it holds on to, changing nothing. Answers their titles.

        With a kravnr also the pages of that krav and the dialogues, which are cancelled again. A receipt cannot be
        seen without saving. Raises ScreenChanged for the first page that lacks something.
        """
        return await self._session.reading("check landmarks", partial(self.visit_pages, kravnr))

    async def picture(self, about: str | None = None) -> Picture:
        """A masked picture of every window as it stands, also right after a failure; never raises.

        `about`: a text with the kravnr of what is worked on. When another system fails, the windows may still stand at
        the krav before it: a picture of other krav alone is none.
        """
        taken = await take_picture(self._session.windows, self.safe)
        shown = re.findall(rf"\b{self.kravnr}\b", taken.text)
        if about is None or not shown or any(kravnr in about for kravnr in shown):
            return taken
        return Picture(None, "the screens showed another krav")

    async def logout(self) -> None:
        """Log out, when logged in."""
        await self._session.log_out()

    async def close(self) -> None:
        """Close the windows at once and forget the login state, without a word to the system.

        Safe at any moment, also mid-task: the task fails in the browser, and a form that has not left stays unsent.
        """
        await self._session.close()


async def _nothing(_frames: object) -> None:
    """Being logged in is all that is asked."""
