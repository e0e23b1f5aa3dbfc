"""Kan en person varsles på mobil? Reservasjon, og hvor gammel kontaktinformasjon kan være (SMS-1, SMS-2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.kalender import add_maaneder

BRUKBAR_MAANEDER = 18
"""eForvaltningsforskriften § 32 andre ledd."""


class Varslingshinder(StrEnum):
    """Hvorfor en person ikke kan få SMS: den første grunnen som passer, gjelder."""

    RESERVED = "RESERVED"
    NO_MOBILE = "NO_MOBILE"
    CONTACT_OLD = "CONTACT_OLD"


@dataclass(frozen=True, slots=True)
class Kontaktinformasjon:
    """What the Kontakt- og reservasjonsregister tells of one person, of her mobile alone: each channel has its dates.

    `kan_varsles` is the register's own verdict over all channels. What points to the person stays out of `repr`.
    """

    reservert: bool
    kan_varsles: bool
    mobiltelefonnummer: str | None = field(default=None, repr=False)
    mobiltelefonnummer_oppdatert: date | None = None
    mobiltelefonnummer_sist_verifisert: date | None = None


def varslingshinder(kontakt: Kontaktinformasjon | None, as_of: date) -> Varslingshinder | None:
    """Hvorfor personen ikke kan varsles på mobil `as_of`, eller None. `kontakt` er None når registeret ikke svarte.

    Registerets egen dom gjelder alle kanaler under ett, så den kan bare si nei: en fersk e-postadresse gjør ikke et
    gammelt mobilnummer brukbart.
    """
    if kontakt is None:
        return Varslingshinder.NO_MOBILE
    if kontakt.reservert:
        return Varslingshinder.RESERVED
    if not kontakt.mobiltelefonnummer:
        return Varslingshinder.NO_MOBILE
    if not is_fersk(kontakt.mobiltelefonnummer_oppdatert, kontakt.mobiltelefonnummer_sist_verifisert, as_of):
        return Varslingshinder.CONTACT_OLD
    return None if kontakt.kan_varsles else Varslingshinder.NO_MOBILE


def is_fersk(oppdatert: date | None, sist_verifisert: date | None, as_of: date) -> bool:
    """Er kanalen oppdatert eller bekreftet i løpet av de siste 18 månedene? Uten dato er den det ikke (§ 32)."""
    datoer = [dato for dato in (oppdatert, sist_verifisert) if dato is not None]
    return bool(datoer) and as_of <= add_maaneder(max(datoer), BRUKBAR_MAANEDER)
