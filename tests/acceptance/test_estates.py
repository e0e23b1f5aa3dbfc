"""Four mornings of estate-watch in a small world, through the real simulators and the hub: who has died, whose death
was a mistake, whom an estate has named. Every expectation is worked out by hand from RULES BO and VERN.

The bank days: a certificate of 22 October gives six weeks to Thursday 3 December. Five working days before it is
Thursday 26 November (2, 1 December, 30, 27, 26 November).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from domain.errors import SystemException
from flows import routine
from flows.doedsbo.handlinger import NOTAT
from hub.report import control_report
from sandbox import columns
from tests.acceptance.office import Office, Row, office, write
from tests.acceptance.privacy import People

pytestmark = pytest.mark.timeout(300)

NAME = "estate-watch"
GRETE, HANS, INGER, JAN, KNUT = "04835044349", "08876128633", "09817243891", "06854847382", "03828023828"
LIV, MONA, OLAV, BARN, RUNE = "03821073188", "01925526017", "11904043720", "07861180020", "12896609775"
OPEN, AGREED, OLD = "PR1000001", "PR1000002", "PR1000003"
IN_PILEN, IN_PAX, IN_ISYPA = "PI1000001", "PX1000001", "IS1000001"
"""Grete's: she died on 1 October, and her estate has a lawyer since 22 October."""
NOBODY, ALIVE, HIDDEN, UNTOUCHED = "PR1000004", "PR1000005", "PR1000006", "PR1000007"
"""Hans' (dead, no contact yet), Inger's (dies on the 24th, which is a mistake), Jan's (dead, protected), Knut's."""
HELD, STOPPED, LATE, CHILDS, NEW, DIED = "PR1000008", "PR1000009", "PR1000010", "PR1000011", "PR1000012", "PR1000013"
"""Liv's (held for a minor), Mona's (stopped by somebody), Olav's (the deadline is past), a dead child's, a new one of
Grete's, and Rune's, who dies on the 24th."""

KRAV = [*columns.KRAV.columns]
PERSON = [*columns.PERSONER.columns]
DOEDSBO = [*columns.DOEDSBO.columns]

Work = dict[str, tuple[str, str]]
"""reference -> status, and the result or the reason."""
Lines = Counter[tuple[str, str, str, str]]
"""(code, kravnr, last day, last safe day)."""


def person(number: str, name: str, born: str, died: str = "", **more: str) -> Row:
    """Somebody who lives in Eksempelgata, or has died."""
    row = dict.fromkeys(PERSON, "")
    row |= {"foedselsnummer": number, "fornavn": name, "etternavn": f"Prøvesen{name}", "foedselsdato": born}
    row |= {"status": "doed" if died else "bosatt", "doedsdato": died, "gradering": "ugradert", "reservert": "NEI"}
    row |= {"adresse": f"Eksempelgata{name} 1", "postnummer": "0150", "poststed": "OSLO"}
    return row | more


def krav(kravnr: str, skyldner: str, **more: str) -> Row:
    """A rent of 1 000 kroner with 70 in costs, due on 1 October 2026."""
    row = dict.fromkeys(KRAV, "")
    row |= {"kravnr": kravnr, "kravtype": "HUSLEIE", "fagsystem": "PROCASSO", "fordringshaver": "BOLIGBYGG"}
    row |= {"skyldner": skyldner, "ilagt_tidspunkt": "2026-09-01T10:00:00Z", "forfall": "2026-10-01"}
    row |= {"hovedstol": "1000.00", "kostnader": "70.00", "renter": "0.00", "saksnr": f"S{kravnr[-3:]}"}
    row |= {"steg": "PURRING", "tilstand": "AAPEN", "saksflyt": "ORDINAER", "kid": "0000123456782"}
    return row | more


