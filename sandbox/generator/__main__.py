"""`python -m sandbox.generator`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from sandbox.generator import FIRST_AS_OF, LAST_AS_OF, generate

DEFAULT_AS_OF = date(2026, 11, 23)


def main() -> None:
    """Make one population folder. A wrong argument ends with one sentence and exit code 2."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.generator", description="Make an invented population.")
    parser.add_argument("folder", type=Path, help="a new or empty folder")
    parser.add_argument("--krav", type=int, required=True, help="how many krav, at least 100")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives another world")
    parser.add_argument("--as-of", type=date.fromisoformat, default=DEFAULT_AS_OF, help="its today, YYYY-MM-DD")
    arguments = parser.parse_args()
    if arguments.krav < 100:
        parser.error("--krav must be at least 100")
    if not FIRST_AS_OF <= arguments.as_of <= LAST_AS_OF:
        parser.error(
            f"--as-of must be from {FIRST_AS_OF} to {LAST_AS_OF}: PAX holds krav from before February 2025 only, "
            "and three years later none of them would be left to merge"
        )
    if arguments.folder.exists() and (not arguments.folder.is_dir() or any(arguments.folder.iterdir())):
        parser.error(f"{arguments.folder} is not an empty folder; name a new one")
    generate(arguments.folder, krav=arguments.krav, seed=arguments.seed, as_of=arguments.as_of)
    sys.stdout.write(f"{arguments.krav} krav in {arguments.folder}\n")


if __name__ == "__main__":
    main()
