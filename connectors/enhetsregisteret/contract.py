"""Wire types of enheter and roller, as published: only the fields we read."""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from pydantic import Field

from connectors.wire import Wire

SYSTEM = "ENHETSREGISTERET"
MAX_PER_CALL = 100
ENHET_TYPE = "application/vnd.brreg.enhetsregisteret.enhet.v2+json"
BULK_TYPE = "application/vnd.brreg.enhetsregisteret.enhet.v2+gzip"
OPPDATERING_TYPE = "application/vnd.brreg.enhetsregisteret.oppdatering.enhet.v1+json"
ROLLE_TYPE = "application/vnd.brreg.enhetsregisteret.rolle.v1+json"
"""Pinned: without a type the register silently answers with its newest version."""
SLETTET_KLASSE = "SlettetEnhet"
INNEHAVER = "INNH"


class Organisasjonsform(Wire):
    kode: str


class EnhetWire(Wire):
    """A unit (200), struck off ones too: those have `slettedato` and no flags. Some captures lack respons_klasse."""

    organisasjonsnummer: str
    respons_klasse: str | None = None
    navn: str | None = None
    organisasjonsform: Organisasjonsform | None = None
    slettedato: str | None = None
    konkurs: bool | None = None
    underAvvikling: bool | None = None
    underTvangsavviklingEllerTvangsopplosning: bool | None = None
    konkursdato: str | None = None
    underAvviklingDato: str | None = None
    tvangsopplostPgaManglendeDagligLederDato: str | None = None
    tvangsopplostPgaManglendeRevisorDato: str | None = None
    tvangsopplostPgaManglendeRegnskapDato: str | None = None
    tvangsopplostPgaMangelfulltStyreDato: str | None = None
    tvangsavvikletPgaManglendeSlettingDato: str | None = None


class Fjernet(Wire):
    """The body of a 410, when it has one."""

    organisasjonsnummer: str
    slettedato: str | None = None


class Enheter(Wire):
    enheter: list[EnhetWire] = Field(default_factory=list)


class EnheterSide(Wire):
    """A page of a search. `_embedded` is absent when nothing was found."""

    embedded: Enheter | None = Field(default=None, alias="_embedded")
    page: dict[str, object]


class OppdateringWire(Wire):
    """One entry of the update feed. `endringstype` is open: Ukjent, Ny, Endring, Sletting, Fjernet."""

    oppdateringsid: int
    organisasjonsnummer: str
    endringstype: str


class Oppdateringer(Wire):
    oppdaterteEnheter: list[OppdateringWire] = Field(default_factory=list)


class OppdateringSide(Wire):
    """A page of the feed. `_embedded` is absent when nothing is newer."""

    embedded: Oppdateringer | None = Field(default=None, alias="_embedded")
    page: dict[str, object]


class Valideringsfeil(Wire):
    """400: which of our values the register does not take, in the register's own form or in Spring's."""

    valideringsfeil: list[dict[str, object]] = Field(default_factory=list)
    validationErrors: list[dict[str, object]] = Field(default_factory=list)


class Rolletype(Wire):
    kode: str


class RollePerson(Wire):
    """`fodselsnummer` is told by the authorised API only."""

    fodselsnummer: str | None = None


class Rolle(Wire):
    """A role that has ended may still be listed."""

    type: Rolletype
    person: RollePerson | None = None
    fratraadt: bool | None = None
    avregistrert: bool | None = None


class Rollegruppe(Wire):
    roller: list[Rolle]


class Roller(Wire):
    rollegrupper: list[Rollegruppe]
