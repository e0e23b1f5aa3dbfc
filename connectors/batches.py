"""Cutting a lookup into pieces of the size a system takes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

H = TypeVar("H", bound=Hashable)


def batches(numbers: Iterable[H], size: int) -> Iterator[list[H]]:
    """Each number once, in order, at most `size` at a time."""
    left = iter(dict.fromkeys(numbers))
    while batch := list(islice(left, size)):
        yield batch
