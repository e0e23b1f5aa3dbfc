"""Wire types of the other API. Amounts are whole øre, a date may be null, what failed is told in a 200."""

# ruff: noqa: N815 - the contract's own names

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import AwareDatetime, Field

from connectors.wire import Wire

SYSTEM = "PROCASSO"
MAX_PER_CALL = 100


class Amounts(Wire):
    principal: int
    fees: int
    interest: int


class Happening(Wire):
    kind: str
    on: date
    amount: int | None = None


class ClaimWire(Wire):
    """One claim with its history. `rev` is «r» and a number that rises by one at each change."""

    id: str
    rev: str
    case: str
    creditor: str
    debtor: str | None
    kind: str
    vehicle: str | None
    incurred: AwareDatetime
    due: date
    firstDue: date | None
    amounts: Amounts
    stage: str
    status: str
    track: str
    reference: str | None
    writtenOffFor: str | None
    history: list[Happening]


class NoteWire(Wire):
    ref: str
    text: str


class FileWire(Wire):
    ref: str
    title: str
    shipment: str | None
    sha256: str
    bytes: int


class Result(Wire):
    """What a method answers: each fills its own field."""

    claims: list[ClaimWire] = Field(default_factory=list)
    next: str | None = None
    notes: list[NoteWire] = Field(default_factory=list)
    files: list[FileWire] = Field(default_factory=list)


class Why(Wire):
    reason: str


class RpcError(Wire):
    code: int
    data: Why


class Response(Wire):
    """Either a result or an error."""

    result: Result | None = None
    error: RpcError | None = None


Params = dict[str, Any]
