"""From the shared wire types to payments, statuses and sums. Pure. Raises FieldError for what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.fields import FieldError, read_amount, read_code
from connectors.samkjoering.contract import InnbetalingWire, StatusWire, SumWire
from domain.avstemming import Gruppe, Sum
from domain.innfordring import Innbetaling, Konto, Status
from domain.krav import Kravtype, Tilstand


def map_konto(innbetalinger: Iterable[InnbetalingWire], statuser: Iterable[StatusWire]) -> Konto:
    """What one system has written of one krav. Ids must be of one entry each, and there must be a status."""
    konto = Konto(tuple(map(_innbetaling, innbetalinger)), tuple(map(_status, statuser)))
    if not konto.statuser:
        raise FieldError("statuser", "is empty")
    for name, entries in (("innbetalinger", konto.innbetalinger), ("statuser", konto.statuser)):
        if len({entry.id for entry in entries}) < len(entries):
            raise FieldError(name, "has an id twice")
    return konto


def map_summer(wires: Iterable[SumWire]) -> dict[Gruppe, Sum]:
    """The sums by fordringshaver and kravtype."""
    summer: dict[Gruppe, Sum] = {}
    for wire in wires:
        gruppe = wire.fordringshaver, read_code("kravtype", wire.kravtype, Kravtype)
        if gruppe in summer:
            raise FieldError("summer", "has a group twice")
        summer[gruppe] = Sum(
            wire.antall,
            read_amount("hovedstol", wire.hovedstol),
            read_amount("innbetalt", wire.innbetalt),
            read_amount("utestaaende", wire.utestaaende),
        )
    return summer


def _innbetaling(wire: InnbetalingWire) -> Innbetaling:
    return Innbetaling(wire.id, wire.dato, read_amount("innbetalinger.beloep", wire.beloep), wire.referanse)


def _status(wire: StatusWire) -> Status:
    return Status(wire.id, read_code("statuser.tilstand", wire.tilstand, Tilstand), wire.referanse)
