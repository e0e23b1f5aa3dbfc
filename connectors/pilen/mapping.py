"""From Pilen's wire types to krav and hendelser. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC

from connectors.fields import FieldError, read_amount, read_code
from connectors.pilen.contract import SYSTEM, HendelseWire, KravWire
from domain.errors import BusinessException, SystemException
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand

_SAYS_NO = {
    "KRAV_UKJENT": "KRAV_UNKNOWN",
    "SAK_UKJENT": "SAK_UNKNOWN",
    "FORSKJELLIG_SKYLDNER": "DEBTOR_DIFFERS",
    "FEIL_KRAVTYPE": "NOT_KONTROLLSANKSJON",
    "FEIL_TILSTAND": "KRAV_CLOSED",
}
_CHANGED_NOTHING = frozenset({"VERSJON", "SAK_LAAST", "NOEKKEL_BRUKT"})
_CODE = re.compile(r"[A-Z_]{1,40}")


@dataclass(frozen=True, slots=True)
class PilenKrav:
    """A krav and the version it was read in.

    avskrivingskode: why it is AVSKREVET, where Pilen knows.
    """

    krav: Krav
    versjon: int
    avskrivingskode: str | None = None


def map_krav(wire: KravWire) -> PilenKrav:
    """The krav. Pilen knows no saksflyt. Raises SystemException (parse) for an amount or code that cannot be read."""
    try:
        return PilenKrav(_krav(wire), wire.versjon, wire.avskrivingskode)
    except FieldError as error:
        problem = str(error)
    raise SystemException(SYSTEM, "parse", f"{named(wire.kravnr)}: {problem}")


def map_hendelse(wire: HendelseWire) -> Hendelse:
    """The event; its code is open. Raises SystemException (parse) for an amount that cannot be read."""
    try:
        beloep = None if wire.beloep is None else read_amount("beloep", wire.beloep)
        return Hendelse(wire.kravnr, wire.dato, wire.hendelse, beloep)
    except FieldError as error:
        problem = str(error)
    raise SystemException(SYSTEM, "parse", f"hendelse of {named(wire.kravnr)}: {problem}")


def by_kravnr(wires: Iterable[KravWire]) -> dict[str, PilenKrav]:
    """The krav by number. Raises SystemException (parse) when one comes twice and not alike."""
    found: dict[str, PilenKrav] = {}
    for wire in wires:
        if found.setdefault(wire.kravnr, krav := map_krav(wire)) != krav:
            raise SystemException(SYSTEM, "parse", f"{named(wire.kravnr)} came twice, not alike")
    return found


def refusal(kode: str, status: int) -> BusinessException | SystemException:
    """What a refused change means. Of the codes in Pilen's contract it is certain that nothing was changed, and of no
    other.

    A krav changed since it was read (VERSJON) or a case in use (SAK_LAAST) may go next time, after a new look.
    """
    if kode in _SAYS_NO:
        return BusinessException(_SAYS_NO[kode], nothing_done=True)
    shown = kode if _CODE.fullmatch(kode) else "no known code"
    told = f"the change was refused: HTTP {status} {shown}"
    return SystemException(SYSTEM, "answer", told, nothing_done=kode in _CHANGED_NOTHING)


def _krav(wire: KravWire) -> Krav:
    return Krav(
        kravnr=wire.kravnr,
        kravtype=read_code("kravtype", wire.kravtype, Kravtype),
        fagsystem=Fagsystem.PILEN,
        fordringshaver=wire.fordringshaver,
        skyldner=wire.skyldner or "",
        kjennemerke=wire.kjennemerke,
        ilagt_tidspunkt=wire.ilagtTidspunkt.astimezone(UTC),
        forfall=wire.forfall,
        hovedstol=read_amount("hovedstol", wire.hovedstol),
        kostnader=read_amount("kostnader", wire.kostnader),
        renter=read_amount("renter", wire.renter),
        saksnr=wire.saksnr,
        steg=wire.steg,
        tilstand=read_code("tilstand", wire.tilstand, Tilstand),
        saksflyt=Saksflyt.ORDINAER,
        kid=wire.kid or "",
        opprinnelig_forfall=wire.opprinneligForfall,
        renter_beregnet_til=wire.renterBeregnetTil,
    )


def named(kravnr: str) -> str:
    """The krav in a message; a number that may be a person's is left out."""
    return "a krav" if re.search(r"\d{11}", kravnr) else f"krav {kravnr}"
