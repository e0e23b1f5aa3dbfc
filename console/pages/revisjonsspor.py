"""Revisjonsspor: who did what and when, and whether the chain of events holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy.engine import Connection
from starlette.responses import Response

from console import revisjonsspor, words
from console.pages.routes import Pages, download, go_to
from console.rendering import page
from console.roles import Right
from console.visitor import At, In, Sent
from console.workbook import XLSX, Celle, Proof, csv_file, excel, opphav
from domain.kalender import OSLO
from hub.seal import Mark
from hub.storage import keys, logins, proof, seals, trail
from hub.storage.seal_proof import verify_seals
from hub.storage.trail import Cursor, Search

pages = Pages()
ROWS = 50
PATIENCE = 5.0
"""Seconds one go of checking the chain may take."""
HITS = 200
"""Items of one krav."""
NAMESAKES = 20
MOST = 50_000
"""Rows of a file."""


@dataclass(frozen=True, slots=True)
class Address:
    """The search as its address says it. A day is the clock's."""

    fra: str = ""
    til: str = ""
    hvem: str = ""
    rolle: str = ""
    hendelse: str = ""
    rutine: str = ""
    oppgave: str = ""
    krav: str = ""

    @classmethod
    def written(cls, given: Callable[[str], str]) -> Address:
        """As it was written, understood or not."""
        return cls(**{each.name: given(each.name).strip()[:100] for each in fields(cls)})

    @classmethod
    def of(cls, given: Callable[[str], str]) -> Address:
        """What is not understood is left out."""
        read = cls.written(given)
        return replace(
            read,
            fra=read.fra if words.read_day(read.fra) else "",
            til=read.til if words.read_day(read.til) else "",
            rolle=read.rolle if read.rolle in revisjonsspor.ROLES else "",
            hendelse=read.hendelse if read.hendelse in words.ACTS | words.QUEUE_ACTS else "",
            oppgave=read.oppgave if _is_number(read.oppgave) else "",
        )

    @property
    def faults(self) -> dict[str, str]:
        """Field -> what is wrong with what was written in it, for the person who did."""
        first, last = words.read_day(self.fra), words.read_day(self.til)
        days = {"fra": self.fra, "til": self.til}
        out = {name: "Velg en dato." for name, text in days.items() if text and not words.read_day(text)}
        if first and last and first > last:
            out["til"] = "Velg en dato som ikke er før «Fra og med»."
        if self.oppgave and not _is_number(self.oppgave):
            out["oppgave"] = "Skriv bare nummeret på oppgaven, for eksempel 49."
        return out

    def query(self, **more: str) -> dict[str, str]:
        said = {each.name: str(getattr(self, each.name)) for each in fields(self)}
        return {name: text for name, text in (said | more).items() if text}

    @property
    def since(self) -> float:
        day = words.read_day(self.fra)
        return _midnight(day) if day else -math.inf

    @property
    def until(self) -> float:
        day = words.read_day(self.til)
        return _midnight(day + timedelta(days=1)) if day else math.inf

    @property
    def dager(self) -> str:
        if not self.fra and not self.til:
            return "hele sporet"
        first = f"fra {words.dag(self.fra)} " if self.fra else ""
        return f"{first}{f'til {words.dag(self.til)}' if self.til else 'til nå'}".strip()

    def search(self, c: Connection) -> Search:
        items: list[int] | None = None
        if self.oppgave:
            items = [int(self.oppgave)]
        if self.krav:
            named = list(keys.find_items(c, [self.krav], HITS))
            items = named if items is None else [each for each in items if each in named]
        actors = [self.hvem, *_called(self.hvem, logins.names(c))] if self.hvem else []
        return Search(self.since, self.until, actors, self.rolle, self.hendelse, self.rutine, items)

    def period(self, today: date) -> str:
        """As a file name has it; one that has no beginning goes back to the first event."""
        last = self.til or today.isoformat()
        return f"{self.fra}_{last}" if self.fra else f"til_{last}"

    def utvalg(self, office: At) -> str:
        """What was asked for besides the period, in words."""
        chosen = {
            "hvem": self.hvem,
            "rolle": revisjonsspor.ROLES.get(self.rolle, ""),
            "hendelse": (words.ACTS | words.QUEUE_ACTS).get(self.hendelse, ""),
            "rutine": office.tittel(self.rutine) if self.rutine else "",
            "oppgave": self.oppgave,
            "krav": self.krav,
        }
        return ", ".join(f"{name} {text}" for name, text in chosen.items() if text) or "alt"

    def said(self, office: At) -> str:
        """What was asked for, in words."""
        return f"{self.dager}, {self.utvalg(office)}"


@pages.page("/revisjonsspor", Right.AUDIT)
def show(request: Request, who: In, office: At, etter: str = "") -> Response:
    return _page(request, who, office, Address.of(lambda name: request.query_params.get(name, "")), _cursor(etter))


@pages.act("/revisjonsspor", Right.AUDIT)
def search(request: Request, who: In, office: At, form: Sent) -> Response:
    """A slip of the pen does not stand in an address: what may, and can be shared, is what was searched for. What is
    not understood finds nothing, so that nobody takes the whole trail for what was asked for."""
    written = Address.written(form.text)
    if written.faults:
        return _page(request, who, office, written, None)
    query = urlencode(Address.of(form.text).query())
    return go_to(f"/revisjonsspor?{query}" if query else "/revisjonsspor")


