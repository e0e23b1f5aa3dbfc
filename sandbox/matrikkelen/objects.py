"""Matrikkelen's objects in the order of its schema: properties with eierforhold, and persons."""

from __future__ import annotations

from sandbox.eiendom import Register, id_of, parts_of
from sandbox.matrikkelen.names import PREFIXES
from sandbox.population import Row
from sandbox.soap import Builder, Element

make = Builder(PREFIXES)
SINCE = "2015-06-01T12:00:00.000+02:00"


def id_element(name: str, kind: str, value: int) -> Element:
    return make(name, make("d:value", str(value)), kind=kind)


def enhet_id(row: Row) -> int:
    return id_of(f"enhet {row['matrikkelnummer']}")


def person_id(nummer: str) -> int:
    return id_of(f"person {nummer}")


def person_kind(nummer: str) -> str:
    return "JuridiskPerson" if len(nummer) == 9 else "FysiskPerson"


def enhet(name: str, row: Row, register: Register) -> Element:
    """A property, with those who own it now; the owners it had are gone from here."""
    eierforhold = [
        _eierforhold(each) for each in register.eierforhold(row["matrikkelnummer"]) if not register.is_ended(each)
    ]
    return make(
        name,
        id_element("d:id", f"m:{row['type']}Id", enhet_id(row)),
        *_history(),
        _matrikkelnummer(row["matrikkelnummer"]),
        make("m:etableringsdato", make("d:date", "1998-03-17")),
        make("m:tinglyst", "true" if any(each["tinglyst"] == "JA" for each in _of(row, register)) else "false"),
        make("m:bruksnavn", "EKSEMPELHAUGEN"),
        make("m:eierforhold", *eierforhold),
        make("m:erSeksjonert", "false"),
        make("m:utgatt", "true" if row["utgaatt"] == "JA" else "false"),
        make("m:nymatrikulert", "false"),
        kind=f"m:{row['type']}",
    )


def person(name: str, nummer: str) -> Element:
    """Somebody who owns. The name is not the one of Folkeregisteret: nobody should take it from here."""
    kind = person_kind(nummer)
    return make(
        name,
        id_element("d:id", f"p:{kind}Id", person_id(nummer)),
        *_history(),
        make("p:nummer", nummer),
        make("p:navn", "EIER ETTER MATRIKKELEN"),
        kind=f"p:{kind}",
    )


def _of(row: Row, register: Register) -> list[Row]:
    return [each for each in register.eierforhold(row["matrikkelnummer"]) if not register.is_ended(each)]


def _matrikkelnummer(matrikkelnummer: str) -> Element:
    kommune, gnr, bnr, fnr, snr = parts_of(matrikkelnummer)
    return make(
        "m:matrikkelnummer",
        make("m:kommuneId", make("d:value", str(int(kommune)))),
        make("m:gardsnummer", gnr),
        make("m:bruksnummer", bnr),
        make("m:festenummer", fnr),
        make("m:seksjonsnummer", snr),
    )


def _eierforhold(row: Row) -> Element:
    tinglyst = row["tinglyst"] == "JA"
    common = [
        *make.nil("d:oppdateringsdato"),
        make("d:versjonId", "1"),
        *make.nil("d:oppdatertAv"),
        make("m:id", str(id_of(f"eierforhold {row['eierforhold']}"))),
        make("m:andel", make("u:teller", row["teller"]), make("u:nevner", row["nevner"])),
        make("m:datoFra", make("d:date", row["fra"])),
    ]
    nummer = row["eier"]
    if not nummer:
        eiende = id_element("m:eiendeMatrikkelenhetId", "m:GrunneiendomId", id_of("another property"))
        return make("m:item", *common, eiende, kind="m:MatrikkelenhetTinglystEierforhold")
    eier = id_element("m:eierId", f"p:{person_kind(nummer)}Id", person_id(nummer))
    if not tinglyst:
        prefix = "JuridiskPerson" if len(nummer) == 9 else "Person"
        return make("m:item", *common, eier, kind=f"m:{prefix}IkkeTinglystEierforhold")
    prefix = "JuridiskPerson" if len(nummer) == 9 else "Person"
    return make("m:item", *common, eier, make("m:andelsnummer", "1"), kind=f"m:{prefix}TinglystEierforhold")


def _history() -> list[Element]:
    return [
        make("d:oppdateringsdato", make("d:timestamp", SINCE)),
        make("d:versjonId", "7"),
        make("d:oppdatertAv", "SYSTEM"),
        make("d:versjon", "1"),
    ]
