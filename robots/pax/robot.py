"""What can be done in PAX through its screens: read krav, merge krav into a case, write a krav off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from robots.browser import BrowserPool
from robots.masking import Picture, take_picture
from robots.pax.landmarks import visit_pages
from robots.pax.merging import merging
from robots.pax.pages.frames import Frames
from robots.pax.product import PRODUCT
from robots.pax.reading import leaf_through, read_krav
from robots.pax.safe import SAFE
from robots.pax.saving import BeforeSave, Change, make
from robots.pax.values import PaxKrav
from robots.pax.writing_off import writing_off
from robots.screens.session import PAUSES, Account, ScreenSession

__all__ = ["Account", "PaxKrav", "PaxRobot"]

LEAVES = 50
"""Krav fetched in one go."""
LEAFING_LIMIT = 10.0
"""Seconds for them."""


class PaxRobot:
    """One user of PAX at work, one task at a time. The login state lives in the pool's context for the account.

    Every failure is a SystemException("PAX", phase, message) whose message holds ids only. A session that has ended is
    renewed once and the reading begun again; after «Lagre» nothing is ever repeated.
    """

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
        """`base_url`: of PAX. `act_limit`: seconds for a whole merge or write-off. `read_limit`: seconds for reading
        one krav. `pauses`: seconds before each time a reading is begun again.
        """
        self._session = ScreenSession(PRODUCT, pool, base_url, account, read_limit=read_limit, pauses=pauses)
        self._act_limit = act_limit

    async def login(self) -> None:
        """Log in, or find that the account still is.

        Raises LoginRejected when PAX does not let the account in, also when it must choose a new password. Tried
        once: asked again, this robot gives the same answer without asking PAX.
        """
        await self._session.reading("log in", _nothing)

    async def check_landmarks(self, kravnr: str | None = None) -> tuple[str, ...]:
        """Visit the pages the robot uses and find everything it holds on to, changing nothing. Answers their titles.

        With a kravnr also the pages of that krav and its case, and the two dialogues, which are cancelled again. The
        receipt cannot be visited without saving. Raises ScreenChanged for the first page that lacks something.
        """
        return await self._session.reading("check landmarks", partial(visit_pages, kravnr))

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, PaxKrav]:
        """These krav with all their hendelser, as PAX shows them now. A kravnr that PAX does not know is left out."""
        found = {}
        for kravnr in dict.fromkeys(kravnumre):
            krav = await self._session.reading(f"read krav {kravnr}", partial(read_krav, kravnr))
            if krav is not None:
                found[kravnr] = krav
        return found

    async def survey_krav(self, kravnumre: Sequence[str]) -> dict[str, PaxKrav]:
        """As `get_krav`, for very many: the page behind each krav's link is fetched and read without being shown.

        Whatever is not plainly the page of the krav is left to `get_krav`, with its patience and its errors.
        """
        found: dict[str, PaxKrav] = {}
        left = list(dict.fromkeys(kravnumre))
        while left:
            some, left = left[:LEAVES], left[LEAVES:]
            read = await self._session.reading(f"read {len(some)} krav", partial(leaf_through, some, LEAFING_LIMIT))
            found |= {krav.krav.kravnr: krav for krav in read}
            if stopped_at := some[len(read) :]:
                found |= await self.get_krav(stopped_at[:1])
                left = stopped_at[1:] + left
        return found

    async def merge_krav(self, maalsak: str, kravnumre: Sequence[str], *, before_save: BeforeSave) -> None:
        """Move exactly these krav, which stand in other cases, into the case `maalsak`.

        `before_save` is called right before «Lagre» is clicked and again right before the form leaves the browser. It
        may raise: then nothing has been sent, and its exception is raised here.

        Phase "send" means that the save may have happened, "verify" that it did, but PAX's receipt names other krav.
        Every other phase means that nothing was saved, and the exception says `nothing_done`.
        """
        await self._make(merging(maalsak, kravnumre), before_save)

    async def write_off(self, kravnr: str, kode: str, *, before_save: BeforeSave) -> None:
        """Make this krav AVSKREVET because of `kode`, such as FORELDET, on the day that PAX proposes.

        `before_save`, phases and `nothing_done` are those of `merge_krav`. Raises ValueError for a code that PAX has
        no words for.
        """
        await self._make(writing_off(kravnr, kode), before_save)

    async def picture(self) -> Picture:
        """A masked picture of every window as it stands, also right after a failure; never raises."""
        return await take_picture(self._session.windows, SAFE)

    async def logout(self) -> None:
        """Log out, when logged in."""
        await self._session.log_out()

    async def close(self) -> None:
        """Close the windows at once and forget the login state, without a word to PAX.

        Safe at any moment, also mid-task: the task fails in the browser, and a form that has not left stays unsent.
        """
        await self._session.close()

    async def _make(self, change: Change, before_save: BeforeSave) -> None:
        await make(self._session, change, act_limit=self._act_limit, before_save=before_save)


async def _nothing(_frames: Frames) -> None:
    """Being logged in is all that is asked."""
