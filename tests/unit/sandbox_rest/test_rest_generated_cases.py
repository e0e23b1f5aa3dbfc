"""The demo's own world has a case for every turn of the four routines. Read off the CSV files alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from kraftverk.demo import GENERATED_KRAV, GENERATED_SEED
from sandbox.generator import generate
from sandbox.population import Population, Row, load

AS_OF = date(2026, 11, 23)
KRAVTYPER = (
    "PARKERINGSGEBYR", "KONTROLLSANKSJON", "PIGGDEKKGEBYR", "KOMMUNALE_AVGIFTER", "EIENDOMSSKATT", "BARNEHAGE", "SFO",
    "HUSLEIE",
)  # fmt: skip
LETTERS = {"PURRING", "INKASSOVARSEL", "BETALINGSOPPFORDRING"}


def years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def protected(person: Row | None) -> bool:
    return person is not None and person["gradering"] != "ugradert"


def dead(person: Row | None) -> bool:
    return person is not None and person["status"] == "doed"


@dataclass(frozen=True)
class Case:
    """One krav with what the registers and the systems say about it."""

    row: Row
    person: Row | None
    unit: Row | None
    owner: Row | None
    guardians: list[Row | None]
    events: list[Row]
    in_extract: Row | None

    def is_(self, *cells: str) -> bool:
        """Each of the cells stands somewhere in the krav."""
        return set(cells) <= set(self.row.values())

    @property
    def codes(self) -> set[str]:
        return {event["hendelse"] for event in self.events}

    def born(self) -> date:
        return date.fromisoformat(self.person["foedselsdato"]) if self.person and self.person["foedselsdato"] else AS_OF

    def ilagt(self) -> date:
        """By day in Oslo; half past eleven in UTC is the next day there."""
        day = date.fromisoformat(self.row["ilagt_tidspunkt"][:10])
        return day + timedelta(days=1) if self.row["ilagt_tidspunkt"][11:13] == "23" else day

    def eighteen(self) -> date:
        return years_after(self.born(), 18)

    def minor(self) -> bool:
        """In PROCASSO, and neither of age then nor now."""
        return (
            self.is_("PROCASSO") and self.person is not None and self.eighteen() > AS_OF and self.born() < self.ilagt()
        )

    def of_age_since(self) -> bool:
        return self.is_("PROCASSO") and self.person is not None and self.ilagt() < self.eighteen() <= AS_OF

    def adult(self) -> bool:
        return self.is_("PROCASSO") and self.person is not None and self.eighteen() <= self.ilagt()

    def open_minor(self) -> bool:
        """Nothing is in the way of the letter but, perhaps, who gets it."""
        plain = self.person is not None and not (protected(self.person) or dead(self.person) or self.person["verge"])
        return self.minor() and plain and self.is_("AAPEN", "ORDINAER")

    def verge(self) -> bool:
        return self.person is not None and bool(self.person["verge"])

    def held(self) -> bool:
        return self.is_("PROCASSO", "STOPPET", "MINDREAARIG")

    def costs(self) -> bool:
        return self.row["kostnader"] != "0.00"

    def quiet_days(self) -> int:
        latest = max([self.row["forfall"], *(event["dato"] for event in self.events)])
        return (AS_OF - date.fromisoformat(latest)).days

    def limit(self) -> date:
        """Three years, had nothing happened."""
        return years_after(date.fromisoformat(self.row["opprinnelig_forfall"] or self.row["forfall"]), 3)

    def left(self) -> int:
        return (self.limit() - AS_OF).days

    def gone(self, *systems: str) -> bool:
        alive = self.row["tilstand"] in ("AAPEN", "KLAGE", "BETALINGSAVTALE", "STOPPET")
        return alive and self.left() < 0 and self.row["fagsystem"] in (systems or ("PAX", "PILEN", "PROCASSO"))

    def near(self, fagsystem: str) -> bool:
        return self.is_("AAPEN", fagsystem) and 0 <= self.left() <= 90 and self.codes <= LETTERS

    def when(self, code: str) -> date:
        return max(date.fromisoformat(event["dato"]) for event in self.events if event["hendelse"] == code)

    def in_time(self, *codes: str) -> bool:
        """Gone, had not this happened before; and nothing else but letters."""
        return (
            self.gone()
            and set(codes) == self.codes - LETTERS
            and all(self.when(code) <= self.limit() for code in codes)
        )

    def too_late(self, code: str) -> bool:
        return self.gone() and {code} == self.codes - LETTERS and self.when(code) > self.limit()

    def sanction(self) -> bool:
        """An overdue one that is open in PILEN, of this side of its limit."""
        overdue = self.row["forfall"] < (AS_OF - timedelta(days=10)).isoformat()
        return self.is_("KONTROLLSANKSJON", "PILEN", "AAPEN") and overdue and self.left() > 90

    def posted(self) -> date:
        """The day PILEN has reckoned to; the first of all days when it never has."""
        return date.fromisoformat(self.row["renter_beregnet_til"] or "0001-01-01")

    def renter(self) -> Decimal:
        return Decimal(self.row["renter"])

    def simple(self) -> Decimal:
        """The rente until PILEN's own date, had nothing happened: day by day, of a forfall that is no public holiday.

        Rates: RULES, RENTE-4. None of the years here is a leap year.
        """
        forfall = date.fromisoformat(self.row["forfall"])
        first = forfall + timedelta(days={5: 2, 6: 1}.get(forfall.weekday(), 0) + 1)
        days = [first + timedelta(days=number) for number in range((self.posted() - first).days + 1)]
        per_cent = sum(next(rate for since, rate in RATES if day.isoformat() >= since) for day in days)
        return (Decimal(self.row["hovedstol"]) * per_cent / 36_500).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def off(self, low: str, high: str) -> bool:
        """PILEN has so many kroner too much, and nothing has happened that could explain it."""
        plain = self.sanction() and not self.codes - LETTERS and bool(self.row["renter_beregnet_til"])
        return plain and Decimal(low) <= self.renter() - self.simple() <= Decimal(high)

    def happened(self, code: str, *, before_posting: bool) -> bool:
        return self.sanction() and code in self.codes and (self.when(code) < self.posted()) is before_posting

    def parking(self) -> bool:
        """One that parking-merge sees."""
        return self.row["fagsystem"] in ("PAX", "PILEN")

    def enhet(self, form: str, *statuses: str) -> bool:
        unit = self.unit
        return unit is not None and unit["organisasjonsform"] == form and unit["status"] in statuses

    def differs(self, column: str) -> bool:
        return self.in_extract is not None and self.in_extract[column] != self.row[column]

    def changed_since(self, tilstand: str) -> bool:
        """The truth has this tilstand, the extract still has the krav open."""
        return (
            self.row["tilstand"] == tilstand and self.in_extract is not None and self.in_extract["tilstand"] == "AAPEN"
        )


RATES = [("2026-07-01", Decimal("12.25")), ("2026-01-01", Decimal("12.00")), ("2025-07-01", Decimal("12.25")),
         ("2024-07-01", Decimal("12.50"))]  # fmt: skip
Kind = Callable[[Case], bool]


def guardian_kinds(count: int, *, unknown: int = 0, hidden: int = 0, gone: int = 0) -> Kind:
    """An open krav of a child with so many guardians, so many of them unknown, protected and dead."""

    def is_one(case: Case) -> bool:
        found = case.guardians
        counts = (len(found), found.count(None), sum(map(protected, found)), sum(map(dead, found)))
        return case.open_minor() and counts == (count, unknown, hidden, gone)

    return is_one


def adults(kravtype: str) -> Kind:
    """An ordinary one, of somebody who was of age when it arose."""
    return lambda case: case.adult() and case.is_(kravtype, "AAPEN", "ORDINAER")


MINORS: dict[str, Kind] = {
    "a child with two guardians": guardian_kinds(2),
    "a child with one guardian": guardian_kinds(1),
    "a child with no guardian": guardian_kinds(0),
    "a child whose only guardian is unknown": guardian_kinds(1, unknown=1),
    "a child with one guardian unknown": guardian_kinds(2, unknown=1),
    "a child with one guardian protected": guardian_kinds(2, hidden=1),
    "a child with one guardian dead and protected": guardian_kinds(2, hidden=1, gone=1),
    "a child with one guardian dead": guardian_kinds(2, gone=1),
    "a child with both guardians dead": guardian_kinds(2, gone=2),
    "a protected child": lambda case: case.minor() and protected(case.person),
    "a dead child": lambda case: case.minor() and dead(case.person),
    "a child under vergemål": lambda case: case.minor() and case.verge(),
    "a child with costs": lambda case: case.open_minor() and case.costs(),
    "eighteen tomorrow": lambda case: case.minor() and case.eighteen() == AS_OF + timedelta(days=1),
    "eighteen today": lambda case: case.of_age_since() and case.eighteen() == AS_OF,
    "eighteen on the day": lambda case: case.adult() and case.eighteen() == case.ilagt(),
    "eighteen in the night of it": lambda case: (
        case.adult() and case.eighteen() == case.ilagt() and case.row["ilagt_tidspunkt"][11:13] == "23"
    ),
    "held lately": lambda case: case.held() and case.minor() and case.quiet_days() <= 90 and not case.costs(),
    "held for long": lambda case: case.held() and case.minor() and case.quiet_days() > 90 and not case.costs(),
    "held, and costs have crept in": lambda case: case.held() and case.minor() and case.costs(),
    "held, and protected": lambda case: case.held() and case.minor() and protected(case.person),
    "held, and under vergemål": lambda case: case.held() and case.minor() and case.verge(),
    "held, and of age since": lambda case: case.held() and case.of_age_since(),
    "of age since, and open": lambda case: case.of_age_since() and case.is_("AAPEN", "ORDINAER") and case.costs(),
    "of age since, and dead": lambda case: case.of_age_since() and dead(case.person),
    "of age since, and under vergemål": lambda case: case.of_age_since() and case.verge(),
    "sent anew, and not yet due": lambda case: (
        case.of_age_since() and case.is_("MYNDIG_NYTT_VARSEL", "AAPEN") and case.row["forfall"] > AS_OF.isoformat()
    ),
    "sent anew, and due": lambda case: (
        case.of_age_since() and case.is_("MYNDIG_NYTT_VARSEL") and case.row["forfall"] < AS_OF.isoformat()
    ),
    "sent anew, and costs have crept in": lambda case: (
        case.of_age_since() and case.is_("MYNDIG_NYTT_VARSEL", "AAPEN") and case.costs()
    ),
    "sent anew, of a krav that old": lambda case: case.gone() and case.is_("MYNDIG_NYTT_VARSEL"),
    "a child's krav that old": lambda case: case.minor() and case.gone() and case.is_("AAPEN"),
    "a held krav that old": lambda case: case.held() and case.gone(),
    "no birth date": lambda case: case.is_("PROCASSO") and case.person is not None and not case.person["foedselsdato"],
    "born after the event": lambda case: case.is_("PROCASSO") and case.ilagt() < case.born() < AS_OF,
    "a debtor nobody knows": lambda case: case.is_("PROCASSO") and case.person is None and case.unit is None,
    "a unit": lambda case: case.is_("PROCASSO") and case.unit is not None,
    "an adult's krav on hold for another reason": lambda case: case.adult() and case.is_("STOPPET", "ORDINAER"),
} | {f"an adult's {kravtype}": adults(kravtype) for kravtype in KRAVTYPER}
SANCTIONS: dict[str, Kind] = {
    "never posted": lambda case: case.sanction() and not case.row["renter_beregnet_til"],
    "posted right, today": lambda case: case.off("0", "0") and case.posted() == AS_OF,
    "posted right, some days ago": lambda case: case.off("0", "0") and case.posted() < AS_OF,
    "posted too much": lambda case: case.off("1.50", "99"),
    "posted too little": lambda case: case.off("-99", "-1.01"),
    "wrong by less than a krone": lambda case: case.off("0.01", "0.99"),
    "wrong by a krone": lambda case: case.off("1.00", "1.00"),
    "wrong by a krone and an øre": lambda case: case.off("1.01", "1.01"),
    "paid in part before the posting": lambda case: (
        case.happened("INNBETALING", before_posting=True) and case.renter() < case.simple() and case.posted() < AS_OF
    ),
    "paid in part and up to date": lambda case: (
        case.happened("INNBETALING", before_posting=True) and case.renter() < case.simple() and case.posted() == AS_OF
    ),
    "paid in part after the posting": lambda case: case.happened("INNBETALING", before_posting=False),
    "paid in part, and PILEN does not know": lambda case: (
        case.happened("INNBETALING", before_posting=True) and abs(case.renter() - case.simple()) < Decimal("0.50")
    ),
    "paid in two parts": lambda case: (
        case.sanction() and [e["hendelse"] for e in case.events].count("INNBETALING") == 2
    ),
    "paid as much as the hovedstol": lambda case: (
        case.sanction() and any(float(e["beloep"] or 0) >= float(case.row["hovedstol"]) for e in case.events)
    ),
    "complaint not decided": lambda case: case.sanction() and {"KLAGE"} == case.codes & {"KLAGE", "KLAGE_AVGJORT"},
    "complaint decided, new deadline reckoned with": lambda case: (
        case.happened("KLAGE_AVGJORT", before_posting=True) and case.renter() < case.simple() - 2
    ),
    "complaint decided, and PILEN does not know": lambda case: (
        case.happened("KLAGE_AVGJORT", before_posting=True) and abs(case.renter() - case.simple()) < Decimal("0.50")
    ),
    "complaint decided, new deadline ahead": lambda case: (
        case.happened("KLAGE_AVGJORT", before_posting=False) and case.when("KLAGE_AVGJORT") + timedelta(days=14) > AS_OF
    ),
    "two complaints decided": lambda case: (
        case.sanction() and [e["hendelse"] for e in case.events].count("KLAGE_AVGJORT") == 2
    ),
    "not due": lambda case: case.is_("KONTROLLSANKSJON", "PILEN", "AAPEN") and case.row["forfall"] > AS_OF.isoformat(),
    "protected": lambda case: case.sanction() and protected(case.person),
}
LIMITS: dict[str, Kind] = {
    "near, in PAX": lambda case: case.near("PAX"),
    "near, in PILEN": lambda case: case.near("PILEN"),
    "near, in PROCASSO": lambda case: case.near("PROCASSO"),
    "gone with letters only, in PAX": lambda case: case.gone("PAX") and case.is_("AAPEN") and case.codes <= LETTERS,
    "gone with letters only, in PILEN": lambda case: case.gone("PILEN") and case.is_("AAPEN") and case.codes <= LETTERS,
    "gone with letters only, in PROCASSO": lambda case: (
        case.gone("PROCASSO") and case.is_("AAPEN") and case.codes <= LETTERS
    ),
    "the last day is today": lambda case: case.left() == 0,
    "the last day was yesterday": lambda case: case.left() == -1 and case.gone(),
    "erkjennelse": lambda case: case.in_time("ERKJENNELSE") and case.is_("AAPEN"),
    "betalingsavtale with erkjennelse": lambda case: case.in_time("ERKJENNELSE") and case.is_("BETALINGSAVTALE"),
    "utlegg": lambda case: case.in_time("UTLEGG"),
    "intet til utlegg": lambda case: case.in_time("INTET_TIL_UTLEGG"),
    "varsel under the law of 2026": lambda case: (
        case.in_time("VARSEL_2_15") and not case.is_("HUSLEIE") and case.when("VARSEL_2_15") >= date(2026, 1, 1)
    ),
    "varsel for a krav that has no such": lambda case: case.in_time("VARSEL_2_15") and case.is_("HUSLEIE"),
    "forliksklage pending": lambda case: case.in_time("FORLIKSKLAGE"),
    "dom after forliksklage": lambda case: case.in_time("FORLIKSKLAGE", "DOM"),
    "dom, ten years nearly gone": lambda case: (
        case.in_time("DOM") and 0 <= (years_after(case.when("DOM"), 10) - AS_OF).days <= 90
    ),
    "dom, ten years gone": lambda case: case.in_time("DOM") and years_after(case.when("DOM"), 10) < AS_OF,
    "dom and erkjennelse": lambda case: (
        {"DOM", "ERKJENNELSE"} == case.codes and case.when("ERKJENNELSE") > case.when("DOM")
    ),
    "innbetaling in PAX": lambda case: case.in_time("INNBETALING") and case.is_("PAX"),
    "innbetaling in PROCASSO": lambda case: case.in_time("INNBETALING") and case.is_("PROCASSO"),
    "complaint decided": lambda case: case.in_time("KLAGE", "KLAGE_AVGJORT"),
    "unknown event": lambda case: case.in_time("UKJENT"),
    "code not in the list": lambda case: case.in_time("MOTREGNET"),
    "innbetaling too late": lambda case: case.too_late("INNBETALING"),
    "erkjennelse too late": lambda case: case.too_late("ERKJENNELSE"),
    "complaint": lambda case: case.in_time("KLAGE") and case.row["tilstand"] == "KLAGE",
    "complaint of which nothing tells": lambda case: case.in_time() and case.row["tilstand"] == "KLAGE",
    "betalingsavtale of which nothing tells": lambda case: case.in_time() and case.is_("BETALINGSAVTALE"),
    "betalingsavtale, near": lambda case: case.is_("BETALINGSAVTALE") and 0 <= case.left() <= 90,
    "on hold": lambda case: case.gone() and case.is_("STOPPET", "ORDINAER"),
    "protected, in PAX": lambda case: case.gone("PAX") and protected(case.person),
    "protected, in PILEN": lambda case: case.gone("PILEN") and protected(case.person),
    "protected, in PROCASSO": lambda case: case.near("PROCASSO") and protected(case.person),
    "an ENK whose innehaver is protected": lambda case: case.gone() and protected(case.owner),
    "a unit struck off": lambda case: case.gone() and case.unit is not None and case.unit["status"] == "slettet",
    "unknown, in PAX": lambda case: case.gone("PAX") and case.person is None and case.unit is None,
    "unknown, in PROCASSO": lambda case: case.gone("PROCASSO") and case.person is None and case.unit is None,
    "gone, and paid since the extract": lambda case: case.left() < 0 and case.changed_since("BETALT"),
    "gone, and written off since the extract": lambda case: case.left() < 0 and case.changed_since("AVSKREVET"),
    "near, and paid since the extract": lambda case: 0 <= case.left() <= 90 and case.changed_since("BETALT"),
}
MERGES: dict[str, Kind] = {
    "in dispute": lambda case: case.parking() and case.is_("KLAGE"),
    "betalingsavtale": lambda case: case.parking() and case.is_("BETALINGSAVTALE"),
    "protected, in PAX or PILEN": lambda case: case.parking() and protected(case.person),
    "an ENK of somebody protected": lambda case: case.parking() and protected(case.owner),
    "a number nobody has": lambda case: case.parking() and case.person is None and case.unit is None,
    "somebody dead": lambda case: case.parking() and dead(case.person),
    "a child": lambda case: case.parking() and case.person is not None and case.eighteen() > AS_OF,
    "without a birth date": lambda case: case.parking() and case.person is not None and not case.person["foedselsdato"],
    "an ENK that is bankrupt": lambda case: case.parking() and case.enhet("ENK", "konkurs"),
    "an AS that is bankrupt or being wound up": lambda case: (
        case.parking() and case.enhet("AS", "konkurs", "under_avvikling", "tvangsopplosning")
    ),
    "an AS struck off": lambda case: case.parking() and case.enhet("AS", "slettet", "fjernet"),
    "an ENK struck off": lambda case: case.parking() and case.enhet("ENK", "slettet"),
    "not in the extract yet": lambda case: case.is_("PAX") and case.in_extract is None,
    "paid since the extract": lambda case: case.changed_since("BETALT"),
    "in dispute since the extract": lambda case: case.changed_since("KLAGE"),
    "stopped since the extract": lambda case: case.changed_since("STOPPET"),
    "in another case since the extract": lambda case: case.differs("saksnr"),
    "at another steg since the extract": lambda case: case.differs("steg"),
}
TABLE = [
    pytest.param(kind, id=f"{routine}: {name}")
    for routine, kinds in (("minors", MINORS), ("interest", SANCTIONS), ("limitation", LIMITS), ("merge", MERGES))
    for name, kind in kinds.items()
]


def cases(world: Population) -> list[Case]:
    extract = {row["kravnr"]: row for row in world.pax_uttrekk}
    return [_case(world, row, extract.get(kravnr)) for kravnr, row in world.krav.items()]


def _case(world: Population, row: Row, in_extract: Row | None) -> Case:
    person, unit = world.personer.get(row["skyldner"]), world.enheter.get(row["skyldner"])
    guardians = person["foreldreansvar"].split(";") if person and person["foreldreansvar"] else []
    return Case(
        row=row,
        person=person,
        unit=unit,
        owner=world.personer.get(unit["innehaver"]) if unit else None,
        guardians=[world.personer.get(number) for number in guardians],
        events=world.hendelser.get(row["kravnr"], []),
        in_extract=in_extract,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder = tmp_path_factory.mktemp("demo") / "world"
    generate(folder, krav=GENERATED_KRAV, seed=GENERATED_SEED, as_of=AS_OF)
    return cases(load(folder))


@pytest.mark.parametrize("kind", TABLE)
def test_the_demo_has_one(kind: Kind, demo: list[Case]) -> None:
    assert any(kind(case) for case in demo)


def test_most_of_it_is_ordinary(demo: list[Case]) -> None:
    """Nothing to do but, for some, a merge: of age, reckoned right and posted today, and long before the limit."""
    procasso = [case for case in demo if case.is_("PROCASSO")]
    assert sum(case.adult() for case in procasso) > len(procasso) / 2
    sanctions = [case for case in demo if case.sanction()]
    assert sum(case.off("0", "0") and case.posted() == AS_OF for case in sanctions) > len(sanctions) / 2
    assert sum(case.gone() for case in demo) < len(demo) / 8
