"""Cases of forsinkelsesrente (RENTE-1 to RENTE-8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.kalender import next_bankdag
from domain.rente import Avregning, Innbetaling, beregn_rente
from domain.rentetabell import Dagtelling
from domain.sats import MissingRate
from domain.satser import Satser
from kraftverk.rules.answers import AMOUNT, DATE, NUMBER, WORD, Kind
from kraftverk.rules.casefile import Row, parse_amount, parse_date, words_of

FIGURES = {
    "expected_interest_days": NUMBER,
    "expected_interest_accrued": AMOUNT,
    "expected_principal_outstanding": AMOUNT,
    "expected_interest_outstanding": AMOUNT,
    "expected_overpaid": AMOUNT,
    "expected_total_outstanding": AMOUNT,
}


def answer(row: Row, satser: Satser) -> Mapping[str, Any]:
    forfall = row.date("due_date_stated")
    due = {"expected_due_date_effective": next_bankdag(forfall)}
    try:
        found = beregn_rente(
            row.amount("principal"),
            forfall,
            read_payments(row),
            row.date("calc_date"),
            satser,
            day_count=row.choice("day_count", words_of(Dagtelling)),
            allocation=row.choice("allocation", words_of(Avregning)),
        )
    except MissingRate as missing:
        return {"expected_status": missing.code, **dict.fromkeys(FIGURES), **_if_stated(row, due)}
    figures = (
        found.rentedager,
        found.paaloept,
        found.hovedstol,
        found.rente,
        found.overbetalt,
        found.utestaaende,
    )
    return {"expected_status": "OK", **due, **dict(zip(FIGURES, figures, strict=True))}


def read_payments(row: Row) -> list[Innbetaling]:
    """The column `payments`: YYYY-MM-DD:660.00 with | between."""
    return row.several("payments", _payment, "write payments as YYYY-MM-DD:660.00 with | between")


def _payment(text: str) -> Innbetaling:
    dato, _, beloep = text.partition(":")
    return Innbetaling(parse_date(dato), parse_amount(beloep))


def _if_stated(row: Row, due: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where there is no interest to compute, the due date may be left empty."""
    return {column: value for column, value in due.items() if row.cells.get(column)}


INTEREST = Kind(
    name="interest",
    given=("principal", "due_date_stated", "payments", "calc_date", "day_count", "allocation"),
    expected={"expected_status": WORD, "expected_due_date_effective": DATE, **FIGURES},
    answer=answer,
)
