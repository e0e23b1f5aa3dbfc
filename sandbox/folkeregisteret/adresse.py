"""Addresses: a d-nummer holder has an oppholdsadresse for a bostedsadresse, the dead and the emigrated neither."""

from __future__ import annotations

import re

from sandbox.folkeregisteret.element import Element, draw, gjeldende, historisk, in_register_order
from sandbox.population import Row

MOVED_IN = "2021-06-01"
EARLIER = "2004-03-01"

_STREET = re.compile(r"(?P<name>.*?)\s+(?P<number>\d+)(?P<letter>[A-ZÆØÅ]?)(?:\s+(?P<unit>[HKLU]\d{4}))?")


def has_d_number(row: Row) -> bool:
    """D-nummer: the day of the number with 40 added."""
    return row["foedselsnummer"][:1] in {"4", "5", "6", "7"}


def lives_in_norway(row: Row) -> bool:
    """Whether the person has a bostedsadresse now."""
    return row["status"] == "bosatt" and not has_d_number(row)


def bostedsadresse(row: Row) -> list[Element] | None:
    """Where the person lives, with the grading of the address itself, and for some where they lived before."""
    if has_d_number(row):
        return None
    number = row["foedselsnummer"]
    if not lives_in_norway(row):
        return [historisk(EARLIER, MOVED_IN, "Flytting innenlands", **_place(row, "ugradert"), flyttedato=EARLIER)]
    elements = [gjeldende(MOVED_IN, "Flytting innenlands", **_place(row, row["gradering"]), flyttedato=MOVED_IN)]
    if draw(number, "moved", 3) == 0:
        before = "ugradert" if draw(number, "earlier gradering", 4) else "klientadresse"
        elements.append(historisk(EARLIER, MOVED_IN, "Flytting innenlands", **_place(row, before), flyttedato=EARLIER))
    return in_register_order(number, "bostedsadresse", elements)


def oppholdsadresse(row: Row) -> list[Element] | None:
    """Where a d-nummer holder stays."""
    if not has_d_number(row) or row["status"] != "bosatt":
        return None
    return [gjeldende(MOVED_IN, "Tildele d-nummer", **_place(row, row["gradering"]), oppholdsadressedato=MOVED_IN)]


def utflytting(row: Row) -> list[Element] | None:
    """That the person moved abroad."""
    if row["status"] != "utflyttet":
        return None
    return [gjeldende(MOVED_IN, "Utflytting", tilflyttingsland="SWE", utflyttingsdato=MOVED_IN)]


def postadresse_i_utlandet(row: Row) -> list[Element] | None:
    """Where mail goes to somebody who moved abroad."""
    if row["status"] != "utflyttet":
        return None
    abroad = {"adressenavn": "Exempelgatan 1", "postkode": "111 11", "byEllerStedsnavn": "STOCKHOLM", "landkode": "SE"}
    return [gjeldende(MOVED_IN, "Utflytting", adressegradering=row["gradering"], utenlandskAdresse=abroad)]


def _place(row: Row, gradering: str) -> Element:
    if not row["adresse"]:
        return {"ukjentBosted": {"bostedskommune": "0301"}, "adressegradering": gradering}
    return {"vegadresse": _vegadresse(row), "adressegradering": gradering}


def _vegadresse(row: Row) -> Element:
    address: Element = {
        "kommunenummer": "0301",
        "adressenavn": row["adresse"],
        "poststed": {"poststedsnavn": row["poststed"], "postnummer": row["postnummer"]},
    }
    parts = _STREET.fullmatch(row["adresse"])
    if parts:
        address["adressenavn"] = parts["name"]
        address["adressenummer"] = {"husnummer": parts["number"]}
        if parts["letter"]:
            address["adressenummer"]["husbokstav"] = parts["letter"]
        if parts["unit"]:
            address |= {"bruksenhetsnummer": parts["unit"], "bruksenhetstype": "bolig"}
    return address
