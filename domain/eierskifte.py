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

from domain.alder import is_mindreaarig
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
    OWNER_MINOR = "OWNER_MINOR"


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
    as_of: date,
) -> Eierskifte | TilMenneske | None:
    """Hva som skal skje med kunden på datoen `as_of`, eller None når eieren alt er den rette (EIER-1 til EIER-5).

    `ny`: den `finn_rett_eier` peker på, slik Folkeregisteret eller Enhetsregisteret kjenner den; None er ukjent.
    """
    rett = finn_rett_eier(kunde.eier, grunnbok, matrikkel, skjema)
    if isinstance(rett, Eiergrunn):
        return TilMenneske(rett)
    if rett.nummer == kunde.eier:
        return None
    if grunn := _hinder(ny, as_of):
        return TilMenneske(grunn)
    felter = ("eier", "fakturamottaker") if kunde.fakturamottaker == kunde.eier else ("eier",)
    return Eierskifte(rett.nummer, rett.kilde, felter)


def finn_ny_eier(
    kunde: Kunde,
    grunnbok: Eiendom | None,
    matrikkel: Eiendom | None,
    skjema: Eierskjema | None,
    ny: Person | Enhet | None,
    as_of: date,
) -> str | None:
    """Rett eier når en maskin kan sette henne inn, også når kunden alt har henne: da kan resten gjøres ferdig."""
    rett = finn_rett_eier(kunde.eier, grunnbok, matrikkel, skjema)
    return None if isinstance(rett, Eiergrunn) or _hinder(ny, as_of) else rett.nummer


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
    eier = stoerste_eier(kjente[0].eiere, naa)
    if skjema is not None:
        stilling = _stilling(skjema, grunnbok, matrikkel)
        if stilling is _Stilling.GJELDER:
            return RettEier(skjema.eier, Kilde.SKJEMA)
        if stilling is _Stilling.UVISST and eier != skjema.eier:
            return Eiergrunn.OWNER_UNCLEAR
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
    andeler = _andeler(eiere)
    if not andeler:
        return Eiergrunn.OWNER_UNCLEAR
    mangler = HELE - sum(andeler.values())
    stoerst = max(andeler.values())
    if mangler < 0 or (mangler and mangler >= stoerst):
        return Eiergrunn.OWNER_UNCLEAR
    flest = [eier for eier, andel in andeler.items() if andel == stoerst]
    if naa in flest:
        return naa
    return flest[0] if len(flest) == 1 else Eiergrunn.OWNERS_EQUAL


def er_skjema_til_side(
    naa: str, grunnbok: Eiendom | None, matrikkel: Eiendom | None, skjema: Eierskjema | None
) -> bool:
    """Om skjemaet ikke lenger gjelder fordi en annen enn den det nevner, er tinglyst etter det (EIER-5)."""
    if skjema is None or _stilling(skjema, grunnbok, matrikkel) is not _Stilling.TIL_SIDE:
        return False
    rett = finn_rett_eier(naa, grunnbok, matrikkel, skjema)
    return not (isinstance(rett, RettEier) and rett.nummer == skjema.eier)


def siste_skjema(skjemaer: Iterable[Eierskjema], as_of: date) -> dict[Matrikkelnummer, Eierskjema]:
    """Det nyeste skjemaet for hver eiendom; et som gjelder fra en senere dag, venter til den kommer (EIER-5)."""
    nyeste: dict[Matrikkelnummer, Eierskjema] = {}
    for skjema in sorted(skjemaer, key=lambda each: (each.dato, each.referanse)):
        if skjema.dato <= as_of:
            nyeste[skjema.matrikkelnummer] = skjema
    return nyeste


class _Stilling(StrEnum):
    """Om et skjema fortsatt gjelder (EIER-5)."""

    GJELDER = "GJELDER"
    TIL_SIDE = "TIL_SIDE"
    UVISST = "UVISST"


def _stilling(skjema: Eierskjema, grunnbok: Eiendom | None, matrikkel: Eiendom | None) -> _Stilling:
    """Et skjema gjelder til eiendommen har fått andre tinglyste eiere etter datoen det gjelder fra (EIER-5).

    Grunnbokens dato er når andelen sist ble rørt, og det blir den også når ingen ny har overtatt; Matrikkelens er når
    eieren overtok. Har de da de samme eierne, og Matrikkelen hadde dem før skjemaet, er det ikke noe eierskifte.
    """
    gjeldende = grunnbok or matrikkel
    if gjeldende is None or not any(each.fra and each.fra > skjema.dato for each in gjeldende.eiere):
        return _Stilling.GJELDER
    if grunnbok is None:
        return _Stilling.TIL_SIDE
    naa = _andeler(grunnbok.eiere)
    foer = None if matrikkel is None else _andeler_per(matrikkel.eiere, skjema.dato)
    if naa is None or foer is None:
        return _Stilling.UVISST
    return _Stilling.GJELDER if naa == foer else _Stilling.TIL_SIDE


def _andeler_per(eiere: Iterable[Eierandel], dato: date) -> dict[str, Fraction] | None:
    """Andelene til dem som fortsatt eier, og gjorde det på datoen; None når en overtok på en ukjent dato."""
    eiere = list(eiere)
    if any(each.fra is None for each in eiere):
        return None
    return _andeler(each for each in eiere if each.fra and each.fra <= dato)


def _andeler(eiere: Iterable[Eierandel]) -> dict[str, Fraction] | None:
    """Hvor mye hver eier har; None når nummer eller brøk mangler for noen av dem."""
    andeler: defaultdict[str, Fraction] = defaultdict(Fraction)
    for each in eiere:
        if each.eier is None or each.andel is None:
            return None
        andeler[each.eier] += each.andel
    return andeler


def _hinder(ny: Person | Enhet | None, as_of: date) -> Eiergrunn | None:
    """Hvorfor den nye eieren ikke kan foreslås (EIER-4). Til et barn kommer det ikke faktura fra en maskin (MIND-1)."""
    if ny is None or (isinstance(ny, Enhet) and ny.status in (Enhetsstatus.SLETTET, Enhetsstatus.FJERNET)):
        return Eiergrunn.OWNER_INVALID
    if isinstance(ny, Enhet):
        return None
    if not ny.finnes:
        return Eiergrunn.OWNER_INVALID
    if ny.doed:
        return Eiergrunn.ESTATE
    er_voksen = ny.foedselsdato is not None and not is_mindreaarig(ny.foedselsdato, as_of)
    return None if er_voksen else Eiergrunn.OWNER_MINOR
