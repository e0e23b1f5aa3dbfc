"""Krav in PROCASSO against the young: who they are, who has foreldreansvar, and how far their krav has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.generator.claims import Claims
from sandbox.generator.days import days_before, years_before
from sandbox.generator.kinds import PROCASSO_KRAV, Kind, steg_of
from sandbox.generator.register import Register
from sandbox.population import Row

Cells = dict[str, str]
BOTH = (Register.adult, Register.adult)


def _plain(_register: Register) -> Cells:
    return {}


def _dead(register: Register) -> Cells:
    return {"status": "doed", "doedsdato": register.days_ago(30)}


def _protected(_register: Register) -> Cells:
    return {"gradering": "strengtFortrolig"}


def _under_vergemaal(register: Register) -> Cells:
    return {"verge": register.adult()}


def _undated(_register: Register) -> Cells:
    return {"foedselsdato": ""}


@dataclass(frozen=True, slots=True)
class Young:
    """One sort of krav: `share` of ten thousand krav, at least one.

    `eighteen`: days from as_of to the eighteenth birthday. `ilagt`: days from the ileggelse to as_of; `at_night`: while
    it was still the day before in UTC. `saksflyt` MINDREAARIG is a held krav. `new_forfall`: days from as_of to the
    forfall of a letter sent anew. Without `costs` there are none; with them the krav has a steg that carries costs.
    """

    share: int
    guardians: tuple[Callable[[Register], str], ...] = BOTH
    debtor: Callable[[Register], Cells] = _plain
    eighteen: tuple[int, int] = (366, 8 * 365)
    ilagt: tuple[int, int] = (60, 700)
    at_night: bool = False
    saksflyt: str = "ORDINAER"
    new_forfall: int | None = None
    costs: bool = True


JUST_OF_AGE, BEFORE_THAT = (-200, -1), (250, 700)
# A child whose krav is more than three years old, and somebody who was 17 when such a krav arose.
LONG_AGO = (1200, 1400)
YOUNG = (
    # Open: whom does the letter go to?
    Young(25),
    Young(12, (Register.adult,)),
    Young(3, ()),
    Young(2, (Register.stranger,)),
    Young(2, (Register.adult, Register.stranger)),
    Young(3, (Register.adult, Register.protected)),
    Young(1, (Register.adult, Register.dead_and_protected)),
    Young(3, (Register.adult, Register.dead)),
    Young(2, (Register.dead, Register.dead)),
    Young(3, debtor=_protected),
    Young(2, debtor=_dead),
    Young(3, debtor=_under_vergemaal),
    Young(1, eighteen=(1, 1)),
    # Held: lately, for long, with costs that have crept in, until after the birthday.
    Young(40, saksflyt="MINDREAARIG", costs=False, ilagt=(45, 80)),
    Young(40, saksflyt="MINDREAARIG", costs=False, ilagt=(300, 700)),
    Young(4, saksflyt="MINDREAARIG", ilagt=(300, 700)),
    Young(1, saksflyt="MINDREAARIG", costs=False, ilagt=(300, 700), debtor=_protected),
    Young(1, saksflyt="MINDREAARIG", costs=False, ilagt=(300, 700), debtor=_under_vergemaal),
    Young(4, saksflyt="MINDREAARIG", costs=False, ilagt=BEFORE_THAT, eighteen=JUST_OF_AGE),
    # Of age since: open, sent anew, and as above.
    Young(10, ilagt=BEFORE_THAT, eighteen=JUST_OF_AGE),
    Young(1, ilagt=BEFORE_THAT, eighteen=(0, 0)),
    Young(2, ilagt=BEFORE_THAT, eighteen=JUST_OF_AGE, debtor=_dead),
    Young(2, ilagt=BEFORE_THAT, eighteen=JUST_OF_AGE, debtor=_under_vergemaal),
    Young(15, saksflyt="MYNDIG_NYTT_VARSEL", costs=False, new_forfall=9, ilagt=BEFORE_THAT, eighteen=JUST_OF_AGE),
    Young(15, saksflyt="MYNDIG_NYTT_VARSEL", costs=False, new_forfall=-40, ilagt=BEFORE_THAT, eighteen=JUST_OF_AGE),
    Young(2, saksflyt="MYNDIG_NYTT_VARSEL", new_forfall=-90, ilagt=BEFORE_THAT, eighteen=JUST_OF_AGE),
    # So old that it may be foreldet: as open, held, and sent anew.
    Young(2, ilagt=LONG_AGO),
    Young(2, saksflyt="MINDREAARIG", costs=False, ilagt=LONG_AGO),
    Young(2, saksflyt="MYNDIG_NYTT_VARSEL", costs=False, new_forfall=-300, ilagt=LONG_AGO, eighteen=(-1100, -900)),
    # What Folkeregisteret says does not fit, or fits by a day.
    Young(2, debtor=_undated),
    Young(2, ilagt=(400, 400), eighteen=(6200, 6200)),
    Young(2, ilagt=(200, 200), eighteen=(-200, -200)),
    Young(1, ilagt=(200, 200), eighteen=(-200, -200), at_night=True),
)


class Minors:
    """Places such krav one by one."""

    def __init__(self, rng: Random, as_of: date, register: Register, claims: Claims) -> None:
        self._rng = rng
        self._as_of = as_of
        self._register = register
        self._claims = claims

    def place(self, young: Young) -> None:
        rng = self._rng
        ilagt = days_before(self._as_of, rng.randint(*young.ilagt))
        row = self._claims.add(self._debtor(young), self._kind(ilagt, with_costs=young.costs))
        if young.at_night:
            # Half past eleven in UTC is after midnight in Oslo, summer and winter.
            row["ilagt_tidspunkt"] = f"{days_before(ilagt, 1)}T23:30:00Z"
        self._advance(row, young)

    def _debtor(self, young: Young) -> str:
        register = self._register
        guardians = ";".join(guardian(register) for guardian in young.guardians)
        born = years_before(self._as_of + timedelta(days=self._rng.randint(*young.eighteen)), 18)
        return register.person(born, {"foreldreansvar": guardians, **young.debtor(register)})

    def _kind(self, ilagt: date, *, with_costs: bool) -> Kind:
        kravtyper = [pair for pair in PROCASSO_KRAV if not with_costs or "GEBYR" not in pair[0]]
        kravtype, fordringshaver = self._rng.choice(kravtyper)
        return Kind("PROCASSO", kravtype, fordringshaver, self._rng.choice(steg_of(kravtype)), ilagt, ilagt)

    def _advance(self, row: Row, young: Young) -> None:
        row["saksflyt"] = young.saksflyt
        if young.saksflyt == "MINDREAARIG":
            row["tilstand"] = "STOPPET"
        if not young.costs:
            row["kostnader"] = "0.00"
        if young.new_forfall is not None:
            row["opprinnelig_forfall"] = row["forfall"]
            row["forfall"] = (self._as_of + timedelta(days=young.new_forfall)).isoformat()
