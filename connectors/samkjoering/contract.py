"""Wire types that Pilen and Procasso have alike. Assumed by us. Amounts are kroner as text with two decimals."""

from __future__ import annotations

from datetime import date

from connectors.wire import Wire

MAX_PAGE = 1000
MAX_PER_CALL = 200


class EndringWire(Wire):
    """One entry of the feed. `slag` (KRAV, INNBETALING, STATUS) is open."""

    nr: int
    slag: str
    kravnr: str


class EndringSide(Wire):
    """Entries after the one asked from. `siste`: the number to ask from next. `flere`: there are more already."""

    endringer: list[EndringWire]
    siste: int
    flere: bool


class InnbetalingWire(Wire):
    id: str
    dato: date
    beloep: str
    referanse: str | None = None


class StatusWire(Wire):
    id: str
    tilstand: str
    referanse: str | None = None


class FoertInnbetaling(Wire):
    """The answer to a payment that was told."""

    kravnr: str
    referanse: str
    dato: date
    beloep: str


class FoertStatus(Wire):
    """The answer to a status that was told."""

    kravnr: str
    referanse: str
    tilstand: str


class SumWire(Wire):
    fordringshaver: str
    kravtype: str
    antall: int
    hovedstol: str
    innbetalt: str
    utestaaende: str


class Avstemming(Wire):
    """Sums of the shared krav. `nr`: the last entry of the feed that is in them."""

    nr: int
    summer: list[SumWire]