def contact(dead: str, attest: str, kind: str, **more: str) -> Row:
    row = dict.fromkeys(DOEDSBO, "")
    row |= {"foedselsnummer": dead, "skifteform": "annet", "attestdato": attest, "kontakt": kind}
    row |= {"fornavn": "Eva", "etternavn": "Bestyrersen", "adresselinje1": "Boveien 3"}
    return row | {"postnummer": "0151", "poststed": "OSLO"} | more


PEOPLE = [
    person(GRETE, "Grete", "1950-03-04", "2026-10-01"),
    person(HANS, "Hans", "1961-07-08", "2026-11-15"),
    person(INGER, "Inger", "1972-01-09"),
    person(JAN, "Jan", "1948-05-06", "2026-09-01", gradering="fortrolig"),
    person(KNUT, "Knut", "1980-02-03"),
    person(LIV, "Liv", "2010-02-03", "2026-09-01"),
    person(MONA, "Mona", "1955-12-01", "2026-09-01"),
    person(OLAV, "Olav", "1940-10-11", "2026-08-01"),
    person(BARN, "Barn", "2011-06-07", "2026-11-01"),
    person(RUNE, "Rune", "1966-09-12"),
]
PARKING = {"kravtype": "PARKERINGSGEBYR", "fordringshaver": "BYM", "steg": "FORFALT", "kjennemerke": "EK12345"}
CLAIMS = [
    krav(OPEN, GRETE),
    krav(AGREED, GRETE, tilstand="BETALINGSAVTALE"),
    krav(OLD, GRETE, ilagt_tidspunkt="2021-12-01T10:00:00Z", forfall="2022-01-03"),  # foreldet: limitation's
    krav(IN_PILEN, GRETE, fagsystem="PILEN", **PARKING),
    krav(IN_PAX, GRETE, fagsystem="PAX", ilagt_tidspunkt="2024-09-01T10:00:00Z", forfall="2024-10-01", **PARKING),
    krav(IN_ISYPA, GRETE, fagsystem="ISYPA", kravtype="KOMMUNALE_AVGIFTER", fordringshaver="VAV"),
    krav(NOBODY, HANS),
    krav(ALIVE, INGER),
    krav(HIDDEN, JAN),
    krav(UNTOUCHED, KNUT),
    krav(HELD, LIV, kravtype="SFO", kostnader="0.00", tilstand="STOPPET", saksflyt="MINDREAARIG"),
    krav(STOPPED, MONA, tilstand="STOPPET"),
    krav(LATE, OLAV),
    krav(CHILDS, BARN, kravtype="SFO"),  # with costs a minor does not owe: minors gives it to a person
    krav(DIED, RUNE),
]
CONTACTS = [
    contact(GRETE, "2026-10-22", "advokat", organisasjonsnavn="Eksempel Advokat AS"),
    contact(OLAV, "2026-08-20", "person", fornavn="", etternavn="", kontakt_foedselsnummer=KNUT),
    contact(JAN, "2026-09-20", "person"),
]


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("estates") / "day-0", PEOPLE, CLAIMS, CONTACTS)


def make_world(folder: Path, people: Sequence[Row], claims: Sequence[Row], contacts: Sequence[Row]) -> Path:
    """The population folder."""
    folder.mkdir()
    meta = {"as_of": "2026-11-23", "name": "estates", "seed": 1}
    (folder / "population.json").write_text(json.dumps(meta), encoding="utf-8")
    write(folder / "personer.csv", people, PERSON)
    write(folder / "krav.csv", claims, KRAV)
    write(folder / "pax_uttrekk.csv", [row for row in claims if row["fagsystem"] == "PAX"], KRAV)
    write(folder / "doedsbo.csv", contacts, DOEDSBO)
    for table in (columns.ENHETER, columns.KJORETOY, columns.HENDELSER):
        write(folder / table.name, [], [*table.columns])
    return folder


def cell(file: str, key: str, column: str, value: str) -> Row:
    return {"what": "x", "file": file, "key": key, "column": column, "value": value}


def row_of(file: str, row: Row, key: str) -> Row:
    return cell(file, row[key], "", json.dumps(row))


