"""Wire types of the register's addresses: one entity each for where a person lives, stays and wants the post.

Only `adressegradering` is ever necessary: an address that cannot be used for post is passed over, not an error.
"""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from connectors.folkeregisteret.element import Element
from connectors.wire import Wire


class Poststed(Wire):
    poststedsnavn: str | None = None
    postnummer: str | None = None


class Adressenummer(Wire):
    husnummer: str
    husbokstav: str | None = None


class Vegadresse(Wire):
    """Also the Vegadresse of a postadresse. `adressenummer` may be missing."""

    adressenavn: str | None = None
    adressenummer: Adressenummer | None = None
    adressetilleggsnavn: str | None = None
    coAdressenavn: str | None = None
    poststed: Poststed | None = None


class Matrikkelnummer(Wire):
    gaardsnummer: int | None = None
    bruksnummer: int | None = None
    festenummer: int | None = None


class Matrikkeladresse(Wire):
    """A place without a street address."""

    matrikkelnummer: Matrikkelnummer
    undernummer: int | None = None
    adressetilleggsnavn: str | None = None
    coAdressenavn: str | None = None
    poststed: Poststed | None = None


class Postboksadresse(Wire):
    postboks: str
    postbokseier: str | None = None
    poststed: Poststed | None = None


class PostadresseIFrittFormat(Wire):
    adresselinje: list[str] | None = None
    poststed: Poststed | None = None


class InternasjonalAdresse(Wire):
    """`landkode` in two letters (ISO 3166)."""

    coAdressenavn: str | None = None
    bygning: str | None = None
    etasjenummer: str | None = None
    boenhet: str | None = None
    adressenavn: str | None = None
    postboks: str | None = None
    distriktsnavn: str | None = None
    region: str | None = None
    postkode: str | None = None
    byEllerStedsnavn: str | None = None
    landkode: str


class InternasjonalAdresseIFrittFormat(Wire):
    adresselinje: list[str] | None = None
    postkode: str | None = None
    byEllerStedsnavn: str | None = None
    landkode: str


class AdresseIFrittFormat(Wire):
    """Free lines; in Norway the last one holds post code and place."""

    adresselinje: list[str] | None = None
    landkode: str | None = None


class Adresse(Element):
    """Any of the address entities: at most a few of the forms, and none for an unknown dwelling."""

    adressegradering: str
    vegadresse: Vegadresse | None = None
    matrikkeladresse: Matrikkeladresse | None = None
    postboksadresse: Postboksadresse | None = None
    postadresseIFrittFormat: PostadresseIFrittFormat | None = None
    utenlandskAdresse: InternasjonalAdresse | None = None
    utenlandskAdresseIFrittFormat: InternasjonalAdresseIFrittFormat | None = None


class PreferertKontaktadresse(Element):
    """Which of the entities the person wants post to, or an address of its own."""

    adressegradering: str | None = None
    valg: str | None = None
    kontaktadresseIFrittFormat: AdresseIFrittFormat | None = None
