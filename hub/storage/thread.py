"""The store is synchronous on a thread of its own: the event loop is never held up by a commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from hub.storage.database import Database

T = TypeVar("T")


class StoreThread:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def __call__(self, function: Callable[..., T], *arguments: object) -> T:
        """Raises StoreAway when the database does not answer."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._ask, function, arguments)

    def close(self) -> None:
        self._executor.shutdown(wait=True)

    def _ask(self, function: Callable[..., T], arguments: tuple[object, ...]) -> T:
        with self._database.answering():
            return function(*arguments)
