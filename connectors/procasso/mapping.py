"""Between Procasso's wire types and krav, hendelser, notes and documents. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import TypedDict

from connectors.fields import FieldError, read_amount, read_code
from connectors.procasso.contract import SYSTEM, DokumentWire, HendelseWire, KravWire, NotatWire
from domain.errors import BusinessException, SystemException
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from domain.oere import format_oere

_NO_OF_THE_DATA = {
    "UKJENT_KRAV": "KRAV_UNKNOWN",
    "KRAV_AVSLUTTET": "KRAV_CLOSED",
    "TILSTAND_IKKE_TILLATT": "TILSTAND_REFUSED",
}
_CHANGED_NOTHING = frozenset(
    {
        "SAK_OPPTATT",
        "UTDATERT_VERSJON",
        "FOR_STORT",
        "NOEKKEL_GJENBRUKT",
        "SAKSFLYT_KUN_I_SKJERMBILDE",
        "UKJENT_AVSKRIVNINGSKODE",
        "IKKE_PDF",
    }
)
_CODE = re.compile(r"[A-Z_]{1,40}")


@dataclass(frozen=True, slots=True)
class ProcassoKrav:
    """A krav and the version it was read in. `avskrivningskode`: why it was written off through this API."""

    krav: Krav
    versjon: int
    avskrivningskode: str | None = None


@dataclass(frozen=True, slots=True)
class Notat:
    """A note on a krav. `referanse` is what its writer calls it, so that it can be found again."""

    referanse: str
    tekst: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dokument:
    """What a document filed on a krav is. `size` in bytes; `forsendelses_id`: the letter it went out with, if any."""

    forsendelses_id: str | None
    tittel: str
    referanse: str
    sha256: str
    size: int


class KravChanges(TypedDict, total=False):
    """The cells of a krav that shall change. `kostnader` in øre; None empties opprinnelig_forfall."""

    kostnader: int
    forfall: date
    opprinnelig_forfall: date | None
    tilstand: Tilstand


def write_changes(changes: KravChanges) -> dict[str, dict[str, str | None]]:
    """The changes as the parts of a krav on the wire. Raises ValueError for a negative amount."""
    parts: dict[str, dict[str, str | None]] = {"beloep": {}, "frister": {}, "behandling": {}}
    if "kostnader" in changes:
        parts["beloep"]["kostnader"] = format_oere(changes["kostnader"])
    if "forfall" in changes:
        parts["frister"]["forfall"] = changes["forfall"].isoformat()
    if "opprinnelig_forfall" in changes:
        before = changes["opprinnelig_forfall"]
        parts["frister"]["opprinneligForfall"] = None if before is None else before.isoformat()
    if "tilstand" in changes:
        parts["behandling"]["tilstand"] = changes["tilstand"].value
    return {name: part for name, part in parts.items() if part}


def map_krav(wire: KravWire) -> ProcassoKrav:
    """The krav. Raises SystemException (parse) for an amount or code that cannot be read."""
    try:
        return ProcassoKrav(_krav(wire), wire.versjon, wire.behandling.avskrivningskode)
    except FieldError as error:
        problem = str(error)
    raise SystemException(SYSTEM, "parse", f"{named(wire.kravId)}: {problem}")


def map_hendelse(kravnr: str, wire: HendelseWire) -> Hendelse:
    """The event; its code is open. Raises SystemException (parse) for an amount that cannot be read."""
    try:
        beloep = None if wire.beloep is None else read_amount("beloep", wire.beloep)
        return Hendelse(kravnr, wire.dato, wire.kode, beloep)
    except FieldError as error:
        problem = str(error)
    raise SystemException(SYSTEM, "parse", f"hendelse of {named(kravnr)}: {problem}")


def map_notat(wire: NotatWire) -> Notat:
    """The note."""
    return Notat(wire.referanse, wire.tekst)


def map_dokument(wire: DokumentWire) -> Dokument:
    """What the document is."""
    return Dokument(wire.forsendelsesId, wire.tittel, wire.referanse, wire.sha256, wire.stoerrelse)


def by_kravnr(wires: Iterable[KravWire]) -> dict[str, ProcassoKrav]:
    """The krav by number. Raises SystemException (parse) when one comes twice and not alike."""
    found: dict[str, ProcassoKrav] = {}
    for wire in wires:
        if found.setdefault(wire.kravId, krav := map_krav(wire)) != krav:
            raise SystemException(SYSTEM, "parse", f"{named(wire.kravId)} came twice, not alike")
    return found


def refusal(kode: str, label: str, status: int) -> BusinessException | SystemException:
    """What a refused call means. Of the codes in Procasso's contract it is certain that nothing was changed, and of no
    other.

    A krav written since it was read (UTDATERT_VERSJON) or a case in use (SAK_OPPTATT) may go next time, after a new
    look.
    """
    if kode in _NO_OF_THE_DATA:
        return BusinessException(_NO_OF_THE_DATA[kode], nothing_done=True)
    shown = kode if _CODE.fullmatch(kode) else "no known code"
    told = f"{label}: refused with HTTP {status} {shown}"
    return SystemException(SYSTEM, "answer", told, nothing_done=kode in _CHANGED_NOTHING)


def _krav(wire: KravWire) -> Krav:
    return Krav(
        kravnr=wire.kravId,
        kravtype=read_code("grunnlag.type", wire.grunnlag.type, Kravtype),
        fagsystem=Fagsystem.PROCASSO,
        fordringshaver=wire.kreditor,
        skyldner=wire.debitor.ident or "",
        kjennemerke=wire.grunnlag.kjennemerke,
        ilagt_tidspunkt=wire.grunnlag.ilagt.astimezone(UTC),
        forfall=wire.frister.forfall,
        hovedstol=read_amount("beloep.hovedstol", wire.beloep.hovedstol),
        kostnader=read_amount("beloep.kostnader", wire.beloep.kostnader),
        renter=read_amount("beloep.renter", wire.beloep.renter),
        saksnr=wire.saksnummer,
        steg=wire.behandling.steg,
        tilstand=read_code("behandling.tilstand", wire.behandling.tilstand, Tilstand),
        saksflyt=read_code("behandling.saksflyt", wire.behandling.saksflyt, Saksflyt),
        kid=wire.betalingsreferanse or "",
        opprinnelig_forfall=wire.frister.opprinneligForfall,
    )


def named(kravnr: str) -> str:
    """The krav in a message; a number that may be a person's is left out."""
    return "a krav" if re.search(r"\d{11}", kravnr) else f"krav {kravnr}"
