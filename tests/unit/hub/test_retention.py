"""The terms: the last day something is kept, and the first it is not; and what an imprint tells."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from config.settings import RetentionSettings
from hub.intake import Resting, facts
from hub.retention import REGLER, Terms, imprint

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("closed", "pictures", "content", "everything"),
    [  # the first day without
        (date(2024, 1, 1), date(2024, 2, 1), date(2025, 1, 2), date(2030, 1, 1)),
        (date(2024, 12, 31), date(2025, 1, 31), date(2026, 1, 1), date(2030, 1, 1)),
        (date(2025, 1, 1), date(2025, 2, 1), date(2026, 1, 2), date(2031, 1, 1)),
        (date(2024, 2, 29), date(2024, 3, 31), date(2025, 3, 1), date(2030, 1, 1)),
    ],
)
def test_the_first_day_without(closed: date, pictures: date, content: date, everything: date) -> None:
    terms = Terms()
    for before, first in (
        (terms.pictures_before, pictures),
        (terms.content_before, content),
        (terms.everything_before, everything),
    ):
        assert not closed < before(first - DAY), "kept the day before"
        assert closed < before(first)


@pytest.mark.parametrize("today", [date(2025, 2, 28), date(2024, 2, 29), date(2025, 3, 31), date(2025, 12, 31)])
def test_a_month_has_the_days_it_has(today: date) -> None:
    assert Terms(content_months=1).content_before(today).month == (today.month - 2) % 12 + 1


def test_the_settings_say_what_the_rules_do() -> None:
    assert Terms(**RetentionSettings().model_dump()) == Terms()
    assert {rule.term for rule in REGLER} == set(RetentionSettings.model_fields)


def test_the_law_is_not_undercut() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 5"):
        RetentionSettings(years=4)


def test_an_imprint_is_known_again_by_the_very_same_facts_alone() -> None:
    resting = Resting(imprints={imprint(["K1", "K2"], "f1")})
    assert facts(["K2", "K1"], "f1") in resting
    assert facts(["K1", "K2"], "f2") not in resting
    assert facts(["K1"], "f1") not in resting
    assert facts(["K1", "K2"], "f1") not in Resting()
