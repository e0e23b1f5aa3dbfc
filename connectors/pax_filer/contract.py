"""The columns of PAX' nightly files, in order; those of krav.csv stand in `connectors.krav_row`."""

from __future__ import annotations

SYSTEM = "PAX-FILER"
HENDELSE_COLUMNS = ("kravnr", "dato", "hendelse", "beloep")
