"""The krav, their events, and what the nightly extract of PAX saw of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import cycle
from random import Random

from sandbox.generator import interest
from sandbox.generator.interest import Event, kroner, oere
from sandbox.generator.kinds import Kind
from sandbox.generator.numbers import kid
from sandbox.generator.register import Register
from sandbox.population import Row

PREFIXES = {"PAX": "PX", "PILEN": "PI", "PROCASSO": "PC", "ISYPA": "IS"}
CASE_PREFIXES = {"PAX": "", "PILEN": "S", "PROCASSO": "C", "ISYPA": "Y"}
PARKING = ("PARKERINGSGEBYR", "KONTROLLSANKSJON", "PIGGDEKKGEBYR")
KOSTNADER = {"PURRING": "38.00", "LETT": "148.00", "TUNGT": "490.00", "FORLIK": "1127.50"}
RENTE2026 = date(2026, 1, 1)
DEADLINE = timedelta(days=21)
# What may have changed in PAX since the extract was made; into a case of its own where there is no cell.
CHANGES = (("tilstand", "BETALT"), ("saksnr", ""), ("tilstand", "KLAGE"), ("steg", "UTLEGG"), ("tilstand", "STOPPET"))


class Claims:
    """The rows of krav.csv, hendelser.csv and pax_uttrekk.csv as they come into being."""

    def __init__(self, rng: Random, as_of: date, register: Register, size: int) -> None:
        self._rng = rng
        self._as_of = as_of
        self._register = register
        self._size = size
        self._serials: Iterator[int] = iter(rng.sample(range(10_000_000), size))
        self._cases: set[str] = set()
        self._since: dict[str, dict[str, str]] = {}
        self.krav: list[Row] = []
        self.hendelser: list[Row] = []

    @property
    def room(self) -> int:
        """How many krav the world still lacks."""
        return self._size - len(self.krav)

    def new_case(self, fagsystem: str) -> str:
        """A saksnr nobody has; of four to six digits, so that the oldest is not the first in the alphabet."""
        saksnr = self._any_saksnr(fagsystem)
        while saksnr in self._cases:
            saksnr = self._any_saksnr(fagsystem)
        self._cases.add(saksnr)
        return saksnr

    def add(
        self,
        skyldner: str,
        kind: Kind,
        *,
        saksnr: str = "",
        tilstand: str = "AAPEN",
        events: Iterable[Event] | None = None,
    ) -> Row:
        """One krav, in a case of its own unless `saksnr` is given; without `events`, with those its steg calls for."""
        ilagt = kind.first + timedelta(days=self._rng.randint(0, (kind.last - kind.first).days))
        row = self._row(skyldner, kind, ilagt) | {
            "saksnr": saksnr or self.new_case(kind.fagsystem),
            "tilstand": tilstand,
        }
        happened = self._ordinary_events(row, ilagt + DEADLINE) if events is None else list(events)
        self.krav.append(row)
        self.hendelser += [{"kravnr": row["kravnr"], **_cells(event)} for event in happened]
        self.post_interest(row, happened, self._as_of)
        return row

    def post_interest(self, row: Row, events: Iterable[Event], until: date) -> None:
        """PILEN has reckoned the rente of its kontrollsanksjon until this day, on the events given."""
        forfall = date.fromisoformat(row["forfall"])
        if row["fagsystem"] == "PILEN" and row["kravtype"] == "KONTROLLSANKSJON" and until > forfall:
            rente = interest.outstanding(oere(row["hovedstol"]), forfall, list(events), until)
            row |= {"renter": kroner(rente), "renter_beregnet_til": until.isoformat()}

    def change_since(self, row: Row, *, tilstand: str) -> None:
        """What happened to a krav in PAX after the extract was made, and nothing else by chance."""
        self._since[row["kravnr"]] = {"tilstand": tilstand}

    def extract(self) -> list[Row]:
        """What PAX wrote last night, in its own order. Since then some krav have changed and a few have come."""
        pax = [row for row in self.krav if row["fagsystem"] == "PAX"]
        others = [row for row in pax if self._may_change(row)]
        self._rng.shuffle(others)
        come, changed = -(-len(pax) // 500), -(-len(pax) // 25)
        self._since |= {
            row["kravnr"]: self._change(column, cell)
            for row, (column, cell) in zip(others[come : come + changed], cycle(CHANGES), strict=False)
        }
        late = {row["kravnr"] for row in others[:come]}
        seen = [dict(row) for row in pax if row["kravnr"] not in late]
        for row in pax:
            self._happen(row, self._since.get(row["kravnr"], {}))
        self._rng.shuffle(seen)
        return seen

    def _row(self, skyldner: str, kind: Kind, ilagt: date) -> Row:
        rng = self._rng
        serial = f"{next(self._serials):07}"
        return {
            "kravnr": PREFIXES[kind.fagsystem] + serial,
            "kravtype": kind.kravtype,
            "fagsystem": kind.fagsystem,
            "fordringshaver": kind.fordringshaver,
            "skyldner": skyldner,
            "kjennemerke": self._register.vehicle_of(skyldner) if kind.kravtype in PARKING else "",
            # By day in Oslo as in UTC, so that the date is the same in both.
            "ilagt_tidspunkt": f"{ilagt}T{rng.randint(5, 20):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}Z",
            "forfall": (ilagt + DEADLINE).isoformat(),
            "hovedstol": self._hovedstol(kind, ilagt),
            "kostnader": KOSTNADER.get(kind.steg, "0.00"),
            "renter": "0.00",
            "saksnr": "",
            "steg": kind.steg,
            "tilstand": "",
            "saksflyt": "ORDINAER",
            "kid": kid(f"{ilagt.year}{serial}{rng.randint(0, 999):03}"),
            "opprinnelig_forfall": "",
            "renter_beregnet_til": "",
        }

    def _any_saksnr(self, fagsystem: str) -> str:
        return f"{CASE_PREFIXES[fagsystem]}{self._rng.randrange(1000, 10 ** self._rng.choice((4, 5, 6)))}"

    def _may_change(self, row: Row) -> bool:
        """Open, not at its last steg, and left to chance."""
        return row["tilstand"] == "AAPEN" and row["steg"] != "UTLEGG" and row["kravnr"] not in self._since

    def _change(self, column: str, cell: str) -> dict[str, str]:
        return {column: cell or self.new_case("PAX")}

    def _happen(self, row: Row, cells: dict[str, str]) -> None:
        """The change, and the event that explains it."""
        after = row | cells
        code = {"BETALT": "INNBETALING", "KLAGE": "KLAGE"}.get(after["tilstand"])
        if code and after["tilstand"] != row["tilstand"]:
            beloep = row["hovedstol"] if code == "INNBETALING" else ""
            self.hendelser.append({"kravnr": row["kravnr"], **_cells(Event(self._as_of, code, beloep))})
        row.update(cells)

    def _hovedstol(self, kind: Kind, ilagt: date) -> str:
        if kind.kravtype == "PARKERINGSGEBYR":
            return "900.00" if ilagt >= RENTE2026 else "1350.00"
        if kind.kravtype == "KONTROLLSANKSJON":
            return self._rng.choice(("330.00", "660.00", "660.00", "990.00"))
        if kind.kravtype == "PIGGDEKKGEBYR":
            return "750.00"
        return kroner(self._rng.randint(40_000, 700_000))

    def _ordinary_events(self, row: Row, forfall: date) -> list[Event]:
        codes = [] if row["steg"] in ("FORFALT", "PURRING") else ["PURRING"]
        codes += ["INKASSOVARSEL"] if row["steg"] in ("LETT", "TUNGT", "FORLIK") else []
        codes += {"KLAGE": ["KLAGE"], "BETALINGSAVTALE": ["ERKJENNELSE"]}.get(row["tilstand"], [])
        codes += ["INNBETALING"] if self._rng.random() < 0.06 else []
        events, day = [], forfall
        for code in codes:
            day = min(day + timedelta(days=self._rng.randint(14, 40)), self._as_of)
            events.append(Event(day, code, "100.00" if code == "INNBETALING" else ""))
        return events


def _cells(event: Event) -> Row:
    return {"dato": event.dato.isoformat(), "hendelse": event.hendelse, "beloep": event.beloep}
