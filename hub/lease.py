"""Keeping leases: renewal on a thread and a connection of its own, and the fence on the steady clock."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from hub.clock import steady
from hub.storage.claims import Claimed, LeaseLost

log = logging.getLogger(__name__)
MARGIN = 0.5
"""Seconds taken off the lease as we count it, for the way to the database and back."""


class Renews(Protocol):
    def renew(self, item_id: int, lease_no: int) -> bool: ...

    def close(self) -> None: ...


class Fence:
    """What stands between an act and an item that may belong to somebody else. Safe to ask from any thread.

    The deadline is counted from before the request that set it, on the steady clock, so it is never later than the
    database's own. A process that was stopped and goes on sees it has passed before it does anything more.
    """

    def __init__(self, held: Claimed, lease: float, limit: float) -> None:
        self.item_id = held.item.id
        self.lease_no = held.lease_no
        self._lease = lease
        self._renew_until = held.since + limit
        self.extend(held.since)

    def check(self) -> None:
        """Raise LeaseLost when the lease has run out."""
        if self.left <= 0:
            raise LeaseLost

    @property
    def left(self) -> float:
        """Seconds of the lease that are left."""
        return self._until - steady()

    @property
    def wants_renewal(self) -> bool:
        """Not at once, not when it is lost, and not for an attempt that has hung past its limit."""
        return 0 < self.left <= self._lease * 2 / 3 and steady() < self._renew_until

    def extend(self, since: float) -> None:
        """A whole lease more, asked for at `since`."""
        self._until = since + self._lease - MARGIN

    def lose(self) -> None:
        self._until = float("-inf")


class LeaseKeeper:
    """One thread that renews every lease its worker holds. Whoever holds a lease watches its fence."""

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

    @contextmanager
    def holding(self, held: Claimed, limit: float) -> Iterator[Fence]:
        """Renews the lease for as long as the block lasts, and no longer than `limit` seconds."""
        fence = Fence(held, self._lease, limit)
        with self._lock:
            self._fences.add(fence)
        try:
            yield fence
        finally:
            with self._lock:
                self._fences.discard(fence)

    def _run(self) -> None:
        claims = self._open_claims()
        try:
            while not self._stop.wait(self._lease / 6):
                with self._lock:
                    fences = [fence for fence in self._fences if fence.wants_renewal]
                for fence in fences:
                    self._renew(claims, fence)
        finally:
            claims.close()

    def _renew(self, claims: Renews, fence: Fence) -> None:
        since = steady()
        try:
            renewed = claims.renew(fence.item_id, fence.lease_no)
        except Exception as error:  # the database is away: tried again until the lease has run out
            log.warning("item %s: its lease could not be renewed: %s", fence.item_id, type(error).__name__)
            return
        if renewed:
            fence.extend(since)
        else:
            fence.lose()
