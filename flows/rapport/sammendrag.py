"""Rows of the summary: the balance, the outcomes counted, krav left alone counted, and the runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from domain.ord import RESULTAT
from flows.rapport.dagsrapport import Dagsrapport
from flows.rapport.ord import KJOERING, STATUS, UTFALL, Forklar
from flows.rapport.tabell import Rad


def balanse_rows(rapport: Dagsrapport) -> Iterator[Rad]:
    for natt in rapport.netter:
        name = natt.control.automation
        balanse = rapport.balanser[name]
        yield (
            rapport.tittel(name) + ("" if natt.control.found else " (ikke kjørt)"),
            balanse.inn,
            balanse.fullfoert,
            balanse.venter,
            balanse.til_godkjenning,
            balanse.haandtert_manuelt,
            balanse.avbrutt,
            balanse.aapne,
            balanse.lukket_senere,
            balanse.differanse,
            "ja" if balanse.stemmer else "NEI",
        )


def utfall_rows(rapport: Dagsrapport, forklar: Forklar) -> Iterator[Rad]:
    for natt in rapport.netter:
        utfall = Counter((item.status, item.result, item.reason) for item in natt.control.items)
        for (status, result, reason), antall in sorted(utfall.items()):
            yield (
                rapport.tittel(natt.control.automation),
                STATUS.get(status, status),
                RESULTAT.get(result, result) or (forklar(reason).tekst if reason else ""),
                antall,
            )


def koder_rows(rapport: Dagsrapport, forklar: Forklar) -> Iterator[Rad]:
    for natt in rapport.netter:
        for code, antall in natt.control.counts.items():
            yield rapport.tittel(natt.control.automation), code, forklar(code).tekst, antall


def kjoeringer_rows(rapport: Dagsrapport, navn: Mapping[str, str]) -> Iterator[Rad]:
    for natt in rapport.netter:
        for run in natt.runs:
            yield (
                rapport.tittel(natt.control.automation),
                KJOERING.get(run.kind, run.kind),
                run.started_at,
                run.ended_at,
                UTFALL.get(run.outcome, run.outcome),
                navn.get(run.ordered_by, run.ordered_by),
            )
