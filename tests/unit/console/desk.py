"""A console over a small hub, with oppgaver of every kind, and people of every role to open it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

from httpx2 import Response
from lxml import html
from starlette.testclient import TestClient

from console.app import create_app
from console.office import AutomationInfo, Office, Oppslag
from console.roles import Role
from console.timetable import NoAnswer, PlannedRun, Timetable
from console.visitor import cookie_name
from hub.audit import Actor
from hub.automation import Arbeid, Effect, Forslag, Line, Plan
from hub.beslutning import Beslutningstype, Felt, Slag
from hub.follow_up import Codes
from hub.fullmakt import Fullmakt, Fullmakter
from hub.retention import Terms
from hub.states import State, WaitingKind
from hub.storage import logins
from hub.storage.claims import Outcome, StepEntry
from hub.storage.database import Database
from hub.storage.mass_retries import MassRetries
from hub.storage.retention import Retention
from hub.target import TargetSpec
from tests.unit.hub.behaviours.house import NIGHT, QUEUE, House
from tests.unit.hub.fake_world import arbeid

HOST = "konsoll.test"
NEARLY_MIDNIGHT = time(23, 59, 59, 999_998)
"""Always open, and still hours that are told."""


def proposal(*krav: str, oere: int | None = 66_000, liste: str = "BYM") -> Plan:
    """A plan that writes these krav off; without an amount only the release level asks."""
    effects = tuple(
        Effect(f"avskriv:{nr}", "WORLD", {"tilstand": "AAPEN"}, {"tilstand": "AVSKREVET"}, f"Åpne {nr} igjen.")
        for nr in krav
    )
    why = "Forfalt 26.06.2023."
    forslag = None if oere is None else Forslag(liste, "PARKERINGSGEBYR", oere, why)
    return Plan("PROPOSE_WRITE_OFF", krav, NIGHT, effects, rules=("FORELD-1",), forslag=forslag)


HOLD_OUT = Beslutningstype(
    "HOLD_OUT",
    "Hold krav utenfor",
    "De andre kravene slås sammen.",
    (Felt("krav", "Krav som holdes utenfor", Slag.KRAV),),
)
NEW_LIMIT = Beslutningstype(
    "NY_FRIST",
    "Ikke foreldet",
    "Roboten regner med fristen du skriver.",
    (
        Felt("frist", "Ny foreldelsesfrist", Slag.DATO),
        Felt("grunn", "Grunn", Slag.VALG, {"dom": "Dom", "annet": "Annet"}),
    ),
    to_personer=True,
)
INFO = AutomationInfo(
    QUEUE,
    "Flytting av krav",
    "Power-teamet",
    "Flytteloven § 1",
    None,
    {"DISPUTED": (HOLD_OUT, NEW_LIMIT)},
    foelges_opp=Codes(standing=("SOON", "MINOR")),
    runde="nightly",
    systemer=("WORLD",),
)
LIMITS = Fullmakter([Fullmakt(date(2026, 1, 1), "godkjenner", "*", 100_000)])


def explain(code: str) -> Any:
    return SimpleNamespace(
        kort=f"Stanset av {code.lower()}",
        tekst=f"Roboten sier {code.lower()}. Ingenting er endret.",
        forslag=f"Se på {code.lower()}.",
    )


@dataclass
class FakeScheduler:
    """A scheduler that keeps what it is told, and answers when it is up."""

    plans: dict[str, Timetable] = field(
        default_factory=lambda: {
            "nightly": Timetable("nightly", "0 4 * * *", True, "ola"),
            "morning": Timetable("morning", "0 6 * * *", True, "ola"),
            "drain": Timetable("drain", "* * * * *", True, "ola"),
        }
    )
    planned: list[PlannedRun] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    going: bool = False
    up: bool = True
    reads_alone: bool = False
    """It answers no more when something is to be changed."""

    def timetables(self, deployments: Collection[str]) -> list[Timetable]:
        self._answer()
        return [self.plans[name] for name in deployments if name in self.plans]

    def runs(self, deployments: Collection[str], limit: int) -> list[PlannedRun]:
        self._answer()
        return [run for run in self.planned if run.deployment in deployments][:limit]

    def states(self, ids: Collection[str]) -> dict[str, str]:
        self._answer()
        return {id_: self.known[id_] for id_ in ids if id_ in self.known}

    def run_now(self, deployment: str, parameters: Mapping[str, object]) -> tuple[str, bool]:
        self._answer(changes=True)
        if not self.going:
            self.asked.append((deployment, dict(parameters)))
        return "run", not self.going

    def change(self, seen: Timetable, cron: str | None, active: bool, person: str) -> None:
        self._answer(changes=True)
        self.plans[seen.deployment] = Timetable(seen.deployment, cron or seen.cron, active, person)

    def _answer(self, *, changes: bool = False) -> None:
        if not self.up or (changes and self.reads_alone):
            raise NoAnswer


@dataclass
class Desk:
    """Oppgaver are put on it by what stopped the robot."""

    database: Database
    evidence: Path
    drains: int = 0
    """How often somebody asked for a drain at once."""
    known: dict[str, Oppslag] = field(default_factory=dict)
    """What the systems outside know of a KID or a kjennemerke."""
    scheduler: FakeScheduler = field(default_factory=FakeScheduler)
    house: House = field(init=False)
    office: Office = field(init=False)
    _work: list[Arbeid] = field(default_factory=list)
    _lines: list[Line] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.house = House(self.database, self.evidence)
        self.office = Office(
            database=self.database,
            chain=self.house.chain,
            fullmakter=LIMITS,
            evidence=self.evidence,
            automations={QUEUE: INFO},
            explain=explain,
            today=lambda: NIGHT,
            drain_soon=self._drain_soon,
            look_up=lambda asked: self.known.get(asked, Oppslag((), ())),
            hosts=(HOST,),
            https=False,
            demo=True,
            scheduler=self.scheduler,
            prefect_url="http://prefect.test",
            hours={"WORLD": TargetSpec("WORLD", ("WORLD",), opens=time(0), closes=NEARLY_MIDNIGHT)},
        )

    def add(self, *krav: str, saker: Sequence[str] = (), frist: date | None = None, code: str = "DISPUTED") -> int:
        """An oppgave that must be judged: the automation asked a person about these krav."""
        return self._end(WaitingKind.BUSINESS, code, (), replace(arbeid(*krav), saker=tuple(saker), frist=frist))

    def broken(self, *krav: str, code: str = "WORLD_ANSWER") -> int:
        """An oppgave of a system that failed; its first krav was moved before that, if there are several."""
        keys = [f"move:{nr}" for nr in krav]
        steps = [*self.house.plan_steps(*keys), *(_moved(key) for key in keys[:-1])]
        return self._end(WaitingKind.SYSTEM, code, steps, arbeid(*krav))

    def uncertain(self, *krav: str) -> int:
        """Nobody knows whether these krav were moved."""
        steps = self.house.plan_steps(*(f"move:{nr}" for nr in krav), started=True)
        return self._end(WaitingKind.UNCERTAIN, "WORLD_SEND", steps, arbeid(*krav))

    def completed(self, *krav: str) -> int:
        claims = self.house.claims()
        held = self._claim(claims, arbeid(*krav))
        self.house.finish(claims, held, Outcome(State.COMPLETED, "complete", result="MERGED", krav=krav))
        return int(held.item.id)

    def propose(self, *plans: Plan) -> list[int]:
        """One oppgave for each, that waits for a second person; all of them in one night. Returns their numbers."""
        self._work += [arbeid(*plan.krav) for plan in plans]
        self.house.find(*self._work, *self._lines, ordered_by="natt")
        claims = self.house.claims()
        of_krav = {";".join(plan.krav): plan for plan in plans}
        out = []
        for _ in plans:
            held = self.house.claim(claims)
            plan = of_krav[";".join(held.item.payload["krav"])]
            claims.write_steps(held, [StepEntry("plan", plan.result, plan.to_json())])
            waits = Outcome(State.AWAITING_APPROVAL, "propose", result=plan.result, krav=plan.krav)
            self.house.finish(claims, held, waits)
            out.append(int(held.item.id))
        return out

    def picture(self, item_id: int, content: bytes) -> int:
        """A masked picture of its first attempt; returns its number."""
        self.evidence.mkdir(exist_ok=True)
        name = f"{item_id}-1.png"
        (self.evidence / name).write_bytes(content)
        self.house.sql(
            "INSERT INTO evidence (item_id, attempt, file, at) VALUES (:id, 1, :file, 0)", id=item_id, file=name
        )
        return int(self.house.rows("evidence")[-1].id)

    def emptied(self, *krav: str, today: date) -> int:
        """An oppgave that somebody closed on 6 May 2019, as retention has left it on that day."""
        item_id = self.add(*krav)
        self.house.people.close(item_id, Actor("kari", "saksbehandler"), "Ferdig i PAX", date(2019, 5, 6))
        Retention(self.database, Terms(), today, {}, self.evidence).carry_out()
        return item_id

    def job(self, *items: int, one_first: bool = True) -> int:
        """A mass retry of these that somebody has started, and nobody has taken further."""
        shown = {item_id: self.house.item(item_id).seq for item_id in items}
        people, starter = MassRetries(self.database, self.house.chain), Actor("kari", "saksbehandler")
        return people.start(shown, starter, "PAX er oppe", one_first=one_first, per_minute=10)

    def visitor(self, *roles: Role, person: str | None = None) -> Browser:
        """Somebody with these roles, logged in."""
        client = TestClient(create_app(self.office), f"http://{HOST}", follow_redirects=True)
        browser = Browser(self._open.enter_context(client))  # one event loop for all it asks, not one for each time
        if roles:
            name = person or f"demo-{roles[0].value}"
            link = logins.issue_link(self.database, name, [role.value for role in roles], 60.0)
            client.cookies.set(cookie_name(self.office), logins.redeem(self.database, link) or "", HOST)
        return browser

    def close(self) -> None:
        self._open.close()
        self.house.close()

    def _drain_soon(self) -> None:
        self.drains += 1

    def tell(self, *lines: Line) -> None:
        """Lines of the report, besides the oppgaver."""
        self._lines += lines
        self.house.find(*self._work, *self._lines)

    def _claim(self, claims: Any, work: Arbeid) -> Any:
        """The others are found again too, as a find is always of everything."""
        self._work.append(work)
        self.house.find(*self._work, *self._lines)
        return self.house.claim(claims)

    def _end(self, kind: WaitingKind, code: str, steps: Sequence[StepEntry], work: Arbeid) -> int:
        claims = self.house.claims()
        held = self._claim(claims, work)
        if steps:
            claims.write_steps(held, steps)
        said = f"WORLD: {code} happened"
        self.house.finish(claims, held, Outcome(State.WAITING, kind.value, kind, reason=code, spent=True, message=said))
        return int(held.item.id)


def _moved(key: str) -> StepEntry:
    return StepEntry("done", key, json.dumps({"saksnr": "202600001"}))


@dataclass
class Browser:
    """Follows links and sends forms as a browser without JavaScript does."""

    client: TestClient
    _last: Response | None = None

    @property
    def last(self) -> Response:
        """The page it shows: the one that follows a login, when nothing else was asked for."""
        return self.get("/oppfoelging") if self._last is None else self._last

    def get(self, path: str) -> Response:
        return self.see(self.client.get(path))

    def pages(self) -> Iterator[str]:
        """Open every page that links lead to, from the front page on."""
        waiting, seen = ["/", "/soek?krav=K"], set()
        while waiting:
            path = waiting.pop()
            answer = self.get(path)
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            yield path
            for link in html.fromstring(answer.text).xpath("//a/@href"):
                parts = urlsplit(urljoin(path, link))
                found = parts.path + (f"?{parts.query}" if parts.query else "")
                if not parts.netloc and found not in seen:
                    seen.add(found)
                    waiting.append(found)

    def submit(self, action: str, **fields: str | Sequence[str]) -> Response:
        """Fill in and send the form of the page that goes to `action`. Raises LookupError when there is none."""
        form = next((form for form in self.forms() if form.action == action), None)
        if form is None:
            raise LookupError(f"no form to {action} on this page")
        unknown = fields.keys() - set(form.fields) - {button.get("name") for button in form.findall(".//button")}
        if unknown:
            raise LookupError(f"no field {min(unknown)} in the form to {action}")
        values: dict[str, Any] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        return self.send(action, values | fields)

    def search(self, asked: str) -> Response:
        """Ask for something in the search box of the page."""
        return self.submit("/soek", q=asked)

    def send(self, path: str, data: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
        """What a form of our own page sends, or somebody who pretends to be one."""
        headers = {"Origin": f"http://{HOST}"} | dict(headers or {})
        return self.see(self.client.post(path, data=dict(data), headers=headers))

    def see(self, page: Response) -> Response:
        """Show what was asked for in some other way."""
        self._last = page
        return page

    def forms(self) -> list[Any]:
        return list(self.page().forms)

    def page(self) -> Any:
        """Without what a script alone brings to light."""
        page = html.fromstring(self.last.text)
        for element in page.xpath("//template | //dialog"):
            element.drop_tree()
        return page

    @property
    def text(self) -> str:
        """What the page says, with single spaces."""
        body = self.page().find("body")
        return " ".join(" ".join(body.itertext()).split())

    def heading(self) -> str:
        return " ".join(html.fromstring(self.last.text).find(".//h1").text_content().split())

    def rows(self) -> list[str]:
        """The rows of the list, as text."""
        found = html.fromstring(self.last.text).xpath("//tr[@data-rad]")
        return [" ".join(row.text_content().split()) for row in found]
