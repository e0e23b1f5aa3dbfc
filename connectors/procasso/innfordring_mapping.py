"""Between Procasso's wire types and innfordringer. Pure."""

from __future__ import annotations

from datetime import UTC

from connectors.fields import FieldError, read_amount, read_code
from connectors.procasso.contract import SYSTEM
from connectors.procasso.innfordring_contract import InnfordringWire
from connectors.procasso.mapping import named
from connectors.samkjoering.mapping import map_konto
from domain.errors import SystemException
from domain.innfordring import Beloep, Innfordring, Status
from domain.krav import Krav, Kravtype
from domain.oere import format_oere


def map_innfordring(wire: InnfordringWire) -> Innfordring:
    """The innfordring. Raises SystemException (parse) for an amount or code that cannot be read."""
    try:
        return _innfordring(wire)
    except FieldError as error:
        problem = str(error)
    raise SystemException(SYSTEM, "parse", f"innfordring of {named(wire.referanse)}: {problem}")


def write_innfordring(krav: Krav, status: Status) -> dict[str, str]:
    """The krav as Procasso is asked to collect it, in this status of Pilen's."""
    return {
        "referanse": krav.kravnr,
        "kreditor": krav.fordringshaver,
        "debitor": krav.skyldner,
        "type": krav.kravtype.value,
        "ilagt": krav.ilagt_tidspunkt.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "hovedstol": format_oere(krav.hovedstol),
        "betalingsreferanse": krav.kid,
        **write_beloep(Beloep(krav.kostnader, krav.renter, krav.forfall)),
        "tilstand": status.tilstand.value,
        "status": status.id,
    }


def write_beloep(beloep: Beloep) -> dict[str, str]:
    """Amounts and forfall."""
    return {
        "forfall": beloep.forfall.isoformat(),
        "kostnader": format_oere(beloep.kostnader),
        "renter": format_oere(beloep.renter),
    }


def _innfordring(wire: InnfordringWire) -> Innfordring:
    return Innfordring(
        id=wire.id,
        kravnr=wire.referanse,
        kravtype=read_code("type", wire.type, Kravtype),
        fordringshaver=wire.kreditor,
        skyldner=wire.debitor,
        ilagt_tidspunkt=wire.ilagt.astimezone(UTC),
        hovedstol=read_amount("hovedstol", wire.hovedstol),
        beloep=Beloep(read_amount("kostnader", wire.kostnader), read_amount("renter", wire.renter), wire.forfall),
        kid=wire.betalingsreferanse,
        konto=map_konto(wire.innbetalinger, wire.statuser),
    )
