"""Et krav i Pilen som også kreves inn i Procasso, slik hvert av systemene fører det."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.krav import Krav, Kravtype, Tilstand

AVSLUTTET = frozenset({Tilstand.BETALT, Tilstand.AVSKREVET})
_KREVES_INN = frozenset({Tilstand.AAPEN, Tilstand.KLAGE, Tilstand.BETALINGSAVTALE})
_STEG = {
    Kravtype.PARKERINGSGEBYR: frozenset({"VARSEL", "UTLEGG"}),
    Kravtype.KONTROLLSANKSJON: frozenset({"LETT", "TUNGT", "FORLIK", "UTLEGG"}),
}


class Side(StrEnum):
    PILEN = "PILEN"
    PROCASSO = "PROCASSO"

    @property
    def den_andre(self) -> Side:
        return Side.PROCASSO if self is Side.PILEN else Side.PILEN


@dataclass(frozen=True, slots=True)
class Innbetaling:
    """`referanse`: den andre sidens id når det er den som tok imot pengene; None når vi selv gjorde det. Øre."""

    id: str
    dato: date
    beloep: int
    referanse: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """`referanse`: den andre sidens id når statusen er meldt derfra; None når den er satt her."""

    id: str
    tilstand: Tilstand
    referanse: str | None = None


@dataclass(frozen=True, slots=True)
class Konto:
    """Det ene systemets føring av ett krav, eldst først. Et krav har alltid minst én status."""

    innbetalinger: tuple[Innbetaling, ...]
    statuser: tuple[Status, ...]

    @property
    def tilstand(self) -> Tilstand:
        return self.statuser[-1].tilstand

    @property
    def innbetalt(self) -> int:
        return sum(innbetaling.beloep for innbetaling in self.innbetalinger)


@dataclass(frozen=True, slots=True)
class Beloep:
    """Det som kan endre seg mens kravet kreves inn. Øre."""

    kostnader: int
    renter: int
    forfall: date


@dataclass(frozen=True, slots=True)
class IPilen:
    """`innfordring`: Procassos id når Pilen vet at kravet kreves inn der."""

    krav: Krav
    konto: Konto
    innfordring: str | None = None

    @property
    def beloep(self) -> Beloep:
        return Beloep(self.krav.kostnader, self.krav.renter, self.krav.forfall)


@dataclass(frozen=True, slots=True)
class Innfordring:
    """Kravet slik Procasso har fått det. `kravnr` er Pilens."""

    id: str
    kravnr: str
    kravtype: Kravtype
    fordringshaver: str
    skyldner: str = field(repr=False)
    ilagt_tidspunkt: datetime
    hovedstol: int
    beloep: Beloep
    kid: str = field(repr=False)
    konto: Konto


def skal_innfordres(krav: Krav, *, foreldet: bool) -> bool:
    """Skal kravet over til Procasso nå?

    Kontrollsanksjon fra lett inkasso og parkeringsgebyr fra varsel, mens kravet lever og ikke er foreldet (FORELD-9).
    Et påklaget krav og ett med avtale følger med sin tilstand, så Procasso lar det ligge (KS-4). Et valg: rutinen er
    ikke kjent.
    """
    return krav.steg in _STEG.get(krav.kravtype, ()) and krav.tilstand in _KREVES_INN and not foreldet


def utestaaende(hovedstol: int, beloep: Beloep, konto: Konto) -> int:
    """Øre som står igjen: aldri under null, og ingenting av et avsluttet krav."""
    if konto.tilstand in AVSLUTTET:
        return 0
    return max(0, hovedstol + beloep.kostnader + beloep.renter - konto.innbetalt)
