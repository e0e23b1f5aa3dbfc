"""The krav, their events, and what the nightly extract of PAX saw of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.generator.numbers import kid
from sandbox.generator.register import Register
from sandbox.population import Row

PREFIXES = {"PAX": "PX", "PILEN": "PI", "PROCASSO": "PC", "ISYPA": "IS"}
CASE_PREFIXES = {"PAX": "", "PILEN": "S", "PROCASSO": "C", "ISYPA": "Y"}
PARKING = ("PARKERINGSGEBYR", "KONTROLLSANKSJON", "PIGGDEKKGEBYR")
KOSTNADER = {"PURRING": "38.00", "LETT": "148.00", "TUNGT": "490.00", "FORLIK": "1127.50"}
RENTE2026 = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a krav is: krav of one debtor and one kind belong in one case. `first` and `last`: when it may be ilagt."""

    fagsystem: str
    kravtype: str
    fordringshaver: str
    steg: str
    first: date
    last: date


class Claims:
    """The rows of krav.csv, hendelser.csv and pax_uttrekk.csv as they come into being."""

    def __init__(self, rng: Random, as_of: date, register: Register, size: int) -> None:
        self._rng = rng
        self._as_of = as_of
        self._register = register
        self._serials: Iterator[int] = iter(rng.sample(range(10_000_000), size))
        self._cases: set[str] = set()
        self.krav: list[Row] = []
        self.hendelser: list[Row] = []

    def new_case(self, fagsystem: str) -> str:
        """A saksnr nobody has; of four to six digits, so that the oldest is not the first in the alphabet."""
        saksnr = self._any_saksnr(fagsystem)
        while saksnr in self._cases:
            saksnr = self._any_saksnr(fagsystem)
        self._cases.add(saksnr)
        return saksnr

    def add(self, skyldner: str, kind: Kind, *, saksnr: str = "", tilstand: str = "AAPEN") -> Row:
        """One krav, in a case of its own unless `saksnr` is given, with the events its steg and tilstand call for."""
        rng = self._rng
        serial = f"{next(self._serials):07}"
        ilagt = kind.first + timedelta(days=rng.randint(0, (kind.last - kind.first).days))
        forfall = ilagt + timedelta(days=21)
        row = {
            "kravnr": PREFIXES[kind.fagsystem] + serial,
            "kravtype": kind.kravtype,
            "fagsystem": kind.fagsystem,
            "fordringshaver": kind.fordringshaver,
            "skyldner": skyldner,
            "kjennemerke": self._register.vehicle_of(skyldner) if kind.kravtype in PARKING else "",
            # By day in Oslo as in UTC, so that the date is the same in both.
            "ilagt_tidspunkt": f"{ilagt}T{rng.randint(5, 20):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}Z",
            "forfall": forfall.isoformat(),
            "hovedstol": self._hovedstol(kind, ilagt),
            "kostnader": KOSTNADER.get(kind.steg, "0.00"),
            "renter": "0.00",
            "saksnr": saksnr or self.new_case(kind.fagsystem),
            "steg": kind.steg,
            "tilstand": tilstand,
            "saksflyt": "ORDINAER",
            "kid": kid(f"{ilagt.year}{serial}{rng.randint(0, 999):03}"),
            "opprinnelig_forfall": "",
            "renter_beregnet_til": "",
        }
        if kind.fagsystem == "PILEN" and kind.kravtype == "KONTROLLSANKSJON" and rng.random() < 0.6:
            self._post_interest(row, forfall)
        self.krav.append(row)
        self._add_events(row, forfall)
        return row

    def extract(self) -> list[Row]:
        """What PAX wrote last night, in its own order. Since then some krav have changed and a few have come."""
        seen = []
        for row in [row for row in self.krav if row["fagsystem"] == "PAX"]:
            luck = self._rng.random()
            if luck < 0.002:
                continue
            seen.append(dict(row))
            if luck < 0.04:
                self._change_since(row)
        self._rng.shuffle(seen)
        return seen

    def _any_saksnr(self, fagsystem: str) -> str:
        return f"{CASE_PREFIXES[fagsystem]}{self._rng.randrange(1000, 10 ** self._rng.choice((4, 5, 6)))}"

    def _change_since(self, row: Row) -> None:
        change = self._rng.choice(("tilstand", "tilstand", "tilstand", "saksnr", "steg"))
        if change == "tilstand":
            row["tilstand"] = self._rng.choice(("BETALT", "KLAGE", "STOPPET"))
        elif change == "saksnr":
            row["saksnr"] = self.new_case("PAX")
        else:
            row["steg"] = "UTLEGG"

    def _hovedstol(self, kind: Kind, ilagt: date) -> str:
        if kind.kravtype == "PARKERINGSGEBYR":
            return "900.00" if ilagt >= RENTE2026 else "1350.00"
        if kind.kravtype == "KONTROLLSANKSJON":
            return self._rng.choice(("330.00", "660.00", "660.00", "990.00"))
        if kind.kravtype == "PIGGDEKKGEBYR":
            return "750.00"
        oere = self._rng.randint(40_000, 700_000)
        return f"{oere // 100}.{oere % 100:02}"

    def _post_interest(self, row: Row, forfall: date) -> None:
        """Interest at a flat twelve per cent: close to right for some, off for others."""
        until = self._as_of - timedelta(days=self._rng.randint(1, 60))
        days = (until - forfall).days
        if days > 0:
            oere = int(row["hovedstol"].replace(".", "")) * days * 12 // 36_500
            row |= {"renter": f"{oere // 100}.{oere % 100:02}", "renter_beregnet_til": until.isoformat()}

    def _add_events(self, row: Row, forfall: date) -> None:
        codes = [] if row["steg"] in ("FORFALT", "PURRING") else ["PURRING"]
        codes += ["INKASSOVARSEL"] if row["steg"] in ("LETT", "TUNGT", "FORLIK") else []
        codes += {"KLAGE": ["KLAGE"], "BETALINGSAVTALE": ["ERKJENNELSE"]}.get(row["tilstand"], [])
        codes += ["INNBETALING"] if self._rng.random() < 0.06 else []
        day = forfall
        for code in codes:
            day = min(day + timedelta(days=self._rng.randint(14, 40)), self._as_of)
            beloep = "100.00" if code == "INNBETALING" else ""
            self.hendelser.append(
                {"kravnr": row["kravnr"], "dato": day.isoformat(), "hendelse": code, "beloep": beloep}
            )
