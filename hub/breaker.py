"""The breaker of one outside system: a pure decision. The hub owns the only one."""

from __future__ import annotations

from dataclasses import dataclass

FAILURES_TO_OPEN = 5
ITEMS_TO_OPEN = 3
"""Five failures of one item say something of the item; over three items they say something of the system."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Failures in a row on one system, and the items they came from (at most `ITEMS_TO_OPEN` are remembered).

    None stands for a failure before any item was taken, such as a login: it says nothing of an item, so each counts as
    one of its own.
    """

    count: int = 0
    items: tuple[int | None, ...] = ()

    def add(self, item: int | None) -> Failures:
        items = self.items if item is not None and item in self.items else (*self.items, item)[:ITEMS_TO_OPEN]
        return Failures(self.count + 1, items)

    @property
    def opens(self) -> bool:
        return self.count >= FAILURES_TO_OPEN and len(self.items) >= ITEMS_TO_OPEN
