"""Wire types of POST personer/bulkoppslag, as published (offentlig-med-hjemmel 1.5): only the entities we ask for."""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from datetime import date

from connectors.wire import Wire

SYSTEM = "FOLKEREGISTERET"
MAX_PER_CALL = 1000

PARTS = [
    "identifikasjonsnummer",
    "status",
    "doedsfall",
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


class Element(Wire):
    """Every element may be historical: the reader filters on `erGjeldende`. Left out counts as current."""

    erGjeldende: bool | None = None


class Identifikasjonsnummer(Element):
    foedselsEllerDNummer: str
    status: str


class Status(Element):
    """bosatt, utflyttet, forsvunnet, doed, opphoert, foedselsregistrert, midlertidig, inaktiv, ikkeBosatt, aktiv, …"""

    status: str


class Doedsfall(Element):
    """An object, not a list."""


class Foedsel(Element):
    """The year is always known, the date not."""

    foedselsdato: date | None = None


class Adressebeskyttelse(Element):
    graderingsnivaa: str


class Adresse(Element):
    """Any of the address entities; the address itself is not read."""

    adressegradering: str


class PreferertKontaktadresse(Element):
    adressegradering: str | None = None


class Folkeregisterperson(Wire):
    """A register with nothing to tell of an entity leaves it out."""

    identifikasjonsnummer: list[Identifikasjonsnummer] | None = None
    status: list[Status] | None = None
    doedsfall: Doedsfall | None = None
    foedsel: list[Foedsel] | None = None
    adressebeskyttelse: list[Adressebeskyttelse] | None = None
    bostedsadresse: list[Adresse] | None = None
    deltBosted: list[Adresse] | None = None
    oppholdsadresse: list[Adresse] | None = None
    postadresse: list[Adresse] | None = None
    postadresseIUtlandet: list[Adresse] | None = None
    preferertKontaktadresse: list[PreferertKontaktadresse] | None = None


class Feilmelding(Wire):
    feilmelding: str


class Oppslag(Wire):
    """One answer: a person or an error, for the number asked or the one that took its place."""

    foedselsEllerDNummer: str
    folkeregisterperson: Folkeregisterperson | None = None
    feilmelding: Feilmelding | None = None


class PersonBulkoppslagResponse(Wire):
    oppslag: list[Oppslag]
