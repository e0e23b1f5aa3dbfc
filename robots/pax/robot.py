"""What can be done in PAX through its screens: read krav, merge krav into a case, write a krav off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from robots.pax.landmarks import visit_pages
from robots.pax.merging import merging
from robots.pax.pages.frames import Frames
from robots.pax.product import PRODUCT
from robots.pax.reading import leaf_through, read_krav
from robots.pax.safe import SAFE
from robots.pax.saving import BeforeSave, Change, make
from robots.pax.values import KRAVNR, PaxKrav
from robots.pax.writing_off import writing_off
from robots.screens.robot import ScreenRobot
from robots.screens.session import Account

__all__ = ["Account", "PaxKrav", "PaxRobot"]

LEAVES = 50
"""Krav fetched in one go."""
LEAFING_LIMIT = 10.0
"""Seconds for them."""


class PaxRobot(ScreenRobot[Frames]):
    """A robot in PAX. A change is made as a user makes it, and PAX' receipt for it is read."""

    product = PRODUCT
    safe = SAFE
    kravnr = KRAVNR

    async def visit_pages(self, kravnr: str | None, frames: Frames) -> tuple[str, ...]:
        return await visit_pages(kravnr, frames)

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, PaxKrav]:
        """These krav with all their hendelser, as they stand in PAX now. A kravnr that PAX does not know is left out.

        The page behind each krav's link is fetched and read without being shown. Whatever is not plainly the page of
        the krav is left to `look_up_krav`, with its patience and its errors.
        """
        found: dict[str, PaxKrav] = {}
        left = list(dict.fromkeys(kravnumre))
        while left:
            some, left = left[:LEAVES], left[LEAVES:]
            read = await self._session.reading(f"read {len(some)} krav", partial(leaf_through, some, LEAFING_LIMIT))
            found |= {krav.krav.kravnr: krav for krav in read}
            if stopped_at := some[len(read) :]:
                krav = await self.look_up_krav(stopped_at[0])
                found |= {} if krav is None else {krav.krav.kravnr: krav}
                left = stopped_at[1:] + left
        return found

    async def look_up_krav(self, kravnr: str) -> PaxKrav | None:
        """One krav as a person finds it: search, click its link, turn its pages. None when PAX does not know it."""
        return await self._session.reading(f"read krav {kravnr}", partial(read_krav, kravnr))

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

    async def _make(self, change: Change, before_save: BeforeSave) -> None:
        await make(self._session, change, act_limit=self._act_limit, before_save=before_save)
