"""Reading what a caller sent; anything that is not as the contract says is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from sandbox.columns import KRAVTYPER, SAKSFLYTER, TILSTANDER
from sandbox.population import Row
from sandbox.procasso.bodies import Body, DocumentMetadata
from sandbox.procasso.problems import Problem

TYPES = (*KRAVTYPER, "LAAN")
"""Procasso keeps loans too, though no population has one."""
MAX_PAGE = 200
MAX_KEY = 100
MAX_PDF = 10 * 1024 * 1024
"""Bytes."""

B = TypeVar("B", bound=Body)


@dataclass(frozen=True, slots=True)
class Page:
    """A request for krav: filters (empty = all), the number of the first and how many."""

    kravtyper: frozenset[str]
    tilstander: frozenset[str]
    saksflyter: frozenset[str]
    offset: int
    limit: int

    def has(self, row: Row) -> bool:
        """Does the krav pass the filters?"""
        return (
            row["kravtype"] in (self.kravtyper or TYPES)
            and row["tilstand"] in (self.tilstander or TILSTANDER)
            and row["saksflyt"] in (self.saksflyter or SAKSFLYTER)
        )


def read_page(request: Request) -> Page:
    """The query of GET /krav."""
    unknown = set(request.query_params) - {"kravtype", "tilstand", "saksflyt", "offset", "limit"}
    if unknown:
        raise Problem("UGYLDIG_INNHOLD", f"ukjent parameter: {', '.join(sorted(unknown))}")
    limit = _whole(request, "limit", MAX_PAGE)
    if not 1 <= limit <= MAX_PAGE:
        raise Problem("UGYLDIG_INNHOLD", f"limit må være fra 1 til {MAX_PAGE}")
    return Page(
        _several(request, "kravtype", TYPES),
        _several(request, "tilstand", TILSTANDER),
        _several(request, "saksflyt", SAKSFLYTER),
        _whole(request, "offset", 0),
        limit,
    )


async def read_json(request: Request, body: type[B]) -> B:
    """The body of the request."""
    return _read(await request.body(), body)


async def read_document(request: Request) -> tuple[DocumentMetadata, bytes]:
    """The two parts of a new document: what it is, and the PDF itself."""
    try:
        async with request.form(max_files=1, max_fields=1) as form:
            metadata, pdf = form.get("metadata"), form.get("fil")
            if not isinstance(metadata, str) or not isinstance(pdf, UploadFile):
                raise Problem("UGYLDIG_INNHOLD", "delene skal være metadata og fil")
            content, media_type = await pdf.read(), pdf.content_type
    except HTTPException:
        raise Problem("UGYLDIG_INNHOLD", "multipart/form-data") from None
    if len(content) > MAX_PDF:
        raise Problem("FOR_STORT", "fil")
    if media_type != "application/pdf" or not content.startswith(b"%PDF-"):
        raise Problem("IKKE_PDF", "fil")
    return _read(metadata.encode(), DocumentMetadata), content


def read_key(request: Request) -> str:
    """The Idempotency-Key: any text of 1 to 100 characters."""
    key = request.headers.get("idempotency-key", "")
    if not 0 < len(key) <= MAX_KEY:
        raise Problem("UGYLDIG_NOEKKEL")
    return key


def _read(content: bytes, body: type[B]) -> B:
    try:
        return body.model_validate_json(content)
    except ValidationError as error:
        fields = {".".join(str(step) for step in detail["loc"]) for detail in error.errors()}
    raise Problem("UGYLDIG_INNHOLD", ", ".join(sorted(fields)) or None)


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal()):
        raise Problem("UGYLDIG_INNHOLD", f"{name} må være et heltall")
    return int(text)


def _several(request: Request, name: str, allowed: tuple[str, ...]) -> frozenset[str]:
    values = frozenset(request.query_params.getlist(name))
    if not values.issubset(allowed):
        raise Problem("UGYLDIG_INNHOLD", f"ukjent {name}")
    return values
