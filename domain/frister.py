"""Frister etaten selv har: melding i bo, og svar på henvendelser (BO-1 til BO-3, FRIST-1 til FRIST-3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from domain.kalender import add_bankdager, add_maaneder, previous_bankdag

_PROKLAMA = timedelta(weeks=6)


class Svar(StrEnum):
    """Det som skal sendes, og hvor lenge det kan vare.

    FORELOEPIG: to uker på enhver skriftlig henvendelse (rundskriv 20/2002, FRIST-1). ENKELTVEDTAK: foreløpig svar etter
    en måned (forvaltningsloven 1967 § 11 a, FRIST-2). PERSONOPPLYSNINGER: innsyn innen 30 dager, kortere enn
    personvernforordningens måned som oftest (FRIST-3). DOKUMENTINNSYN: tre virkedager (offentleglova, FRIST-3).
    """

    FORELOEPIG = "FORELOEPIG"
    ENKELTVEDTAK = "ENKELTVEDTAK"
    PERSONOPPLYSNINGER = "PERSONOPPLYSNINGER"
    DOKUMENTINNSYN = "DOKUMENTINNSYN"


_FRIST: dict[Svar, Callable[[date], date]] = {
    Svar.FORELOEPIG: lambda mottatt: mottatt + timedelta(weeks=2),
    Svar.ENKELTVEDTAK: lambda mottatt: add_maaneder(mottatt, 1),
    Svar.PERSONOPPLYSNINGER: lambda mottatt: min(mottatt + timedelta(days=30), add_maaneder(mottatt, 1)),
    Svar.DOKUMENTINNSYN: lambda mottatt: add_bankdager(mottatt, 3),
}


def svarfrist(svar: Svar, mottatt: date) -> date:
    """Siste virkedag svaret kan sendes: virkedagen på eller før fristen, så det alltid rekkes (FRIST-1 til FRIST-3)."""
    return previous_bankdag(_FRIST[svar](mottatt))


def proklamafrist(siste_kunngjoering: date) -> date:
    """Siste dag et krav kan meldes i dødsboet: seks uker etter siste kunngjøring (BO-1). Krav meldt senere faller bort.

    Unntakene, pant og skatte- og avgiftskrav, avgjør et menneske.
    """
    return siste_kunngjoering + _PROKLAMA


def meldefrist(siste_kunngjoering: date, margin: int) -> date:
    """Dagen vi senest melder kravet: `margin` virkedager før siste virkedag i proklamafristen (BO-2). Innstilling."""
    return add_bankdager(previous_bankdag(proklamafrist(siste_kunngjoering)), -margin)


def anmeldelsesfrist(konkursaapning: date, uker: int) -> date:
    """Fristen for å melde krav i et konkursbo, regnet fra åpningen: `uker` er en innstilling (BO-3).

    Den rette står i kunngjøringen, vanligvis tre til seks uker etter åpningen (konkursloven § 78). Den finnes ikke i
    noe åpent register, så den korteste er den trygge.
    """
    return konkursaapning + timedelta(weeks=uker)
