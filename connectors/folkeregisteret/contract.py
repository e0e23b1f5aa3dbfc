"""Wire types of POST personer/bulkoppslag, as published (offentlig-med-hjemmel 1.5): only the entities we ask for.

Addresses are in `address.py`, whom an estate has named in `doedsbo.py`, the feed of events in `hendelse.py`.
"""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from datetime import date

from connectors.folkeregisteret.address import Adresse, PreferertKontaktadresse
from connectors.folkeregisteret.doedsbo import KontaktinformasjonForDoedsbo
from connectors.folkeregisteret.element import Element
from connectors.wire import Wire

SYSTEM = "FOLKEREGISTERET"
MAX_PER_CALL = 1000

PARTS = [
    "identifikasjonsnummer",
    "status",
    "doedsfall",
    "falskIdentitet",
    "foedsel",
    "adressebeskyttelse",
    "bostedsadresse",
    "deltBosted",
    "oppholdsadresse",
    "postadresse",
    "postadresseIUtlandet",
    "preferertKontaktadresse",
]
"""Entities to ask for: what decides who may be treated automatically, and no names (data minimisation)."""

RELASJONER = ["foreldreansvar", "vergemaalEllerFremtidsfullmakt"]
"""Taushetsbelagt, and granted by a rettighetspakke of its own (MIND-8): asked for only where a routine needs them."""

NAVN = ["navn"]
DOEDSBO = ["kontaktinformasjonForDoedsbo"]
"""Asked for of the dead alone."""


class Identifikasjonsnummer(Element):
    foedselsEllerDNummer: str
    status: str


class Status(Element):
    """bosatt, utflyttet, forsvunnet, doed, opphoert, foedselsregistrert, midlertidig, inaktiv, ikkeBosatt, aktiv, …"""

    status: str


class Doedsfall(Element):
    """An object, not a list. The date may be unknown."""

    doedsdato: date | None = None


class FalskIdentitet(Element):
    """An object, not a list."""

    erFalsk: bool | None = None


class Foedsel(Element):
    """The year is always known, the date not."""

    foedselsdato: date | None = None


class Adressebeskyttelse(Element):
    graderingsnivaa: str


class Navn(Element):
    fornavn: str
    mellomnavn: str | None = None
    etternavn: str


class Foreldreansvar(Element):
    """Stands at both ends, with the one responsible and with the child. Either may lack a number of the register."""

    ansvarlig: str | None = None
    ansvarssubjekt: str | None = None


class Verge(Wire):
    """One without a number of the register is told by name and birth date instead."""

    foedselsEllerDNummer: str | None = None


class Vergemaal(Element):
    """Two shapes are in use, before and after November 2023. Who the verge is, stands alike in both."""

    verge: Verge | None = None


class Folkeregisterperson(Wire):
    """A register with nothing to tell of an entity leaves it out."""

    identifikasjonsnummer: list[Identifikasjonsnummer] | None = None
    status: list[Status] | None = None
    doedsfall: Doedsfall | None = None
    falskIdentitet: FalskIdentitet | None = None
    foedsel: list[Foedsel] | None = None
    navn: list[Navn] | None = None
    adressebeskyttelse: list[Adressebeskyttelse] | None = None
    bostedsadresse: list[Adresse] | None = None
    deltBosted: list[Adresse] | None = None
    oppholdsadresse: list[Adresse] | None = None
    postadresse: list[Adresse] | None = None
    postadresseIUtlandet: list[Adresse] | None = None
    preferertKontaktadresse: list[PreferertKontaktadresse] | None = None
    foreldreansvar: list[Foreldreansvar] | None = None
    vergemaalEllerFremtidsfullmakt: list[Vergemaal] | None = None
    kontaktinformasjonForDoedsbo: list[KontaktinformasjonForDoedsbo] | None = None


class Feilmelding(Wire):
    feilmelding: str


class Oppslag(Wire):
    """One answer: a person or an error, for the number asked or the one that took its place."""

    foedselsEllerDNummer: str
    folkeregisterperson: Folkeregisterperson | None = None
    feilmelding: Feilmelding | None = None


class PersonBulkoppslagResponse(Wire):
    oppslag: list[Oppslag]
