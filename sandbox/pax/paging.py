"""Lists come ten rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

ROWS_PER_PAGE = 10

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list; `number` counts from 1."""

    rows: Sequence[Item]
    number: int
    count: int
    total: int


def page_of(items: Sequence[Item], number: int) -> Page[Item]:
    """The page with this number, or the nearest there is."""
    count = max(1, -(-len(items) // ROWS_PER_PAGE))
    number = min(max(1, number), count)
    start = (number - 1) * ROWS_PER_PAGE
    return Page(items[start : start + ROWS_PER_PAGE], number, count, len(items))


def asked_page(argument: str, otherwise: int) -> int:
    """The page an event argument `Page$3` asks for."""
    word, _dollar, number = argument.partition("$")
    return int(number) if word == "Page" and number.isdecimal() else otherwise
