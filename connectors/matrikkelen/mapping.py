"""From Matrikkelen's wire types to an Eiendom, and from a matrikkelnummer to what it is asked by. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from connectors.matrikkelen.contract import (
    IKKE_TINGLYST,
    Andel,
    Eierforhold,
    Id,
    Ident,
    Objekt,
)
from domain.eiendom import Eiendom, Eierandel, Matrikkelnummer


def write_ident(nummer: Matrikkelnummer) -> dict[str, object]:
    """A matrikkelnummer as the service is asked by it."""
    return {
        "kommuneIdent": {"kommunenummer": nummer.kommune},
        "gardsnummer": nummer.gnr,
        "bruksnummer": nummer.bnr,
        "festenummer": nummer.fnr,
        "seksjonsnummer": nummer.snr,
    }


def read_ident(wire: Ident) -> Matrikkelnummer:
    return Matrikkelnummer(
        wire.kommuneIdent.kommunenummer, wire.gardsnummer, wire.bruksnummer, wire.festenummer, wire.seksjonsnummer
    )


def map_matrikkelnummer(wire: Objekt, kommune: str) -> Matrikkelnummer | None:
    """Its number. The kommune is told as an id of its own, so it is the one the log was asked about."""
    nummer = wire.matrikkelnummer
    if nummer is None:
        return None
    return Matrikkelnummer(kommune, nummer.gardsnummer, nummer.bruksnummer, nummer.festenummer, nummer.seksjonsnummer)


def eier_ids(wire: Objekt) -> list[Id]:
    """The persons who must be asked for to know the owners."""
    return [each.eierId for each in _tinglyste(wire) if each.eierId is not None]


def map_eiendom(nummer: Matrikkelnummer, wire: Objekt, personer: Mapping[int, Objekt]) -> Eiendom:
    """The property with its tinglyste owners. `personer`: by id; one that is missing has no number."""
    return Eiendom(nummer, wire.utgatt, tuple(_andel(each, personer) for each in _tinglyste(wire)))


def _andel(wire: Eierforhold, personer: Mapping[int, Objekt]) -> Eierandel:
    person = personer.get(wire.eierId.value) if wire.eierId else None
    return Eierandel(
        eier=(person.nummer or None) if person else None,
        andel=_broek(wire.andel),
        fra=wire.datoFra.date if wire.datoFra else None,
    )


def _broek(wire: Andel | None) -> Fraction | None:
    return Fraction(wire.teller, wire.nevner) if wire and wire.teller > 0 and wire.nevner > 0 else None


def _tinglyste(wire: Objekt) -> list[Eierforhold]:
    """Those that are tinglyst, and those of a kind we do not know: an owner nobody knows is better than none."""
    alle = wire.eierforhold.item if wire.eierforhold else []
    return [each for each in alle if each is not None and each.type_ not in IKKE_TINGLYST]
