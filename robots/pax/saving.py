"""Making a change in PAX: fill in its dialogue, save it once, and know from the receipt what was done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.errors import SystemException
from robots.pax.pages.dialogue import Dialogue, NotSaved, Saving
from robots.pax.pages.frames import Frames
from robots.pax.pages.receipt import Receipt, ReceiptPage, read_receipt
from robots.pax.pages.screen import Sight, UnexpectedPage
from robots.pax.verdicts import PAX, is_locked_case, locked_case
from robots.screens.session import ScreenSession, close_quietly

BeforeSave = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Change:
    """step: what is done, in words that follow «to», with ids and nothing else. case: the one it is done in.
    fill_in: opens the dialogue and fills it in, which changes nothing. question: what PAX must ask on «Lagre».
    receipt: what it must then say that it has done.
    """

    step: str
    case: str
    fill_in: Callable[[Frames], Awaitable[Dialogue]]
    question: str
    receipt: Receipt


async def make(session: ScreenSession[Frames], change: Change, *, act_limit: float, before_save: BeforeSave) -> None:
    """Make the change, in at most `act_limit` seconds.

    Filling in is begun again as long as what stops it may pass; after «Lagre» nothing is ever repeated. Raises what
    `before_save` raises, and SystemException as `PaxRobot` says.
    """
    saving = Saving()
    async with session.acting(change.step, act_limit, possibly_saved=lambda: saving.pressed):
        dialogue = await session.reading(change.step, change.fill_in)
        with session.task(change.step, possibly_saved=lambda: saving.pressed):
            _check(await _save(dialogue, change, act_limit, before_save, saving), dialogue, change)
    await close_quietly(dialogue.window)


async def _save(dialogue: Dialogue, change: Change, act_limit: float, before_save: BeforeSave, saving: Saving) -> Sight:
    try:
        return await dialogue.save(
            accepts=lambda text: text == change.question, before_save=before_save, limit=act_limit, saving=saving
        )
    except NotSaved:
        raise SystemException(PAX, "parse", f"PAX did not ask «{change.question}», so nothing was saved") from None


def _check(sight: Sight, dialogue: Dialogue, change: Change) -> None:
    """What came after «Lagre». The dialogue once more = refused, and PAX has saved nothing."""
    refused = sight.title == dialogue.TITLE and not sight.is_error
    if refused and is_locked_case(sight):
        raise locked_case(change.case)
    if refused:
        raise SystemException(PAX, "answer", f"PAX refused to {change.step} and saved nothing")
    receipt = read_receipt(sight)
    if receipt is None:
        raise UnexpectedPage(ReceiptPage.TITLE, sight)
    if receipt != change.receipt:
        raise SystemException(PAX, "verify", f"{change.step}: the receipt names something else")
