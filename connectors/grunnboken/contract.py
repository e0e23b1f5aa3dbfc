"""Wire types of Grunnbok WS v2, as published: only the fields we read."""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import Field

from connectors.kartverket import contract as kartverket
from connectors.wire import Wire

SYSTEM = "GRUNNBOKEN"
WSDL = Path(__file__).with_name("grunnboken.wsdl")
IDENTER = "{http://kartverket.no/grunnbok/wsapi/v2/domain/grunnboksidenter}"
_REGISTER = "http://kartverket.no/grunnbok/wsapi/v2/domain/register"
_ENHETER = ("Matrikkelenhet", "Festegrunn", "Seksjon", "Registerenhetsrett", "Registerenhetsrettsandel")
_PERSONER = ("FysiskPerson", "JuridiskPerson", "LoepenummerPerson")
_ID_TYPES = {
    **{f"{name}Id": f"{{{_REGISTER}/registerenhet}}{name}Id" for name in _ENHETER},
    **{f"{name}Id": f"{{{_REGISTER}/person}}{name}Id" for name in _PERSONER},
}
Id = kartverket.Id[str]


class Timestamp(Wire):
    timestamp: datetime


class Objekt(kartverket.Objekt[str]):
    """An enhet, a rett, an andel or a person: whichever has been asked for."""

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


REGISTER = kartverket.Register(
    system=SYSTEM,
    context="grunnbokContext",
    domainklasse="Registerenhetsrettsandel",
    id_types=_ID_TYPES,
    value=str,
    siste=kartverket.SisteEndringId[str],
    endringer=kartverket.Endringer[str],
    objekter=kartverket.Objekter[Objekt],
)