DAYS: dict[str, list[Row]] = {
    "2026-11-24": [  # Rune dies, and Inger is said to have; Knut moves; a new krav against Grete
        cell("personer.csv", RUNE, "status", "doed"),
        cell("personer.csv", RUNE, "doedsdato", "2026-11-23"),
        cell("personer.csv", INGER, "status", "doed"),
        cell("personer.csv", INGER, "doedsdato", "2026-11-22"),
        cell("personer.csv", KNUT, "adresse", "EksempelgataKnut 2"),
        row_of("krav.csv", krav(NEW, GRETE, ilagt_tidspunkt="2026-06-01T10:00:00Z"), "kravnr"),
    ],
    "2026-11-25": [  # it was a mistake; Hans' estate has a contact
        cell("personer.csv", INGER, "status", "bosatt"),
        row_of("doedsbo.csv", contact(HANS, "2026-11-24", "person"), "foedselsnummer"),
    ],
    "2026-11-26": [cell("krav.csv", ALIVE, "tilstand", "AAPEN")],  # a person has opened Inger's krav
}


@pytest.fixture(scope="module")
def days(population: Path) -> list[Path]:
    folders = []
    for number, (today, changes) in enumerate(DAYS.items(), 1):
        folder = population.parent / f"day-{number}"
        folder.mkdir()
        meta = {"as_of": today, "name": folder.name, "seed": 1, "base": str(population), "day": number}
        (folder / "population.json").write_text(json.dumps(meta), encoding="utf-8")
        write(folder / "changes.csv", changes)
        (folder / "pax_uttrekk.csv").write_bytes((population / "pax_uttrekk.csv").read_bytes())
        folders.append(folder)
    return folders


@dataclass(frozen=True)
class Morning:
    """What one morning came to."""

    work: Work
    lines: Lines
    protected: int
    effects: Counter[tuple[str, str, str]]
    letters: Counter[tuple[str, str]]
    krav: dict[str, Row]


async def morning(office: Office) -> Morning:
    before = office.effects()
    assert await office.night(NAME) == 0
    return look(office, before)


def by_command(office: Office) -> tuple[Morning, str]:
    """The real command with every log at DEBUG, and what it said."""
    before = office.effects()
    (said,) = office.nights(1, NAME, KRAFTVERK_LOG_LEVEL="DEBUG")
    assert said.code == 0, said
    return look(office, before), said.out + said.err


def look(office: Office, before: Counter[tuple[str, str, str]]) -> Morning:
    with office.installation().database.read() as c:
        report = control_report(c, NAME, office.as_of)
    return Morning(
        work={item.reference: (item.status, item.result or item.reason or "") for item in report.items},
        lines=Counter(
            (line.code, line.krav, line.last_interrupt_date or "", line.last_safe_workday or "")
            for line in report.lines
            if line.krav is not None
        ),
        protected=report.counts.get("PROTECTED", 0),
        effects=office.effects() - before,
        letters=office.letters(),
        krav=office.krav(),
    )


GRETES = ("2026-12-03", "2026-11-26")
EVERY_DAY = {
    ("PROKLAMA", AGREED, *GRETES): 1,
    ("ESTATE_OTHER_SYSTEM", IN_PILEN, *GRETES): 1,
    ("ESTATE_OTHER_SYSTEM", IN_PAX, *GRETES): 1,
    ("ESTATE_OTHER_SYSTEM", IN_ISYPA, *GRETES): 1,
}
"""Until a person has seen to them."""
WAITS = {f"{AGREED}:ESTATE:2026-10-01": ("business", "ESTATE_AGREEMENT")}
NOTIFIED, NO_CONTACT = ("completed", "ESTATE_NOTIFIED"), ("completed", "STOPPED_NO_CONTACT")
MISSING = ("business", "ESTATE_CONTACT_MISSING")


