"""From Enhetsregisteret's wire types to an Enhet. Pure."""

from __future__ import annotations

from datetime import date

from connectors.enhetsregisteret.contract import INNEHAVER, SLETTET_KLASSE, SYSTEM, EnhetWire, Fjernet, Roller
from connectors.fields import FieldError, read_date
from domain.errors import SystemException
from domain.skyldner import Enhet, Enhetsstatus


def map_enhet(wire: EnhetWire) -> Enhet:
    """The unit. Raises SystemException (parse) when a live one does not say its form or whether it is bankrupt."""
    if is_slettet(wire):
        form = wire.organisasjonsform.kode if wire.organisasjonsform else None
        return Enhet(wire.organisasjonsnummer, form, Enhetsstatus.SLETTET, _dato(wire.slettedato), wire.navn or "")
    if wire.organisasjonsform is None:
        raise SystemException(SYSTEM, "parse", "a live unit without organisasjonsform")
    status = _status(wire)
    return Enhet(
        wire.organisasjonsnummer, wire.organisasjonsform.kode, status, _statusdato(wire, status), wire.navn or ""
    )


def fjernet(organisasjonsnummer: str, wire: Fjernet | None) -> Enhet:
    """The unit of a 410: removed for legal reasons, and at most the date is told of it."""
    return Enhet(organisasjonsnummer, None, Enhetsstatus.FJERNET, _dato(wire.slettedato) if wire else None)


def is_slettet(wire: EnhetWire) -> bool:
    """Struck off: either mark will do, since a body of the one kind has been seen without the other."""
    return bool(wire.slettedato) or wire.respons_klasse == SLETTET_KLASSE


def find_innehaver(wire: Roller) -> str | None:
    """The fødselsnummer of an ENK's owner. None when it is not told, or told of more than one."""
    numre = {
        rolle.person.fodselsnummer
        for gruppe in wire.rollegrupper
        for rolle in gruppe.roller
        if rolle.type.kode == INNEHAVER and rolle.person and not (rolle.fratraadt or rolle.avregistrert)
    }
    return numre.pop() if len(numre) == 1 else None


def _statusdato(wire: EnhetWire, status: Enhetsstatus) -> date | None:
    """The date beside the flag, which may be empty; of tvang, which has a date for each reason, the first."""
    datoer = {
        Enhetsstatus.KONKURS: [wire.konkursdato],
        Enhetsstatus.UNDER_AVVIKLING: [wire.underAvviklingDato],
        Enhetsstatus.TVANGSOPPLOSNING: [
            wire.tvangsopplostPgaManglendeDagligLederDato,
            wire.tvangsopplostPgaManglendeRevisorDato,
            wire.tvangsopplostPgaManglendeRegnskapDato,
            wire.tvangsopplostPgaMangelfulltStyreDato,
            wire.tvangsavvikletPgaManglendeSlettingDato,
        ],
    }
    return min((dato for text in datoer.get(status, []) if (dato := _dato(text))), default=None)


def _dato(text: str | None) -> date | None:
    """Raises SystemException (parse) for a date that is none."""
    try:
        return read_date("dato", text) if text else None
    except FieldError as error:
        problem = f"a {error}"
    raise SystemException(SYSTEM, "parse", problem)


def _status(wire: EnhetWire) -> Enhetsstatus:
    """The gravest that is said. The dates beside the flags are not judged: konkursdato may be empty."""
    flags = (
        (wire.konkurs, Enhetsstatus.KONKURS),
        (wire.underTvangsavviklingEllerTvangsopplosning, Enhetsstatus.TVANGSOPPLOSNING),
        (wire.underAvvikling, Enhetsstatus.UNDER_AVVIKLING),
    )
    if any(flag is None for flag, _ in flags):
        raise SystemException(SYSTEM, "parse", "a live unit that does not say whether it is bankrupt")
    return next((status for flag, status in flags if flag), Enhetsstatus.AKTIV)
