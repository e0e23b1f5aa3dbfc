"""Answers that take a while to find are kept for a minute."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from hub.clock import steady

V = TypeVar("V")
MOST = 50


class Kept(Generic[V]):
    """One is found at a time: who asks the same meanwhile, waits for it rather than asking again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: dict[Hashable, tuple[float, V]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, find: Callable[[], V]) -> V:
        with self._lock:
            now = steady()
            self._kept = {k: kept for k, kept in self._kept.items() if now - kept[0] < self._seconds}
            if key not in self._kept:
                if len(self._kept) >= MOST:
                    self._kept.clear()
                self._kept[key] = (now, find())
            return self._kept[key][1]
