"""Wire types of the kontoer in Pilen, and of the handing over of a krav to Procasso."""

from __future__ import annotations

from connectors.samkjoering.contract import InnbetalingWire, StatusWire
from connectors.wire import Wire


class KontoWire(Wire):
    """What Pilen has written of one krav. `innfordring`: Procasso's id, when the krav is collected there."""

    kravnr: str
    innfordring: str | None
    innbetalinger: list[InnbetalingWire]
    statuser: list[StatusWire]


class KontoOppslag(Wire):
    """Every kravnr asked for stands in one of the two."""

    kontoer: list[KontoWire]
    ukjente: list[str]


class Overfoert(Wire):
    """The answer to a krav that was said to be handed over."""

    kravnr: str
    innfordring: str
