"""Hvilke parkeringskrav sammenslåingen lar være, og hvorfor (MERGE-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from domain.alder import is_mindreaarig
from domain.foreldelse import is_foreldet
from domain.krav import Hendelse, Krav, Tilstand
from domain.skyldner import Enhet, Enhetsstatus, Person, is_gyldig_skyldner


class Grunn(StrEnum):
    """Grunnene i rekkefølge: den første som passer, gjelder.

    PROTECTED står først, så ingen annen grunn setter et slikt krav på en liste (VERN-2). OWNER_UNKNOWN er vår egen: at
    vi ikke får vite om innehaveren av et ENK er beskyttet, betyr ikke at hun er ubeskyttet.
    """

    PROTECTED = "PROTECTED"
    OWNER_UNKNOWN = "OWNER_UNKNOWN"
    DISPUTED = "DISPUTED"
    AGREEMENT = "AGREEMENT"
    INVALID_DEBTOR = "INVALID_DEBTOR"
    ESTATE = "ESTATE"
    MINOR = "MINOR"
    BANKRUPT = "BANKRUPT"
    DELETED = "DELETED"
    FORELDET = "FORELDET"


_GRUNN_FOR_TILSTAND = {Tilstand.KLAGE: Grunn.DISPUTED, Tilstand.BETALINGSAVTALE: Grunn.AGREEMENT}
_GRUNN_FOR_ENHETSSTATUS = {
    Enhetsstatus.KONKURS: Grunn.BANKRUPT,
    Enhetsstatus.UNDER_AVVIKLING: Grunn.BANKRUPT,
    Enhetsstatus.TVANGSOPPLOSNING: Grunn.BANKRUPT,
    Enhetsstatus.SLETTET: Grunn.DELETED,
    Enhetsstatus.FJERNET: Grunn.DELETED,
}


def utelukkelse(
    krav: Krav,
    skyldner: Person | Enhet | None,
    hendelser: Iterable[Hendelse],
    as_of: date,
    innehaver: Person | None = None,
    bestemt_frist: date | None = None,
) -> Grunn | None:
    """Hvorfor kravet ikke skal slås sammen nå, eller None (MERGE-4, rutinen `parking-merge`).

    `skyldner` er None når registeret ikke kjenner nummeret. `innehaver` er personen som eier et ENK, slik
    Folkeregisteret kjenner henne; None betyr at eieren ikke lot seg finne. `bestemt_frist`: den siste dagen for
    foreldelsen som et menneske har bestemt (FORELD-12).
    """
    return (
        vern(skyldner, innehaver)
        or _GRUNN_FOR_TILSTAND.get(krav.tilstand)
        or skyldnerens_grunn(krav, skyldner, as_of)
        or (Grunn.FORELDET if is_foreldet(krav, hendelser, as_of, bestemt_frist) else None)
    )


def vern(skyldner: Person | Enhet | None, innehaver: Person | None) -> Grunn | None:
    """PROTECTED for en beskyttet person og hennes ENK, OWNER_UNKNOWN for et ENK uten kjent innehaver, eller None."""
    person = skyldner if isinstance(skyldner, Person) else innehaver
    if person is not None and person.beskyttet:
        return Grunn.PROTECTED
    mangler_eier = isinstance(skyldner, Enhet) and skyldner.er_enk and innehaver is None
    return Grunn.OWNER_UNKNOWN if mangler_eier else None


def strengt_vern(skyldner: Person | Enhet | None, innehaver: Person | None) -> Grunn | None:
    """Som `vern`, men OWNER_UNKNOWN også for et fjernet foretak uten kjent form og innehaver: det kan være et ENK."""
    if isinstance(skyldner, Enhet) and skyldner.kan_vaere_enk and innehaver is None:
        return Grunn.OWNER_UNKNOWN
    return vern(skyldner, innehaver)


def skyldnerens_grunn(krav: Krav, skyldner: Person | Enhet | None, as_of: date) -> Grunn | None:
    """INVALID_DEBTOR, ESTATE, MINOR, BANKRUPT eller DELETED: hvem skyldneren er, uansett hva kravet er på."""
    if skyldner is None or not is_gyldig_skyldner(krav.skyldner, as_of):
        return Grunn.INVALID_DEBTOR
    if isinstance(skyldner, Enhet):
        return _GRUNN_FOR_ENHETSSTATUS.get(skyldner.status)
    if not skyldner.finnes:
        return Grunn.INVALID_DEBTOR
    if skyldner.doed:
        return Grunn.ESTATE
    return Grunn.MINOR if _kan_vaere_mindreaarig(skyldner, min(krav.ilagt_dato, as_of)) else None


def _kan_vaere_mindreaarig(person: Person, tidligst: date) -> bool:
    """Under 18 på datoen `tidligst`, født etter den, eller uten fødselsdato i registeret (MIND-6, MIND-8)."""
    foedt = person.foedselsdato
    return foedt is None or foedt > tidligst or is_mindreaarig(foedt, tidligst)
