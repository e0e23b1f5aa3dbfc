"""Det som er betalt på et krav, etter hendelsene på det."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.errors import BusinessException
from domain.krav import Hendelse
from domain.rente import Innbetaling

INNBETALING = "INNBETALING"


class MissingAmount(BusinessException):
    """En innbetaling står uten beløp, så ingen vet hva som er igjen av kravet: et menneske må finne det ut."""

    def __init__(self, kravnr: str) -> None:
        super().__init__("PAYMENT_AMOUNT_MISSING", kravnr, nothing_done=True)


def innbetalinger(hendelser: Iterable[Hendelse], til: date) -> list[Innbetaling]:
    """Innbetalingene til og med `til`. Raises MissingAmount."""
    return [_innbetaling(each) for each in hendelser if each.hendelse == INNBETALING and each.dato <= til]


def sum_innbetalt(hendelser: Iterable[Hendelse], til: date) -> int:
    """Summen av dem, i øre. Raises MissingAmount."""
    return sum(betalt.beloep for betalt in innbetalinger(hendelser, til))


def _innbetaling(hendelse: Hendelse) -> Innbetaling:
    if hendelse.beloep is None:
        raise MissingAmount(hendelse.kravnr)
    return Innbetaling(hendelse.dato, hendelse.beloep)
