"""Check files of worked cases against the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from domain.satser import Satser
from kraftverk.rules.answers import Kind, Miss, misses
from kraftverk.rules.casefile import CaseError, read_rows
from kraftverk.rules.foreldelse import FORELDELSE
from kraftverk.rules.gebyr import GEBYR
from kraftverk.rules.idnumbers import IDNUMBERS
from kraftverk.rules.interest import INTEREST
from kraftverk.rules.merging import MERGING
from kraftverk.rules.minors import MINORS

KINDS = (FORELDELSE, GEBYR, IDNUMBERS, INTEREST, MERGING, MINORS)


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome for one file."""

    kind: str
    rows: int
    misses: tuple[Miss, ...]


def check_file(path: Path, satser: Satser) -> Checked:
    """Hold every row of the file against the rules. Raises CaseError for a file or a row that cannot be read."""
    columns, rows = read_rows(path)
    kind = _kind(path.name, columns)
    if not rows:
        raise CaseError(f"{path.name} has no rows below the heading: add a case.")
    return Checked(kind.name, len(rows), tuple(miss for row in rows for miss in misses(kind, row, satser)))


def _kind(file: str, columns: Iterable[str]) -> Kind:
    """The kind whose given columns the file has. A column of notes is welcome; an expected one nobody reads is not."""
    present = set(columns)
    kind = max(KINDS, key=lambda one: len(present.intersection(one.given)) / len(one.given))
    lacking = [column for column in ("case_id", *kind.given) if column not in present]
    if lacking:
        raise CaseError(
            f"{file} is of no kind we know: it is nearest to {kind.name}, but lacks the column {', '.join(lacking)}."
        )
    unread = sorted(column for column in present if column.startswith("expected_") and column not in kind.expected)
    if unread:
        raise CaseError(f"{file}, row 1: {kind.name} has no column {unread[0]}; correct its name or take it out.")
    if not present.intersection(kind.expected):
        raise CaseError(f"{file}, row 1: nothing is expected; add one of {', '.join(kind.expected)}.")
    return kind
