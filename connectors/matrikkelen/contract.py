"""Wire types of Matrikkel API v1, as published: only the fields we read."""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field

from connectors.kartverket import contract as kartverket
from connectors.wire import Wire

SYSTEM = "MATRIKKELEN"
WSDL = Path(__file__).with_name("matrikkelen.wsdl")
_DOMAIN = "http://matrikkel.statkart.no/matrikkelapi/wsapi/v1/domain"
_ENHETER = ("Grunneiendom", "Festegrunn", "Seksjon", "Anleggseiendom", "Jordsameie", "AnnenMatrikkelenhet")
_PERSONER = ("FysiskPerson", "JuridiskPerson", "AnnenPerson")
_ID_TYPES = {
    **{f"{name}Id": f"{{{_DOMAIN}/matrikkelenhet}}{name}Id" for name in _ENHETER},
    **{f"{name}Id": f"{{{_DOMAIN}/person}}{name}Id" for name in _PERSONER},
}
KOORDINATSYSTEM = 22
"""EUREF89 UTM 32. It must be named, though no coordinate is asked for."""
TINGLYST = frozenset(
    {"PersonTinglystEierforhold", "JuridiskPersonTinglystEierforhold", "MatrikkelenhetTinglystEierforhold"}
)
IKKE_TINGLYST = frozenset(
    {
        "IkkeTinglystEierforhold",
        "PersonIkkeTinglystEierforhold",
        "JuridiskPersonIkkeTinglystEierforhold",
        "MatrikkelenhetIkkeTinglystEierforhold",
        "Kontaktinstans",
    }
)
"""Eierforhold of any other kind are ones we do not know, and may be tinglyst."""


Id = kartverket.Id[int]


class Andel(Wire):
    teller: int
    nevner: int


class LocalDate(Wire):
    date: date


class Eierforhold(Wire):
    type_: str
    andel: Andel | None = None
    datoFra: LocalDate | None = None
    eierId: Id | None = None


class EierforholdList(Wire):
    item: list[Eierforhold | None] = Field(default_factory=list)


class Matrikkelnummer(Wire):
    gardsnummer: int = 0
    bruksnummer: int = 0
    festenummer: int = 0
    seksjonsnummer: int = 0


class Objekt(kartverket.Objekt[int]):
    """A property or a person: whichever has been asked for."""

    matrikkelnummer: Matrikkelnummer | None = None
    eierforhold: EierforholdList | None = None
    utgatt: bool = False
    nummer: str | None = None


class KommuneIdent(Wire):
    kommunenummer: str


class Ident(Matrikkelnummer):
    kommuneIdent: KommuneIdent


class IdentOgId(Wire):
    """`value` is None for a property it does not have."""

    key: Ident
    value: Id | None = None


class IdentTilId(Wire):
    entry: list[IdentOgId | None] = Field(default_factory=list)


class MatrikkelenhetIds(Wire):
    """Answer of findMatrikkelenhetIdsForIdents."""

    ids: IdentTilId | None = Field(default=None, alias="return")


REGISTER = kartverket.Register(
    system=SYSTEM,
    context="matrikkelContext",
    domainklasse="Matrikkelenhet",
    id_types=_ID_TYPES,
    value=int,
    siste=kartverket.SisteEndringId[int],
    endringer=kartverket.Endringer[int],
    objekter=kartverket.Objekter[Objekt],
)