def stopped(*kravnumre: str) -> Counter[tuple[str, str, str]]:
    return Counter(("PROCASSO", kind, kravnr) for kravnr in kravnumre for kind in ("tilstand", "note"))


def told(*kravnumre: str) -> Counter[tuple[str, str, str]]:
    """Sent, and laid on the krav."""
    ways = (("SVARUT", "brev"), ("PROCASSO", "document"))
    return Counter((*way, kravnr) for kravnr in kravnumre for way in ways)


def on_paper(*kravnumre: str) -> Counter[tuple[str, str]]:
    return Counter((kravnr, "") for kravnr in kravnumre)


async def test_four_mornings(population: Path, days: list[Path], tmp_path: Path) -> None:
    with office(tmp_path / "state", population, quick=True) as opened:
        first, logged = by_command(opened)
        assert first.work == WAITS | {
            f"{OPEN}:ESTATE:2026-10-01": NOTIFIED,
            f"{NOBODY}:ESTATE:2026-11-15": NO_CONTACT,
            f"{LATE}:ESTATE:2026-08-01": NOTIFIED,
        }
        assert first.lines == EVERY_DAY | {
            ("PROKLAMA", OPEN, *GRETES): 1,
            ("PROKLAMA_PAST", LATE, "2026-10-01", "2026-09-24"): 1,  # six weeks from 20 August, and 5 working days
            ("ESTATE_CONTACT_MISSING", NOBODY, "", ""): 1,
        }
        assert first.protected == 1
        assert first.effects == stopped(OPEN, NOBODY, LATE) + told(OPEN, LATE)
        assert first.letters == on_paper(OPEN, LATE)
        again = await morning(opened)
        assert (again.work, again.effects) == (first.work, Counter())

        opened.move_to(days[0])
        second = await morning(opened)
        assert second.work == WAITS | {
            f"{NOBODY}:ESTATE:2026-11-15:2": MISSING,
            f"{ALIVE}:ESTATE:2026-11-22": NO_CONTACT,
            f"{DIED}:ESTATE:2026-11-23": NO_CONTACT,
            f"{NEW}:ESTATE:2026-10-01": NOTIFIED,
        }
        assert second.lines == EVERY_DAY | {
            ("PROKLAMA", NEW, *GRETES): 1,
            ("ESTATE_CONTACT_MISSING", ALIVE, "", ""): 1,
            ("ESTATE_CONTACT_MISSING", DIED, "", ""): 1,
        }
        assert second.effects == stopped(ALIVE, DIED, NEW) + told(NEW)

        opened.move_to(days[1])
        third = await morning(opened)
        assert third.work == WAITS | {
            f"{NOBODY}:ESTATE:2026-11-15:2": NOTIFIED,
            f"{DIED}:ESTATE:2026-11-23:2": MISSING,
            f"{ALIVE}:DEATH_ANNULLED": ("business", "DEATH_ANNULLED"),
        }
        # A certificate of 24 November: six weeks is Tuesday 5 January; 4 January, 31, 30, 29, 28 December before it.
        assert third.lines == EVERY_DAY | {("PROKLAMA", NOBODY, "2027-01-05", "2026-12-28"): 1}
        assert third.effects == told(NOBODY)
        assert third.letters == on_paper(NOBODY)
        assert third.krav[ALIVE]["tilstand"] == "STOPPET"

        opened.move_to(days[2])
        fourth = await morning(opened)
        assert fourth.work == WAITS | {
            f"{DIED}:ESTATE:2026-11-23:2": MISSING,
            f"{ALIVE}:DEATH_ANNULLED": ("completed", "NOTHING_TO_DO"),
        }
        assert (fourth.lines, fourth.effects, fourth.protected) == (Counter(EVERY_DAY), Counter(), 1)

        # The register has deleted what we have not read: everybody is looked up anew, and nothing is done twice.
        opened.write("UPDATE memo SET value = '1' WHERE key = 'feed'")
        anew, logged_then = by_command(opened)
        assert (anew.work, anew.effects) == (fourth.work, Counter())
        assert "has deleted the events since our last" in logged_then

        remembered = opened.rows("SELECT key, value FROM memo")
        assert Counter(row["value"] for row in remembered if row["key"] != "feed") == {"doed": 6, "levende": 2}
        assert {NOTAT} == {row["tekst"] for row in notes(opened)}
        assert_nobody_is_found(opened, population, logged + logged_then)


