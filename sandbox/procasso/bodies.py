"""The bodies Procasso takes, with nothing more in them than the contract has."""

# ruff: noqa: N815 - the contract's own names

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sandbox.columns import TILSTANDER, CellCheck, is_amount, is_date, one_of, required
from sandbox.population import Row
from sandbox.procasso.problems import Problem
from sandbox.procasso.wire import GROUPS

MAX_LOOKUP = 200
MAX_TEXT = 4000


def _like(check: CellCheck) -> AfterValidator:
    """A field that must look as a cell of the population does."""

    def valid(text: str) -> str:
        problem = check(text)
        if problem:
            raise ValueError(problem)
        return text

    return AfterValidator(valid)


Beloep = Annotated[str, _like(is_amount)]
Dato = Annotated[str, _like(is_date)]
Tilstand = Annotated[str, _like(one_of(*TILSTANDER))]
Word = Annotated[str, _like(required), Field(max_length=100)]
Text = Annotated[str, _like(required), Field(max_length=MAX_TEXT)]
Versjon = Annotated[int, Field(ge=1)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LookUp(Body):
    """The body of the two look-ups."""

    kravIder: list[str] = Field(max_length=MAX_LOOKUP)


class Search(Body):
    """The body of a search: a betalingsreferanse or a kjennemerke."""

    soekeord: str = Field(min_length=1, max_length=40)


class _Beloep(Body):
    kostnader: Beloep = ""


class _Frister(Body):
    forfall: Dato = ""
    opprinneligForfall: Dato | None = None


class _Behandling(Body):
    tilstand: Tilstand = ""
    saksflyt: Any = None


class KravChange(Body):
    """The part of a krav that shall change, in the krav's own form, and the versjon it was read in."""

    versjon: Versjon
    beloep: _Beloep = _Beloep()
    frister: _Frister = _Frister()
    behandling: _Behandling = _Behandling()

    def cells(self) -> Row:
        """The columns to write and their new cells. Raises `Problem` when there are none, or saksflyt is among them."""
        if "saksflyt" in self.behandling.model_fields_set:
            raise Problem("SAKSFLYT_KUN_I_SKJERMBILDE", "behandling.saksflyt")
        sent = self.model_dump(exclude_unset=True, exclude={"versjon"})
        cells = {GROUPS[group][name]: cell or "" for group, fields in sent.items() for name, cell in fields.items()}
        if not cells:
            raise Problem("UGYLDIG_INNHOLD", "ingen felt å endre")
        return cells


class WriteOff(Body):
    """A write-off with its reason."""

    versjon: Versjon
    kode: str


class Note(Body):
    """A note. `referanse` is the caller's own name for it."""

    referanse: Word
    tekst: Text


class DocumentMetadata(Body):
    """What a document is. `forsendelsesId` names the letter it went out with; null when it went out with none."""

    referanse: Word
    tittel: Word
    forsendelsesId: Word | None
