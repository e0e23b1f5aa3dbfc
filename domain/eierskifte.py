"""Hvem som er rett eier hos en kunde med eiendom, etter Grunnboken, Matrikkelen og skjemaet «Endre ikke-tinglyst eier».

Maskinen foreslår; to personer avgjør (EIER-6). Navn og adresse hentes aldri herfra.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.eiendom import Eiendom, Eierandel, Matrikkelnummer
from domain.kunde import Kunde
from domain.skyldner import Enhet, Enhetsstatus, Person

HELE = Fraction(1)


class Eiergrunn(StrEnum):
    """Hvorfor et menneske må avgjøre hvem som er eier."""

    PROPERTY_GONE = "PROPERTY_GONE"
    OWNER_UNCLEAR = "OWNER_UNCLEAR"
    OWNERS_EQUAL = "OWNERS_EQUAL"
    ESTATE = "ESTATE"
    OWNER_INVALID = "OWNER_INVALID"


class Kilde(StrEnum):
    """Hva den rette eieren bygger på."""

    TINGLYST = "TINGLYST"
    SKJEMA = "SKJEMA"


@dataclass(frozen=True, slots=True)
class Eierskjema:
    """En innsendt melding om ny eier som ikke er tinglyst. `dato`: eier fra og med."""

    matrikkelnummer: Matrikkelnummer
    eier: str = field(repr=False)
    dato: date
    referanse: str


@dataclass(frozen=True, slots=True)
class RettEier:
    nummer: str = field(repr=False)
    kilde: Kilde


@dataclass(frozen=True, slots=True)
class Eierskifte:
    """Et forslag: `felter` hos kunden får den nye eieren. En fakturamottaker som var en annen, blir stående."""

    ny_eier: str = field(repr=False)
    kilde: Kilde
    felter: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TilMenneske:
    grunn: Eiergrunn


def avgjoer_eierskifte(
    kunde: Kunde,
    grunnbok: Eiendom | None,
    matrikkel: Eiendom | None,
    skjema: Eierskjema | None,
    ny: Person | Enhet | None,
) -> Eierskifte | TilMenneske | None:
    """Hva som skal skje med kunden, eller None når eieren alt er den rette (EIER-1 til EIER-5).

    `ny`: den `finn_rett_eier` peker på, slik Folkeregisteret eller Enhetsregisteret kjenner den; None er ukjent.
    """
    rett = finn_rett_eier(kunde.eier, grunnbok, matrikkel, skjema)
    if isinstance(rett, Eiergrunn):
        return TilMenneske(rett)
    if rett.nummer == kunde.eier:
        return None
    if grunn := _hinder(ny):
        return TilMenneske(grunn)
    felter = ("eier", "fakturamottaker") if kunde.fakturamottaker == kunde.eier else ("eier",)
    return Eierskifte(rett.nummer, rett.kilde, felter)


def finn_ny_eier(
    kunde: Kunde,
    grunnbok: Eiendom | None,
    matrikkel: Eiendom | None,
    skjema: Eierskjema | None,
    ny: Person | Enhet | None,
) -> str | None:
    """Rett eier når en maskin kan sette henne inn, også når kunden alt har henne: da kan resten gjøres ferdig."""
    rett = finn_rett_eier(kunde.eier, grunnbok, matrikkel, skjema)
    return None if isinstance(rett, Eiergrunn) or _hinder(ny) else rett.nummer


def finn_rett_eier(
    naa: str, grunnbok: Eiendom | None, matrikkel: Eiendom | None, skjema: Eierskjema | None
) -> RettEier | Eiergrunn:
    """Rett eier når kunden i dag står med eieren `naa`.

    Grunnboken går foran Matrikkelens kopi når begge har eiendommen (EIER-2). Har bare ett register den, er det ikke
    noe å foreslå: er `naa` rett etter det, står hun, ellers avgjør et menneske.
    """
    kjente = [eiendom for eiendom in (grunnbok, matrikkel) if eiendom is not None]
    if not kjente:
        return Eiergrunn.OWNER_UNCLEAR
    if any(eiendom.utgaatt for eiendom in kjente):
        return Eiergrunn.PROPERTY_GONE
    if skjema is not None and _gjelder(skjema, kjente):
        return RettEier(skjema.eier, Kilde.SKJEMA)
    eier = stoerste_eier(kjente[0].eiere, naa)
    if isinstance(eier, Eiergrunn):
        return eier
    if len(kjente) == 1 and eier != naa:
        return Eiergrunn.OWNER_UNCLEAR
    return RettEier(eier, Kilde.TINGLYST)


def stoerste_eier(eiere: Sequence[Eierandel], naa: str) -> str | Eiergrunn:
    """Den som eier mest (EIER-1); `naa` når hun er blant flere som eier like mye og mest.

    Andelene til samme eier legges sammen. Mangler noe av eiendommen, og det som mangler kan være like stort som den
    største andelen, er eieren uklar. Det samme når andelene er mer enn hele eiendommen.
    """
    if not eiere or any(each.eier is None or each.andel is None for each in eiere):
        return Eiergrunn.OWNER_UNCLEAR
    andeler = _andeler(eiere)
    mangler = HELE - sum(andeler.values())
    stoerst = max(andeler.values())
    if mangler < 0 or (mangler and mangler >= stoerst):
        return Eiergrunn.OWNER_UNCLEAR
    flest = [eier for eier, andel in andeler.items() if andel == stoerst]
    if naa in flest:
        return naa
    return flest[0] if len(flest) == 1 else Eiergrunn.OWNERS_EQUAL


def siste_skjema(skjemaer: Iterable[Eierskjema], as_of: date) -> dict[Matrikkelnummer, Eierskjema]:
    """Det nyeste skjemaet for hver eiendom; et som gjelder fra en senere dag, venter til den kommer (EIER-5)."""
    nyeste: dict[Matrikkelnummer, Eierskjema] = {}
    for skjema in sorted(skjemaer, key=lambda each: (each.dato, each.referanse)):
        if skjema.dato <= as_of:
            nyeste[skjema.matrikkelnummer] = skjema
    return nyeste


def _gjelder(skjema: Eierskjema, eiendommer: Iterable[Eiendom]) -> bool:
    """Et skjema gjelder til noe er tinglyst etter datoen det gjelder fra (EIER-5)."""
    tinglyst = (andel.fra for eiendom in eiendommer for andel in eiendom.eiere)
    return all(fra is None or fra <= skjema.dato for fra in tinglyst)


def _andeler(eiere: Iterable[Eierandel]) -> dict[str, Fraction]:
    andeler: defaultdict[str, Fraction] = defaultdict(Fraction)
    for each in eiere:
        assert each.eier is not None, "owners without a number have been seen to"
        andeler[each.eier] += each.andel or 0
    return andeler


def _hinder(ny: Person | Enhet | None) -> Eiergrunn | None:
    """Hvorfor den nye eieren ikke kan foreslås (EIER-4)."""
    if ny is None or (isinstance(ny, Enhet) and ny.status in (Enhetsstatus.SLETTET, Enhetsstatus.FJERNET)):
        return Eiergrunn.OWNER_INVALID
    return Eiergrunn.ESTATE if isinstance(ny, Person) and ny.doed else None
