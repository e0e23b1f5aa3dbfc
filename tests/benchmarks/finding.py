"""One find of one automation in a process as a worker has it: `python -m tests.benchmarks.finding NAME`.

What a night does, without Prefect: read the systems and the registers, judge every krav, and take the result in.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
import time
from pathlib import Path

from flows import registry, routine
from flows.installation import Installation
from flows.routine import Night


def main(name: str) -> None:
    """Prints the figures as JSON: `cpu` and `wall` in seconds, `browser` the CPU seconds of the robot's browser and
    driver, `memory` the highest in MB (as Linux tells), and what the find says that it `found`.
    """
    module = registry.module(name)
    installation = Installation.open()
    night = Night(module.METADATA, module.AUTOMATION, installation, installation.today, "bench")
    cpu, wall = time.process_time(), time.perf_counter()
    found = asyncio.run(routine.find(night))
    figures = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "browser": _seconds_of_children(),
        "memory": _megabytes(),
        "found": found,
    }
    sys.stdout.write(json.dumps(figures))


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _megabytes() -> float:
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(kilobytes) / 1024


if __name__ == "__main__":
    main(sys.argv[1])
