"""Cases of mindreårige skyldnere (MIND-3, MIND-6, MIND-7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.alder import age
from domain.kalender import oslo_date
from domain.mindreaarig import Flyt, find_adressat, find_flyt, kan_kreve_kostnader
from domain.satser import Satser
from kraftverk.rules.answers import DATE, FLAG, NUMBER, WORD, Kind
from kraftverk.rules.casefile import Row, parse_date, parse_instant

INSTANT = "write an instant as YYYY-MM-DDTHH:MM:SSZ"


def answer(row: Row, _satser: Satser) -> Mapping[str, Any]:
    born = row.read("birth_date", lambda text: parse_date(text) if text else None, "write a date as YYYY-MM-DD")
    event = oslo_date(row.read("event_instant_utc", parse_instant, INSTANT))
    now = oslo_date(row.read("process_instant_utc", parse_instant, INSTANT))
    flow = find_flyt(born, event, now)
    return {
        "expected_event_date_oslo": event,
        "expected_age_at_event": _age(born, event, flow),
        "expected_age_now": _age(born, now, flow),
        "expected_flow": flow.value,
        "expected_addressee": find_adressat(flow).value,
        "expected_costs_allowed": kan_kreve_kostnader(flow),
    }


def _age(born: date | None, on: date, flow: Flyt) -> int | None:
    return None if born is None or flow is Flyt.INVALID_BIRTH_DATE else age(born, on)


MINORS = Kind(
    name="minors",
    given=("birth_date", "event_instant_utc", "process_instant_utc"),
    expected={
        "expected_event_date_oslo": DATE,
        "expected_age_at_event": NUMBER,
        "expected_age_now": NUMBER,
        "expected_flow": WORD,
        "expected_addressee": WORD,
        "expected_costs_allowed": FLAG,
    },
    answer=answer,
)
