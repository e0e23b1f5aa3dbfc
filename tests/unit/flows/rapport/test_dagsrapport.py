"""The report of a night: its balance, who leaves it, and what a fresh read is asked for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from domain.krav import Krav
from flows.rapport.balanse import Balanse
from flows.rapport.lesing import read_krav
from flows.rapport.virkninger import list_virkninger
from hub.report import ReportItem, ReportLine
from tests.unit.flows.rapport.nights import KRAV, done, natt, rapport

ZERO = {"kostnader": 0}
COSTS = ("kostnader:PR1", {"kostnader": 100}, ZERO, ZERO)


def test_what_came_in_is_somewhere() -> None:
    states = {"completed": 5, "waiting": 2, "awaiting_approval": 1, "handled_manually": 3, "cancelled": 1}
    states |= {"ready": 1, "deferred": 2, "running": 1}
    balanse = Balanse.of(natt(states=states, closed_later=4))
    assert (balanse.inn, balanse.ut, balanse.differanse, balanse.stemmer) == (20, 20, 0, True)
    assert (balanse.aapne, balanse.lukket_senere) == (4, 4)


def test_an_oppgave_that_is_nowhere_is_missed() -> None:
    made = rapport(natt(states={"completed": 5}, taken_in=6), natt(automation="parking-merge", states={"completed": 2}))
    assert {name: (b.differanse, b.stemmer) for name, b in made.balanser.items()} == {
        "minors": (1, False),
        "parking-merge": (0, True),
    }
    assert not made.stemmer
    assert made.of("parking-merge").stemmer


def test_an_oppgave_counted_twice_does_not_balance_either() -> None:
    assert rapport(natt(states={"completed": 5}, taken_in=4)).balanser["minors"].differanse == -1


def test_a_deviation_is_not_made_up_for_by_a_balance() -> None:
    made = rapport(natt(done(COSTS), states={"completed": 1}), lest={"PROCASSO": []})
    assert made.balanser["minors"].stemmer
    assert not made.stemmer
    assert made.of("parking-merge").avstemming.avvik == ()


def test_krav_of_who_is_protected_now_are_only_counted() -> None:
    items = [ReportItem(f"R{n}", "completed", "DONE", "", (f"PR{n}",), 1) for n in (1, 2)]
    lines = [ReportLine("MINOR", nr, None, None, None) for nr in ("PR1", "PR3")]
    lines.append(ReportLine("PROTECTED", None, None, None, 7))
    night = natt(
        done(COSTS), done(("kostnader:PR2", {}, ZERO, ZERO)), items=items, lines=lines, states={"completed": 2}
    )
    made = rapport(night, vernede={"PR1", "PR9"})
    (shown,) = made.netter
    assert made.vernede == 1
    assert [item.krav for item in shown.control.items] == [("PR2",)]
    assert [(line.krav, line.antall) for line in shown.control.lines] == [("PR3", None), (None, 7)]
    assert [linje.antall for linje in made.avstemming.linjer] == [1]
    assert made.balanser["minors"] == Balanse(inn=2, fullfoert=2)


async def test_each_krav_is_asked_for_once_and_only_where_it_can_be() -> None:
    asked: list[tuple[str, Sequence[str]]] = []

    async def les(fagsystem: str, kravnumre: Sequence[str]) -> list[Krav]:
        asked.append((fagsystem, kravnumre))
        return [KRAV]

    night = natt(
        done(("saksflyt:PR2", {}, {"saksflyt": "MINDREAARIG"}, {}), COSTS, ("tilstand:PR1", {}, {"tilstand": "X"}, {})),
        done(("merge:PX1", {}, {"saksnr": "S1"}, {}), system="PAX"),
    )
    assert await read_krav(les, list_virkninger([night]), ["PROCASSO", "PILEN"]) == {"PROCASSO": [KRAV]}
    assert asked == [("PROCASSO", ["PR1", "PR2"])]


def test_pandas_is_loaded_by_whoever_makes_a_report_and_nobody_else() -> None:
    loaded = "import sys, flows.rapport.markdown, flows.rapport.excel, hub.report; print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True).stdout.strip() == "False"
