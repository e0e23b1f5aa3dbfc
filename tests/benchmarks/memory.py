"""Memory of a flow process that needs no browser."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import resource
import flows.parking_merge
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def megabytes() -> float:
    """The highest resident memory of a process that has imported an automation with all it needs, Prefect included."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    return float(done.stdout)
