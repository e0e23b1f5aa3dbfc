"""Krav whose skyldner is found to be protected when the report is made leave every list of it (VERN-2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from hub.report import NightReport


def kravnumre_in(natt: NightReport) -> set[str]:
    """Every krav that the report of the night would name."""
    named = {line.krav for line in natt.control.lines if line.krav is not None}
    return named.union(*(item.krav for item in natt.control.items), *(done.plan.krav for done in natt.done))


def without_vernede(natt: NightReport, vernede: Collection[str]) -> NightReport:
    """The night without oppgaver, lines and effects of these krav. The balance is made of counts, and stays."""
    gone = frozenset(vernede)
    control = replace(
        natt.control,
        items=tuple(item for item in natt.control.items if gone.isdisjoint(item.krav)),
        lines=tuple(line for line in natt.control.lines if line.krav not in gone),
    )
    done = tuple(done for done in natt.done if gone.isdisjoint(done.plan.krav))
    return replace(natt, control=control, done=done)
