"""Wire types of the innfordringer in Procasso: the krav of Pilen that it collects."""

# ruff: noqa: N815 - the contract's own names

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from connectors.samkjoering.contract import InnbetalingWire, StatusWire
from connectors.wire import Wire


class InnfordringWire(Wire):
    """`referanse` is Pilen's kravnr."""

    id: str
    referanse: str
    kreditor: str
    debitor: str
    type: str
    ilagt: AwareDatetime
    forfall: date
    hovedstol: str
    kostnader: str
    renter: str
    betalingsreferanse: str
    innbetalinger: list[InnbetalingWire]
    statuser: list[StatusWire]


class InnfordringSide(Wire):
    """Those from `offset` on. `treff` counts all of them."""

    elementer: list[InnfordringWire]
    offset: int
    treff: int


class InnfordringOppslag(Wire):
    """Every referanse asked for stands in one of the two."""

    funnet: list[InnfordringWire]
    ikkeFunnet: list[str]


class Tatt(Wire):
    """The answer to an innfordring that was asked for or changed."""

    referanse: str
