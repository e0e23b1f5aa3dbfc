"""Fødselsnummer og d-nummer: er nummeret gyldig, og hvorfor ikke? Ingen feiltekst her gjengir nummeret.

`stdnum.no.fodselsnummer` er ikke brukt: den fjerner mellomrom, kjenner verken syntetiske numre med måned + 80 eller
reglene fra 2032, og sier ikke hva som er galt.
"""

from __future__ import annotations

import re
from datetime import date

from domain.kontrollsiffer import Reason, is_sifre, rest_modulus_11

_LENGDE = 11
_NYE_NUMRE = date(2032, 1, 1)
_HOEYESTE_REST_K1 = 3
_I_TEKST = re.compile(r"(?<![0-9])([0-9]{6})[ ./\u00a0\u2013-]?([0-9]{5})(?![0-9])")
# Kontrollsifferet selv står sist med vekt 1: summen skal da gå opp i 11.
_VEKTER_K1 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_VEKTER_K2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def foedselsnummer_reason(value: str, on: date) -> Reason:
    """Streng kontroll etter reglene som gjelder på datoen `on`: bare sifre, nøyaktig 11 tegn (ID-1 til ID-5, ID-8).

    Fra 1. januar 2032 kan første kontrollsiffer gi rest 0 til 3, og nummeret viser ikke lenger århundret; begge
    utforminger lever side om side (ID-2).
    Syntetiske numre har måned + 80 (ID-4). Måned + 40 (H-nummer, NAVs testpersoner) er ikke fødselsnummer: DATE.
    """
    if len(value) != _LENGDE:
        return Reason.LENGTH
    if not is_sifre(value):
        return Reason.NOT_DIGITS
    nye_regler = on >= _NYE_NUMRE
    aarhundre = _aarhundre(value)
    # 2000 er skuddår, så en 29. februar godtas når århundret ikke kan leses.
    if _dato(value, 2000 if nye_regler or aarhundre is None else aarhundre) is None:
        return Reason.DATE
    if rest_modulus_11(value, _VEKTER_K2) != 0:
        return Reason.K2
    rest_k1 = rest_modulus_11(value, _VEKTER_K1)
    if rest_k1 > _HOEYESTE_REST_K1:
        return Reason.K1
    if nye_regler:
        return Reason.OK
    if rest_k1 != 0:
        return Reason.K1_ONLY_FROM_2032
    return Reason.OK if aarhundre is not None else Reason.CENTURY_ONLY_FROM_2032


def contains_foedselsnummer(text: str, on: date) -> bool:
    """Om det står et fødselsnummer et sted i teksten, også delt etter fødselsdatoen. Lengre sifferrekker er noe annet
    (KID). Numre som først blir gyldige i 2032, regnes med alt nå."""
    return any(_now_or_later(found, on) for found in _I_TEKST.finditer(text))


FJERNET = "…"
"""Det som står i en tekst der et fødselsnummer er tatt bort."""


def without_foedselsnummer(text: str, on: date) -> str:
    """Teksten med «…» for hvert fødselsnummer `contains_foedselsnummer` ser i den."""
    return _I_TEKST.sub(lambda found: FJERNET if _now_or_later(found, on) else found[0], text)


def _now_or_later(found: re.Match[str], on: date) -> bool:
    later = (Reason.OK, Reason.K1_ONLY_FROM_2032, Reason.CENTURY_ONLY_FROM_2032)
    return foedselsnummer_reason(found[1] + found[2], on) in later


def read_foedselsdato(value: str, on: date) -> date | None:
    """Fødselsdatoen nummeret viser, eller None når det ikke er gyldig på datoen `on` eller ikke viser århundret.

    Fra 2032 viser ingen numre århundret (ID-2). Alder regnes aldri av denne, men av Folkeregisterets dato (MIND-8).
    """
    if on >= _NYE_NUMRE or foedselsnummer_reason(value, on) is not Reason.OK:
        return None
    aarhundre = _aarhundre(value)
    return None if aarhundre is None else _dato(value, aarhundre)


def is_dnummer(value: str) -> bool:
    """D-nummer: dag + 40, altså første siffer 4 til 7 (ID-3). `value` er elleve sifre."""
    return int(value[:2]) > 40


def is_syntetisk(value: str) -> bool:
    """Syntetisk person: måned + 80 (ID-4). `value` er elleve sifre."""
    return int(value[2:4]) > 80


def _aarhundre(value: str) -> int | None:
    """Århundret etter individnummeret og dagens regler (ID-5). None: kombinasjonen er ikke i bruk i dag."""
    aar, individ = int(value[4:6]), int(value[6:9])
    if individ < 500:
        return 1900
    if aar < 40:
        return 2000
    if aar >= 54 and individ < 750:
        return 1800
    return 1900 if individ >= 900 else None


def _dato(value: str, aarhundre: int) -> date | None:
    dag = int(value[:2]) - (40 if is_dnummer(value) else 0)
    maaned = int(value[2:4]) - (80 if is_syntetisk(value) else 0)
    try:
        return date(aarhundre + int(value[4:6]), maaned, dag)
    except ValueError:
        return None
