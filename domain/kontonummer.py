"""Kontonummer: er nummeret gyldig, og hvorfor ikke?"""

from __future__ import annotations

from domain.kontrollsiffer import Reason, is_sifre, rest_modulus_11

_LENGDE = 11
_VEKTER = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def kontonummer_reason(value: str) -> Reason:
    """Streng kontroll: bare sifre, nøyaktig 11 tegn, modulus 11 (ID-6, ID-8). K_IS_10: nummeret kan ikke finnes.

    `stdnum.no.kontonr` er ikke brukt: den fjerner mellomrom og punktum, leser et nummer som begynner med 0000 som
    sju sifre med modulus 10, og skiller ikke K_IS_10 fra K.
    """
    if len(value) != _LENGDE:
        return Reason.LENGTH
    if not is_sifre(value):
        return Reason.NOT_DIGITS
    kontrollsiffer = -rest_modulus_11(value, _VEKTER) % 11
    if kontrollsiffer == 10:
        return Reason.K_IS_10
    return Reason.OK if kontrollsiffer == int(value[-1]) else Reason.K
