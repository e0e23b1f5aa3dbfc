"""«Endre saksflyt»: a dialogue drawn by script over the tab. Choose, pick the day, give the reason, save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from playwright.async_api import Error, Locator

from domain.krav import Saksflyt
from robots.masking import Safe
from robots.once import sending_once
from robots.procasso.pages.calendar import Calendar
from robots.procasso.pages.screen import Screen
from robots.procasso.values import KRAVNR, SAKSFLYTER, parse_dato, parse_saksflyt
from robots.screens.screen import Sight, arrive, look

AARSAK = "Satt av robot"
_SAVE, _CANCEL, _CALENDAR = "Lagre (F9)", "Avbryt (Esc)", "…"
_FLOW, _FROM, _REASON = "Ny saksflyt", "Gjelder fra dato", "Årsak"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the dialogue shows as chosen."""

    saksflyt: Saksflyt
    gjelder_fra: date


@dataclass(slots=True)
class Saving:
    """How far a save came. `pressed`: the button was clicked."""

    pressed: bool = False


class SaksflytDialogue(Screen):
    """`look` sees the page below it. Procasso draws it open once more when it refuses to save."""

    TITLE = "Procasso - Krav - Saksflyt"
    LABELS = (_FLOW, _FROM, _REASON)
    BUTTONS = (_SAVE, _CANCEL, _CALENDAR)
    SAFE = Safe(
        labels=frozenset(
            {*(f"{label}:" for label in LABELS), *BUTTONS, AARSAK, "Velg saksflyt."}
            | {f"{label} må fylles ut." for label in ("Gjelder fra", _REASON)}
        ),
        patterns=(rf"Endre saksflyt for krav {KRAVNR}", rf"Krav {KRAVNR} er avsluttet\."),
    )

    async def choose(self, til: Saksflyt, gjelder_fra: date) -> Choice:
        """Fill everything in, and read back what the dialogue shows then. Raises ValueNotRead."""
        await self._flows.select_option(label=SAKSFLYTER[til])
        await self._button(_CALENDAR).click()
        await Calendar(self.frame).pick(gjelder_fra)
        await self._box(_REASON).fill(AARSAK)
        shown = await self._flows.evaluate("list => list.selectedOptions[0].text.trim()")
        return Choice(parse_saksflyt(shown), parse_dato(await self._box(_FROM).input_value()))

    async def is_open(self) -> bool:
        return await self._button(_SAVE).is_visible()

    async def cancel(self) -> None:
        await self._button(_CANCEL).click()

    async def save(self, *, before_save: Callable[[], None], limit: float, saving: Saving) -> Sight:
        """Press «Lagre», and read whatever page comes.

        `saving` tells how far it came, also on errors.
        `before_save` is called right before the click, and once more when the form is about to leave the browser.
        What it raises is raised here, and nothing has been sent then. The form is sent at most once, with `limit`
        seconds for the answer.
        """

        async def press() -> None:
            before_save()
            saving.pressed = True
            await self._button(_SAVE).click()

        async with sending_once(self.frame.page, limit, before_save) as sending:
            try:
                await arrive(self.frame, press, limit=limit)
                return await look(self.frame)
            except Error:
                if sending.refused is not None:
                    raise sending.refused from None
                raise

    async def missing_landmarks(self, *, columns: bool = True) -> list[str]:
        """Also each saksflyt in the list, and the calendar, which is opened for it and closed again."""
        missing = await super().missing_landmarks(columns=columns)
        if missing:
            return missing
        offered = await self._flows.evaluate("list => [...list.options].map(option => option.text.trim())")
        missing = [f"choice «{name}»" for name in SAKSFLYTER.values() if name not in offered]
        await self._button(_CALENDAR).click()
        missing += await Calendar(self.frame).missing_landmarks()
        await self._button(_CALENDAR).click()
        return missing

    @property
    def _flows(self) -> Locator:
        return self._cell(_FLOW).get_by_role("combobox")

    def _box(self, label: str) -> Locator:
        return self._cell(label).get_by_role("textbox")

    def _cell(self, label: str) -> Locator:
        return self.frame.get_by_text(f"{label}:", exact=True).locator("xpath=following-sibling::td")

    def _button(self, name: str) -> Locator:
        return self.frame.get_by_role("button", name=name, exact=True)
