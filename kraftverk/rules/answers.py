"""What a kind of case file asks and answers, and how an expected cell is held against an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.errors import BusinessException
from domain.oere import format_oere
from domain.satser import Satser
from kraftverk.rules.casefile import CaseError, Row, parse_amount, parse_date, parse_flag


@dataclass(frozen=True, slots=True)
class Expected:
    """How a column with an expected value is read and shown. An empty cell means that there is no such value."""

    parse: Callable[[str], Any]
    show: Callable[[Any], str]
    remedy: str

    def read(self, row: Row, column: str) -> Any:
        return row.read(column, lambda text: self.parse(text) if text else None, self.remedy)

    def text(self, answer: Any) -> str:
        return "nothing" if answer is None else self.show(answer)


AMOUNT = Expected(parse_amount, format_oere, "write kroner with a point and two decimals, or leave it empty")
DATE = Expected(parse_date, date.isoformat, "write a date as YYYY-MM-DD, or leave it empty")
FLAG = Expected(parse_flag, lambda yes: "yes" if yes else "no", "write yes or no, or leave it empty")
NUMBER = Expected(int, str, "write a whole number, or leave it empty")
WORD = Expected(str, str, "write a word")
PARTS = Expected(lambda text: set(text.split("|")), lambda parts: "|".join(sorted(parts)), "write parts with | between")
"""The order of the parts means nothing."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of case file. `given`: the columns it is known by. `answer`: what the rules say, by expected column."""

    name: str
    given: tuple[str, ...]
    expected: Mapping[str, Expected]
    answer: Callable[[Row, Satser], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Miss:
    """An answer that is not the expected one. `case`: the case_id, or the row where it has none."""

    file: str
    case: str
    column: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.file}, {self.case}, {self.column}: expected {self.expected}, got {self.actual}"


def misses(kind: Kind, row: Row, satser: Satser) -> Iterator[Miss]:
    """Every expected cell the rules answer otherwise. Raises CaseError for a row that cannot be read."""
    try:
        answer = kind.answer(row, satser)
    except BusinessException as no_answer:
        raise CaseError(f"{row.file}, row {row.number}: the rules have no answer ({no_answer}).") from None
    for column, expected in kind.expected.items():
        if column not in row.cells or column not in answer:
            continue
        wanted = expected.read(row, column)
        if wanted != answer[column]:
            case = row.text("case_id") or f"row {row.number}"
            yield Miss(row.file, case, column, expected.text(wanted), expected.text(answer[column]))