@pages.act("/revisjonsspor/eksport", Right.AUDIT)
def export(request: Request, who: In, office: At, form: Sent) -> Response:
    """All that the search finds as a file; that it was made, and of what, stands in the trail afterwards."""
    address = Address.of(form.text)
    as_excel = form.text("form") == "excel"
    made = Proof()
    with office.database.read() as c:
        segl = seals.latest(c)

    def om() -> list[tuple[str, Celle]]:
        by, now = who.signature(Right.AUDIT), datetime.now(OSLO)
        return [
            *opphav("Revisjonsspor fra Kraftverk", address.dager, address.utvalg(office), by, now, made),
            ("Segl", f"{segl.mark}, satt {words.klokken(segl.at)}" if segl else "ikke satt ennå"),
            ("Rekkefølge", "Nyeste først. Løpenummer er hendelsens nummer på oppgaven, eller radens nummer for køer."),
            ("Slettet innhold", "En hendelse som er slettet etter slettereglene, står med tid og nummer alene."),
        ]

    try:
        with office.database.read() as c:
            table = revisjonsspor.ark(trail.everything(c, address.search(c), MOST), office, logins.names(c))
            content = excel([table], made, om) if as_excel else csv_file(table, made)
    except OverflowError:
        said = f"Utvalget er på mer enn {words.heltall(MOST)} rader. Velg en kortere periode."
        return _page(request, who, office, address, None, status=422, refused=said)
    name, kind = ("xlsx", XLSX) if as_excel else ("csv", "text/csv; charset=utf-8")
    said = f"Revisjonsspor, {address.said(office)}: {made.rader} rader, {name}, kontrollsum {made.checksum[:16]}"
    trail.note(office.database, who.acting(Right.AUDIT), "export", said)
    sealed = f"_segl-{segl.no}" if segl else ""
    return download(content, kind, f"revisjonsspor_{address.period(office.today())}{sealed}.{name}")


@pages.act("/revisjonsspor/kontroller", Right.AUDIT)
def verify(request: Request, who: In, office: At, form: Sent) -> Response:
    """Check the chain of every item with an event in the period, as far as one go reaches; and in the first go the
    seals since its beginning, against the one the person has kept if there is one."""
    address = Address.of(form.text)
    period, beyond = Address(fra=address.fra, til=address.til), form.number("etter_oppgave") or 0
    try:
        kept = Mark.read(form.text("segl")) if form.text("segl") else None
    except ValueError:
        said = "Seglet er ikke skrevet riktig. Skriv hele seglet slik det står i kontrollrapporten."
        return _page(request, who, office, address, None, status=422, refused=said, field="segl")
    with office.database.read() as c:
        found = proof.prove(c, office.chain, period.since, period.until, beyond, PATIENCE)
        sealed = None if beyond else verify_seals(c, office.chain, kept, period.since)
    wrong = sorted({*found.broken, *(sealed.missing if sealed else ())})
    faults = len(wrong) + len(sealed.broken if sealed else ())
    holds = f"{faults} feil" if faults else "alt henger sammen"
    said = f"{period.dager}: {found.events} hendelser i {found.items} oppgaver, {holds}"
    trail.note(office.database, who.acting(Right.AUDIT), "verify", said)
    return page(
        request,
        who,
        "kontroll.html",
        period=period,
        found=found,
        sealed=sealed,
        kept=kept,
        wrong=[(item, seq, revisjonsspor.wrong(what)) for item, seq, what in wrong],
        wrong_seals=[(no, revisjonsspor.wrong(what)) for no, what in sorted(sealed.broken)] if sealed else [],
        faults=faults,
    )


def _page(
    request: Request,
    who: In,
    office: At,
    address: Address,
    after: Cursor | None,
    *,
    status: int = 200,
    refused: str = "",
    field: str = "fra",
) -> Response:
    """`field`: where what is refused was written."""
    errors = address.faults
    with office.database.read() as c:
        nothing = trail.Found([], None)
        found = nothing if errors else trail.search(c, address.search(c), after, ROWS)
        names, segl = logins.names(c), seals.latest(c)
    return page(
        request,
        who,
        "revisjonsspor.html",
        422 if errors else status,
        address=address,
        lines=[revisjonsspor.linje(entry, office, names) for entry in found.entries],
        more=None if found.more is None else f"{found.more.at!r}_{found.more.item_id}_{found.more.seq}",
        searched_to=found.more and found.more.at,
        full=len(found.entries) == ROWS,
        later=after is not None,
        roles=revisjonsspor.ROLES,
        refused=refused,
        errors=errors,
        field=field,
        segl=segl,
    )


def _called(wanted: str, names: Mapping[str, str]) -> list[str]:
    """The keys of those whose name holds this."""
    return [key for key, name in names.items() if wanted.casefold() in name.casefold()][:NAMESAKES]


def _cursor(text: str) -> Cursor | None:
    try:
        at, item_id, seq = text.split("_")
        cursor = Cursor(float(at), int(item_id), int(seq))
    except ValueError:
        return None
    return cursor if 0 <= cursor.at < 2**40 and 0 <= cursor.item_id < 2**31 and 0 <= cursor.seq < 2**31 else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 2**31


def _midnight(day: date) -> float:
    return datetime.combine(day, time.min, OSLO).timestamp()
