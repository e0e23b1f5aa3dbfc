"""The right answers that a population carries in `forventet/`, and what a night says came out, in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.office import Row, read

AUTOMATIONS = ("minors", "sanction-interest", "limitation", "parking-merge")
Krav = frozenset[str]
Items = dict[str, dict[Krav, tuple[str, str]]]
"""Automation -> kravnumre -> status, and the result or (where a person decides) the reason."""
Lines = Counter[tuple[str, ...]]
"""Of the control report: automation, code, kravnr, the two dates of a warning, and a count."""
Effects = Counter[tuple[str, str, str]]
"""(system, kind, kravnr) -> how many times."""
LINE = ("automation", "code", "kravnr", "last_interrupt_date", "last_safe_workday", "antall")
ACTIONS = {
    "PROPOSE_WRITE_OFF": ("awaiting_approval", "PROPOSE_WRITE_OFF"),
    "MANUAL_REVIEW": ("business", "LIMITATION_UNCERTAIN"),
}


@dataclass(frozen=True)
class Outcome:
    """What came out of a night, or must."""

    items: Items
    lines: Lines
    letters: Counter[tuple[str, str]]
    """(kravnr, fødselsnummer)"""
    krav: dict[str, Row]
    """The truth about every krav afterwards."""

    @property
    def merges(self) -> dict[Krav, str]:
        """The groups of parking-merge and what became of them."""
        return {krav: result for krav, (_, result) in self.items["parking-merge"].items()}


@dataclass(frozen=True)
class Answers(Outcome):
    """What must come out of a night, no approval given."""

    effects: Effects
    """What must have been done in the outside systems."""
    moves: Counter[tuple[str, str]]
    """(kravnr, target case) of each krav that moves: once."""


def right_answers(population: Path) -> Answers:
    answers = {path.stem: read(path) for path in (population / "forventet").glob("*.csv")}
    before = {row["kravnr"]: row for row in read(population / "krav.csv")}
    after = {row["kravnr"]: row for row in answers["krav"]}
    letters = Counter((row["kravnr"], row["mottaker"]) for row in answers["brev"])
    moved = [nr for nr, row in after.items() if row["saksnr"] != before[nr]["saksnr"]]
    return Answers(
        items=_items(answers),
        lines=Counter(_lines(answers)),
        letters=letters,
        krav=after,
        effects=Counter(_changes(before, after)) + Counter(_papers(answers)),
        moves=Counter((nr, after[nr]["saksnr"]) for nr in moved),
    )


def exported(export: Path) -> Outcome:
    """What an export says. Each reference stands in it once, and each krav in one item of an automation."""
    posts = read(export / "arbeidsposter.csv")
    assert len({(row["automation"], row["reference"]) for row in posts}) == len(posts)
    items: Items = {automation: {} for automation in AUTOMATIONS}
    for row in posts:
        numbers = _numbers(row)
        assert numbers not in items[row["automation"]], row
        items[row["automation"]][numbers] = _said(row["status"], row["result"], row["reason"])
    return Outcome(
        items=items,
        lines=Counter(tuple(row[column] for column in LINE) for row in _told(export)),
        letters=Counter((row["kravnr"], row["mottaker"]) for row in read(export / "brev.csv")),
        krav={row["kravnr"]: row for row in read(export / "krav.csv")},
    )


def _said(status: str, result: str, reason: str) -> tuple[str, str]:
    return status, reason if status == "business" else result


def _told(export: Path) -> list[Row]:
    """A count of nobody may be left out."""
    return [row for row in read(export / "kontrollrapport.csv") if row["antall"] != "0"]


def _items(answers: dict[str, list[Row]]) -> Items:
    def one(row: Row) -> Krav:
        return frozenset([row["kravnr"]])

    return {
        "minors": {
            one(row): _said(row["outcome"], row["flow"], row["reason"])
            for row in answers["minors"]
            if row["outcome"] != "none"
        },
        "sanction-interest": {
            one(row): _said(row["outcome"], row["result"], row["reason"])
            for row in answers["sanction-interest"]
            if row["outcome"] != "none"
        },
        "limitation": {one(row): ACTIONS[row["action"]] for row in answers["limitation"] if row["action"] in ACTIONS},
        "parking-merge": {_numbers(row): ("completed", row["result"]) for row in answers["parking-merge"]},
    }


def _lines(answers: dict[str, list[Row]]) -> Iterator[tuple[str, ...]]:
    for row in answers["minors"]:
        if row["report"]:
            yield "minors", row["report"], row["kravnr"], "", "", ""
    for row in answers["sanction-interest"]:
        if row["result"] == "DEVIATION":
            yield "sanction-interest", "DEVIATION", row["kravnr"], "", "", ""
    for row in answers["limitation"]:
        if row["action"] == "WARN_INTERRUPT":
            dates = row["last_interrupt_date"], row["last_safe_workday"]
            yield "limitation", "WARN_INTERRUPT", row["kravnr"], *dates, ""
    for row in answers["parking-merge-excluded"]:
        if row["reason"] != "PROTECTED":
            yield "parking-merge", row["reason"], row["kravnr"], "", "", ""
    for row in answers["protected"]:
        if row["antall"] != "0":
            yield row["automation"], "PROTECTED", "", "", "", row["antall"]


def _changes(before: dict[str, Row], after: dict[str, Row]) -> Iterator[tuple[str, str, str]]:
    """What makes the one out of the other; `renter` are posted with their date, and a krav is merged into a case."""
    called = {"renter_beregnet_til": "renter", "saksnr": "merge"}
    for kravnr, row in after.items():
        changed = [column for column, value in row.items() if value != before[kravnr][column]]
        for kind in {called.get(column, column) for column in changed}:
            yield row["fagsystem"], kind, kravnr


def _papers(answers: dict[str, list[Row]]) -> Iterator[tuple[str, str, str]]:
    """A letter is sent, and filed in Procasso; a krav that is stopped gets a note as well."""
    for row in answers["brev"]:
        yield "SVARUT", "brev", row["kravnr"]
        yield "PROCASSO", "document", row["kravnr"]
    for row in answers["minors"]:
        if (row["flow"], row["outcome"]) == ("HOLD_GUARDIANS", "completed"):
            yield "PROCASSO", "note", row["kravnr"]


def _numbers(row: Row) -> Krav:
    return frozenset(row["kravnumre"].split(";"))


def of(lines: Iterable[tuple[str, ...]], automation: str) -> Lines:
    """Those of one automation."""
    return Counter(line for line in lines if line[0] == automation)
