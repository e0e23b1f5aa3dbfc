"""From a letter to SvarUt's wire types, and from its refusals to ours. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from connectors.call import Part
from connectors.svarut.contract import (
    FORSENDELSE_PART,
    FORSENDELSE_TYPE,
    PDF,
    SYSTEM,
    AdresseWire,
    ErrorMessage,
    ForsendelseStatus,
    ForsendelseWire,
)
from connectors.svarut.forsendelse import Forsendelse
from domain.adressat import Adressat
from domain.errors import BusinessException, SystemException

AVGIVENDE_SYSTEM = "Kraftverk"

_NO_SUCH_KONTO = 404
_ERROR_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def map_parts(forsendelse: Forsendelse) -> list[Part]:
    """The parts of the body, in the order SvarUt needs them."""
    metadata = json.dumps(_map_forsendelse(forsendelse), ensure_ascii=False).encode()
    return [
        Part(FORSENDELSE_PART, FORSENDELSE_TYPE, metadata),
        *(Part(dokument.filnavn, PDF, dokument.innhold, dokument.filnavn) for dokument in forsendelse.dokumenter),
    ]


def map_statuser(asked: Iterable[str], statuser: Iterable[ForsendelseStatus]) -> dict[str, str]:
    """The status by id, of those asked for. Raises SystemException (parse) when one comes twice and not alike."""
    wanted = set(asked)
    found: dict[str, str] = {}
    for wire in statuser:
        if wire.id in wanted and found.setdefault(wire.id, wire.status) != wire.status:
            raise SystemException(SYSTEM, "parse", "two different statuses of one letter")
    return found


def refusal(status: int, error: ErrorMessage) -> BusinessException | SystemException:
    """What a refused letter means: nothing was sent. A wrong konto is our own fault, anything else is the letter's."""
    known = error.errorId if error.errorId and _ERROR_ID.fullmatch(error.errorId) else "no errorId"
    if status == _NO_SUCH_KONTO:
        return SystemException(SYSTEM, "answer", f"HTTP 404, no such konto ({known})", nothing_done=True)
    return BusinessException("LETTER_REFUSED", f"HTTP {status}, {known}", nothing_done=True)


def _map_forsendelse(forsendelse: Forsendelse) -> ForsendelseWire:
    return {
        "tittel": forsendelse.tittel,
        "mottaker": _map_mottaker(forsendelse.mottaker),
        "avgivendeSystem": AVGIVENDE_SYSTEM,
        "eksternReferanse": forsendelse.ekstern_referanse,
        "utskriftskonfigurasjon": {"utskriftMedFarger": False, "tosidig": True},
        "dokumenter": [{"filnavn": dokument.filnavn, "mimeType": PDF} for dokument in forsendelse.dokumenter],
    }


def _map_mottaker(adressat: Adressat) -> AdresseWire:
    """What is empty is left out."""
    wire: AdresseWire = {"navn": adressat.navn, "poststed": adressat.poststed}
    if adressat.foedselsnummer:
        wire["digitalId"] = adressat.foedselsnummer
    if adressat.postnummer:
        wire["postnummer"] = adressat.postnummer
    if adressat.land:
        wire["land"] = adressat.land
    first, second, third, *_ = (*adressat.linjer, "", "", "")
    if first:
        wire["adresselinje1"] = first
    if second:
        wire["adresselinje2"] = second
    if third:
        wire["adresselinje3"] = third
    return wire
