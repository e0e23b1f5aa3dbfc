"""A clock that only goes forward, and goes on while the machine sleeps: leases do not wait for a lid to be opened."""

from __future__ import annotations

import time

if hasattr(time, "CLOCK_BOOTTIME"):

    def steady() -> float:
        """Seconds, from a point in the past that is the same for all of this machine."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)
else:
    steady = time.monotonic
