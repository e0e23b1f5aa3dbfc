"""What KRR tells of a person of the population: no way to reach who is reserved, gone or unknown."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.krr.person import person

TODAY = date(2026, 11, 23)
ROW = {"status": "bosatt", "reservert": "NEI", "mobil": "+4700000001", "epost": "", "mobil_verifisert": "2026-07-01"}


def told(**cells: str) -> dict[str, Any]:
    return person("1", ROW | cells, TODAY)


def test_somebody_who_can_be_told() -> None:
    assert told() == {
        "personidentifikator": "1",
        "reservasjon": "NEI",
        "status": "AKTIV",
        "varslingsstatus": "KAN_VARSLES",
        "kontaktinformasjon": {
            "mobiltelefonnummer": "+4700000001",
            "mobiltelefonnummer_oppdatert": "2026-07-01T10:14:52+02",
            "mobiltelefonnummer_sist_verifisert": "2026-07-01T10:14:52+02",
        },
        "spraak": "nb",
    }
    winter = told(mobil_verifisert="2026-01-01")["kontaktinformasjon"]
    assert winter["mobiltelefonnummer_oppdatert"] == "2026-01-01T10:14:52+01"


@pytest.mark.parametrize(
    ("cells", "reservasjon", "status"),
    [
        ({"status": "doed"}, "NEI", "SLETTET"),
        ({"reservert": "JA"}, "JA", "AKTIV"),
        ({"mobil": "", "epost": ""}, "NEI", "IKKE_REGISTRERT"),
    ],
)
def test_somebody_who_cannot(cells: dict[str, str], reservasjon: str, status: str) -> None:
    document = told(**cells)
    assert (document["reservasjon"], document["status"]) == (reservasjon, status)
    assert document["varslingsstatus"] == "KAN_IKKE_VARSLES"
    assert "kontaktinformasjon" not in document


def test_somebody_the_register_does_not_know() -> None:
    assert person("1", None, TODAY)["status"] == "IKKE_REGISTRERT"


@pytest.mark.parametrize(("verified", "fresh"), [("2025-05-23", True), ("2025-05-22", False), ("", False)])
def test_what_has_not_been_confirmed_for_eighteen_months_is_told_all_the_same(verified: str, fresh: bool) -> None:
    document = told(mobil_verifisert=verified)
    assert document["varslingsstatus"] == ("KAN_VARSLES" if fresh else "KAN_IKKE_VARSLES")
    assert document["kontaktinformasjon"]["mobiltelefonnummer"] == "+4700000001"


@pytest.mark.needs_shared
def test_every_attribute_is_a_published_one(shared: Path) -> None:
    published = json.loads((shared / "contracts" / "krr" / "attributes.json").read_text(encoding="utf-8"))
    document = told(epost="kari@example.com")
    assert set(document) <= set(published)
    assert set(document["kontaktinformasjon"]) <= set(published["kontaktinformasjon"])
    assert set(told(reservert="JA")) <= set(published)
    for name in ("reservasjon", "status", "varslingsstatus", "spraak"):
        assert document[name] in published[name]
