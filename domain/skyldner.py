"""Den som skylder: en person i Folkeregisteret eller en enhet i Enhetsregisteret."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.foedselsnummer import foedselsnummer_reason
from domain.kontrollsiffer import Reason
from domain.organisasjonsnummer import organisasjonsnummer_reason


class Gradering(StrEnum):
    """Adressebeskyttelse. The marking is itself taushetsbelagt (VERN-2)."""

    UGRADERT = "ugradert"
    KLIENTADRESSE = "klientadresse"
    FORTROLIG = "fortrolig"
    STRENGT_FORTROLIG = "strengtFortrolig"


LEVENDE = frozenset(
    {"bosatt", "utflyttet", "forsvunnet", "foedselsregistrert", "midlertidig", "inaktiv", "ikkeBosatt", "aktiv"}
)
"""Folkeregisterets statuser for en som lever. Utenfor står doed, opphoert, og den vi ikke kjenner."""
FALSK_IDENTITET = "falskIdentitet"


class Enhetsstatus(StrEnum):
    AKTIV = "aktiv"
    KONKURS = "konkurs"
    UNDER_AVVIKLING = "under_avvikling"
    TVANGSOPPLOSNING = "tvangsopplosning"
    SLETTET = "slettet"
    FJERNET = "fjernet"


@dataclass(frozen=True, slots=True)
class Person:
    """`foedselsdato` is Folkeregisteret's, never read from the number (MIND-8); None when the register has none.

    `foreldreansvar`: the numbers of those who have it for this person today. It, `har_verge` and `verger`, the numbers
    of those verger that have one, are taushetsbelagt and known only when they were asked for: without having asked,
    nobody is there. `status` is the register's own word, or FALSK_IDENTITET.
    """

    foedselsnummer: str = field(repr=False)
    foedselsdato: date | None = field(repr=False)
    doed: bool
    gradering: Gradering | str = field(repr=False)
    status: str
    foreldreansvar: tuple[str, ...] = field(default=(), repr=False)
    har_verge: bool = False
    verger: tuple[str, ...] = field(default=(), repr=False)

    @property
    def beskyttet(self) -> bool:
        """Adressebeskyttet (VERN-2). En gradering vi ikke kjenner, regnes som beskyttet."""
        return self.gradering != Gradering.UGRADERT

    @property
    def finnes(self) -> bool:
        """Lever, eller har levd, under denne identiteten: den er verken falsk eller opphørt (VERN-3)."""
        return self.doed or self.status in LEVENDE


@dataclass(frozen=True, slots=True)
class Enhet:
    """`organisasjonsform` is None when the register no longer tells (fjernet).

    `statusdato`: since when the status holds; None when the register does not say. `navn` of an ENK is a person's.
    """

    organisasjonsnummer: str
    organisasjonsform: str | None
    status: Enhetsstatus
    statusdato: date | None = None
    navn: str = field(default="", repr=False, compare=False)

    @property
    def er_enk(self) -> bool:
        """Enkeltpersonforetak: innehaveren er selv skyldneren."""
        return self.organisasjonsform == "ENK"

    @property
    def kan_vaere_enk(self) -> bool:
        """Et ENK, eller et foretak registeret ikke lenger forteller formen til."""
        return self.er_enk or self.organisasjonsform is None


def is_enhetsnummer(skyldner: str) -> bool:
    """A skyldner of nine characters is an enhet, anything else a person."""
    return len(skyldner) == 9


def is_gyldig_skyldner(skyldner: str, on: date) -> bool:
    """Er nummeret gyldig på datoen `on`, etter ID-6 for en enhet og ID-1 til ID-5 for en person?"""
    if is_enhetsnummer(skyldner):
        return organisasjonsnummer_reason(skyldner) is Reason.OK
    return foedselsnummer_reason(skyldner, on) is Reason.OK
