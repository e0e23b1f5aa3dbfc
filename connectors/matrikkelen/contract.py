"""Wire types of Matrikkel API v1, as published: only the fields we read."""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field

from connectors.wire import Wire

SYSTEM = "MATRIKKELEN"
WSDL = Path(__file__).with_name("matrikkelen.wsdl")
MAX_PER_CALL = 500
"""Properties or ids in one call; known clients use 500 to 1000."""
MAX_ENDRINGER = 1000
_DOMAIN = "http://matrikkel.statkart.no/matrikkelapi/wsapi/v1/domain"
_ENHETER = ("Grunneiendom", "Festegrunn", "Seksjon", "Anleggseiendom", "Jordsameie", "AnnenMatrikkelenhet")
_PERSONER = ("FysiskPerson", "JuridiskPerson", "AnnenPerson")
ID_TYPES = {
    **{f"{name}Id": f"{{{_DOMAIN}/matrikkelenhet}}{name}Id" for name in _ENHETER},
    **{f"{name}Id": f"{{{_DOMAIN}/person}}{name}Id" for name in _PERSONER},
}
"""The kinds of id the service takes back; one of another kind cannot be asked for."""
DOMAINKLASSE = "Matrikkelenhet"
ALDRI = "Aldri"
"""Changed objects are asked for afterwards: a page with them would be large."""
SNAPSHOT = "9999-01-01T00:00:00+01:00"
"""Now. Anything earlier is a question about the past, which needs a right of its own."""
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


class Id(Wire):
    """`type_` names the concrete type: without it the service does not take the id back."""

    type_: str
    value: int


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


class Objekt(Wire):
    """A property or a person: whichever has been asked for."""

    id: Id
    matrikkelnummer: Matrikkelnummer | None = None
    eierforhold: EierforholdList | None = None
    utgatt: bool = False
    nummer: str | None = None


class ObjektList(Wire):
    item: list[Objekt | None] = Field(default_factory=list)


class Objekter(Wire):
    """Answer of getObjectsIgnoreMissing."""

    objekter: ObjektList | None = Field(default=None, alias="return")


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


class SisteEndringId(Wire):
    """Answer of findSisteEndringId."""

    id: Id = Field(alias="return")


class Endring(Wire):
    endretBubbleId: Id


class EndringList(Wire):
    item: list[Endring | None] = Field(default_factory=list)


class EndringerWire(Wire):
    endringList: EndringList | None = None
    alleEndringerFunnet: bool
    sisteEndringIdProsessert: Id | None = None


class Endringer(Wire):
    """Answer of findEndringer."""

    endringer: EndringerWire = Field(alias="return")
