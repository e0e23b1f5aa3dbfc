"""`make bench`: measures, and writes docs/benchmarks.md. Ratios within one run; no test depends on them."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from math import inf
from pathlib import Path

from rich.console import Console

from tests.benchmarks import console, enheter, finds, hot_path, interest, memory, retention, robots, soap, volumes
from tests.benchmarks.stores import NewUrl, stores

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
WORKERS = (1, 4)


say = Console(highlight=False, soft_wrap=True).print
Stores = Mapping[str, NewUrl]
Table = Iterator[str]
"""Its rows, as they are measured."""


def main() -> int:
    """Each table by itself, so that one that cannot be measured costs none of the others."""
    lines, failed = [], False
    with stores() as kinds:
        for table in TABLES:
            lines.append("")
            try:
                for line in table(kinds):
                    say(line)
                    lines.append(line)
            except Exception as error:
                failed = True
                said = f"**{table.__name__} could not be measured: {type(error).__name__}.**"
                say(said)
                traceback.print_exc()
                lines += ["", said]
    PAGE.write_text(_head() + "\n".join(lines).strip() + "\n\n" + FOOT, encoding="utf-8")
    return int(failed)


def claiming(kinds: Stores) -> Table:
    yield "| store | workers | ours, items/s | raw, same rows | ratio (goal ≥ 1.0) | raw, bare | ratio |"
    yield f"|{'---|' * 7}"
    for name, new_url in kinds.items():
        for workers in WORKERS:
            ours, full, bare = hot_path.measure(new_url, workers)
            against = f"{full:.0f} | {reached(ours / full, at_least=1.0)} | {bare:.0f} | {ours / bare:.2f}"
            yield f"| {name} | {workers} | {ours:.0f} | {against} |"


def many(kinds: Stores) -> Table:
    yield "| what | store | figure | goal |"
    yield f"|{'---|' * 4}"
    for name, new_url in kinds.items():
        added = reached(volumes.seconds_to_add(new_url), 1.0)
        yield f"| bulk add of 10,000 items, s | {name} | {added} | < 1 |"
        slow = reached(volumes.slowdown_by_done_items(new_url), 1.2)
        yield f"| a claim beside 1,000,000 done items, against none | {name} | {slow} | ≤ 1.2 |"
        sealed = reached(volumes.seconds_to_seal(new_url), 2.0)
        yield f"| a seal over 10,000 changed items beside 1,000,000 others, s | {name} | {sealed} | < 2 |"


def retaining(kinds: Stores) -> Table:
    yield (
        f"| slettereglene over {retention.ITEMS:,} old items, a worker beside it | content, s | everything, s "
        "| longest transaction, s | the worker at the most, s | alone, s |"
    )
    yield f"|{'---|' * 6}"
    for name, new_url in kinds.items():
        old = retention.measure(new_url)
        waited = f"{old.lock:.2f} | {old.waited:.2f} | {old.alone:.2f}"
        yield f"| {name} | {old.content:.0f} | {old.everything:.0f} | {waited} |"


def console_pages(kinds: Stores) -> Table:
    yield (
        f"| the console beside {console.ITEMS:,} items | list, s (≤ 0.3) | of one cause, s "
        "| from search to page, s (≤ 5) | Køer, s (≤ 0.3) | Godkjenninger, s (≤ 0.3) | a list of 10,000, s (≤ 0.3) "
        "| Legg i kø, s (≤ 0.3) | Forslag, s (≤ 0.3) | memory, MB (< 120) |"
    )
    yield f"|{'---|' * 10}"
    goals = {"listed": 0.3, "filtered": 0.3, "found": 5, "queues": 0.3, "lists": 0.3, "proposals": 0.3}
    goals |= {"orders": 0.3, "improvements": 0.3, "megabytes": 120}
    for name, new_url in kinds.items():
        shown = console.measure(new_url)
        yield f"| {name} | {' | '.join(reached(getattr(shown, what), goal) for what, goal in goals.items())} |"


def in_pax(_: Stores) -> Table:
    yield "| in PAX, one lane | robot, items/s | bare script | ratio (≥ 0.9) | a browser for each item | ratio (≥ 4) |"
    yield f"|{'---|' * 6}"
    for name, robot, bare, launched in robots.measure():
        beside = reached(robot / bare, at_least=0.9), reached(robot / launched, at_least=4.0)
        yield f"| {name} | {robot:.2f} | {bare:.2f} | {beside[0]} | {launched:.2f} | {beside[1]} |"


def finding(_: Stores) -> Table:
    yield (
        f"| find over {finds.KRAV:,} krav | outside the simulators, s (≤ 10) | own CPU, s | robot's browser, CPU s "
        "| simulators, CPU s | memory, MB (< 500) |"
    )
    yield f"|{'---|' * 6}"
    for find in finds.measure():
        used = f"{find.cpu:.2f} | {find.browser:.2f} | {find.simulators:.2f}"
        yield f"| {find.name} | {reached(find.outside, 10)} | {used} | {reached(find.memory, 500)} |"


def the_rest(_: Stores) -> Table:
    yield "| what | figure | goal |"
    yield f"|{'---|' * 3}"
    yield f"| rente of {interest.SANCTIONS:,} sanctions, CPU s | {reached(interest.seconds(), 2)} | < 2 |"
    joined = enheter.measure()
    what = (
        f"{enheter.UNITS:,} units of a bulk file ({joined.packed:.0f} MB) joined with {enheter.CUSTOMERS:,} customers"
    )
    yield f"| {what}, units per CPU second | {joined.rows_per_second:.0f} | |"
    yield f"| the same, highest memory of the process, MB | {reached(joined.megabytes, 200)} | < 200 |"
    asked = soap.measure()
    yield f"| first SOAP call of a process, s | {reached(asked.first, 2)} | < 2 |"
    yield f"| asking for {soap.PROPERTIES:,} properties, s | {asked.all:.2f} | |"
    yield f"| flow process without browser and driver, MB | {reached(memory.megabytes(), 250)} | < 250 |"


TABLES: tuple[Callable[[Stores], Table], ...] = (
    *(claiming, many, retaining, console_pages),
    *(in_pax, finding, the_rest),
)
FOOT = """\
The robot reads a page and fills in a form in one call each, where the script asks for each cell and field.
Looking up a krav as a person does is three pages. A group is read behind its links before and after and merged in the
dialogue of its case, by all three alike (ADR 0027).
The figure of memory is the highest of any flow process of a whole `kraftverk demo --once`.
A find is the first of its world and takes in all it finds; limitation reads in PAX' screens what the extract
lists. One sanction in two hundred is computed again day by day in fractions, and is equal to the øre.
"""


def reached(figure: float, at_most: float = inf, *, at_least: float = 0.0) -> str:
    """The figure, in bold where the goal is missed."""
    return f"{figure:.2f}" if at_least <= figure <= at_most else f"**{figure:.2f}**"


def _head() -> str:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"""# Benchmarks

Made by `make bench` on {datetime.now(UTC).date()}: {machine}, SQLite {sqlite3.sqlite_version},
PostgreSQL 18 from a package. What counts is the ratio of two things measured in the same run on the same machine; the
absolute figures move with the disk and with what else the machine does.

«Ours» is one commit for each item: it ends the attempt, writes the state with its event in the chain, and claims the
next item with its attempt and event. «Raw» is a loop written by hand on the driver's own connection: take the next row
and commit, mark it done and commit. «Same rows» writes an attempt and two events as well, «bare» writes nothing else.
Ours saves a commit and writes more: a ledger that can be audited, held together by indexes and triggers. So the slower
the disk is to sync, the better it compares. A figure in bold misses its goal.

"""


if __name__ == "__main__":
    sys.exit(main())
