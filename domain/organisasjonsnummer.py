"""Organisasjonsnummer: er nummeret gyldig, og hvorfor ikke?"""

from __future__ import annotations

from domain.kontrollsiffer import Reason, is_sifre, rest_modulus_11

_LENGDE = 9
_VEKTER = (3, 2, 7, 6, 5, 4, 3, 2)


def organisasjonsnummer_reason(value: str) -> Reason:
    """Streng kontroll: bare sifre, nøyaktig 9 tegn, modulus 11 (ID-6, ID-8).

    Nummer som ville fått kontrollsiffer 10, er aldri delt ut: K_IS_10.
    `stdnum.no.orgnr` regner likt, men fjerner mellomrom først og skiller ikke K_IS_10 fra K.
    """
    if len(value) != _LENGDE:
        return Reason.LENGTH
    if not is_sifre(value):
        return Reason.NOT_DIGITS
    kontrollsiffer = -rest_modulus_11(value, _VEKTER) % 11
    if kontrollsiffer == 10:
        return Reason.K_IS_10
    return Reason.OK if kontrollsiffer == int(value[-1]) else Reason.K
