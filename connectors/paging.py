"""Reading a list to its end that comes page by page and may change meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.errors import SystemException

ROUNDS = 3
"""How often a list that changes while it is read is read from its start, before whoever asked is told."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The entries of one page by their key. `total`: how many the system counts in the whole list."""

    entries: Mapping[str, T]
    total: int


async def read_list(system: str, label: str, read_pages: Callable[[], AsyncIterator[Page[T]]]) -> AsyncIterator[T]:
    """Every entry, each once and as it was first read; one that leaves the list meanwhile may be among them.

    When an entry leaves between two pages, another slides over their boundary and is on neither. The total tells: it
    has fallen, or is in the end not what was read. Then the list is read again from its start, for what is new. Not
    noticed: one that leaves and one that comes between the same two pages.

    Raises SystemException (answer) when no round went quietly: whoever must have them all begins again.
    """
    given: set[str] = set()
    problem = ""
    for _ in range(ROUNDS):
        read: set[str] = set()
        totals: list[int] = []
        async for page in read_pages():
            read |= page.entries.keys()
            totals.append(page.total)
            for key, entry in page.entries.items():
                if key not in given:
                    given.add(key)
                    yield entry
        if totals == sorted(totals) and totals[-1:] == [len(read)]:
            return
        counted = " and ".join(map(str, sorted(set(totals))))
        problem = f"{len(read)} were read and {counted} counted; the list was read {ROUNDS} times"
    raise SystemException(system, "answer", f"{label}: {problem}")
