"""Wire types of kontaktinformasjonForDoedsbo: whom to write to about the estate of somebody who has died."""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from datetime import date

from connectors.folkeregisteret.element import Element
from connectors.wire import Wire


class Personnavn(Wire):
    fornavn: str
    mellomnavn: str | None = None
    etternavn: str

    @property
    def helt(self) -> str:
        """The name as it is written on an envelope."""
        return " ".join(f"{self.fornavn} {self.mellomnavn or ''} {self.etternavn}".split())


class PersonSomKontakt(Wire):
    """Known by number, or by name: the register has one of the two."""

    foedselsEllerDNummer: str | None = None
    personnavn: Personnavn | None = None


class AdvokatSomKontakt(Wire):
    personnavn: Personnavn
    organisasjonsnavn: str | None = None


class OrganisasjonSomKontakt(Wire):
    organisasjonsnavn: str
    kontaktpersonnavn: Personnavn | None = None


class KontaktadresseForDoedsbo(Wire):
    """One or two lines. `landkode` in three letters (ISO 3166), left out in Norway."""

    adresselinje: list[str]
    postnummer: str
    poststedsnavn: str
    landkode: str | None = None


class KontaktinformasjonForDoedsbo(Element):
    """Exactly one of the three is the contact. `skifteform`: offentlig, annet, …"""

    skifteform: str
    attestutstedelsesdato: date
    adresse: KontaktadresseForDoedsbo
    person: PersonSomKontakt | None = None
    advokat: AdvokatSomKontakt | None = None
    organisasjon: OrganisasjonSomKontakt | None = None
