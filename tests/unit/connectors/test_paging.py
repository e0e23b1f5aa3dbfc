"""A list that changes while it is read, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from connectors.paging import ROUNDS, Page, read_list
from domain.errors import SystemException

PER_PAGE = 2


class Liste:
    """A list by number, in pages of two. `meanwhile` is called after every page, with how many have been read."""

    def __init__(self, numbers: list[int], meanwhile: Callable[[list[int], int], None]) -> None:
        self.numbers, self._meanwhile = numbers, meanwhile
        self.pages = self.rounds = 0

    async def read(self) -> AsyncIterator[Page[int]]:
        self.rounds += 1
        start = 0
        while not start or start < len(self.numbers):
            shown = self.numbers[start : start + PER_PAGE]
            yield Page({str(number): number for number in shown}, len(self.numbers))
            start += PER_PAGE
            self.pages += 1
            self._meanwhile(self.numbers, self.pages)


async def read(liste: Liste) -> list[int]:
    return [number async for number in read_list("PILEN", "GET /krav", liste.read)]


def nothing(numbers: list[int], pages: int) -> None:
    """Nothing happens."""


@pytest.mark.parametrize("numbers", [[], [1], [1, 2], [1, 2, 3, 4, 5]])
async def test_a_list_at_rest_is_read_once(numbers: list[int]) -> None:
    liste = Liste(numbers, nothing)
    assert (await read(liste), liste.rounds) == (numbers, 1)


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("left", [1, 4, 7])
async def test_whatever_leaves_meanwhile_the_rest_is_read(left: int, page: int) -> None:
    liste = Liste([1, 2, 3, 4, 5, 6, 7], lambda numbers, pages: numbers.remove(left) if pages == page else None)
    found = await read(liste)
    assert set(liste.numbers) <= set(found)
    assert (len(found), liste.rounds) == (len(set(found)), 2)


async def test_one_that_comes_meanwhile_is_read_too() -> None:
    liste = Liste([1, 2, 3, 4], lambda numbers, pages: numbers.insert(0, 0) if pages == 1 else None)
    assert (await read(liste), liste.rounds) == ([1, 2, 3, 4, 0], 2)


async def test_a_list_that_only_grows_at_its_end_is_read_once() -> None:
    liste = Liste([1, 2, 3, 4], lambda numbers, pages: numbers.append(pages + 4) if pages < 4 else None)
    assert (await read(liste), liste.rounds) == ([1, 2, 3, 4, 5, 6, 7], 1)


async def test_a_list_that_never_rests_is_told_after_so_many_rounds() -> None:
    liste = Liste(list(range(20)), lambda numbers, pages: numbers.remove(numbers[0]) if pages % 3 == 0 else None)
    with pytest.raises(SystemException, match="the list was read 3 times") as raised:
        await read(liste)
    assert (raised.value.system, raised.value.phase, liste.rounds) == ("PILEN", "answer", ROUNDS)
