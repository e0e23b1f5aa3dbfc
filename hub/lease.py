"""Keeping leases: renewal on a thread and a connection of its own, and the watchdog on the monotonic clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from hub.storage.claims import LeaseLost

MARGIN = 0.5
"""Seconds taken off the lease as we count it, for the way to the database and back."""


class Renews(Protocol):
    def renew(self, item_id: int, lease_no: int) -> bool: ...


class Fence:
    """What stands between an act and an item that may belong to somebody else. Safe to ask from any thread.

    The deadline is counted from before the request that set it, on the monotonic clock, so it is never later than the
    database's own. A process that was stopped and goes on sees it has passed before it does anything more.
    """

    def __init__(self, item_id: int, lease_no: int, lease: float, limit: float, on_lost: Callable[[], None]) -> None:
        self.item_id = item_id
        self.lease_no = lease_no
        self.on_lost = on_lost
        self._until = time.monotonic() + lease - MARGIN
        self.renew_until = time.monotonic() + limit
        """Renewal stops here: an attempt that hangs is not kept alive for ever."""

    def check(self) -> None:
        """Raise LeaseLost when the lease has run out."""
        if self.left <= 0:
            raise LeaseLost

    @property
    def left(self) -> float:
        """Seconds of the lease that are left."""
        return self._until - time.monotonic()

    def extend(self, until: float) -> None:
        self._until = until

    def lose(self) -> None:
        self._until = float("-inf")


class LeaseKeeper:
    """One thread that renews every lease its worker holds, and tells the holder when one is lost."""

    def __init__(self, open_claims: Callable[[], Renews], lease: float) -> None:
        self._open_claims = open_claims
        self._lease = lease
        self._fences: set[Fence] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)

    def __enter__(self) -> LeaseKeeper:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def keep(self, fence: Fence) -> None:
        with self._lock:
            self._fences.add(fence)

    def drop(self, fence: Fence) -> None:
        with self._lock:
            self._fences.discard(fence)

    def _run(self) -> None:
        claims: Renews | None = None
        while not self._stop.wait(self._lease / 6):
            with self._lock:
                fences = list(self._fences)
            for fence in fences:
                try:
                    claims = claims or self._open_claims()
                    self._tend(claims, fence)
                except Exception:  # the database is away: the lease runs out by itself, and the watchdog below sees it
                    claims = None
                if fence.left <= 0:
                    self.drop(fence)
                    fence.on_lost()

    def _tend(self, claims: Renews, fence: Fence) -> None:
        now = time.monotonic()
        if fence.left <= 0 or fence.left > self._lease * 2 / 3 or now >= fence.renew_until:
            return
        if claims.renew(fence.item_id, fence.lease_no):
            fence.extend(now + self._lease - MARGIN)
        else:
            fence.lose()
