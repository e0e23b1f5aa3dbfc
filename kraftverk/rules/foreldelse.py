"""Cases of foreldelse (FORELD-1 to FORELD-11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.foreldelse import foreldelse_fra_tidslinje
from domain.krav import Kravtype
from domain.satser import Satser
from kraftverk.rules.answers import DATE, WORD, Kind
from kraftverk.rules.casefile import Row, parse_date, words_of


def answer(row: Row, _satser: Satser) -> Mapping[str, Any]:
    found = foreldelse_fra_tidslinje(
        start=row.date("start_date"),
        kravtype=row.choice("claim_type", words_of(Kravtype)),
        tidslinje=row.several("events", _event, "write events as code@YYYY-MM-DD with | between"),
        as_of=row.date("as_of"),
        warn_days=row.number_in("warn_days"),
    )
    return {
        "expected_last_interrupt_date": found.siste_avbruddsdag,
        "expected_last_safe_workday": found.siste_trygge_virkedag,
        "expected_foreldet_from": found.foreldet_fra,
        "expected_status": found.status.value,
        "expected_action": found.tiltak.value,
    }


def _event(text: str) -> tuple[date, str]:
    kode, skille, dato = text.partition("@")
    if not (kode and skille):
        raise ValueError("no code")
    return parse_date(dato), kode.upper()


FORELDELSE = Kind(
    name="foreldelse",
    given=("claim_type", "start_date", "events", "as_of", "warn_days"),
    expected={
        "expected_last_interrupt_date": DATE,
        "expected_last_safe_workday": DATE,
        "expected_foreldet_from": DATE,
        "expected_status": WORD,
        "expected_action": WORD,
    },
    answer=answer,
)
