"""What the dialogues of PAX have in common: a window of its own, saved once after a question, or cancelled."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import Dialog, Error, Frame, Page

from robots.once import sending_once
from robots.pax.pages.news import is_news, press
from robots.pax.pages.receipt import ReceiptPage
from robots.pax.pages.screen import Screen, Sight, arrive, look


@dataclass(slots=True)
class Saving:
    """How far a save came. `pressed`: the button was clicked. `question`: the text of the confirm(), once asked."""

    pressed: bool = False
    question: str | None = None
    accepted: bool = False


class NotSaved(Exception):
    """The question was another than expected, or was not asked at all; nothing was sent."""


class Dialogue(Screen):
    """The page of a window that can be saved; the receipt comes in its place."""

    BUTTONS = ("Lagre", "Avbryt")

    @property
    def window(self) -> Page:
        return self.frame.page

    async def cancel(self) -> None:
        async with self.window.expect_event("close"):
            with suppress(Error):  # the window may be gone before the click has answered
                await self.frame.get_by_role("button", name="Avbryt", exact=True).click()

    async def save(
        self, *, accepts: Callable[[str], bool], before_save: Callable[[], None], limit: float, saving: Saving
    ) -> Sight:
        """Press «Lagre», answer the question, and read whatever page comes.

        `saving` tells how far it came, also on errors.
        `before_save` is called right before the click, and once more when the form is about to leave the browser.
        What it raises is raised here, and nothing has been sent then. The form leaves only after a question that
        `accepts` likes; otherwise NotSaved. It is sent at most once, with `limit` seconds for the answer.
        """

        async def answer(dialog: Dialog) -> None:
            saving.question = dialog.message
            saving.accepted = accepts(dialog.message)
            with suppress(Error):  # the window may be closed under the question
                await (dialog.accept() if saving.accepted else dialog.dismiss())

        def before_sending() -> None:
            if not saving.accepted:
                raise NotSaved
            before_save()

        window = self.window
        window.on("dialog", answer)
        try:
            async with sending_once(window, limit, before_sending) as sending:
                try:
                    return await self._press_save(before_save, limit, saving)
                except Error:
                    if sending.refused is not None:
                        raise sending.refused from None
                    raise
        finally:
            window.remove_listener("dialog", answer)

    async def _press_save(self, before_save: Callable[[], None], limit: float, saving: Saving) -> Sight:
        button = self.frame.get_by_role("button", name="Lagre", exact=True)

        async def press_button() -> None:
            before_save()
            saving.pressed = True
            await button.click()
            if saving.question is not None and not saving.accepted:
                raise NotSaved

        await arrive(self.frame, press_button, limit=limit)
        return await look(self.frame, columns=ReceiptPage.COLUMNS)


async def open_window(frame: Frame, button: str) -> Page:
    """The window this button opens. News may open a window of their own at the same moment, which is not it."""
    async with frame.page.expect_popup(lambda window: not is_news(window)) as opening:
        await press(frame.get_by_role("button", name=button, exact=True), frame)
    return await opening.value
