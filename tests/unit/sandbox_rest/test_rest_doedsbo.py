"""Estates and events in the simulator: from rows and days to what the register tells."""

from __future__ import annotations

import shutil
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest

from sandbox.columns import DOEDSBO
from sandbox.folkeregisteret.doedsbo import contacts
from sandbox.folkeregisteret.events import OF_NO_TYPE, STRANGER, events
from sandbox.population import Population, PopulationError, load
from sandbox.world import World


@pytest.fixture
def liten(root: Path) -> Population:
    return load(root / "tests" / "population" / "liten")


def the_dead(population: Population) -> list[str]:
    return [number for number, row in population.personer.items() if row["status"] == "doed"]


def test_without_a_file_some_estates_have_a_contact_and_some_have_none(liten: Population) -> None:
    found = [contacts(liten.personer[number], liten) for number in the_dead(liten)]
    assert liten.doedsbo_is_drawn
    assert any(found)
    assert not all(found)
    kinds = {kind for each in found if each for kind in ("person", "advokat", "organisasjon") if kind in each[-1]}
    assert len(kinds) > 1


def test_who_lives_has_none(liten: Population) -> None:
    assert not any(contacts(row, liten) for row in liten.personer.values() if row["status"] != "doed")


def test_a_contact_is_first_known_three_weeks_after_the_death(liten: Population) -> None:
    number = next(n for n in the_dead(liten) if contacts(liten.personer[n], liten))
    row = {**liten.personer[number], "doedsdato": "2026-11-01"}
    liten.as_of = date(2026, 11, 21)
    assert contacts(row, liten) is None
    liten.as_of = date(2026, 11, 22)
    found = contacts(row, liten)
    assert found
    assert {"2026-11-22"} == {e["attestutstedelsesdato"] for e in found if e["erGjeldende"]}


def test_the_file_says_it_all(tmp_path: Path, liten: Population) -> None:
    first, second = the_dead(liten)[:2]
    liten.doedsbo_is_drawn = False
    row = dict.fromkeys(("skifteform", "kontakt_foedselsnummer", "organisasjonsnummer", "adresselinje2"), "")
    row |= {"foedselsnummer": first, "attestdato": "2026-11-02", "kontakt": "advokat", "fornavn": "Eva"}
    row |= {"etternavn": "Prøve", "organisasjonsnavn": "", "adresselinje1": "Boveien 1", "postnummer": "0150"}
    row |= {"poststed": "OSLO", "landkode": ""}
    liten.doedsbo[first] = row
    (element,) = contacts(liten.personer[first], liten) or []
    assert element["advokat"] == {"personnavn": {"fornavn": "Eva", "etternavn": "Prøve"}}
    assert element["adresse"] == {"adresselinje": ["Boveien 1"], "postnummer": "0150", "poststedsnavn": "OSLO"}
    assert contacts(liten.personer[second], liten) is None
    liten.doedsbo[first]["kontakt"] = "ingen"
    assert contacts(liten.personer[first], liten) is None


def test_a_day_is_told_in_events(liten: Population) -> None:
    living = [n for n, row in liten.personer.items() if row["status"] == "bosatt"][:4]
    died, moved, hidden, named = living
    dead = the_dead(liten)[0]
    world, tomorrow = World(liten), deepcopy(liten)
    tomorrow.as_of = date(2026, 11, 24)
    tomorrow.personer[died] |= {"status": "doed", "doedsdato": "2026-11-23"}
    tomorrow.personer[moved] |= {"adresse": "Nyveien 1", "postnummer": "0151"}
    tomorrow.personer[hidden] |= {"gradering": "fortrolig"}
    tomorrow.personer[named] |= {"mobil": "+4700000000"}
    tomorrow.personer[dead] |= {"status": "bosatt", "doedsdato": ""}
    tomorrow.doedsbo[died] = {"foedselsnummer": died}
    world.move_to(tomorrow)
    told = [(event.number, event.kind, set(event.entities)) for event in events(world.history)]
    assert told[0] == (STRANGER, "personErDoed", {"doedsfall", "status"})
    assert told[-1][1] == OF_NO_TYPE
    assert told[-1][0] in tomorrow.personer
    assert sorted(told[1:-1], key=str) == sorted(
        [
            (died, "personErDoed", {"doedsfall", "status"}),
            (died, "endringIKontaktopplysningerForDoedsbo", {"kontaktinformasjonForDoedsbo"}),
            (moved, "endringIBostedsadresse", {"bostedsadresse"}),
            (hidden, "endringIAdressebeskyttelse", {"adressebeskyttelse"}),
            (dead, "personErOppdatert", {"doedsfall", "status"}),
        ],
        key=str,
    )


def test_the_file_is_read_strictly_and_no_number_is_told(tmp_path: Path, root: Path, liten: Population) -> None:
    folder = tmp_path / "population"
    shutil.copytree(root / "tests" / "population" / "liten", folder)
    header = ",".join(DOEDSBO.columns)
    number = the_dead(liten)[0]
    row = f"{number},annet,2026-11-02,person,,Eva,Prøve,,,Boveien 1,,0150,OSLO,"
    (folder / "doedsbo.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    loaded = load(folder)
    assert (list(loaded.doedsbo), loaded.doedsbo_is_drawn) == ([number], False)
    (folder / "doedsbo.csv").write_text(f"{header}\n{row.replace(',person,', ',nabo,')}\n", encoding="utf-8")
    with pytest.raises(PopulationError, match="column kontakt: the cell is not in the list") as raised:
        load(folder)
    assert number not in str(raised.value)
