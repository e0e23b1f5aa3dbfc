"""Two things at once."""

from __future__ import annotations

import asyncio

import pytest

from flows.meanwhile import meanwhile


async def test_the_work_goes_on_while_the_block_waits_for_something_else() -> None:
    begun = asyncio.Event()

    async def work() -> str:
        begun.set()
        return "done"

    async with meanwhile(work()) as result:
        await begun.wait()
        assert await result == "done"


async def test_a_block_that_fails_leaves_nothing_that_still_works() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("work")

    async def block() -> None:
        async with meanwhile(work()):
            await asyncio.sleep(0)
            raise ValueError("block")

    with pytest.raises(ValueError, match="block"):
        await block()
    assert ended == ["work"]


async def test_what_fails_in_the_work_is_raised_where_the_block_wants_the_result() -> None:
    async def work() -> None:
        raise ValueError("work")

    with pytest.raises(ValueError, match="work"):
        async with meanwhile(work()) as result:
            await result
