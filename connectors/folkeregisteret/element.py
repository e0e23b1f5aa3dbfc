"""What every element of the register's documents has in common."""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from connectors.wire import Wire


class Element(Wire):
    """Every element may be historical: the reader filters on `erGjeldende`. Left out counts as current."""

    erGjeldende: bool | None = None


E = TypeVar("E", bound=Element)


def gjeldende(elements: Sequence[E] | None) -> list[E]:
    """Those that hold today."""
    return [element for element in elements or () if element.erGjeldende is not False]
