"""Makes invented worlds of any size in the format of a population folder, for the demo and for measurements.

    python -m sandbox.generator DIR --krav 50000 --seed 1 --as-of 2026-11-23

Most of a world is ordinary: adults whose krav need nothing, and debtors with several parking claims that ought to be in
one case. A minority are what the other routines look for, and edges: at least one of each sort (`minors`, `sanctions`,
`limits`) in a world of some hundred krav.
Nothing says what must come out of a run. The same krav, seed and as_of give the same files, byte for byte.
"""

from sandbox.generator.world import FIRST_AS_OF, LAST_AS_OF, generate

__all__ = ["FIRST_AS_OF", "LAST_AS_OF", "generate"]
