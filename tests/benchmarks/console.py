"""The console beside a million items: what its pages take at the server, and the memory of its process."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, replace
from statistics import median
from types import SimpleNamespace

import httpx
import sqlalchemy as sa
import uvicorn

from console.app import create_app
from console.office import AutomationInfo, Office, Oppslag
from hub.audit import Actor
from hub.automation import Effect, Forslag, Plan
from hub.fullmakt import Fullmakt, Fullmakter
from hub.improvement import Improvement, Status
from hub.storage import improvements, logins, orders
from hub.storage.database import Database
from kraftverk.processes import free_port
from tests.benchmarks.memory import highest_mb
from tests.benchmarks.stores import AS_OF, CHAIN, QUEUE, TARGET, NewUrl, fresh, tidy

ITEMS = 1_000_000
WAIT_EVERY = 50
"""One item in fifty waits for a person: 20,000 oppgaver."""
PROPOSED_EVERY = 100
"""One in a hundred waits for a second person: 10,000 proposals on one list."""
CAUSES = 40
ORDERS, KRAV = 1_000, 100
"""Orders that people have placed, and krav of each."""
IMPROVEMENTS = 50
"""Proposals of improvements; the last ten are in use, and measured."""
TIMES = 15
MANY = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {items})
    INSERT INTO work_item (id, queue, target, reference, state, waiting_kind, reason, result, krav, payload,
                           fingerprint, as_of, closed_as_of, frist, ordered_by, attempts, ready_at, created_at,
                           updated_at, seq)
    SELECT i, '{queue}', '{target}', 'PX' || i,
           CASE WHEN i % {every} = 0 THEN 'waiting'
                WHEN i % {proposed} = 1 THEN 'awaiting_approval' ELSE 'completed' END,
           CASE WHEN i % {every} = 0 THEN 'business' END,
           CASE WHEN i % {every} = 0 THEN 'CAUSE_' || (i / {every}) % {causes} END,
           'MERGED', 'PX' || i, '{{}}', 'f', '2026-01-01',
           CASE WHEN i % {every} = 0 OR i % {proposed} = 1 THEN NULL ELSE '2026-01-01' END,
           '2026-' || (10 + i % 3) || '-' || (10 + i % 20), 'bench', 1, 0, i, i, 3
    FROM n
"""
PLANS = """
    INSERT INTO step (item_id, seq, attempt, kind, key, data, at)
    SELECT id, 1, 1, 'plan', 'PROPOSE_WRITE_OFF', :plan, 0 FROM work_item WHERE state = 'awaiting_approval'
"""
PLAN = Plan(
    "PROPOSE_WRITE_OFF",
    ("PX1", "PX2"),
    AS_OF,
    tuple(
        Effect(f"avskriv:PX{n}", TARGET, {"tilstand": "AAPEN"}, {"tilstand": "AVSKREVET"}, "Åpne kravet igjen.")
        for n in (1, 2)
    ),
    rules=("FORELD-1", "FORELD-4"),
    forslag=Forslag("BYM", "PARKERINGSGEBYR", 66_000, "Forfalt 26.06.2023, og foreldet 26.06.2026."),
)
NAMES = "INSERT INTO item_key (key, item_id) SELECT krav, id FROM work_item"


@dataclass(frozen=True, slots=True)
class Measured:
    listed: float
    """Seconds for the list, its counts by cause and the menu."""
    filtered: float
    """Seconds for the list of one cause."""
    found: float
    """Seconds from a krav in the search box to its page, two requests."""
    queues: float
    """Seconds for what every queue holds."""
    lists: float
    """Seconds for the lists of proposals, and what one person may approve of them."""
    proposals: float
    """Seconds for the first page of one list of 10,000."""
    orders: float
    """Seconds for Legg i kø."""
    improvements: float
    """Seconds for Forslag, measured by what the robot has done."""
    megabytes: float


def measure(new_url: NewUrl) -> Measured:
    url = new_url()
    database = fresh(url)
    with database.begin() as c:
        rates = {"every": WAIT_EVERY, "proposed": PROPOSED_EVERY, "causes": CAUSES}
        many = MANY.format(items=ITEMS, queue=QUEUE, target=TARGET, **rates)
        c.execute(sa.text(many))
        c.execute(sa.text(PLANS), {"plan": PLAN.to_json()})
        c.execute(sa.text(NAMES))
    tidy(database)
    _people(database)
    token = logins.open_session(database, "bench", "bench", ["saksbehandler", "godkjenner", "power"])
    database.close()
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.console", url, str(port)])
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies={"kraftverk": token}, timeout=60) as client:
            _wait(client)
            return Measured(
                _seconds(client, "/oppfoelging"),
                _seconds(client, "/oppfoelging?slag=business&aarsak=CAUSE_7"),
                _seconds(client, f"/soek?krav=PX{ITEMS // 2 + 1}"),
                _seconds(client, "/koer"),
                _seconds(client, "/godkjenninger"),
                _seconds(client, f"/godkjenninger/liste?liste=BYM&rutine={QUEUE}"),
                _seconds(client, "/legg-i-koe"),
                _seconds(client, "/forslag"),
                highest_mb(server.pid),
            )
    finally:
        server.terminate()
        server.wait()


def _people(database: Database) -> None:
    """What people have ordered and proposed."""
    person = Actor("bench", "power")
    for number in range(ORDERS):
        orders.place(database, QUEUE, [f"PX{number * KRAV + n}" for n in range(KRAV)], person, "måling")
    idea = Improvement("Adressevask", "", "", 2000, 12.5, 80, 100, 80.0, 10.0, "", "", Status.VURDERES, None)
    for number in range(IMPROVEMENTS):
        in_use = replace(idea, status=Status.I_DRIFT, automation=QUEUE)
        improvements.add(database, in_use if number >= IMPROVEMENTS - 10 else idea, person, "måling")


def _seconds(client: httpx.Client, path: str) -> float:
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        client.get(path, follow_redirects=True).raise_for_status()
        times.append(time.perf_counter() - start)
    return median(times)


def _wait(client: httpx.Client) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            client.get("/logg-inn").raise_for_status()
            return
        except httpx.ConnectError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)


def _serve(url: str, port: int) -> None:
    office = Office(
        database=Database(url),
        chain=CHAIN,
        fullmakter=Fullmakter([Fullmakt(AS_OF, "godkjenner", "*", 100_000)]),
        evidence=None,  # type: ignore[arg-type]
        automations={QUEUE: AutomationInfo(QUEUE, "Måling", "-", "-", None)},
        explain=lambda code: SimpleNamespace(kort=f"Årsak {code}", tekst=f"Årsak {code}.", forslag="-"),
        today=lambda: AS_OF,
        drain_soon=lambda: None,
        look_up=lambda _asked: Oppslag((), ()),
        hosts=(f"127.0.0.1:{port}",),
        https=False,
        demo=True,
    )
    uvicorn.run(create_app(office), host="127.0.0.1", port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
