"""Pilen and Procasso are held together: every morning worked out by hand, each thing told once, equal to the øre."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.office import office
from tests.acceptance.shared_claims import (
    ENK,
    SKJULT,
    at_procasso,
    gebyr,
    make_day,
    make_world,
    payment,
    sanksjon,
)

pytestmark = pytest.mark.timeout(300)
NAME = "claims-sync"


async def test_thin(tmp_path: Path) -> None:
    world = make_world(
        tmp_path / "world",
        [
            sanksjon("PI1000001"),
            gebyr("PI1000002"),
            sanksjon("PI1000003", skyldner=SKJULT),
            sanksjon("PI1000004", skyldner=ENK),
        ],
        [payment("PI1000001", "100.50", "2026-10-01")],
    )
    with office(tmp_path / "state", world, quick=True) as agency:
        assert await agency.night(NAME) == 0
        print(agency.effects())
        print(agency.rows("select reference, state, result, reason from work_item"))
        print(agency.rows("select * from memo"))
        print(agency.rows("select code, krav, antall from report_line"))
        at_procasso(agency, "PI1000001", beloep="50.25")
        agency.move_to(
            make_day(
                tmp_path / "d1",
                "2026-11-24",
                [payment("PI1000001", "10.00", "2026-11-24"), ("PI1000002", "tilstand", "KLAGE")],
            )
        )
        assert await agency.night(NAME) == 0
        print(agency.effects())
        print(agency.rows("select reference, state, result, reason from work_item"))
        print(agency.rows("select * from attempt"))
