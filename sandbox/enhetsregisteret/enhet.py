"""From a row of enheter.csv to the register's answer: the unit alive, struck off (slettet) or removed (fjernet)."""

from __future__ import annotations

import hashlib
from typing import Any

from sandbox.population import Row

Body = dict[str, Any]

ORGANISASJONSFORMER = {
    "AS": "Aksjeselskap",
    "ASA": "Allmennaksjeselskap",
    "ANS": "Ansvarlig selskap med solidarisk ansvar",
    "DA": "Ansvarlig selskap med delt ansvar",
    "ENK": "Enkeltpersonforetak",
    "NUF": "Norskregistrert utenlandsk foretak",
}
REGISTERED = "2014-05-06"


def enhet(row: Row, api: str) -> Body:
    """A unit that is neither slettet nor fjernet. `api`: the address of the open API, for the links."""
    number = row["organisasjonsnummer"]
    return {
        "organisasjonsnummer": number,
        "navn": row["navn"],
        "organisasjonsform": organisasjonsform(row, api),
        "registreringsdatoEnhetsregisteret": REGISTERED,
        "registrertIMvaregisteret": True,
        "naeringskode1": {"kode": "68.209", "beskrivelse": "Utleie av egen eller leid fast eiendom ellers"},
        "harRegistrertAntallAnsatte": False,
        "forretningsadresse": _address(number),
        "institusjonellSektorkode": _sector(row),
        "registrertIForetaksregisteret": row["organisasjonsform"] != "ENK",
        "registrertIStiftelsesregisteret": False,
        "registrertIFrivillighetsregisteret": False,
        **_state(row),
        "maalform": "Bokmål",
        "aktivitet": [""],
        "paategninger": [],
        "_links": {"self": {"href": f"{api}/enheter/{number}"}},
        "respons_klasse": "Enhet",
    }


def slettet_enhet(row: Row, api: str) -> Body:
    """A unit struck off: still answered with 200, the date is what tells."""
    number = row["organisasjonsnummer"]
    return {
        "respons_klasse": "SlettetEnhet",
        "organisasjonsnummer": number,
        "navn": row["navn"],
        "organisasjonsform": organisasjonsform(row, api),
        "slettedato": row["statusdato"],
        "_links": {"self": {"href": f"{api}/enheter/{number}"}},
    }


def fjernet_enhet(row: Row, api: str) -> Body:
    """A unit removed for legal reasons: answered with 410 and without its name."""
    number = row["organisasjonsnummer"]
    link = {"self": {"href": f"{api}/enheter/{number}"}}
    return {"organisasjonsnummer": number, "slettedato": row["statusdato"], "_links": link}


def organisasjonsform(row: Row, api: str) -> Body:
    """The legal form with its description and link."""
    code = row["organisasjonsform"]
    link = {"self": {"href": f"{api}/organisasjonsformer/{code}"}}
    return {"kode": code, "beskrivelse": ORGANISASJONSFORMER.get(code, code), "_links": link}


def _state(row: Row) -> Body:
    """Konkurs, avvikling and tvang, each a flag with its date when set. Live bodies may have an empty konkursdato."""
    status, day = row["status"], row["statusdato"]
    body: Body = {"konkurs": status == "konkurs"}
    if status == "konkurs" or _odd(row["organisasjonsnummer"]):
        body["konkursdato"] = day if status == "konkurs" else ""
    body["underAvvikling"] = status == "under_avvikling"
    if status == "under_avvikling":
        body["underAvviklingDato"] = day
    body["underTvangsavviklingEllerTvangsopplosning"] = status == "tvangsopplosning"
    if status == "tvangsopplosning":
        body["tvangsopplostPgaManglendeRegnskapDato"] = day
    return body


def _address(number: str) -> Body:
    """Half of the units have the null and the empty line that live bodies may have."""
    lines: list[str | None] = ["Storgata 1", None, ""] if _odd(number) else ["Storgata 1"]
    where = {"land": "Norge", "landkode": "NO", "postnummer": "0155", "poststed": "OSLO"}
    return {**where, "adresse": lines, "kommune": "OSLO", "kommunenummer": "0301"}


def _sector(row: Row) -> Body:
    if row["organisasjonsform"] == "ENK":
        return {"kode": "8200", "beskrivelse": "Personlig næringsdrivende"}
    return {"kode": "2100", "beskrivelse": "Private aksjeselskaper mv."}


def _odd(number: str) -> bool:
    return hashlib.sha256(number.encode()).digest()[0] % 2 == 1
