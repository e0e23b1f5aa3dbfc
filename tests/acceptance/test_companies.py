"""company-watch over three mornings of a small world: every expected result is worked out here, by hand.

The world has one customer of each kind. On the second morning the register is down, and another customer has gone
bankrupt; on the third it is up again, and ISY-PA's file of remarks is still that of the first.
"""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from domain.errors import SystemException
from hub.report import ReportLine, control_report
from sandbox.columns import TABLES
from tests.acceptance.office import Office, Row, office, read, write
from tests.acceptance.privacy import People

NAME = "company-watch"
KARI, SKJULT, OLA = "01817328004", "01827620013", "15901234567"
BORTE, KONKURS, FJERNET, AVVIKLING, TVANG = "202063756", "295496568", "277108666", "294947043", "252916636"
DELT, UTEN_DATO, LEVENDE, BETALT = "263955455", "326026050", "372606266", "294418067"
FILIAL = "361800273"
ENK, SKJULT_ENK, EIERLOEST_ENK = "304999608", "230582785", "341070538"
UKJENT = "399999999"

ENHETER = [
    (BORTE, "AS", "slettet", "2026-09-14", ""),
    (KONKURS, "AS", "konkurs", "2026-11-09", ""),
    (FJERNET, "AS", "fjernet", "2026-08-06", ""),
    (FILIAL, "NUF", "slettet", "2026-08-07", ""),
    (AVVIKLING, "AS", "under_avvikling", "2026-09-19", ""),
    (TVANG, "AS", "tvangsopplosning", "2026-05-18", ""),
    (DELT, "DA", "slettet", "2026-10-01", ""),
    (UTEN_DATO, "AS", "konkurs", "", ""),
    (LEVENDE, "AS", "aktiv", "", ""),
    (BETALT, "AS", "slettet", "2026-01-05", ""),
    (ENK, "ENK", "slettet", "2026-10-02", KARI),
    (SKJULT_ENK, "ENK", "slettet", "2026-10-03", SKJULT),
    (EIERLOEST_ENK, "ENK", "slettet", "2026-10-04", ""),
]
KRAV = [
    ("PC01", BORTE, {}),
    ("IS01", BORTE, {}),
    ("PC02", KONKURS, {"hovedstol": "1000.00", "ilagt": "2026-09-21", "forfall": "2026-10-12"}),
    ("PC03", KONKURS, {"ilagt": "2026-11-16", "forfall": "2026-12-07"}),
    ("IS02", KONKURS, {"hovedstol": "2000.00", "kostnader": "0.00", "ilagt": "2026-11-02", "forfall": "2026-11-30"}),
    ("IS03", FILIAL, {}),
    ("IS04", FJERNET, {}),
    ("PC04", ENK, {}),
    ("PC05", SKJULT_ENK, {}),
    ("PC06", EIERLOEST_ENK, {}),
    ("PC07", DELT, {"tilstand": "KLAGE"}),
    ("PC08", AVVIKLING, {"tilstand": "BETALINGSAVTALE"}),
    ("PC09", TVANG, {"tilstand": "STOPPET"}),
    ("PC10", UTEN_DATO, {}),
    ("PC11", LEVENDE, {}),
    ("IS11", LEVENDE, {}),
    ("PC12", UKJENT, {}),
    ("PC13", BETALT, {"tilstand": "BETALT"}),
    ("PC14", KARI, {}),
]
PROPOSED = {
    f"{BORTE}:SLETTET:2026-09-14": ("PROPOSE_CLOSING", "IS01;PC01"),
    f"{KONKURS}:KONKURS:2026-11-09": ("REPORT_BANKRUPTCY", "IS02;PC02;PC03"),
    f"{FILIAL}:SLETTET:2026-08-07": ("FORM_UNKNOWN", "IS03"),
    f"{ENK}:SLETTET:2026-10-02": ("OWNER_LIABLE", "PC04"),
    f"{DELT}:SLETTET:2026-10-01": ("PARTNERS_LIABLE", "PC07"),
    f"{AVVIKLING}:UNDER_AVVIKLING:2026-09-19": ("LIQUIDATION", "PC08"),
    f"{TVANG}:TVANGSOPPLOSNING:2026-05-18": ("FORCED_DISSOLUTION", "PC09"),
}
WRITTEN = Counter(
    {
        **{("ISYPA", "merknad", nr): 1 for nr in ("IS01", "IS02", "IS03")},
        **{("PROCASSO", "note", nr): 1 for nr in ("PC01", "PC02", "PC03", "PC04", "PC07", "PC08", "PC09")},
        ("PROCASSO", "document", "PC02"): 1,
    }
)


