"""Slettereglene: hva som slettes når, og hvorfor. Fem år er det minste loven tillater; de andre fristene er valgt.

De regnes fra dagen oppgaven ble avsluttet. Det som står åpent, slettes aldri.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

SLETTET = "slettet"
"""Stands where a person stood."""


class Emptied(IntEnum):
    """How much of a closed item is gone. It only grows."""

    NOTHING = 0
    CONTENT = 1
    """What it was found on and what its attempts said. What was changed, approved and told of it is still there."""
    EVERYTHING = 2
    """Only the counts are left: queue, state, result, dates, attempts."""


@dataclass(frozen=True, slots=True)
class Regel:
    """One rule: `term` names the setting that says how long."""

    term: str
    hva: str
    hjemmel: str
    fra: date
    """The source of law has been in force as it is read here from this day."""


REGLER = (
    Regel(
        "picture_days",
        "Maskerte bilder av skjermen.",
        "personvernforordningen artikkel 5 nr. 1 c og e",
        date(2018, 7, 20),
    ),
    Regel(
        "content_months",
        "Det oppgaven ble funnet på, planer som ikke førte til noe, og det forsøkene meldte.",
        "personvernforordningen artikkel 5 nr. 1 c og e",
        date(2018, 7, 20),
    ),
    Regel(
        "years",
        "Endringer i fagsystemene med plan og kvittering, godkjenninger, beslutninger, revisjonsspor og"
        " kontrollrapporter. Regnes fra utgangen av året.",
        "bokføringsloven § 13 andre ledd",
        date(2015, 1, 1),
    ),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long each is kept, as the office has set it."""

    picture_days: int = 30
    content_months: int = 12
    years: int = 5
    """After the end of the calendar year: the law counts from the end of the regnskapsår."""

    def pictures_before(self, today: date) -> date:
        """What was closed before this day has no pictures any more."""
        return today - timedelta(days=self.picture_days)

    def content_before(self, today: date) -> date:
        """What was closed before this day has no content any more."""
        month = today.year * 12 + today.month - 1 - self.content_months
        first = date(month // 12, month % 12 + 1, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return first.replace(day=min(today.day, last.day))

    def everything_before(self, today: date) -> date:
        """What was closed, or written, before this day is counted and nothing else."""
        return date(today.year - self.years, 1, 1)


def imprint(krav: Iterable[str], fingerprint: str) -> str:
    """What an anonymised item that rests is known again by, when a find comes with the very same facts.

    The fingerprint is an HMAC whose key is outside the database: without it nobody can try which krav it was.
    """
    return hashlib.sha256(";".join([fingerprint, *sorted(krav)]).encode()).hexdigest()
