"""What the register tells of one person, from her row of the population."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.population import Row

OSLO = ZoneInfo("Europe/Oslo")
MONTHS = 18


def person(number: str, row: Row | None, today: date) -> dict[str, Any]:
    """The attributes, as the register leaves them out: nothing of how to reach somebody who is reserved or gone."""
    if row is None:
        return _unreachable(number, "NEI", "IKKE_REGISTRERT")
    if row["status"] == "doed":
        return _unreachable(number, "NEI", "SLETTET")
    if row["reservert"] == "JA":
        return _unreachable(number, "JA", "AKTIV") | {"reservasjonstidspunkt": _instant(date(2024, 1, 15))}
    if not row["mobil"] and not row["epost"]:
        return _unreachable(number, "NEI", "IKKE_REGISTRERT")
    verified = row["mobil_verifisert"]
    fresh = bool(verified) and today <= _months_later(date.fromisoformat(verified))
    return {
        "personidentifikator": number,
        "reservasjon": "NEI",
        "status": "AKTIV",
        "varslingsstatus": "KAN_VARSLES" if fresh else "KAN_IKKE_VARSLES",
        "kontaktinformasjon": _kontaktinformasjon(row),
        "spraak": "nb",
    }


def _unreachable(number: str, reservasjon: str, status: str) -> dict[str, Any]:
    return {
        "personidentifikator": number,
        "reservasjon": reservasjon,
        "status": status,
        "varslingsstatus": "KAN_IKKE_VARSLES",
    }


def _kontaktinformasjon(row: Row) -> dict[str, str]:
    """The population has one date, of when the person last confirmed how she is reached: it is of both channels."""
    dates: dict[str, str] = {}
    if row["mobil_verifisert"]:
        at = _instant(date.fromisoformat(row["mobil_verifisert"]))
        dates = {"oppdatert": at, "sist_verifisert": at}
    told: dict[str, str] = {}
    for name, cell in (("epostadresse", "epost"), ("mobiltelefonnummer", "mobil")):
        if row[cell]:
            told |= {name: row[cell], **{f"{name}_{what}": at for what, at in dates.items()}}
    return told


def _instant(day: date) -> str:
    """As the register writes it: Norwegian time, and the offset without minutes."""
    at = datetime(day.year, day.month, day.day, 10, 14, 52, tzinfo=OSLO)
    return at.strftime("%Y-%m-%dT%H:%M:%S%z")[:-2]


def _months_later(day: date) -> date:
    year, month = divmod(day.month - 1 + MONTHS, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
