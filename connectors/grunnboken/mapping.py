"""From Grunnboken's wire types to an Eiendom, and from a matrikkelnummer to what it is asked by. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from connectors.grunnboken.contract import IDENTER, Ident, Objekt
from connectors.soap import Typed
from domain.eiendom import Eiendom, Eierandel, Matrikkelnummer
from domain.kalender import OSLO


def write_ident(nummer: Matrikkelnummer) -> Typed:
    """A matrikkelnummer as the service is asked by it."""
    values = {
        "kommunenummer": nummer.kommune,
        "gaardsnummer": nummer.gnr,
        "bruksnummer": nummer.bnr,
        "festenummer": nummer.fnr,
        "seksjonsnummer": nummer.snr,
    }
    return Typed(f"{IDENTER}MatrikkelenhetIdent", values)


def read_ident(wire: Ident) -> Matrikkelnummer:
    return Matrikkelnummer(
        wire.kommunenummer, wire.gaardsnummer, wire.bruksnummer, wire.festenummer, wire.seksjonsnummer
    )


def map_matrikkelnummer(wire: Objekt, kommune: str) -> Matrikkelnummer:
    """Its number. The kommune is told as an id of its own, so it is the one the log was asked about."""
    return Matrikkelnummer(kommune, wire.gaardsnummer, wire.bruksnummer, wire.festenummer, wire.seksjonsnummer)


def map_eiendom(
    nummer: Matrikkelnummer,
    enhet: Objekt,
    retter: Iterable[Iterable[Objekt | None]],
    personer: Mapping[str, Objekt],
) -> Eiendom:
    """The property with its owners. `retter`: the andeler in each of its retter, None for one that could not be read.
    `personer`: by id.

    Which rett is the ownership, a list of codes of the register tells, which we do not read. Where more than one rett
    has holders today (ownership and feste), the owners are therefore told without a number: a person must look.
    """
    gjeldende = [[andel for andel in rett if andel is None or not andel.historisk] for rett in retter]
    med_eiere = [rett for rett in gjeldende if rett]
    eiere = [_andel(andel, personer) for rett in med_eiere for andel in rett]
    if len(med_eiere) > 1:
        eiere = [Eierandel(None, None, each.fra) for each in eiere]
    return Eiendom(nummer, enhet.utgaatt, tuple(eiere))


def _andel(wire: Objekt | None, personer: Mapping[str, Objekt]) -> Eierandel:
    if wire is None:
        return Eierandel(None, None, None)
    person = personer.get(wire.rettighetshaverId.value) if wire.rettighetshaverId else None
    return Eierandel(
        eier=(person.identifikasjonsnummer or None) if person else None,
        andel=Fraction(wire.teller, wire.nevner) if wire.teller > 0 and wire.nevner > 0 else None,
        fra=wire.oppdateringsdato.timestamp.astimezone(OSLO).date() if wire.oppdateringsdato else None,
    )
