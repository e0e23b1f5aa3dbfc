"""KID, kundeidentifikasjon på en betaling: er nummeret gyldig, og hvorfor ikke?

Metoden hører til avtalen med banken; den kan ikke leses av nummeret (ID-7).
"""

from __future__ import annotations

from enum import StrEnum

from stdnum import luhn

from domain.kontrollsiffer import Reason, is_sifre

_KORTEST, _LENGST = 4, 25
_VEKTER = (2, 3, 4, 5, 6, 7)
_TIER = "-"


class Kidmetode(StrEnum):
    """Hvordan siste tegn er regnet ut."""

    MODULUS_10 = "MODULUS_10"
    MODULUS_11 = "MODULUS_11"


def kid_reason(value: str, metode: Kidmetode) -> Reason:
    """Streng kontroll: 4 til 25 tegn, siste er kontrolltegn (ID-7, ID-8); ledende nuller hører til nummeret.

    Modulus 10 er Luhn, som `stdnum.luhn` regner rett når tegnene alt er funnet å være sifre. Modulus 11 har vektene 2
    til 7 gjentatt fra høyre, og kontrolltegnet 10 skrives «-»; det har biblioteket ikke.
    """
    if not _KORTEST <= len(value) <= _LENGST:
        return Reason.LENGTH
    sifre = value[:-1] if metode is Kidmetode.MODULUS_11 and value.endswith(_TIER) else value
    if not is_sifre(sifre):
        return Reason.NOT_DIGITS
    stemmer = luhn.is_valid(value) if metode is Kidmetode.MODULUS_10 else _tegn_modulus_11(value[:-1]) == value[-1]
    return Reason.OK if stemmer else Reason.K


def _tegn_modulus_11(sifre: str) -> str:
    vektet = sum(_VEKTER[plass % len(_VEKTER)] * int(siffer) for plass, siffer in enumerate(reversed(sifre)))
    kontroll = -vektet % 11
    return _TIER if kontroll == 10 else str(kontroll)
