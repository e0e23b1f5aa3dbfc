"""Krav and hendelser as every system of ours sees them, in the words of the population and the contracts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.kalender import oslo_date


class Kravtype(StrEnum):
    """Parkeringsgebyr and kontrollsanksjon have different legal bases and are never one type (KS-6)."""

    PARKERINGSGEBYR = "PARKERINGSGEBYR"
    KONTROLLSANKSJON = "KONTROLLSANKSJON"
    PIGGDEKKGEBYR = "PIGGDEKKGEBYR"
    KOMMUNALE_AVGIFTER = "KOMMUNALE_AVGIFTER"
    EIENDOMSSKATT = "EIENDOMSSKATT"
    BARNEHAGE = "BARNEHAGE"
    SFO = "SFO"
    HUSLEIE = "HUSLEIE"
    LAAN = "LAAN"


class Fagsystem(StrEnum):
    PAX = "PAX"
    PILEN = "PILEN"
    PROCASSO = "PROCASSO"
    ISYPA = "ISYPA"


class Tilstand(StrEnum):
    AAPEN = "AAPEN"
    KLAGE = "KLAGE"
    BETALINGSAVTALE = "BETALINGSAVTALE"
    STOPPET = "STOPPET"
    BETALT = "BETALT"
    AVSKREVET = "AVSKREVET"


class Saksflyt(StrEnum):
    ORDINAER = "ORDINAER"
    MINDREAARIG = "MINDREAARIG"
    MYNDIG_NYTT_VARSEL = "MYNDIG_NYTT_VARSEL"


@dataclass(frozen=True, slots=True)
class Krav:
    """One claim. Amounts in øre; `hovedstol` is the original amount.

    `skyldner` is the number as the system holds it, right or wrong. What points to a person stays out of `repr`.
    `opprinnelig_forfall`: the forfall before a reissued letter moved it, None when it never moved.
    """

    kravnr: str
    kravtype: Kravtype
    fagsystem: Fagsystem
    fordringshaver: str
    skyldner: str = field(repr=False)
    kjennemerke: str | None = field(repr=False)
    ilagt_tidspunkt: datetime
    forfall: date
    hovedstol: int
    kostnader: int
    renter: int
    saksnr: str
    steg: str
    tilstand: Tilstand
    saksflyt: Saksflyt
    kid: str = field(repr=False)
    opprinnelig_forfall: date | None = None
    renter_beregnet_til: date | None = None

    @property
    def sum(self) -> int:
        """Hovedstol + kostnader + renter, in øre."""
        return self.hovedstol + self.kostnader + self.renter

    @property
    def ilagt_dato(self) -> date:
        """The Oslo date of the ileggelse. Raises ValueError when the instant has no time zone."""
        return oslo_date(self.ilagt_tidspunkt)


@dataclass(frozen=True, slots=True)
class Hendelse:
    """Something that happened to a krav. The code is open: one we do not know is kept as it came. `beloep` in øre."""

    kravnr: str
    dato: date
    hendelse: str
    beloep: int | None
