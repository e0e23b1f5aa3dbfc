"""Cutting a lookup into pieces of the size a system takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice


def batches(numbers: Iterable[str], size: int) -> Iterator[list[str]]:
    """Each number once, in order, at most `size` at a time."""
    left = iter(dict.fromkeys(numbers))
    while batch := list(islice(left, size)):
        yield batch
