"""A population: the state of the outside world, read strictly from a folder of CSV files.

Rows stay text exactly as in the files, so that what goes in can come out unchanged. Identity numbers may be wrong on
purpose and a krav may name a skyldner nobody knows, so neither is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sandbox.changes import Changes
from sandbox.columns import (
    DOEDSBO,
    EIENDOMMER,
    EIERFORHOLD,
    ENHETER,
    HENDELSER,
    KJORETOY,
    KRAV,
    KUNDER,
    PAX_UTTREKK,
    PERSONER,
    Table,
)
from sandbox.rows import PopulationError, Row, Rows, read_header, read_keyed, read_table

__all__ = ["Population", "PopulationError", "Row", "Rows", "apply_changes", "load"]


@dataclass(slots=True)
class Population:
    """The world of one run. `as_of` is its today; `krav` and `hendelser` are the truth, `pax_uttrekk` may be older.

    `doedsbo_is_drawn`: the population says nothing of estates, so their contacts are drawn (folkeregisteret.doedsbo).
    """

    name: str
    as_of: date
    seed: int
    personer: Rows
    enheter: Rows
    kjoretoy: list[Row]
    krav: Rows
    hendelser: dict[str, list[Row]]
    pax_uttrekk: list[Row]
    doedsbo: Rows = field(default_factory=dict)
    doedsbo_is_drawn: bool = True
    kunder: Rows = field(default_factory=dict)
    """ISY-PA's; a population need not have any."""
    eiendommer: Rows = field(default_factory=dict)
    """Properties, by matrikkelnummer; a population need not have any."""
    eierforhold: Rows = field(default_factory=dict)
    """Who owns what of them, now and before."""


def load(folder: Path) -> Population:
    """Read the population in `folder`; raise `PopulationError` at the first thing that is wrong with it."""
    header = read_header(folder)
    has_doedsbo = (folder / DOEDSBO.name).exists()
    hendelser: dict[str, list[Row]] = {}
    for _number, row in read_table(folder, HENDELSER):
        hendelser.setdefault(row["kravnr"], []).append(row)
    return Population(
        name=header["name"],
        as_of=date.fromisoformat(header["as_of"]),
        seed=header["seed"],
        personer=read_keyed(folder, PERSONER),
        enheter=read_keyed(folder, ENHETER),
        kjoretoy=[row for _number, row in read_table(folder, KJORETOY)],
        krav=read_keyed(folder, KRAV),
        hendelser=hendelser,
        pax_uttrekk=list(read_keyed(folder, PAX_UTTREKK).values()),
        doedsbo=read_keyed(folder, DOEDSBO) if has_doedsbo else {},
        doedsbo_is_drawn=not has_doedsbo,
        kunder=_read_if_there(folder, KUNDER),
        eiendommer=_read_if_there(folder, EIENDOMMER),
        eierforhold=_read_if_there(folder, EIERFORHOLD),
    )


def apply_changes(population: Population, folder_of_day: Path) -> Population:
    """The world after the changes of one day, on top of `population`, which is left as it was.

    Raises `PopulationError` when the day cannot be read or names something the world does not have.
    """
    header = read_header(folder_of_day)
    changed = Population(
        name=header["name"],
        as_of=date.fromisoformat(header["as_of"]),
        seed=population.seed,
        personer=_copy(population.personer),
        enheter=_copy(population.enheter),
        kjoretoy=list(population.kjoretoy),
        krav=_copy(population.krav),
        hendelser={kravnr: list(rows) for kravnr, rows in population.hendelser.items()},
        pax_uttrekk=list(read_keyed(folder_of_day, PAX_UTTREKK).values()),
        doedsbo=_copy(population.doedsbo),
        doedsbo_is_drawn=population.doedsbo_is_drawn,
        kunder=_copy(population.kunder),
        eiendommer=_copy(population.eiendommer),
        eierforhold=_copy(population.eierforhold),
    )
    keyed = {
        PERSONER.name: changed.personer,
        ENHETER.name: changed.enheter,
        KRAV.name: changed.krav,
        KUNDER.name: changed.kunder,
        EIENDOMMER.name: changed.eiendommer,
        EIERFORHOLD.name: changed.eierforhold,
        DOEDSBO.name: changed.doedsbo,
    }
    Changes(folder_of_day / "changes.csv", keyed, changed.hendelser, changed.kjoretoy).apply()
    return changed


def _read_if_there(folder: Path, table: Table) -> Rows:
    return read_keyed(folder, table) if (folder / table.name).exists() else {}


def _copy(rows: Rows) -> Rows:
    return {key: dict(row) for key, row in rows.items()}
