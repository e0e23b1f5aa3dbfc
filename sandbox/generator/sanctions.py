"""Kontrollsanksjoner in PILEN: what has happened to them, and what PILEN has posted as rente."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.generator.claims import DEADLINE, Claims
from sandbox.generator.days import days_before
from sandbox.generator.interest import Event, kroner, oere
from sandbox.generator.kinds import OTHER_STEG, Kind
from sandbox.generator.register import Register
from sandbox.population import Row


@dataclass(frozen=True, slots=True)
class Sanction:
    """One sort of kontrollsanksjon: `share` of ten thousand krav, at least one.

    `overdue`: days from its forfall to as_of. `happened`: code, days after the forfall (negative: days before as_of)
    and kroner. `posted`: days from PILEN's own reckoning to as_of, None when there is none. `aware`: PILEN reckoned
    with what had happened. `from_ileggelse`: it reckoned three weeks too many. `off`: øre it is wrong by besides.
    """

    share: int
    happened: tuple[tuple[str, int, str], ...] = ()
    overdue: tuple[int, int] = (120, 450)
    posted: int | None = 20
    aware: bool = True
    from_ileggelse: bool = False
    off: int = 0
    protected: bool = False


PAID = ("INNBETALING", 70, "200.00")
PAID_LATELY = ("INNBETALING", -9, "200.00")
COMPLAINT = ("KLAGE", 8, "")
DECIDED = ("KLAGE_AVGJORT", 75, "")
DECIDED_LATELY = ("KLAGE_AVGJORT", -5, "")
SANCTIONS = (
    Sanction(20, posted=None),
    Sanction(30),
    Sanction(3, from_ileggelse=True),
    Sanction(2, off=-150),
    # A deviation begins above one krone.
    Sanction(1, off=40),
    Sanction(1, off=100),
    Sanction(1, off=101),
    Sanction(4, (PAID,)),
    Sanction(3, (PAID,), posted=0),
    Sanction(2, (PAID_LATELY,)),
    Sanction(2, (PAID,), aware=False),
    Sanction(1, (PAID, ("INNBETALING", 95, "100.00"))),
    Sanction(1, (("INNBETALING", 60, "990.00"),), posted=0),
    Sanction(3, (COMPLAINT, DECIDED)),
    Sanction(2, (COMPLAINT, DECIDED), posted=0),
    Sanction(2, (COMPLAINT, DECIDED), aware=False),
    Sanction(2, (COMPLAINT, DECIDED_LATELY), aware=False),
    Sanction(1, (COMPLAINT, ("KLAGE_AVGJORT", 40, ""), ("KLAGE", 60, ""), DECIDED)),
    Sanction(2, (COMPLAINT,)),
    Sanction(2, protected=True),
    Sanction(20, overdue=(-14, -1), posted=None),
)


class Sanctions:
    """Places such krav one by one."""

    def __init__(self, rng: Random, as_of: date, register: Register, claims: Claims) -> None:
        self._rng = rng
        self._as_of = as_of
        self._register = register
        self._claims = claims

    def place(self, sanction: Sanction) -> None:
        forfall = days_before(self._as_of, self._rng.randint(*sanction.overdue))
        ilagt = forfall - DEADLINE
        kind = Kind("PILEN", "KONTROLLSANKSJON", "BYM", self._rng.choice(OTHER_STEG), ilagt, ilagt)
        events = [self._event(forfall, *cells) for cells in sanction.happened]
        debtor = self._register.protected() if sanction.protected else self._register.adult()
        row = self._claims.add(debtor, kind, events=events)
        row |= {"renter": "0.00", "renter_beregnet_til": ""}
        if sanction.posted is not None:
            self._post(row, sanction, events if sanction.aware else [])

    def _event(self, forfall: date, code: str, days: int, beloep: str) -> Event:
        day = forfall if days > 0 else self._as_of
        return Event(day + timedelta(days=days), code, beloep)

    def _post(self, row: Row, sanction: Sanction, known: list[Event]) -> None:
        """What PILEN found, for the reasons it had."""
        forfall = row["forfall"]
        if sanction.from_ileggelse:
            row["forfall"] = row["ilagt_tidspunkt"][:10]
        self._claims.post_interest(row, known, days_before(self._as_of, sanction.posted or 0))
        row |= {"forfall": forfall, "renter": kroner(oere(row["renter"]) + sanction.off)}
