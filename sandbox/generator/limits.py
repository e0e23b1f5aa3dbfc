"""Old krav in PAX, PILEN and PROCASSO: about three years since the forfall, and what has happened in the meantime."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.generator.claims import DEADLINE, Claims
from sandbox.generator.days import years_before
from sandbox.generator.interest import Event
from sandbox.generator.kinds import PROCASSO_KRAV, Kind, steg_of
from sandbox.generator.register import Register

What = tuple[str, str, str]
PAX: What = ("PAX", "PARKERINGSGEBYR", "BYM")
PILEN: What = ("PILEN", "PARKERINGSGEBYR", "BYM")
SANKSJON: What = ("PILEN", "KONTROLLSANKSJON", "BYM")
HUSLEIE: What = ("PROCASSO", "HUSLEIE", "BOLIGBYGG")
SKATT: What = ("PROCASSO", "EIENDOMSSKATT", "KEM")
PROCASSO: tuple[What, ...] = tuple(("PROCASSO", *pair) for pair in PROCASSO_KRAV)


def _struck_off(register: Register) -> str:
    return register.unit("AS", "slettet")


def _owned_by_protected(register: Register) -> str:
    return register.unit("ENK", innehaver=register.protected())


@dataclass(frozen=True, slots=True)
class Old:
    """One sort of old krav: `share` of ten thousand krav, at least one; `what` it is, one of these.

    `left`: days from as_of until `years` have gone since the forfall, negative when they have. `happened`: code and
    days after the forfall. `since`: the tilstand that PAX gave it after the extract was made.
    """

    share: int
    what: tuple[What, ...]
    left: tuple[int, int]
    happened: tuple[tuple[str, int], ...] = ()
    years: int = 3
    tilstand: str = "AAPEN"
    debtor: Callable[[Register], str] = Register.elder
    since: str = ""


GONE, NEAR = (-200, -100), (1, 85)
PURRING = ("PURRING", 30)
# The three years end on day 1095 or 1096 after the forfall.
IN_TIME, LATELY, TOO_LATE = 600, 1060, 1120
A_YEAR = 365
OLD = (
    # Nothing but letters: soon gone, or gone.
    Old(8, (PAX,), NEAR, (PURRING,)),
    Old(3, (PILEN, SANKSJON), NEAR, (PURRING,)),
    Old(12, PROCASSO, NEAR, (PURRING,)),
    Old(5, (PAX,), (-700, -5), (PURRING,)),
    Old(2, (PILEN, SANKSJON), (-700, -5), (PURRING,)),
    Old(8, PROCASSO, (-700, -5), (PURRING, ("INKASSOVARSEL", 60), ("BETALINGSOPPFORDRING", 90))),
    Old(1, (PAX,), (0, 0)),
    Old(1, (PILEN,), (-1, -1)),
    # The limit has moved, or rests.
    Old(6, (PAX,), GONE, (PURRING, ("UTLEGG", IN_TIME))),
    Old(4, PROCASSO, GONE, (PURRING, ("ERKJENNELSE", IN_TIME))),
    Old(2, (PAX, PILEN), GONE, (("INTET_TIL_UTLEGG", IN_TIME),)),
    Old(4, (PAX, PILEN, SKATT), GONE, (("VARSEL_2_15", LATELY),)),
    Old(3, (HUSLEIE, SANKSJON), GONE, (("FORLIKSKLAGE", IN_TIME),)),
    Old(3, (HUSLEIE, SANKSJON), GONE, (("FORLIKSKLAGE", IN_TIME), ("DOM", IN_TIME + 150))),
    Old(4, (PAX, PILEN), GONE, (PURRING, ("ERKJENNELSE", IN_TIME)), tilstand="BETALINGSAVTALE"),
    Old(3, (HUSLEIE,), NEAR, (("DOM", A_YEAR),), years=11),
    Old(1, (HUSLEIE,), GONE, (("DOM", A_YEAR),), years=11),
    Old(2, (HUSLEIE,), GONE, (("DOM", A_YEAR), ("ERKJENNELSE", 5 * A_YEAR)), years=11),
    # Something that may have moved it, or that came too late.
    Old(2, PROCASSO, GONE, (PURRING, ("INNBETALING", IN_TIME))),
    Old(1, (PAX,), GONE, (("INNBETALING", IN_TIME),)),
    Old(1, (PILEN,), GONE, (("KLAGE", 15), ("KLAGE_AVGJORT", 60))),
    Old(1, (HUSLEIE,), GONE, (("VARSEL_2_15", LATELY),)),
    Old(1, PROCASSO, GONE, (("UKJENT", IN_TIME),)),
    Old(1, (PAX,), GONE, (("MOTREGNET", IN_TIME),)),
    Old(1, PROCASSO, GONE, (PURRING, ("INNBETALING", TOO_LATE))),
    Old(1, (PAX,), GONE, (PURRING, ("ERKJENNELSE", TOO_LATE))),
    Old(2, (PAX, HUSLEIE), GONE, (("KLAGE", 15),), tilstand="KLAGE"),
    Old(1, (SKATT,), GONE, (PURRING,), tilstand="KLAGE"),
    Old(1, (PAX,), GONE, (PURRING,), tilstand="BETALINGSAVTALE"),
    Old(2, (PAX, HUSLEIE), NEAR, (PURRING, ("INNBETALING", IN_TIME)), tilstand="BETALINGSAVTALE"),
    Old(1, PROCASSO, GONE, (PURRING,), tilstand="STOPPET"),
    # Whose it is, and what the extract does not know.
    Old(1, (PAX,), GONE, debtor=Register.protected),
    Old(1, (SANKSJON,), GONE, debtor=Register.protected),
    Old(1, PROCASSO, NEAR, debtor=Register.protected),
    Old(1, PROCASSO, GONE, debtor=_owned_by_protected),
    Old(1, (HUSLEIE,), GONE, debtor=_struck_off),
    Old(3, PROCASSO, GONE, debtor=Register.misspelt),
    Old(1, (PAX,), GONE, debtor=Register.stranger),
    Old(2, (PAX,), GONE, (PURRING,), since="BETALT"),
    Old(1, (PAX,), GONE, (PURRING,), since="AVSKREVET"),
    Old(1, (PAX,), NEAR, (PURRING,), since="BETALT"),
)


class Limits:
    """Places such krav one by one."""

    def __init__(self, rng: Random, as_of: date, register: Register, claims: Claims) -> None:
        self._rng = rng
        self._as_of = as_of
        self._register = register
        self._claims = claims

    def place(self, old: Old) -> None:
        rng = self._rng
        forfall = years_before(self._as_of + timedelta(days=rng.randint(*old.left)), old.years)
        events = [
            Event(forfall + timedelta(days=days), code, "100.00" if code == "INNBETALING" else "")
            for code, days in old.happened
        ]
        fagsystem, kravtype, fordringshaver = rng.choice(old.what)
        ilagt = forfall - DEADLINE
        kind = Kind(fagsystem, kravtype, fordringshaver, self._steg(kravtype, old), ilagt, ilagt)
        row = self._claims.add(old.debtor(self._register), kind, tilstand=old.tilstand, events=events)
        self._claims.change_since(row, tilstand=old.since or old.tilstand)

    def _steg(self, kravtype: str, old: Old) -> str:
        """A steg that what has happened does not speak against."""
        codes = {code for code, _ in old.happened}
        if codes & {"UTLEGG", "INTET_TIL_UTLEGG"}:
            return "UTLEGG"
        return "FORLIK" if codes & {"FORLIKSKLAGE", "DOM"} else self._rng.choice(steg_of(kravtype))