@dataclass
class Week:
    """What was seen each time somebody looked."""

    items: dict[str, dict[str, tuple[str, str, str]]] = field(default_factory=dict)
    """When -> reference -> state, result or reason, krav."""
    effects: dict[str, Counter[tuple[str, str, str]]] = field(default_factory=dict)
    reports: dict[str, list[ReportLine]] = field(default_factory=dict)
    tilstander: dict[str, dict[str, str]] = field(default_factory=dict)
    memos: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    down: SystemException | None = None
    told: str = ""
    """Every log line at DEBUG, in this process."""
    population: Path = Path()
    state: Path = Path()
    left: dict[str, set[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    came_later = {"kravnr": "PC02", "dato": "2026-11-10", "hendelse": "INNBETALING", "beloep": "300.00"}
    folder = tmp_path_factory.mktemp("companies") / "population"
    return make_world(folder, ENHETER, [krav(*each) for each in KRAV], [came_later])


def make_world(
    folder: Path, enheter: Sequence[Sequence[str]], claims: Sequence[Row], hendelser: Sequence[Row] = ()
) -> Path:
    """The population folder. `enheter`: rows like those of ENHETER."""
    folder.mkdir()
    columns = {name: list(table.columns) for name, table in TABLES.items()}
    person = dict.fromkeys(columns["personer.csv"], "") | {"status": "bosatt", "reservert": "NEI"}
    person |= {"adresse": "Prøvegata 17", "postnummer": "0155", "poststed": "OSLO"}
    people = [
        person | {"foedselsnummer": KARI, "fornavn": "Kari", "etternavn": "Prøvesen", "gradering": "ugradert"},
        person | {"foedselsnummer": SKJULT, "fornavn": "Siv", "etternavn": "Skjultsen", "gradering": "fortrolig"},
        person | {"foedselsnummer": OLA, "fornavn": "Ola", "etternavn": "Annensen", "gradering": "ugradert"},
    ]
    people = [row | {"foedselsdato": "1976-02-01"} for row in people]
    units = [
        dict(zip(("organisasjonsnummer", "organisasjonsform", "status", "statusdato", "innehaver"), row, strict=True))
        | {"navn": f"{row[1]} nummer {place}"}
        for place, row in enumerate(enheter)
    ]
    rows = {"personer.csv": people, "enheter.csv": units, "krav.csv": claims, "hendelser.csv": hendelser}
    for name, names in columns.items():
        write(folder / name, rows.get(name, []), names)
    (folder / "population.json").write_text(json.dumps({"as_of": "2026-11-23", "name": "foretak", "seed": 1}))
    return folder


def krav(kravnr: str, skyldner: str, cells: Row) -> Row:
    ilagt, rest = cells.get("ilagt", "2026-01-12"), {k: v for k, v in cells.items() if k != "ilagt"}
    return {
        "kravnr": kravnr,
        "kravtype": "KOMMUNALE_AVGIFTER" if kravnr.startswith("IS") else "BARNEHAGE",
        "fagsystem": "ISYPA" if kravnr.startswith("IS") else "PROCASSO",
        "fordringshaver": "VAV" if kravnr.startswith("IS") else "BYDEL03",
        "skyldner": skyldner,
        "kjennemerke": "",
        "ilagt_tidspunkt": f"{ilagt}T10:00:00Z",
        "forfall": "2026-02-02",
        "hovedstol": "500.00",
        "kostnader": "38.00",
        "renter": "0.00",
        "saksnr": f"S{kravnr}",
        "steg": "PURRING",
        "tilstand": "AAPEN",
        "saksflyt": "ORDINAER",
        "kid": "",
        "opprinnelig_forfall": "",
        "renter_beregnet_til": "",
    } | rest


def day(folder: Path, population: Path, today: str, *changes: tuple[str, str, str]) -> Path:
    """A day on which only the register has news: organisasjonsnummer, column, value."""
    folder.mkdir()
    shutil.copy(population / "pax_uttrekk.csv", folder)
    (folder / "population.json").write_text(json.dumps({"as_of": today, "name": folder.name, "seed": 1}))
    columns = ("what", "file", "key", "column", "value")
    rows = [dict(zip(columns, ("endret", "enheter.csv", *change), strict=True)) for change in changes]
    write(folder / "changes.csv", rows, columns)
    return folder


class Lines(logging.Handler):
    """Keeps what every logger of this process says, at any level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.getMessage()} {record.args} {record.exc_text}")


@pytest.fixture(scope="module")
def week(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    seen, lines = Week(population=world), Lines()
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    try:
        folder = tmp_path_factory.mktemp("week")
        with office(folder / "state", world, quick=True) as opened:
            asyncio.run(live(seen, opened, folder))
            seen.state, seen.told = opened.world.folder, "\n".join(lines.said)
            seen.left = People.of(world).found_below(seen.state, but_for=[seen.state / "sandbox"])
            yield seen
    finally:
        root.removeHandler(lines)
        root.setLevel(before)


async def live(seen: Week, opened: Office, folder: Path) -> None:
    await opened.night(NAME)
    look(seen, opened, "found")
    of_the_first_night = (opened.world.isypa_files / "merknader.csv").read_text(encoding="utf-8")
    await opened.night(NAME)
    look(seen, opened, "found twice")
    approve(opened, "VAV", "BYDEL03", "FLERE")
    opened.control("procasso", locked_cases=["SIS03"])
    await opened.night(NAME, find=False)
    look(seen, opened, "refused by ISY-PA")
    opened.control("procasso", locked_cases=[])
    assert opened.act("retry", opened.item("IS03"), "--reason", "saken er ledig").code == 0
    await opened.night(NAME, find=False)
    look(seen, opened, "approved")
    bankrupt = ((LEVENDE, "status", "konkurs"), (LEVENDE, "statusdato", "2026-11-24"))
    opened.move_to(day(folder / "day-1", seen.population, "2026-11-24", *bankrupt))
    opened.misbehave("unavailable", 1.0, "ENHETSREGISTERET")
    with pytest.raises(SystemException) as caught:
        await opened.night(NAME)
    seen.down = caught.value
    opened.calm()
    look(seen, opened, "register down")
    opened.move_to(day(folder / "day-2", seen.population, "2026-11-25", (SKJULT_ENK, "navn", "Nytt navn")))
    (opened.world.isypa_files / "merknader.csv").write_text(of_the_first_night, encoding="utf-8")
    await opened.night(NAME)
    look(seen, opened, "caught up")
    approve(opened, "FLERE")
    await opened.night(NAME, find=False)
    await opened.night(NAME)
    look(seen, opened, "at the end")
    seen.notes = {nr: notes_of(opened, nr) for nr in ("PC02", "PC03", "PC04", "PC11")}


def look(seen: Week, opened: Office, when: str) -> None:
    rows = opened.rows("SELECT * FROM work_item WHERE queue = :queue", queue=NAME)
    seen.items[when] = {
        row["reference"]: (
            row["state"],
            row["result"] if row["state"] != "waiting" else row["reason"],
            ";".join(sorted(row["krav"].split(";"))),
        )
        for row in rows
    }
    seen.effects[when] = opened.effects()
    with opened.installation().database.read() as c:
        seen.reports[when] = list(control_report(c, NAME, opened.as_of).lines)
    seen.tilstander[when] = {nr: row["tilstand"] for nr, row in opened.krav().items()}
    memos = opened.rows("SELECT key, value FROM memo WHERE queue = :queue", queue=NAME)
    seen.memos[when] = {row["key"]: row["value"] for row in memos}


def approve(opened: Office, *lists: str) -> None:
    """By the real command. A customer of several fordringshavere stands on a list of its own."""
    for liste in lists:
        opened.approve(liste)


def notes_of(opened: Office, kravnr: str) -> list[str]:
    token = (opened.world.secrets / "procasso.token").read_text(encoding="utf-8")
    answer = httpx.get(
        f"{opened.base}/procasso/api/v1/krav/{kravnr}/notater",
        headers={"Authorization": f"Bearer {token}"},
        verify=False,
    )
    return [note["tekst"] for note in answer.json()["notater"]]


def test_each_customer_that_is_gone_or_going_is_proposed_once(week: Week) -> None:
    found = week.items["found"]
    assert {ref: (item[1], item[2]) for ref, item in found.items() if item[0] == "awaiting_approval"} == PROPOSED
    assert week.items["found twice"] == found


def test_what_a_machine_cannot_say_goes_to_a_person(week: Week) -> None:
    waiting = {item[1:] for item in week.items["found"].values() if item[0] == "waiting"}
    assert waiting == {("BANKRUPTCY_DATE_MISSING", "PC10"), ("ENTITY_UNKNOWN", "PC12")}
    assert len(week.items["found"]) == len(PROPOSED) + 2
    assert not any(UKJENT in reference for reference in week.items["found"])


def test_the_protected_are_counted_and_an_owner_who_cannot_be_had_is_listed(week: Week) -> None:
    """IS04 is of a removed unit: its form is told no more, so it may be the ENK of somebody protected (VERN-2)."""
    told = {(line.code, line.krav, line.antall) for line in week.reports["found"] if line.code != "BANKRUPTCY_DEADLINE"}
    assert told == {("PROTECTED", None, 1), ("OWNER_UNKNOWN", "PC06", None), ("OWNER_UNKNOWN", "IS04", None)}


def test_the_deadline_of_a_bankruptcy(week: Week) -> None:
    """Opened on Monday 9 November: three weeks later is Monday 30 November. PC03 arose after the opening."""
    told = {
        (line.krav, line.last_interrupt_date, line.last_safe_workday)
        for line in week.reports["found"]
        if line.code == "BANKRUPTCY_DEADLINE"
    }
    assert told == {("PC02", "2026-11-30", "2026-11-30"), ("IS02", "2026-11-30", "2026-11-30")}


def test_nothing_is_done_before_somebody_has_approved(week: Week) -> None:
    assert week.effects["found twice"] == Counter()


def test_what_is_approved_is_written_once_and_no_krav_is_changed(week: Week) -> None:
    assert week.effects["approved"] == WRITTEN
    assert {item[0] for item in week.items["approved"].values()} == {"completed", "waiting"}
    assert week.tilstander["approved"] == week.tilstander["found"]


def test_what_isypa_refuses_waits_for_a_person_and_is_then_done(week: Week) -> None:
    """Somebody had the case open in ISY-PA: nothing was done with that row, and the others were."""
    refused = week.items["refused by ISY-PA"][f"{FILIAL}:SLETTET:2026-08-07"]
    assert refused == ("waiting", "ISYPA_ROW_REFUSED", "IS03")
    assert week.effects["refused by ISY-PA"] == WRITTEN - Counter({("ISYPA", "merknad", "IS03"): 1})
    assert week.items["approved"][f"{FILIAL}:SLETTET:2026-08-07"] == ("completed", "FORM_UNKNOWN", "IS03")


def test_the_notes_name_rule_deadline_and_amounts(week: Week) -> None:
    """28 days from 13 October to 9 November: 1000 x 0.1225 x 28 / 365 = 9.397. What came on the 10th came too late."""
    (note,) = week.notes["PC02"]
    assert "er konkurs fra 09.11.2026. Meld kravene til bostyreren (BO-3)." in note
    assert "Fristen er beregnet til 30.11.2026, siste trygge virkedag er 30.11.2026." in note
    assert "hovedstol 1000.00, renter til og med konkursåpningen 9.40 og kostnader 38.00 kroner" in note
    assert "Oppstått etter konkursåpningen, eller foreldet: PC03." in note
    (note,) = week.notes["PC03"]
    assert "Meldes:" not in note
    assert week.notes["PC04"] == [
        "Skyldneren er slettet i Enhetsregisteret fra 02.10.2026. Innehaveren av et enkeltpersonforetak hefter selv. "
        "Rett kravene mot innehaveren (BO-4)."
    ]


def test_a_day_without_the_register_keeps_nothing_and_is_caught_up(week: Week) -> None:
    assert week.down is not None
    assert (week.down.system, week.down.phase) == ("ENHETSREGISTERET", "unavailable")
    assert week.memos["register down"] == week.memos["approved"]
    assert week.items["register down"] == week.items["approved"]
    news = week.items["caught up"].keys() - week.items["approved"].keys()
    assert news == {f"{LEVENDE}:KONKURS:2026-11-24"}
    (item,) = (week.items["caught up"][reference] for reference in news)
    assert item == ("awaiting_approval", "REPORT_BANKRUPTCY", "IS11;PC11")


def test_what_was_dealt_with_is_not_proposed_again(week: Week) -> None:
    """Nor when ISY-PA's file of remarks is older than what we have ordered since."""
    more = Counter(
        {("PROCASSO", "note", "PC11"): 1, ("PROCASSO", "document", "PC11"): 1, ("ISYPA", "merknad", "IS11"): 1}
    )
    assert week.effects["at the end"] == WRITTEN + more
    states = Counter(item[0] for item in week.items["at the end"].values())
    assert states == {"completed": len(PROPOSED) + 1, "waiting": 2}


def test_what_is_remembered(week: Week) -> None:
    """Of each customer that the register knows; of ENK, and of what may be one, by a word; of the protected
    nothing; not of who owes no more."""
    first, last = week.memos["found"], week.memos["at the end"]
    open_keys = {f"enhet:{nr}" for nr in (BORTE, KONKURS, AVVIKLING, TVANG, DELT, UTEN_DATO, LEVENDE, FILIAL)}
    assert {key for key in first if key.startswith("enhet:")} == open_keys
    assert len([key for key in first if key.startswith("enk:")]) == 3
    assert first["feed"] == "2026-11-22T03:12:07+00:00"
    assert first[f"enhet:{LEVENDE}"] == "aktiv;;AS"
    assert last[f"enhet:{LEVENDE}"] == "konkurs;2026-11-24;AS"
    assert last["feed"] == "21000003"
    assert not any(nr in key for nr in (ENK, SKJULT_ENK, EIERLOEST_ENK) for key in last)


def test_nobody_is_told_of(week: Week) -> None:
    assert week.left == {}
    people = People.of(week.population)
    assert people.found_in(week.told) == set()
    assert people.found_in(str(week.down)) == set()
    names = {
        row["navn"].casefold() for row in read(week.population / "enheter.csv") if row["organisasjonsform"] == "ENK"
    }
    assert not any(name in week.told.casefold() for name in names)
    assert SKJULT_ENK not in (week.state / "hub.db").read_bytes().decode("utf-8", "replace")


WORLDS = [
    pytest.param("repository", id="liten"),
    pytest.param("shared", id="middels", marks=pytest.mark.needs_shared),
]


@pytest.mark.parametrize("where", WORLDS)
async def test_a_larger_world_is_what_its_files_say(where: str, liten: Path, shared: Path, tmp_path: Path) -> None:
    """Read from the files anew, customer by customer; of a removed unit nobody tells whose it was."""
    population = liten if where == "repository" else shared / "population" / "middels"
    units = {row["organisasjonsnummer"]: row for row in read(population / "enheter.csv")}
    people = {row["foedselsnummer"]: row for row in read(population / "personer.csv")}
    customers: dict[str, set[str]] = {}
    for row in read(population / "krav.csv"):
        here = row["fagsystem"] in ("PROCASSO", "ISYPA") and row["tilstand"] not in ("BETALT", "AVSKREVET")
        if here and len(row["skyldner"]) == 9:
            customers.setdefault(row["skyldner"], set()).add(row["kravnr"])
    expected, removed = {}, set()
    for number, kravnumre in customers.items():
        unit = units.get(number)
        if unit is None or unit["status"] == "aktiv":
            continue
        assert unit["innehaver"] == "" or people[unit["innehaver"]]["gradering"] == "ugradert", "none is protected here"
        if unit["status"] == "fjernet":
            removed |= kravnumre
            continue
        reference = f"{number}:{unit['status'].upper()}:{unit['statusdato']}"
        expected[reference] = (_proposed(unit), ";".join(sorted(kravnumre)))
    with office(tmp_path / "state", population, quick=True) as opened:
        assert await opened.night(NAME) == 0
        rows = opened.rows("SELECT * FROM work_item WHERE queue = :queue", queue=NAME)
        assert opened.effects() == Counter()
        left_out = opened.rows("SELECT krav FROM report_line WHERE code = 'OWNER_UNKNOWN'")
    assert {row["krav"] for row in left_out} == removed
    found = {row["reference"]: (row["result"], row["krav"]) for row in rows if row["state"] == "awaiting_approval"}
    assert found == expected
    unknown = [kravnumre for number, kravnumre in customers.items() if number not in units]
    waiting = {frozenset(row["krav"].split(";")) for row in rows if row["reason"] == "ENTITY_UNKNOWN"}
    assert waiting == set(map(frozenset, unknown))
    assert len(rows) == len(found) + len(waiting)


def _proposed(unit: dict[str, str]) -> str:
    going = {"konkurs": "REPORT_BANKRUPTCY", "under_avvikling": "LIQUIDATION", "tvangsopplosning": "FORCED_DISSOLUTION"}
    liable = {"ENK": "OWNER_LIABLE", "ANS": "PARTNERS_LIABLE", "DA": "PARTNERS_LIABLE"}
    return going.get(unit["status"]) or liable.get(unit["organisasjonsform"], "PROPOSE_CLOSING")
