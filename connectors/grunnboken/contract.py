"""Wire types of Grunnbok WS v2, as published: only the fields we read."""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import Field

from connectors.wire import Wire

SYSTEM = "GRUNNBOKEN"
WSDL = Path(__file__).with_name("grunnboken.wsdl")
MAX_PER_CALL = 500
"""Properties or ids in one call; what the service takes is not published."""
MAX_ENDRINGER = 1000
IDENTER = "{http://kartverket.no/grunnbok/wsapi/v2/domain/grunnboksidenter}"
_REGISTER = "http://kartverket.no/grunnbok/wsapi/v2/domain/register"
_ENHETER = ("Matrikkelenhet", "Festegrunn", "Seksjon", "Registerenhetsrett", "Registerenhetsrettsandel")
_PERSONER = ("FysiskPerson", "JuridiskPerson", "LoepenummerPerson")
ID_TYPES = {
    **{f"{name}Id": f"{{{_REGISTER}/registerenhet}}{name}Id" for name in _ENHETER},
    **{f"{name}Id": f"{{{_REGISTER}/person}}{name}Id" for name in _PERSONER},
}
"""The kinds of id the service takes back; one of another kind cannot be asked for."""
DOMAINKLASSE = "Registerenhetsrettsandel"
ALDRI = "Aldri"
"""Changed objects are asked for afterwards: a page with them would be large."""
SNAPSHOT = "9999-01-01T00:00:00+01:00"
"""Now. Anything earlier is a question about the past."""


class Id(Wire):
    """`type_` names the concrete type: without it the service does not take the id back."""

    type_: str
    value: str


class Timestamp(Wire):
    timestamp: datetime


class Objekt(Wire):
    """An enhet, a rett, an andel or a person: whichever has been asked for."""

    id: Id
    oppdateringsdato: Timestamp | None = None
    utgaatt: bool = False
    gaardsnummer: int = 0
    bruksnummer: int = 0
    festenummer: int = 0
    seksjonsnummer: int = 0
    registerenhetId: Id | None = None
    teller: int = 0
    nevner: int = 0
    historisk: bool = False
    rettighetshaverId: Id | None = None
    registerenhetsrettId: Id | None = None
    identifikasjonsnummer: str | None = None


class ObjektList(Wire):
    item: list[Objekt] = Field(default_factory=list)


class Objekter(Wire):
    """Answer of getObjectsIgnoreMissing."""

    objekter: ObjektList | None = Field(default=None, alias="return")


class Ident(Wire):
    kommunenummer: str
    gaardsnummer: int
    bruksnummer: int
    festenummer: int = 0
    seksjonsnummer: int = 0


class IdentOgId(Wire):
    """`value` is None for a property it does not have."""

    key: Ident
    value: Id | None = None


class IdentTilId(Wire):
    entry: list[IdentOgId] = Field(default_factory=list)


class RegisterenhetIds(Wire):
    """Answer of findRegisterenhetIdsForIdents."""

    ids: IdentTilId | None = Field(default=None, alias="return")


class IdList(Wire):
    item: list[Id] = Field(default_factory=list)


class IdOgIds(Wire):
    key: Id
    value: IdList | None = None


class IdTilIds(Wire):
    entry: list[IdOgIds] = Field(default_factory=list)


class IdsForIds(Wire):
    """Answer of findRetterForEnheter and findAndelerIRetter."""

    ids: IdTilIds | None = Field(default=None, alias="return")


class SisteEndringId(Wire):
    """Answer of findSisteEndringId."""

    id: Id = Field(alias="return")


class Endring(Wire):
    endretBubbleId: Id


class EndringList(Wire):
    item: list[Endring] = Field(default_factory=list)


class EndringerWire(Wire):
    endringList: EndringList | None = None
    alleEndringerFunnet: bool
    sisteEndringIdProsessert: Id | None = None


class Endringer(Wire):
    """Answer of findEndringer."""

    endringer: EndringerWire = Field(alias="return")
