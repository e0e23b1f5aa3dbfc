"""The calendar that fills the date field nobody can type in: one month at a time."""

from __future__ import annotations

import re
from datetime import date

from playwright.async_api import Frame

from robots.masking import Safe
from robots.screens.values import ValueNotRead

MONTHS = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip
_CAPTION = re.compile(rf"({'|'.join(MONTHS)}) (\d{{4}})")
BACK, FORWARD = "<<", ">>"
SAFE = Safe(
    labels=frozenset({BACK, FORWARD, "Uke", "Ma", "Ti", "On", "To", "Fr", "Lø", "Sø"}),
    patterns=(_CAPTION.pattern,),
)


class Calendar:
    """Open below its field. Days of the months before and after are shown, but are no links."""

    def __init__(self, frame: Frame) -> None:
        self._table = (
            frame.get_by_role("table").filter(has=frame.get_by_role("columnheader", name="Uke", exact=True)).last
        )  # it stands in a cell of another table

    async def pick(self, day: date) -> None:
        """Turn to the month of this day and click it; that closes the calendar. Raises ValueNotRead."""
        year, month = await self._shown()
        months = (day.year - year) * 12 + day.month - month
        turn = self._table.get_by_role("link", name=FORWARD if months > 0 else BACK, exact=True)
        for _ in range(abs(months)):
            await turn.click()
        await self._table.get_by_role("link", name=str(day.day), exact=True).click()

    async def missing_landmarks(self) -> list[str]:
        """What the robot holds on to in the calendar and does not find."""
        arrows = [name for name in (BACK, FORWARD) if not await self._arrow(name)]
        return [f"link «{name}»" for name in arrows]

    async def _arrow(self, name: str) -> int:
        return await self._table.get_by_role("link", name=name, exact=True).count()

    async def _shown(self) -> tuple[int, int]:
        """Year and month."""
        told = _CAPTION.search(await self._table.inner_text())
        if told is None:
            raise ValueNotRead("kalender")
        return int(told[2]), MONTHS.index(told[1]) + 1
