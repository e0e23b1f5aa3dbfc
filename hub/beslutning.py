"""Beslutninger: what a person decides about an item that waits, in the terms its automation can read.

Payloads hold ids alone, so nobody corrects data in them. An automation declares which decisions it understands for each
reason code; one is kept as an append-only row, and the next attempt plans from it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

MAX_TEXT = 500


class Slag(StrEnum):
    """What a field of a decision holds."""

    KRAV = "krav"
    """One or more krav of the item."""
    DATO = "dato"
    VALG = "valg"
    """One of the values that are listed."""
    SAK = "sak"
    """One of the cases of the item."""


@dataclass(frozen=True, slots=True)
class Felt:
    navn: str
    ledetekst: str
    slag: Slag
    valg: Mapping[str, str] | None = None
    """Value -> what the person reads, for `Slag.VALG`."""


@dataclass(frozen=True, slots=True)
class Beslutningstype:
    """A decision an automation understands."""

    kode: str
    tekst: str
    """What the person reads on the button, in plain Norwegian."""
    forklaring: str
    """What will happen when it is chosen."""
    felter: tuple[Felt, ...] = ()
    to_personer: bool = False
    """It is about money or identity: what follows from it waits until a second person has approved it."""

    def describe(self, data: Mapping[str, str]) -> str:
        """What was decided, in the words it was chosen by."""
        told = [f"{felt.ledetekst}: {_shown(felt, data[felt.navn])}" for felt in self.felter]
        return "; ".join([self.tekst, *told])


@dataclass(frozen=True, slots=True)
class Beslutning:
    """A decision as it was made."""

    kode: str
    data: Mapping[str, str]
    """Field -> value; several krav are joined by `;`, a date is written as ISO 8601."""
    person: str
    role: str
    reason: str
    at: float
    """Seconds since 1970."""
    to_personer: bool
    fingerprint: str = ""
    """Of the facts it was made on: it says nothing of others."""

    @property
    def record(self) -> dict[str, Any]:
        """What a plan that was made from it keeps: what was decided, by whom and when. Why, its event tells."""
        at = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="seconds")
        return {"kode": self.kode, "data": dict(self.data), "person": self.person, "role": self.role, "at": at}

    def krav(self, navn: str) -> frozenset[str]:
        """The krav in that field."""
        return frozenset(self.data[navn].split(";"))

    def dato(self, navn: str) -> date:
        return date.fromisoformat(self.data[navn])


class InvalidFields(ValueError):
    """Fields of a decision cannot be read: what is wrong with each by its name, for the person who filled it in."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def _shown(felt: Felt, value: str) -> str:
    match felt.slag:
        case Slag.DATO:
            return f"{date.fromisoformat(value):%d.%m.%Y}"
        case Slag.VALG:
            return (felt.valg or {}).get(value, value)
        case Slag.KRAV:
            return value.replace(";", ", ")
    return value


def read_fields(
    kind: Beslutningstype, answers: Mapping[str, Collection[str]], krav: Collection[str], saker: Collection[str]
) -> dict[str, str]:
    """The fields of a decision about an item with these krav and cases. Raises InvalidFields."""
    data, errors = {}, {}
    for felt in kind.felter:
        try:
            data[felt.navn] = _read(felt, answers.get(felt.navn, ()), krav, saker)
        except ValueError as error:
            errors[felt.navn] = str(error)
    if errors:
        raise InvalidFields(errors)
    return data


def _read(felt: Felt, answers: Collection[str], krav: Collection[str], saker: Collection[str]) -> str:
    """Raises ValueError with what is wrong."""
    given = [answer.strip() for answer in answers if answer.strip()]
    if not given:
        raise ValueError(f"Fyll ut «{felt.ledetekst}».")
    match felt.slag:
        case Slag.KRAV:
            if not set(given) <= set(krav):
                raise ValueError(f"«{felt.ledetekst}»: velg blant kravene i oppgaven.")
            return ";".join(sorted(set(given)))
        case Slag.DATO:
            return _date(felt, given[0]).isoformat()
        case Slag.VALG:
            allowed: Collection[str] = felt.valg or {}
        case Slag.SAK:
            allowed = saker
    if given[0] not in allowed:
        raise ValueError(f"«{felt.ledetekst}»: velg en av mulighetene.")
    return given[0]


def _date(felt: Felt, text: str) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day, not an instant)
        except ValueError:
            continue
    raise ValueError(f"«{felt.ledetekst}»: skriv datoen slik: 31.12.2026.")
