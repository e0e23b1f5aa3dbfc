"""Wire types of Pilen's API. Amounts are text with two decimals; an empty field is null."""

# ruff: noqa: N815 - the contract's own names

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from connectors.wire import Wire

SYSTEM = "PILEN"
MAX_PER_CALL = 500


class KravWire(Wire):
    """One krav. `versjon` rises by one at each change, and a change must name the version it was decided on."""

    kravnr: str
    kravtype: str
    fordringshaver: str
    skyldner: str | None
    kjennemerke: str | None = None
    ilagtTidspunkt: AwareDatetime
    forfall: date
    opprinneligForfall: date | None = None
    hovedstol: str
    kostnader: str
    renter: str
    renterBeregnetTil: date | None = None
    saksnr: str
    steg: str
    tilstand: str
    avskrivingskode: str | None = None
    kid: str | None
    versjon: int


class KravSide(Wire):
    """A page of krav. `neste` is the number of the next page, null on the last."""

    krav: list[KravWire]
    totalt: int
    neste: int | None


class KravSoek(Wire):
    """The numbers of the krav that have what was searched for."""

    kravnumre: list[str]


class KravOppslag(Wire):
    """Every kravnr asked for stands in one of the two."""

    krav: list[KravWire]
    ukjente: list[str]


class HendelseWire(Wire):
    kravnr: str
    dato: date
    hendelse: str
    beloep: str | None = None


class HendelseOppslag(Wire):
    hendelser: list[HendelseWire]


class Sammenslaaing(Wire):
    saksnr: str
    krav: list[KravWire]


class Problem(Wire):
    """application/problem+json with a code of Pilen's own."""

    kode: str
