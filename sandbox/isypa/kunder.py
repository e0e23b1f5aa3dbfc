"""ISY-PA's customers: those the population names, and one for every other skyldner of a fordringshaver."""

from __future__ import annotations

from sandbox.population import Row, Rows

Party = tuple[str, str]
"""Skyldner and fordringshaver."""


def party(krav: Row) -> Party:
    return krav["skyldner"], krav["fordringshaver"]


def derive(krav: Rows, known: set[Party]) -> dict[Party, Row]:
    """A customer for each party that has krav in ISY-PA and is not known, named by the first of its kravnumre.

    Our assumption: until somebody says otherwise the skyldner owns what the krav is for and gets the invoice.
    """
    made: dict[Party, Row] = {}
    for kravnr, row in sorted(krav.items()):
        who = party(row)
        if row["fagsystem"] != "ISYPA" or who in known or who in made:
            continue
        skyldner, fordringshaver = who
        made[who] = {
            "kundenr": f"K{kravnr}",
            "fordringshaver": fordringshaver,
            "eier": skyldner,
            "fakturamottaker": skyldner,
            "matrikkelnummer": "",
        }
    return made
