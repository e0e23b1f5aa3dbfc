"""Krav in PROCASSO and ISY-PA against those who have died or closed, and the properties of ISY-PA's customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from sandbox.generator.claims import Claims
from sandbox.generator.days import days_before
from sandbox.generator.kinds import OTHER_STEG, Kind
from sandbox.generator.register import Register
from sandbox.population import Row

ILAGT = (60, 700)
"""Days before as_of: lately enough to be claimed from an estate or a bankrupt's."""
OWNED_SINCE, SOLD = 4000, 20
"""Days before as_of."""


def _unit(form: str, status: str) -> Callable[[Register], str]:
    return lambda register: register.unit(form, status, innehaver=register.adult() if form == "ENK" else "")


@dataclass(frozen=True, slots=True)
class Gone:
    """One sort of krav: `share` of ten thousand krav, at least one."""

    share: int
    debtor: Callable[[Register], str]
    fagsystem: str = "PROCASSO"
    kravtype: str = "BARNEHAGE"
    fordringshaver: str = "BYDEL03"


GONE = (
    Gone(8, Register.dead),
    Gone(4, Register.dead, kravtype="HUSLEIE", fordringshaver="BOLIGBYGG"),
    Gone(1, Register.dead_and_protected),
    Gone(3, _unit("AS", "slettet"), kravtype="HUSLEIE", fordringshaver="BOLIGBYGG"),
    Gone(3, _unit("ENK", "slettet"), kravtype="PIGGDEKKGEBYR", fordringshaver="BYM"),
    Gone(2, _unit("ANS", "slettet"), kravtype="HUSLEIE", fordringshaver="BOLIGBYGG"),
    Gone(3, _unit("AS", "konkurs"), kravtype="EIENDOMSSKATT", fordringshaver="KEM"),
    Gone(2, _unit("AS", "under_avvikling"), kravtype="HUSLEIE", fordringshaver="BOLIGBYGG"),
    Gone(2, _unit("AS", "konkurs"), "ISYPA", "KOMMUNALE_AVGIFTER", "VAV"),
    Gone(30, Register.adult, "ISYPA", "KOMMUNALE_AVGIFTER", "VAV"),
)
"""The last sort is of people whose properties may have been sold."""


class Closings:
    """Places such krav one by one."""

    def __init__(self, rng: Random, as_of: date, register: Register, claims: Claims) -> None:
        self._rng = rng
        self._as_of = as_of
        self._register = register
        self._claims = claims

    def place(self, gone: Gone) -> None:
        last, first = (days_before(self._as_of, days) for days in ILAGT)
        steg = "VARSEL" if "GEBYR" in gone.kravtype else self._rng.choice(OTHER_STEG)
        kind = Kind(gone.fagsystem, gone.kravtype, gone.fordringshaver, steg, first, last)
        self._claims.add(gone.debtor(self._register), kind)


class Properties:
    """The rows of kunder.csv, eiendommer.csv and eierforhold.csv: who owned what, and what has been sold since."""

    def __init__(self, as_of: date, register: Register, claims: Claims) -> None:
        self._as_of = as_of
        self._register = register
        self._krav = claims.krav
        self.kunder: list[Row] = []
        self.eiendommer: list[Row] = []
        self.eierforhold: list[Row] = []

    def fill(self) -> None:
        """A customer for each that owes kommunale avgifter, each with a property; every one has a history in turn."""
        histories = (self._kept, self._sold, self._kept, self._sold_with_a_tenant, self._shared)
        parties = sorted(
            {(row["skyldner"], row["fordringshaver"]) for row in self._krav if row["fagsystem"] == "ISYPA"}
        )
        for number, (skyldner, fordringshaver) in enumerate(parties, start=1):
            matrikkelnummer = f"0301-{200 + number % 40}/{number}/0/0"
            kunde = {"kundenr": f"K{number:06}", "fordringshaver": fordringshaver, "eier": skyldner}
            self.kunder.append({**kunde, "fakturamottaker": skyldner, "matrikkelnummer": matrikkelnummer})
            columns = {"type": "Grunneiendom", "utgaatt": "NEI", "register": "BEGGE"}
            self.eiendommer.append({"matrikkelnummer": matrikkelnummer, **columns})
            histories[number % len(histories)](self.kunder[-1])

    def _kept(self, kunde: Row) -> None:
        self._owns(kunde, kunde["eier"])

    def _sold(self, kunde: Row) -> None:
        self._owns(kunde, kunde["eier"], until=SOLD)
        self._owns(kunde, self._register.adult(), since=SOLD)

    def _sold_with_a_tenant(self, kunde: Row) -> None:
        """Whoever lives there gets the invoice, and goes on getting it."""
        kunde["fakturamottaker"] = self._register.adult()
        self._sold(kunde)

    def _shared(self, kunde: Row) -> None:
        """Two others own half each: which of them is to be the customer, a person decides."""
        self._owns(kunde, kunde["eier"], until=SOLD)
        for _ in range(2):
            self._owns(kunde, self._register.adult(), since=SOLD, nevner=2)

    def _owns(
        self, kunde: Row, eier: str, *, since: int = OWNED_SINCE, until: int | None = None, nevner: int = 1
    ) -> None:
        self.eierforhold.append(
            {
                "eierforhold": f"E{len(self.eierforhold) + 1:06}",
                "matrikkelnummer": kunde["matrikkelnummer"],
                "eier": eier,
                "teller": "1",
                "nevner": str(nevner),
                "fra": days_before(self._as_of, since).isoformat(),
                "til": "" if until is None else days_before(self._as_of, until).isoformat(),
                "tinglyst": "JA",
                "register": "BEGGE",
            }
        )
