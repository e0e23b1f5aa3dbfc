"""The balance of one night's oppgaver: what came in is somewhere, or the report says that it is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

from hub.report import STILL_OPEN, NightReport
from hub.states import State


@dataclass(frozen=True, slots=True)
class Balanse:
    """in = completed + waiting + awaiting_approval + handled_manually + cancelled + still open (+ closed later).

    `inn` is counted on its own (hub.report), so that the two can differ.
    """

    inn: int = 0
    fullfoert: int = 0
    venter: int = 0
    til_godkjenning: int = 0
    haandtert_manuelt: int = 0
    avbrutt: int = 0
    aapne: int = 0
    lukket_senere: int = 0

    @classmethod
    def of(cls, natt: NightReport) -> Self:
        states = natt.control.states
        return cls(
            inn=natt.taken_in,
            fullfoert=states.get(State.COMPLETED, 0),
            venter=states.get(State.WAITING, 0),
            til_godkjenning=states.get(State.AWAITING_APPROVAL, 0),
            haandtert_manuelt=states.get(State.HANDLED_MANUALLY, 0),
            avbrutt=states.get(State.CANCELLED, 0),
            aapne=sum(states.get(state, 0) for state in STILL_OPEN),
            lukket_senere=natt.control.closed_later,
        )

    @classmethod
    def total(cls, balanser: Iterable[Balanse]) -> Self:
        each = list(balanser)
        return cls(**{field.name: sum(getattr(balanse, field.name) for balanse in each) for field in fields(cls)})

    @property
    def ut(self) -> int:
        """Everything that came in and is found again."""
        return sum(getattr(self, field.name) for field in fields(self) if field.name != "inn")

    @property
    def differanse(self) -> int:
        return self.inn - self.ut

    @property
    def stemmer(self) -> bool:
        return self.differanse == 0
