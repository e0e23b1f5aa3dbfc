"""What the generated PILEN reckons is right, so that a posting is wrong only where the world says so."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from domain.kalender import is_bankdag
from domain.rente import Avregning, Innbetaling, beregn_rente
from domain.rentetabell import Dagtelling
from flows.satser import load_satser
from sandbox.generator.interest import Event, kroner, outstanding

JUNE_2, AUGUST_1 = date(2025, 6, 2), date(2025, 8, 1)
PAID = Event(date(2025, 6, 30), "INNBETALING", "200.00")
DECIDED = Event(date(2025, 6, 2), "KLAGE_AVGJORT")


@pytest.mark.parametrize(
    ("forfall", "events", "until", "expected"),
    [
        # The example of RULES: 28 days at 12.5 and 32 at 12.25 per cent.
        pytest.param(JUNE_2, [], AUGUST_1, 1342, id="over a change of rate"),
        pytest.param(JUNE_2, [], JUNE_2, 0, id="paid on the forfall"),
        # Saturday 14 June is due on Monday 16 June; one day is 660 x 0.125 / 365 = 0.226.
        pytest.param(date(2025, 6, 14), [], date(2025, 6, 17), 23, id="weekend"),
        # 660 x 0.125 x 10 / 366 = 2.254; 365 would give 2.260.
        pytest.param(date(2024, 6, 3), [], date(2024, 6, 13), 225, id="leap year"),
        # 6.33 on 30 June; 200 covers that and 193.67 of 660; then 466.33 x 0.1225 x 32 / 365 = 5.008.
        pytest.param(JUNE_2, [PAID], AUGUST_1, 501, id="paid in part"),
        pytest.param(JUNE_2, [PAID], date(2025, 6, 29), 610, id="paid later"),
        # New deadline 16 June, a Monday.
        pytest.param(date(2025, 3, 3), [DECIDED], date(2025, 6, 16), 0, id="new deadline"),
        pytest.param(date(2025, 3, 3), [DECIDED], date(2025, 6, 17), 23, id="after the new deadline"),
        pytest.param(date(2025, 6, 16), [DECIDED], date(2025, 6, 17), 23, id="complaint decided before the forfall"),
    ],
)
def test_by_hand(forfall: date, events: list[Event], until: date, expected: int) -> None:
    assert outstanding(66_000, forfall, events, until) == expected


def test_it_agrees_with_the_law_of_the_product() -> None:
    """Two ways of reckoning, made apart; on forfall that are working days, since PILEN knows no public holidays."""
    rng, satser = Random(4), load_satser()
    for _ in range(300):
        forfall = date(2021, 1, 4) + timedelta(days=rng.randint(0, 1900))
        while not is_bankdag(forfall):
            forfall += timedelta(days=1)
        until = min(forfall + timedelta(days=rng.randint(1, 900)), date(2026, 12, 31))
        paid = [(forfall + timedelta(days=rng.randint(-20, 500)), rng.randint(5_000, 40_000)) for _ in range(2)]
        expected = beregn_rente(
            66_000, forfall, [Innbetaling(*payment) for payment in paid], until, satser,
            day_count=Dagtelling.CALENDAR_YEAR, allocation=Avregning.INTEREST_FIRST,
        )  # fmt: skip
        events = [Event(dato, "INNBETALING", kroner(beloep)) for dato, beloep in paid]
        assert outstanding(66_000, forfall, events, until) == expected.rente
