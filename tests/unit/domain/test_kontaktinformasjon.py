"""Who may be told by SMS: reservation first, then a number, then how old it is, by its own dates (SMS-1, SMS-2)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.kontaktinformasjon import Kontaktinformasjon, Varslingshinder, is_fersk, varslingshinder

AS_OF = date(2026, 11, 23)
OLD = date(2025, 5, 22)
"""A day more than eighteen months before."""


def kontakt(**changes: object) -> Kontaktinformasjon:
    values: dict[str, object] = {
        "reservert": False,
        "kan_varsles": True,
        "mobiltelefonnummer": "+4700000001",
        "mobiltelefonnummer_sist_verifisert": date(2026, 10, 1),
    }
    return Kontaktinformasjon(**values | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"reservert": True}, Varslingshinder.RESERVED),
        ({"reservert": True, "kan_varsles": False, "mobiltelefonnummer": None}, Varslingshinder.RESERVED),
        ({"mobiltelefonnummer": None}, Varslingshinder.NO_MOBILE),
        ({"mobiltelefonnummer": ""}, Varslingshinder.NO_MOBILE),
        ({"mobiltelefonnummer_sist_verifisert": OLD}, Varslingshinder.CONTACT_OLD),
        ({"mobiltelefonnummer_sist_verifisert": None}, Varslingshinder.CONTACT_OLD),
        ({"mobiltelefonnummer_sist_verifisert": OLD, "kan_varsles": False}, Varslingshinder.CONTACT_OLD),
        ({"mobiltelefonnummer_sist_verifisert": OLD, "mobiltelefonnummer_oppdatert": date(2026, 1, 1)}, None),
        ({"mobiltelefonnummer_oppdatert": OLD}, None),
        ({"kan_varsles": False}, Varslingshinder.NO_MOBILE),
    ],
)
def test_the_first_reason_that_fits(changes: dict[str, object], expected: Varslingshinder | None) -> None:
    assert varslingshinder(kontakt(**changes), AS_OF) is expected


def test_whom_the_register_does_not_answer_for_is_not_told() -> None:
    assert varslingshinder(None, AS_OF) is Varslingshinder.NO_MOBILE


@pytest.mark.parametrize(
    ("confirmed", "last_day"),
    [
        (date(2025, 5, 23), date(2026, 11, 23)),
        (date(2024, 8, 31), date(2026, 2, 28)),  # February has no 31st
        (date(2022, 8, 29), date(2024, 2, 29)),
    ],
)
def test_eighteen_months_to_the_day(confirmed: date, last_day: date) -> None:
    assert is_fersk(None, confirmed, last_day)
    assert is_fersk(confirmed, None, last_day)
    assert not is_fersk(confirmed, confirmed, date.fromordinal(last_day.toordinal() + 1))


def test_the_number_is_not_shown() -> None:
    assert "00000001" not in repr(kontakt())
