"""The roles of a unit in the authorised API.

The shape is that of the published open roles. No payload of the authorised ones is published: that they add the number
as `person.fodselsnummer`, beside `fodselsdato`, is our reading and an assumption of this simulator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.population import Row

GROUPS = {"INNH": "Innehaver", "KONT": "Kontaktperson"}


def roller(row: Row, personer: Mapping[str, Row], api: str) -> dict[str, Any]:
    """The role groups of one unit. The population knows the innehaver of an ENK and no other roles."""
    number, innehaver = row["organisasjonsnummer"], row["innehaver"]
    groups = []
    if row["organisasjonsform"] == "ENK" and innehaver:
        owner, other = _person(innehaver, personer), _person(_somebody(number, personer), personer)
        # Whoever takes the first person listed takes the wrong one: a contact, or an owner of before.
        if _draw(number) == 0:
            groups.append(_group("KONT", api, (other, False)))
        owners = [(other, True), (owner, False)] if _draw(number) == 1 else [(owner, False)]
        groups.append(_group("INNH", api, *owners))
    links = {
        "self": {"href": f"{api}/enheter/{number}/roller"},
        "enhet": {"href": f"{api}/enheter/{number}"},
    }
    return {"rollegrupper": groups, "_links": links}


def _draw(organisasjonsnummer: str) -> int:
    """0, 1 or 2, always the same for the same unit."""
    return int(organisasjonsnummer[:8]) % 3


def _somebody(organisasjonsnummer: str, personer: Mapping[str, Row]) -> str:
    numbers = sorted(personer)
    return numbers[int(organisasjonsnummer) % len(numbers)]


def _group(code: str, api: str, *holders: tuple[dict[str, Any], bool]) -> dict[str, Any]:
    """One group; of each holder whether the role has been deregistered."""
    kind = _type(code, "rolletyper", api)
    roles = [
        {"type": kind, "person": person, "avregistrert": gone, "rekkefolge": place}
        for place, (person, gone) in enumerate(holders)
    ]
    return {"type": _type(code, "rollegruppetyper", api), "sistEndret": "2019-01-01", "roller": roles}


def _type(code: str, kind: str, api: str) -> dict[str, Any]:
    return {"kode": code, "beskrivelse": GROUPS[code], "_links": {"self": {"href": f"{api}/roller/{kind}/{code}"}}}


def _person(number: str, personer: Mapping[str, Row]) -> dict[str, Any]:
    row = personer.get(number, {})
    born = {"fodselsdato": row["foedselsdato"]} if row.get("foedselsdato") else {}
    return {
        **born,
        "navn": {"fornavn": row.get("fornavn", ""), "etternavn": row.get("etternavn", "")},
        "erDoed": row.get("status") == "doed",
        "fodselsnummer": number,
    }
