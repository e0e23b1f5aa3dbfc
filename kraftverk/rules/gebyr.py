"""Cases of parkeringsgebyr, piggdekkgebyr and kontrollsanksjon (GEBYR-2 to GEBYR-5, KS-2, KS-4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.gebyr import Regime, beregn_gebyr
from domain.krav import Kravtype
from domain.rente import Avregning
from domain.rentetabell import Dagtelling
from domain.satser import Satser
from kraftverk.rules.answers import AMOUNT, DATE, FLAG, WORD, Kind
from kraftverk.rules.casefile import Row
from kraftverk.rules.interest import read_payments

TYPES = {
    "parkeringsgebyr": Kravtype.PARKERINGSGEBYR,
    "tilleggsgebyr_piggdekk": Kravtype.PIGGDEKKGEBYR,
    "kontrollsanksjon": Kravtype.KONTROLLSANKSJON,
}
REGIMES = {
    Regime.PRE2026: "PRE2026_50_PERCENT",
    Regime.RENTE2026: "FROM2026_INTEREST",
    Regime.INKASSO: "ORDINARY_CLAIM",
}


def answer(row: Row, satser: Satser) -> Mapping[str, Any]:
    """The file has no columns for day count and allocation: its cases are by the calendar year, principal first."""
    found = beregn_gebyr(
        row.choice("gebyr_type", TYPES),
        row.date("ilagt_date"),
        row.amount("base_amount"),
        read_payments(row),
        row.date("calc_date"),
        satser,
        paaklaget=row.flag("complaint_pending"),
        day_count=Dagtelling.CALENDAR_YEAR,
        allocation=Avregning.PRINCIPAL_FIRST,
    )
    return {
        "expected_regime": REGIMES[found.regime],
        "expected_due_date": found.forfall,
        "expected_tillegg": found.tillegg,
        "expected_interest": found.rente,
        "expected_inkassosalaer_allowed": found.inkassokostnader,
        "expected_total_outstanding": found.utestaaende,
    }


GEBYR = Kind(
    name="gebyr_tillegg",
    given=("gebyr_type", "ilagt_date", "base_amount", "complaint_pending", "payments", "calc_date"),
    expected={
        "expected_regime": WORD,
        "expected_due_date": DATE,
        "expected_tillegg": AMOUNT,
        "expected_interest": AMOUNT,
        "expected_inkassosalaer_allowed": FLAG,
        "expected_total_outstanding": AMOUNT,
    },
    answer=answer,
)
