"""Oversikt og rapporter: how it goes, for a period and all automations or one; and the same as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from starlette.responses import Response

from console import oversikt, words
from console.kept import Kept
from console.pages.routes import Pages, download
from console.rendering import page
from console.roles import Right
from console.visitor import At, In, Sent
from console.workbook import XLSX, Celle, Proof, excel, opphav
from domain.kalender import OSLO
from hub.insights.overview import Overview, overview
from hub.insights.period import LONGEST, Period
from hub.storage import trail

pages = Pages()
WEEKS = (4, 12, 26, 52)
USUAL = 12


@dataclass(frozen=True, slots=True)
class Address:
    """The choice as the address says it: it can be shared."""

    period: Period
    rutine: str
    turned: bool = False
    """It was asked for from a day after its last."""

    def query(self) -> dict[str, str]:
        chosen = {"fra": self.period.first.isoformat(), "til": self.period.last.isoformat()}
        return chosen | ({"rutine": self.rutine} if self.rutine else {})

    @classmethod
    def of(cls, fra: str, til: str, rutine: str, office: At) -> Address:
        """What is not understood is left out."""
        today = office.today()
        last = min(words.read_day(til) or today, today)
        first = words.read_day(fra)
        if first is None or first > last:
            period = Period.of_weeks(USUAL, last)
        else:
            period = Period(max(first, last - LONGEST), last)
        return cls(period, rutine if rutine in office.automations else "", first is not None and first > last)

    @property
    def name(self) -> str:
        first, last = (day.isocalendar() for day in (self.period.first, self.period.last))
        return f"{first.year}-U{first.week:02}_{last.year}-U{last.week:02}"


@dataclass(frozen=True, slots=True)
class Reckoned:
    overview: Overview
    at: datetime


@pages.page("/oversikt", Right.READ)
def show(request: Request, who: In, office: At, fra: str = "", til: str = "", rutine: str = "") -> Response:
    address = Address.of(fra, til, rutine, office)
    reckoned = _reckon(request, office, address)
    o = reckoned.overview
    return page(
        request,
        who,
        "oversikt.html",
        address=address,
        choices=[(weeks, Address(Period.of_weeks(weeks, office.today()), address.rutine)) for weeks in WEEKS],
        o=o,
        at=reckoned.at,
        vis=oversikt,
    )


@pages.act("/oversikt/excel", Right.READ)
def export(request: Request, who: In, office: At, form: Sent) -> Response:
    """The workbook; that it was made, and of what, stands in the trail."""
    address = Address.of(form.text("fra"), form.text("til"), form.text("rutine"), office)
    reckoned = _reckon(request, office, address)
    dager = f"{words.dag(address.period.first)}–{words.dag(address.period.last)}"
    utvalg = office.tittel(address.rutine) if address.rutine else "alle rutiner"
    proof = Proof()

    def om() -> list[tuple[str, Celle]]:
        first = opphav("Oversikt fra Kraftverk", dager, utvalg, who.signature(Right.READ), reckoned.at, proof)
        return [*first, *oversikt.DEFINITIONS]

    content = excel(oversikt.tabeller(reckoned.overview, office), proof, om)
    said = f"Oversikt {dager}, {utvalg}, Excel, kontrollsum {proof.checksum[:16]}"
    trail.note(office.database, who.acting(Right.READ), "export", said, address.rutine)
    return download(content, XLSX, f"oversikt_{address.name}.xlsx")


def _reckon(request: Request, office: At, address: Address) -> Reckoned:
    kept: Kept[Reckoned] = request.app.state.overviews
    queues = (address.rutine,) if address.rutine else tuple(office.automations)
    today = office.today()

    def find() -> Reckoned:
        minutes = {name: info.manual_minutes for name, info in office.automations.items()}
        with office.database.read() as c:
            return Reckoned(overview(c, queues, address.period, today, minutes), datetime.now(OSLO))

    return kept.get((queues, address.period, today), find)
