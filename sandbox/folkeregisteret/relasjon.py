"""Foreldreansvar and vergemål (part relasjon-utvidet)."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.folkeregisteret.element import Element, draw, gjeldende, historisk, in_register_order
from sandbox.population import Row

SINCE = "2012-02-01"
UNTIL = "2020-09-01"
# Services a verge may have been given; the one for collection and enforcement comes for every second person.
ECONOMY = {"vergeTjenestevirksomhet": "bank", "vergeTjenesteoppgave": "representasjonDagligbank"}
COLLECTION = {"vergeTjenestevirksomhet": "skatteetaten", "vergeTjenesteoppgave": "innkrevingOgTvangsfullbyrdelse"}


def by_guardian(personer: Mapping[str, Row]) -> dict[str, list[Element]]:
    """Today's foreldreansvar by the number of each who has it."""
    found: dict[str, list[Element]] = {}
    for row in personer.values():
        for element in _ansvar_for(row):
            found.setdefault(element["ansvarlig"], []).append(element)
    return found


def foreldreansvar(row: Row, as_guardian: list[Element]) -> list[Element]:
    """Who is responsible for this person, and whom this person is responsible for: the register has one list."""
    number, today = row["foedselsnummer"], _ansvar_for(row)
    elements = [*today, *as_guardian]
    if len(today) == 1:
        earlier = {"ansvar": "felles", "ansvarlig": today[0]["ansvarlig"], "ansvarssubjekt": number}
        elements.append(historisk(SINCE, UNTIL, "Fødsel", **earlier))
    return in_register_order(number, "foreldreansvar", elements)


def vergemaal(row: Row) -> list[Element]:
    """The verge, in the shape in use since November 2023, and for a few a vergemål that has ended."""
    number = row["foedselsnummer"]
    elements = []
    if row["verge"]:
        services = [ECONOMY, COLLECTION] if draw(number, "collection", 2) else [ECONOMY]
        elements.append(gjeldende(SINCE, "Vergemål", **_vergemaal({"foedselsEllerDNummer": row["verge"]}, services)))
    if draw(number, "ended vergemaal", 20) == 0:
        name = {"personnavn": {"fornavn": "TIDLIGERE", "etternavn": "VERGE"}, "foedselsdato": "1959-01-01"}
        elements.append(historisk(SINCE, UNTIL, "Vergemål", **_vergemaal({"navnFoedselsdato": name}, [ECONOMY])))
    return in_register_order(number, "vergemaal", elements)


def _ansvar_for(row: Row) -> list[Element]:
    number = row["foedselsnummer"]
    guardians = [guardian for guardian in row["foreldreansvar"].split(";") if guardian]
    kind = "felles" if len(guardians) > 1 else ("mor", "far", "andre")[draw(number, "ansvar", 3)]
    return [
        gjeldende(SINCE, "Fødsel", ansvar=kind, ansvarlig=guardian, ansvarssubjekt=number) for guardian in guardians
    ]


def _vergemaal(who: Element, services: list[Element]) -> Element:
    verge = {**who, "tjenesteomraade": services}
    return {"vergemaaltype": "voksen", "embete": "statsforvalterenINordland", "verge": verge}