def notes(office: Office) -> list[dict[str, str]]:
    """The notes on the krav we have stopped, as Procasso answers."""
    token = (office.world.secrets / "procasso.token").read_text(encoding="utf-8")
    found: list[dict[str, str]] = []
    for kravnr in (OPEN, NOBODY, LATE, ALIVE, DIED, NEW):
        url = f"{office.base}/procasso/api/v1/krav/{kravnr}/notater"
        found += httpx.get(url, headers={"Authorization": f"Bearer {token}"}, verify=False).json()["notater"]
    assert len(found) == 6
    return found


def assert_nobody_is_found(office: Office, population: Path, logged: str) -> None:
    """Neither who owes nor whom an estate has named: in the database, the memos, the logs."""
    people = People.of(population)
    people = replace(people, texts=people.texts | {"bestyrersen", "boveien 3", "eksempel advokat"})
    assert people.found_below(office.world.folder, but_for=[office.world.folder / "sandbox"]) == {}
    assert "FOLKEREGISTERET POST /personer/bulkoppslag -> 200" in logged
    assert people.found_in(logged) == set()
    hidden = office.rows("SELECT reference FROM work_item WHERE reference LIKE :krav", krav=f"{HIDDEN}%")
    assert hidden == []
    assert HIDDEN not in logged


async def test_a_day_without_the_register_is_caught_up(
    population: Path, days: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the feed told that day is read the next: Inger never was dead to us, Rune is now, and the rest is as due."""
    monkeypatch.setattr(routine, "FIND_PAUSES", ())
    with office(tmp_path / "state", population, quick=True) as opened:
        await morning(opened)
        opened.move_to(days[0])
        opened.misbehave("html_error", 1.0, "FOLKEREGISTERET")
        with pytest.raises(SystemException) as raised:
            await opened.night(NAME)
        assert (raised.value.system, raised.value.phase) == ("FOLKEREGISTERET", "unavailable")
        opened.calm()
        opened.move_to(days[1])
        caught_up = await morning(opened)
        assert caught_up.work == WAITS | {
            f"{NOBODY}:ESTATE:2026-11-15:2": NOTIFIED,
            f"{DIED}:ESTATE:2026-11-23": NO_CONTACT,
            f"{NEW}:ESTATE:2026-10-01": NOTIFIED,
        }
        assert caught_up.effects == stopped(DIED, NEW) + told(NEW, NOBODY)
        assert caught_up.krav[ALIVE]["tilstand"] == "AAPEN"


async def test_a_lost_answer_leaves_nothing_undone_and_nothing_done_twice(population: Path, tmp_path: Path) -> None:
    """A letter is taken in and the answer lost; Procasso fails, and saves late."""
    with office(tmp_path / "state", population, quick=True) as opened:
        opened.misbehave("answer_lost", 1.0, "SVARUT", times=1)
        opened.misbehave("server_error", 1.0, "PROCASSO", times=1)
        opened.misbehave("saves_late", 0.5, "PROCASSO")
        await opened.night(NAME)
        opened.wait_for_late_saves()
        assert opened.effects() == stopped(OPEN, NOBODY, LATE) + told(OPEN, LATE)
        opened.calm()
        after = await morning(opened)
        assert {reference for reference, (status, _) in after.work.items() if status == "completed"} == {
            f"{OPEN}:ESTATE:2026-10-01",
            f"{NOBODY}:ESTATE:2026-11-15",
            f"{LATE}:ESTATE:2026-08-01",
        }
        assert after.effects == Counter()
