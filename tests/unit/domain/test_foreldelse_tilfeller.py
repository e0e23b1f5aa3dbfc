"""The lawyer's worked cases, row by row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.foreldelse import foreldelse_fra_tidslinje
from domain.krav import Kravtype


def tidslinje(events: str) -> list[tuple[date, str]]:
    par = [hendelse.split("@") for hendelse in events.split("|") if hendelse]
    return [(date.fromisoformat(dato), kode.upper()) for kode, dato in par]


def dato_eller_ingen(tekst: str) -> date | None:
    return date.fromisoformat(tekst) if tekst else None


def test_worked_cases(tilfeller: Callable[[str], list[dict[str, str]]]) -> None:
    rader = tilfeller("foreldelse")
    assert len(rader) == 18
    for rad in rader:
        funnet = foreldelse_fra_tidslinje(
            start=date.fromisoformat(rad["start_date"]),
            kravtype=Kravtype(rad["claim_type"].upper()),
            tidslinje=tidslinje(rad["events"]),
            as_of=date.fromisoformat(rad["as_of"]),
            warn_days=int(rad["warn_days"]),
        )
        assert funnet.status == rad["expected_status"], rad["case_id"]
        assert funnet.tiltak == rad["expected_action"], rad["case_id"]
        assert funnet.siste_avbruddsdag == dato_eller_ingen(rad["expected_last_interrupt_date"]), rad["case_id"]
        assert funnet.siste_trygge_virkedag == dato_eller_ingen(rad["expected_last_safe_workday"]), rad["case_id"]
        assert funnet.foreldet_fra == dato_eller_ingen(rad["expected_foreldet_from"]), rad["case_id"]
