"""Mindreårige skyldnere: løpet kravet skal følge, hvem brev går til, og kostnadene (MIND-1 til MIND-8)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from domain.alder import is_mindreaarig


class Flyt(StrEnum):
    """Løpet kravet skal følge, etter alderen ved hendelsen og ved behandlingen (MIND-7)."""

    NORMAL = "NORMAL"
    HOLD_GUARDIANS = "HOLD_GUARDIANS"
    TURNED_18_REISSUE = "TURNED_18_REISSUE"
    INVALID_BIRTH_DATE = "INVALID_BIRTH_DATE"


class Adressat(StrEnum):
    """Hvem brev går til."""

    SELF = "SELF"
    GUARDIANS = "GUARDIANS"
    NONE = "NONE"


_ADRESSAT = {
    Flyt.NORMAL: Adressat.SELF,
    Flyt.HOLD_GUARDIANS: Adressat.GUARDIANS,
    Flyt.TURNED_18_REISSUE: Adressat.SELF,
    Flyt.INVALID_BIRTH_DATE: Adressat.NONE,
}


def find_flyt(foedselsdato: date | None, hendelsesdato: date, as_of: date) -> Flyt:
    """Løpet etter alderen ved hendelsen (ileggelse eller levering) og ved behandlingen, begge Oslo-datoer (MIND-7).

    `foedselsdato` er Folkeregisterets (MIND-8). Mangler den, eller er den etter hendelsen, er den ugyldig.
    """
    if foedselsdato is None or foedselsdato > hendelsesdato:
        return Flyt.INVALID_BIRTH_DATE
    if not is_mindreaarig(foedselsdato, hendelsesdato):
        return Flyt.NORMAL
    return Flyt.HOLD_GUARDIANS if is_mindreaarig(foedselsdato, max(hendelsesdato, as_of)) else Flyt.TURNED_18_REISSUE


def find_adressat(flyt: Flyt) -> Adressat:
    """Hvem brevet går til i løpet: skyldneren selv, de med foreldreansvar (vergemålsloven § 16, MIND-1) eller ingen."""
    return _ADRESSAT[flyt]


def kan_kreve_kostnader(flyt: Flyt) -> bool:
    """Bare av en som var myndig ved hendelsen: ingen inndrivingskostnader fra en mindreårig, uansett grunnlag.

    Lovavdelingen 5. mai 2006, 15. november 2007 og 4. juli 2008 (MIND-3); heller ikke etter attenårsdagen (MIND-4).
    """
    return flyt is Flyt.NORMAL
