"""Memory of the process a night's flow runs in, without its browser and driver, which are processes of their own."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGINE = "prefect.engine"


def megabytes() -> float:
    """The highest resident memory of any flow process of a whole `kraftverk demo --once` (as Linux tells)."""
    population = ROOT / "tests" / "population" / "liten"
    with tempfile.TemporaryDirectory(prefix="kraftverk-bench-") as folder:
        command: list[str | Path] = [Path(sys.executable).with_name("kraftverk"), "demo", "--once"]
        command += ["--population", population, "--state", f"{folder}/state"]
        demo = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        highest = 0.0
        while demo.poll() is None:
            highest = max([highest, *_flows()])
            time.sleep(0.2)
    if demo.returncode or not highest:
        raise AssertionError(f"the demo ended with {demo.returncode}, the highest memory seen is {highest:.0f} MB")
    return highest


def highest_mb(pid: int) -> float:
    """The highest resident memory of a process so far. Raises OSError when it has ended."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(told[1]) / 1024 if told else 0.0


def _flows() -> list[float]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if ENGINE in (process / "cmdline").read_text():
                found.append(highest_mb(int(process.name)))
        except OSError:  # it has ended meanwhile
            continue
    return found
