"""Refusals as Procasso writes them: one object «feil» with a code of its own, a sentence and what it is about."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import JSONResponse, Response

CODES = {
    "TOKEN_AVVIST": (401, "Tokenet mangler eller er ikke gyldig"),
    "UGYLDIG_INNHOLD": (400, "Kallet er ikke slik kontrakten sier"),
    "UGYLDIG_NOEKKEL": (400, "Idempotency-Key mangler eller er for lang"),
    "UKJENT_KRAV": (404, "Kravet finnes ikke"),
    "SAK_OPPTATT": (409, "Saken er åpen hos en annen bruker"),
    "UTDATERT_VERSJON": (409, "Kravet er lagret på nytt siden det ble lest"),
    "STATUS_ENDRET": (409, "Kravet har fått en annen status siden den ble lest"),
    "FOR_STORT": (413, "Dokumentet er for stort"),
    "STATUS_AVSLUTTET": (422, "Kravet er betalt eller avskrevet"),
    "REFERANSE_BRUKT": (422, "Referansen er brukt med et annet innhold"),
    "NOEKKEL_GJENBRUKT": (422, "Idempotency-Key er brukt til et annet kall"),
    "KRAV_AVSLUTTET": (422, "Kravet er betalt eller avskrevet"),
    "TILSTAND_IKKE_TILLATT": (422, "Tilstanden kan bare gå mellom AAPEN og STOPPET"),
    "SAKSFLYT_KUN_I_SKJERMBILDE": (422, "Saksflyten settes i skjermbildet"),
    "UKJENT_AVSKRIVNINGSKODE": (422, "Avskrivningskoden finnes ikke"),
    "IKKE_PDF": (422, "Dokumentet er ikke en PDF"),
    "INTERN_FEIL": (500, "Noe gikk galt i Procasso"),
    "FOR_MANGE_KALL": (429, "For mange kall på kort tid"),
    "STENGT": (503, "Procasso er stengt"),
}


class Problem(Exception):
    """The request is refused. `gjelder` names krav, cases and fields, never a debitor."""

    def __init__(self, kode: str, gjelder: str | None = None) -> None:
        super().__init__(kode)
        self.kode = kode
        self.gjelder = gjelder

    def response(self) -> Response:
        """The refusal with the status of its code."""
        status, _melding = CODES[self.kode]
        return JSONResponse(_body(self.kode, self.gjelder), status)


def error_body(status: int) -> tuple[str, bytes]:
    """The body of an error that comes before any handling: overload and failure."""
    kode = next((kode for kode, (known, _melding) in CODES.items() if known == status), "INTERN_FEIL")
    return "application/json", json.dumps(_body(kode, None), ensure_ascii=False).encode()


def _body(kode: str, gjelder: str | None) -> dict[str, Any]:
    _status, melding = CODES[kode]
    return {"feil": {"kode": kode, "melding": melding, "gjelder": gjelder}}
