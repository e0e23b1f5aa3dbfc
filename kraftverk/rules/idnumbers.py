"""Cases of fødselsnummer, organisasjonsnummer, KID and kontonummer (ID-1 to ID-8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from domain.foedselsnummer import foedselsnummer_reason, is_dnummer, is_syntetisk, read_foedselsdato
from domain.kid import Kidmetode, kid_reason
from domain.kontonummer import kontonummer_reason
from domain.kontrollsiffer import Reason
from domain.organisasjonsnummer import organisasjonsnummer_reason
from domain.satser import Satser
from kraftverk.rules.answers import DATE, FLAG, WORD, Kind
from kraftverk.rules.casefile import Row

TODAY = date(2031, 12, 31)
"""The columns without a year are about the rules that hold until 2032."""
FROM_2032 = date(2032, 1, 1)

PID = "pid"
REASONS: dict[str, Callable[[str], Reason]] = {
    PID: partial(foedselsnummer_reason, on=TODAY),
    "orgnr": organisasjonsnummer_reason,
    "kid10": partial(kid_reason, metode=Kidmetode.MODULUS_10),
    "kid11": partial(kid_reason, metode=Kidmetode.MODULUS_11),
    "kontonr": kontonummer_reason,
}


def answer(row: Row, _satser: Satser) -> Mapping[str, Any]:
    reason = row.choice("kind", REASONS)(row.text("value"))
    about_a_person = _person(row.text("value"), reason) if row.text("kind").lower() == PID else {}
    return {
        "expected_valid": reason is Reason.OK,
        "expected_reason": reason.value,
        **dict.fromkeys(("expected_valid_2032", "expected_is_dnr", "expected_synthetic", "expected_birth_date")),
        **about_a_person,
    }


def _person(value: str, reason: Reason) -> Mapping[str, Any]:
    valid = {"expected_valid_2032": foedselsnummer_reason(value, FROM_2032) is Reason.OK}
    if reason in {Reason.LENGTH, Reason.NOT_DIGITS}:
        return valid
    return valid | {
        "expected_is_dnr": is_dnummer(value),
        "expected_synthetic": is_syntetisk(value),
        "expected_birth_date": read_foedselsdato(value, TODAY),
    }


IDNUMBERS = Kind(
    name="idnumbers",
    given=("kind", "value"),
    expected={
        "expected_valid": FLAG,
        "expected_valid_2032": FLAG,
        "expected_is_dnr": FLAG,
        "expected_synthetic": FLAG,
        "expected_birth_date": DATE,
        "expected_reason": WORD,
    },
    answer=answer,
)
