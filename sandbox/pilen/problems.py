"""Refusals as application/problem+json (RFC 9457) with a code of Pilen's own."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"

CODES = {
    "UAUTENTISERT": (401, "Gyldig API-token mangler"),
    "UGYLDIG_FORESPOERSEL": (400, "Forespørselen er ikke gyldig"),
    "NOEKKEL_MANGLER": (400, "Idempotency-Key mangler eller er for lang"),
    "KRAV_UKJENT": (404, "Kravet finnes ikke"),
    "SAK_UKJENT": (404, "Saken finnes ikke"),
    "SAK_LAAST": (409, "Saken er låst av en annen bruker"),
    "VERSJON": (409, "Et krav er endret siden det ble lest"),
    "STATUS_ENDRET": (409, "Kravet har fått en annen status siden den ble lest"),
    "STATUS_AVSLUTTET": (422, "Kravet er betalt eller avskrevet"),
    "REFERANSE_BRUKT": (422, "Referansen er brukt med et annet innhold"),
    "NOEKKEL_BRUKT": (422, "Idempotency-Key er brukt til en annen forespørsel"),
    "FORSKJELLIG_SKYLDNER": (422, "Kravene har ikke samme skyldner og fordringshaver som saken"),
    "FEIL_KRAVTYPE": (422, "Endringen gjelder ikke krav av denne typen"),
    "FEIL_TILSTAND": (422, "Kravets tilstand tillater ikke endringen"),
    "INTERN_FEIL": (500, "Noe gikk galt i Pilen"),
    "FOR_MANGE_KALL": (429, "For mange kall på kort tid"),
    "UTILGJENGELIG": (503, "Pilen er ikke tilgjengelig"),
}


class Problem(Exception):
    """The request is refused. `detail` names krav and cases, never a skyldner."""

    def __init__(self, kode: str, detail: str = "") -> None:
        super().__init__(kode)
        self.kode = kode
        self.detail = detail

    def response(self) -> Response:
        """The problem document with the status of its code."""
        status, _title = CODES[self.kode]
        return Response(
            json.dumps(_document(self.kode, self.detail), ensure_ascii=False), status, media_type=MEDIA_TYPE
        )


def error_body(status: int) -> tuple[str, bytes]:
    """The body of an error that comes before any handling: overload and failure."""
    kode = next((kode for kode, (known, _title) in CODES.items() if known == status), "INTERN_FEIL")
    return MEDIA_TYPE, json.dumps(_document(kode, ""), ensure_ascii=False).encode()


def _document(kode: str, detail: str) -> dict[str, Any]:
    status, title = CODES[kode]
    urn = f"urn:pilen:problem:{kode.lower().replace('_', '-')}"
    return {"type": urn, "title": title, "status": status, "detail": detail, "kode": kode}
