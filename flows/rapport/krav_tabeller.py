"""Rows about single oppgaver and krav: what became of each, what was left alone and why, and what hurries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.ord import RESULTAT
from flows.rapport.dagsrapport import Dagsrapport
from flows.rapport.ord import STATUS, Forklar
from flows.rapport.tabell import Rad
from hub.report import ReportItem, ReportLine
from hub.states import WaitingKind

VARSLER = frozenset(
    {"WARN_INTERRUPT", "HOLD_STALE", "DEVIATION", "PROKLAMA", "PROKLAMA_PAST"}
    | {"ESTATE_OTHER_SYSTEM", "ESTATE_COMPLAINT", "ESTATE_CONTACT_MISSING"}
)
"""Codes of krav somebody must look at; the others are reasons why a krav was left alone."""
LAST = "9999"
"""Sorts after every date."""


def oppgaver_rows(rapport: Dagsrapport, forklar: Forklar) -> Iterator[Rad]:
    for natt in rapport.netter:
        for item in natt.control.items:
            yield (
                rapport.tittel(natt.control.automation),
                item.reference,
                STATUS.get(item.status, item.status),
                RESULTAT.get(item.result, item.result),
                *_aarsak(item, forklar),
                ", ".join(item.krav),
                len(item.krav),
                item.attempts,
            )


def utelatt_rows(rapport: Dagsrapport, forklar: Forklar) -> Iterator[Rad]:
    for name, line in _lines(rapport):
        if not _is_varsel(line):
            yield rapport.tittel(name), line.krav, line.code, forklar(line.code).tekst


def varsler_rows(rapport: Dagsrapport, forklar: Forklar) -> Iterator[Rad]:
    for name, line in list_varsler(rapport):
        trygg = _dato(line.last_safe_workday)
        aarsak = forklar(line.code)
        yield (
            rapport.tittel(name),
            line.krav,
            line.code,
            aarsak.tekst,
            aarsak.forslag,
            _dato(line.last_interrupt_date),
            trygg,
            (trygg - rapport.as_of).days if trygg else None,
        )


def list_varsler(rapport: Dagsrapport) -> list[tuple[str, ReportLine]]:
    """The warnings with their automation: the last safe working day first, those without a day at the end."""
    varsler = [(name, line) for name, line in _lines(rapport) if _is_varsel(line)]
    return sorted(varsler, key=lambda varsel: _hurry(varsel[1]))


def _hurry(line: ReportLine) -> tuple[str, str, str]:
    return line.last_safe_workday or LAST, line.last_interrupt_date or LAST, line.krav or ""


def _aarsak(item: ReportItem, forklar: Forklar) -> tuple[str, str]:
    """What has happened and what can be done. With an effect in doubt the second is always the same."""
    if not item.reason:
        return "", ""
    advice = "EFFECT_NOT_SETTLED" if item.status == WaitingKind.UNCERTAIN else item.reason
    return forklar(item.reason).tekst, forklar(advice).forslag


def _lines(rapport: Dagsrapport) -> Iterator[tuple[str, ReportLine]]:
    """Lines that name a krav."""
    for natt in rapport.netter:
        for line in natt.control.lines:
            if line.krav is not None:
                yield natt.control.automation, line


def _is_varsel(line: ReportLine) -> bool:
    return line.code in VARSLER or line.last_interrupt_date is not None


def _dato(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
