"""Between the other API's claims and our krav. Pure."""

# ruff: noqa: TID252 - when it is used, it stands in connectors/procasso

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date
from typing import TypedDict

from connectors.fields import FieldError, read_code
from domain.errors import BusinessException, SystemException
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand

from .contract import SYSTEM, ClaimWire, FileWire, Params

KINDS = {
    "parking-fee": Kravtype.PARKERINGSGEBYR,
    "fare-penalty": Kravtype.KONTROLLSANKSJON,
    "studded-tyre-fee": Kravtype.PIGGDEKKGEBYR,
    "municipal-charges": Kravtype.KOMMUNALE_AVGIFTER,
    "property-tax": Kravtype.EIENDOMSSKATT,
    "nursery": Kravtype.BARNEHAGE,
    "after-school": Kravtype.SFO,
    "rent": Kravtype.HUSLEIE,
    "loan": Kravtype.LAAN,
}
_REFUSED = {"NO_SUCH_CLAIM": "KRAV_UNKNOWN", "CLAIM_CLOSED": "KRAV_CLOSED", "STATUS_REFUSED": "TILSTAND_REFUSED"}


@dataclass(frozen=True, slots=True)
class ProcassoKrav:
    """A krav, the version it was read in, and its hendelser, which come with it here."""

    krav: Krav
    versjon: int
    hendelser: tuple[Hendelse, ...]
    avskrivningskode: str | None = None


@dataclass(frozen=True, slots=True)
class Notat:
    referanse: str
    tekst: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dokument:
    forsendelses_id: str | None
    tittel: str
    referanse: str
    sha256: str
    size: int


class KravChanges(TypedDict, total=False):
    """The cells of a krav that shall change. `kostnader` in øre."""

    kostnader: int
    forfall: date
    opprinnelig_forfall: date | None
    tilstand: Tilstand


def write_changes(changes: KravChanges) -> Params:
    """The changes under the names of this API."""
    wire: Params = {}
    if "kostnader" in changes:
        wire["fees"] = changes["kostnader"]
    if "forfall" in changes:
        wire["due"] = changes["forfall"].isoformat()
    if "opprinnelig_forfall" in changes:
        first = changes["opprinnelig_forfall"]
        wire["firstDue"] = first and first.isoformat()
    if "tilstand" in changes:
        wire["status"] = changes["tilstand"].value
    return wire


def map_claim(wire: ClaimWire) -> ProcassoKrav:
    """The krav. Raises SystemException (parse) for a kind or code that cannot be read."""
    try:
        krav = _krav(wire)
        versjon = int(wire.rev.removeprefix("r"))
    except (FieldError, KeyError, ValueError) as error:
        problem = type(error).__name__
    else:
        happened = (Hendelse(wire.id, each.on, each.kind, each.amount) for each in wire.history)
        return ProcassoKrav(krav, versjon, tuple(happened), wire.writtenOffFor)
    raise SystemException(SYSTEM, "parse", f"a claim cannot be read ({problem})")


def map_file(wire: FileWire) -> Dokument:
    return Dokument(wire.shipment, wire.title, wire.ref, wire.sha256, wire.bytes)


def refusal(reason: str, label: str) -> BusinessException | SystemException:
    """What a refused call means. Nothing was changed."""
    if reason in _REFUSED:
        return BusinessException(_REFUSED[reason], nothing_done=True)
    return SystemException(SYSTEM, "answer", f"{label}: refused ({reason})", nothing_done=True)


def _krav(wire: ClaimWire) -> Krav:
    return Krav(
        kravnr=wire.id,
        kravtype=KINDS[wire.kind],
        fagsystem=Fagsystem.PROCASSO,
        fordringshaver=wire.creditor,
        skyldner=wire.debtor or "",
        kjennemerke=wire.vehicle,
        ilagt_tidspunkt=wire.incurred.astimezone(UTC),
        forfall=wire.due,
        hovedstol=wire.amounts.principal,
        kostnader=wire.amounts.fees,
        renter=wire.amounts.interest,
        saksnr=wire.case,
        steg=wire.stage,
        tilstand=read_code("status", wire.status, Tilstand),
        saksflyt=read_code("track", wire.track, Saksflyt),
        kid=wire.reference or "",
        opprinnelig_forfall=wire.firstDue,
    )
