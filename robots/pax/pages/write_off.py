"""The write-off dialogue, a window with two frames: choose why, confirm that it was checked, save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from playwright.async_api import Locator, Page

from robots.masking import Safe
from robots.pax.pages.dialogue import Dialogue
from robots.pax.pages.screen import UnexpectedPage, look
from robots.pax.values import AVSKRIVINGSAARSAK, KRAVNR

_WINDOW = "PAX - Avskriv krav"
_CHECKED = "Jeg har kontrollert at kravet kan avskrives"


@dataclass(frozen=True, slots=True)
class Form:
    """What the form shows once it is filled in. `dato` is PAX's own proposal."""

    kravnr: str
    aarsak: str
    dato: str
    kontrollert: bool


class WriteOffDialogue(Dialogue):
    """The lower frame; the upper one has the heading."""

    TITLE = "PAX - Avskriving"
    LABELS = ("Kravnr", "Tilstand", "Sum", "Årsak", "Dato")
    SAFE = Safe(
        labels=frozenset(
            {
                *(f"{label}:" for label in LABELS),
                *Dialogue.BUTTONS,
                _CHECKED,
                "(velg)",
                "Velg årsak.",
                "Dato må skrives dd.mm.åååå og kan ikke være fram i tid.",
                "Bekreft at kravet er kontrollert.",
                "Kravet finnes ikke.",
            }
        ),
        patterns=(rf"Avskriv krav {KRAVNR}", rf"Krav {KRAVNR} er avsluttet\."),
    )

    @classmethod
    async def in_window(cls, window: Page) -> Self:
        """The form of a window that has just opened. Raises UnexpectedPage when another page came there."""
        await window.wait_for_load_state()
        frame = window.frame(name="skjema")
        if frame is None:
            raise UnexpectedPage(_WINDOW, await look(window.main_frame))
        return cls(frame)

    async def fill_in(self, aarsak: str) -> Form:
        """Choose why and tick that it was checked; the date stays as proposed. Answers what the form shows then."""
        await self.come()
        await self._aarsak.select_option(label=aarsak)
        await self._checked.check()
        fields = (await self.look()).fields
        chosen = await self._aarsak.evaluate("list => list.selectedOptions[0]?.text ?? ''")
        return Form(fields["Kravnr"], chosen, await self._dato.input_value(), await self._checked.is_checked())

    async def missing_landmarks(self, *, columns: bool = True) -> list[str]:
        """Also the fields, which no label is tied to, and every line of the list that we have a code for."""
        fields = {"Årsak": self._aarsak, "Dato": self._dato, _CHECKED: self._checked}
        missing = [f"field «{name}»" for name, locator in fields.items() if await locator.count() != 1]
        lines = await self.frame.get_by_role("option").all_inner_texts()
        missing += [f"option «{words}»" for words in AVSKRIVINGSAARSAK.values() if words not in lines]
        return [*await super().missing_landmarks(columns=columns), *missing]

    @property
    def _aarsak(self) -> Locator:
        return self._row("Årsak:").get_by_role("combobox")

    @property
    def _dato(self) -> Locator:
        return self._row("Dato:").get_by_role("textbox")

    @property
    def _checked(self) -> Locator:
        return self._row(_CHECKED).get_by_role("checkbox")

    def _row(self, text: str) -> Locator:
        """The row of the form in which this stands in a cell of its own."""
        return self.frame.get_by_role("row").filter(has=self.frame.get_by_role("cell", name=text, exact=True))
