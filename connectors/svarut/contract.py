"""Wire types of KS SvarUt REST v2, as published. How a letter is sent stands outside the published specification:
multipart/form-data, first the part `forsendelse` (JSON), then one part for each document, by its filnavn, in order.
"""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from typing import NotRequired, TypedDict

from pydantic import AwareDatetime, Field

from connectors.wire import Wire

SYSTEM = "SVARUT"
MAX_PER_CALL = 500
"""Ids in one search for statuses. No limit is published: ours."""
MAX_TITTEL = 1000
MAX_REFERANSE = 100
MAX_FILNAVN = 226
FORBIDDEN_IN_FILNAVN = frozenset('*:"\\/<>|?')
PDF = "application/pdf"
FORSENDELSE_PART = "forsendelse"
FORSENDELSE_TYPE = "application/json;charset=UTF-8"


class AdresseWire(TypedDict):
    """`digitalId`: fødselsnummer or organisasjonsnummer, left out for paper alone. `poststed` is needed for paper,
    `postnummer` in Norway."""

    navn: str
    digitalId: NotRequired[str]
    adresselinje1: NotRequired[str]
    adresselinje2: NotRequired[str]
    adresselinje3: NotRequired[str]
    postnummer: NotRequired[str]
    poststed: str
    land: NotRequired[str]


class DokumentWire(TypedDict):
    filnavn: str
    mimeType: str


class UtskriftWire(TypedDict):
    utskriftMedFarger: bool
    tosidig: bool


class ForsendelseWire(TypedDict):
    """Of the published fields those we use."""

    tittel: str
    mottaker: AdresseWire
    avgivendeSystem: str
    eksternReferanse: str
    utskriftskonfigurasjon: UtskriftWire
    dokumenter: list[DokumentWire]


class SendForsendelseResponse(Wire):
    id: str = Field(min_length=1)


class EksternRefOppslagResponse(Wire):
    forsendelseIds: list[str]


class SendtForsendelse(Wire):
    id: str
    dato: AwareDatetime


class EksternRefOppslagMetadataResponse(Wire):
    forsendelser: list[SendtForsendelse]


class ForsendelseStatus(Wire):
    """MOTTATT, AKSEPTERT, AVVIST, VARSLET, LEST, SENDT_PRINT, PRINTET, MANUELT_HANDTERT, SENDT_DIGITALT, …"""

    id: str
    status: str


class ForsendelseStatuser(Wire):
    statuser: list[ForsendelseStatus]


class ErrorMessage(Wire):
    """`message` may quote what was sent and is not read; `errorId` is what KS asks for."""

    errorId: str | None = None
