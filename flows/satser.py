"""The table of rates as the law uses it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from config import satser as tabell
from domain.sats import Gyldighet, Sats, Slag, gyldighet
from domain.satser import Satser


def load_satser(path: Path = tabell.SATSER) -> Satser:
    """Read the dated rates and amounts. Raises SatserError with file, row, column and remedy."""
    return Satser(_sats(rad, path.name) for rad in tabell.load(path))


def satser_version(path: Path = tabell.SATSER) -> str:
    """Which table a decision stood on: a word for its content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _sats(rad: tabell.SatsRad, file: str) -> Sats:
    place = f"{file}, row {rad.row}, column"
    if rad.kind not in list(Slag):
        raise tabell.SatserError(f"{place} kind: «{rad.kind}» is no rate we know; write one of {', '.join(Slag)}.")
    slag = Slag(rad.kind)
    if gyldighet(slag) is Gyldighet.HALVAAR and (rad.valid_from.month, rad.valid_from.day) not in {(1, 1), (7, 1)}:
        raise tabell.SatserError(f"{place} valid_from: {rad.kind} is set from 1 January or 1 July; write that.")
    return Sats(slag, rad.valid_from, rad.value, None if rad.up_to is None else rad.up_to * 100)
