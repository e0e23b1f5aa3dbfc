"""Wire types of Procasso's API. Amounts are kroner as text with two decimals; an empty field is null."""

# ruff: noqa: N815 - the contract's own names

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from connectors.wire import Wire

SYSTEM = "PROCASSO"
MAX_PER_CALL = 200


class DebitorWire(Wire):
    ident: str | None


class GrunnlagWire(Wire):
    type: str
    ilagt: AwareDatetime
    kjennemerke: str | None = None


class FristerWire(Wire):
    forfall: date
    opprinneligForfall: date | None = None


class BeloepWire(Wire):
    hovedstol: str
    kostnader: str
    renter: str


class BehandlingWire(Wire):
    steg: str
    tilstand: str
    saksflyt: str
    avskrivningskode: str | None = None


class KravWire(Wire):
    """One krav. `versjon` rises by one at each change, and a change must name the version it was decided on."""

    kravId: str
    versjon: int
    saksnummer: str
    kreditor: str
    debitor: DebitorWire
    betalingsreferanse: str | None
    grunnlag: GrunnlagWire
    frister: FristerWire
    beloep: BeloepWire
    behandling: BehandlingWire


class KravSide(Wire):
    """The krav from `offset` on. `treff` counts all of them."""

    elementer: list[KravWire]
    offset: int
    treff: int


class KravSoek(Wire):
    """The numbers of the krav that have what was searched for."""

    kravIder: list[str]


class KravOppslag(Wire):
    """Every number asked for stands in one of the two."""

    funnet: list[KravWire]
    ikkeFunnet: list[str]


class HendelseWire(Wire):
    kode: str
    dato: date
    beloep: str | None = None


class Hendelseslogg(Wire):
    kravId: str
    hendelser: list[HendelseWire]


class HendelseOppslag(Wire):
    """Every number asked for stands in one of the two."""

    funnet: list[Hendelseslogg]
    ikkeFunnet: list[str]


class NotatWire(Wire):
    referanse: str
    tekst: str


class NotatListe(Wire):
    kravId: str
    notater: list[NotatWire]


class DokumentWire(Wire):
    """What a document is. `stoerrelse` in bytes."""

    referanse: str
    tittel: str
    forsendelsesId: str | None
    sha256: str
    stoerrelse: int


class DokumentListe(Wire):
    kravId: str
    dokumenter: list[DokumentWire]


class FeilWire(Wire):
    kode: str


class Feil(Wire):
    """A refusal, with a code of Procasso's own."""

    feil: FeilWire
