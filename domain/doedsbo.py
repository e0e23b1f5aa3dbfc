"""Dødsbo: hva rutinen estate-watch gjør med ett krav mot en som er død (BO-1, BO-2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.adressat import Adressat
from domain.krav import Krav, Saksflyt, Tilstand
from domain.minoravgjoerelse import TilMenneske, avgjoer_saksflyt
from domain.skyldner import Person

OFFENTLIG = "offentlig"


@dataclass(frozen=True, slots=True)
class Kontakt:
    """Den boet har oppnevnt. `attestdato`: da tingretten utstedte attesten. `skifteform`: offentlig, annet, …"""

    attestdato: date
    skifteform: str
    adressat: Adressat = field(repr=False)


@dataclass(frozen=True, slots=True)
class Doedsbo:
    """`kontakt` er None når registeret ikke har noen en maskin kan skrive til."""

    doedsdato: date | None
    kontakt: Kontakt | None


@dataclass(frozen=True, slots=True)
class Spor:
    """Hva Procasso viser at rutinen har gjort med et krav som er stoppet: notatets referanse, og om brevet er sendt."""

    referanse: str | None = None
    brev: bool = False

    @property
    def stoppet(self) -> bool:
        """Det var rutinen som stoppet kravet."""
        return self.referanse is not None


class Bogrunn(StrEnum):
    """Hvorfor et menneske må ta kravet."""

    ESTATE_AGREEMENT = "ESTATE_AGREEMENT"
    ESTATE_CONTACT_MISSING = "ESTATE_CONTACT_MISSING"
    DEATH_ANNULLED = "DEATH_ANNULLED"


class Botiltak(StrEnum):
    """Det maskinen gjør, og resultatet når det er gjort."""

    ESTATE_NOTIFIED = "ESTATE_NOTIFIED"
    """Purring og gebyr stopper, og kravet meldes i boet med brev."""
    STOPPED_NO_CONTACT = "STOPPED_NO_CONTACT"
    """Purring og gebyr stopper. Ingen vet ennå hvem som svarer for boet."""


_BOHENDELSER = frozenset(
    {
        "personErDoed",
        "endringIDoedsfall",
        "endringIStatus",
        "endringIKontaktopplysningerForDoedsbo",
        "endringIAdressebeskyttelse",
        "endringIIdentifikasjonsnummer",
    }
)
_BOENTITETER = frozenset(
    {"doedsfall", "status", "kontaktinformasjonForDoedsbo", "adressebeskyttelse", "identifikasjonsnummer"}
)
"""Også nummeret: har noen fått et nytt, fortelles resten om det nye."""


def angaar_bo(hendelsetype: str) -> bool | None:
    """Kan hendelsen bety noe for et dødsbo? None når ordet ikke sier hva som er endret: da står det i dokumentet.

    En endringI… sier hva den gjelder, også den vi ikke kjenner; bare de vi kjenner igjen, gjelder et bo.
    """
    if hendelsetype in _BOHENDELSER:
        return True
    return False if hendelsetype.startswith("endringI") else None


def entiteter_angaar_bo(entiteter: Iterable[str]) -> bool:
    """Er noe av det hendelsen endret, slikt som betyr noe for et dødsbo?"""
    return not _BOENTITETER.isdisjoint(entiteter)


def is_bokandidat(krav: Krav) -> bool:
    """Krav rutinen ser på: åpne, i avtale, eller stoppet. Det som er satt på vent for en mindreårig, har minors."""
    return krav.saksflyt is not Saksflyt.MINDREAARIG and krav.tilstand in (
        Tilstand.AAPEN,
        Tilstand.BETALINGSAVTALE,
        Tilstand.STOPPET,
    )


def avgjoer_doedsbo(
    krav: Krav, skyldner: Person, bo: Doedsbo | None, spor: Spor, as_of: date, *, foreldet: bool
) -> Botiltak | Bogrunn | None:
    """Hva rutinen gjør med kravet på datoen `as_of`; trinnene i rekkefølge, det første som passer. None: ingenting.

    `bo`: Folkeregisterets opplysninger når skyldneren er død. `spor`: for et krav som er stoppet; et annet har ingen.
    Et skjermet menneske, dødt eller levende, er aldri med (VERN-2): det ser den som spør.
    """
    if not is_bokandidat(krav):
        return None
    stoppet_av_oss = krav.tilstand is Tilstand.STOPPET and spor.stoppet
    if not skyldner.doed:
        return Bogrunn.DEATH_ANNULLED if stoppet_av_oss else None
    if krav.tilstand is Tilstand.STOPPET and not stoppet_av_oss:
        return None  # andre stoppet det, av en grunn vi ikke kjenner
    if foreldet:
        return None  # ingen brev (FORELD-9); limitation tar det
    if krav.tilstand is Tilstand.BETALINGSAVTALE:
        return Bogrunn.ESTATE_AGREEMENT  # Procasso lar bare et menneske avslutte avtalen
    kontakt = bo is not None and bo.kontakt is not None
    if krav.tilstand is Tilstand.AAPEN:
        if _er_hos_minors(krav, skyldner, as_of):
            return None
        return Botiltak.ESTATE_NOTIFIED if kontakt else Botiltak.STOPPED_NO_CONTACT
    if spor.brev:
        return None
    return Botiltak.ESTATE_NOTIFIED if kontakt else Bogrunn.ESTATE_CONTACT_MISSING


def _er_hos_minors(krav: Krav, skyldner: Person, as_of: date) -> bool:
    """Har minors alt gitt kravet til et menneske (ESTATE)? Der er skyldneren mindreårig ved hendelsen, og kostnadene
    skal ikke kreves (MIND-3)."""
    avgjoerelse = avgjoer_saksflyt(krav, skyldner, {}, as_of, foreldet=False, reissue_days=0)
    return isinstance(avgjoerelse, TilMenneske)
