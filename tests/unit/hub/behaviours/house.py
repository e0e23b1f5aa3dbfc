"""A small house to test in: a database, a world and an automation, with the settings of a hurried night."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hub.audit import Actor, Chain
from hub.automation import Line
from hub.drain import Drain, Order
from hub.policy import Policy
from hub.release import ReleaseLevel
from hub.retry import RetryPolicy
from hub.storage import queues, runs, schema, targets, triggers
from hub.storage.by_hand import ByHand
from hub.storage.claims import Claimed, Claims, Outcome, StepEntry, Wanted
from hub.storage.database import Database
from hub.storage.intake import Taken, take_in
from hub.storage.items import Items
from hub.target import TargetSpec
from tests.unit.hub.fake_world import MoveAutomation, World, arbeid

NIGHT = date(2026, 11, 23)
QUEUE = "move"
KARI, OLA = Actor("kari", "power"), Actor("ola", "power")
HURRY = RetryPolicy(max_attempts=5, backoff=0.0, free_wait=0.0)


ANSWER_TIME = timedelta(days=7)


class HurriedPolicy(Policy):
    """What may be on its way in a world of ours is there at once."""

    def grace(self, systems: Collection[str]) -> float:
        return super().grace(systems) - self.act_limit


def night(n: int) -> date:
    """Night number `n`, the first being 0."""
    return NIGHT + timedelta(days=n)


@dataclass
class House:
    database: Database
    evidence: Path
    chain: Chain = field(default_factory=lambda: Chain(b"k" * 32))
    world: World = field(default_factory=World)
    automation: MoveAutomation = field(default_factory=MoveAutomation)
    policy: Policy = field(default_factory=lambda: HurriedPolicy(lease=20.0, act_limit=5.0, retry=HURRY))
    specs: tuple[TargetSpec, ...] = (TargetSpec("WORLD", ("WORLD",)),)
    run_id: int = 0
    _opened: list[Claims] = field(default_factory=list)

    def __post_init__(self) -> None:
        queues.ensure(self.database, QUEUE, ReleaseLevel.LIVE)
        self.know_targets()
        self.run_id = runs.begin(self.database, QUEUE, "drain", NIGHT, "test", None)

    @property
    def items(self) -> Items:
        return Items(self.database, self.chain)

    @property
    def people(self) -> ByHand:
        return ByHand(self.database, self.chain)

    def know_targets(self) -> None:
        for spec in self.specs:
            for name in {spec.name, *spec.needs}:
                targets.ensure(self.database, name, spec.accounts if name == spec.name else ())

    def find(self, *lines: Line, as_of: date = NIGHT, max_effects: int = 5_000, ordered_by: str = "test") -> Taken:
        """A find of these lines that comes to its end."""
        run_id = runs.begin(self.database, QUEUE, "find", as_of, ordered_by, None)
        taken = take_in(self.database, self.chain, QUEUE, run_id, lines, as_of, max_effects, as_of + ANSWER_TIME)
        runs.end(self.database, run_id, "completed")
        return taken

    def queue(self, *krav: str, as_of: date = NIGHT) -> None:
        """One ready item for each krav, which stands in `old`."""
        self.world.krav.update(dict.fromkeys(krav, "old"))
        self.find(*(arbeid(nr) for nr in krav), as_of=as_of)

    async def drain(self, as_of: date = NIGHT, **order: Any) -> dict[str, int]:
        """One run, by a worker of its own; returns how many attempts ended in which way."""
        run_id = runs.begin(self.database, QUEUE, "drain", as_of, order.pop("ordered_by", "test"), None)
        drain = Drain(
            self.database,
            self.chain,
            QUEUE,
            self.automation,
            self.policy,
            self.specs,
            order.pop("open_systems", self.world.open),
            self.evidence,
            order.pop("progress", None),
        )
        counts = dict(await drain.run(Order(as_of, run_id, **order)))
        runs.end_drain(self.database, run_id, "completed")
        return counts

    def claims(self, lease: float | None = None) -> Claims:
        """A worker's hand on the hot path; closed with the house."""
        opened = Claims(self.database, self.chain, lease or self.policy.lease)
        self._opened.append(opened)
        return opened

    def claim(self, claims: Claims | None = None, holder: str = "worker", targets: tuple[str, ...] = ()) -> Claimed:
        held = self.try_claim(claims, holder, targets)
        assert held is not None, "nothing to claim"
        return held

    def try_claim(
        self, claims: Claims | None = None, holder: str = "worker", targets: tuple[str, ...] = ()
    ) -> Claimed | None:
        wanted = Wanted(QUEUE, targets or tuple(spec.name for spec in self.specs), holder, self.run_id)
        return (claims or self.claims()).claim(wanted)

    def plan_steps(
        self, *keys: str, started: bool = False, done: bool = False, system: str = "WORLD"
    ) -> list[StepEntry]:
        """The ledger of a plan with these effects, as far as said."""
        effects = [{"key": key, "system": system, "before": {}, "after": {}} for key in keys]
        plan = {"result": "MOVED", "krav": [], "rules": [], "as_of": NIGHT.isoformat(), "effects": effects}
        entries = [StepEntry("plan", "MOVED", json.dumps(plan))]
        entries += [StepEntry("started", key, json.dumps({"system": system})) for key in keys if started or done]
        return entries + [StepEntry("done", key) for key in keys if done]

    def expire(self, item_id: int) -> None:
        """As if the lease had run out a little while ago."""
        self.sql("UPDATE work_item SET lease_until = lease_until - 1000 WHERE id = :id", id=item_id)

    def take_back(self, **under_way: float) -> int:
        """`under_way`: seconds, of each system."""
        return self.items.take_back(QUEUE, replace(self.policy, under_way=under_way or self.policy.under_way))

    def finish(self, claims: Claims, held: Claimed, outcome: Outcome) -> None:
        claims.finish(held, outcome, NIGHT)

    def item(self, item_id: int = 1) -> Row[Any]:
        return next(row for row in self.rows("work_item") if row.id == item_id)

    def states(self) -> dict[str, int]:
        """How many items stand in each state, those that wait by why."""
        out: dict[str, int] = {}
        for row in self.rows("work_item"):
            out[row.waiting_kind or row.state] = out.get(row.waiting_kind or row.state, 0) + 1
        return out

    def rows(self, table: str, **where: Any) -> list[Row[Any]]:
        """Rows in the order they were written."""
        found = schema.metadata.tables[table]
        order = [column for name in ("item_id", "id", "seq", "no") if (column := found.c.get(name)) is not None]
        query = sa.select(found).filter_by(**where).order_by(*order)
        with self.database.read() as c:
            return list(c.execute(query))

    def kinds(self, item_id: int = 1) -> list[str]:
        """The ledger of an item, as words."""
        return [row.kind for row in self.rows("step", item_id=item_id)]

    def sql(self, text: str, **values: Any) -> None:
        """What a person with a database tool could do."""
        with self.database.begin() as c:
            c.execute(sa.text(text), values)

    @contextmanager
    def without_triggers(self) -> Iterator[Connection]:
        """What a person who may change the tables could do."""
        with self.database.begin() as c:
            for statement in triggers.drop_triggers(self.database.dialect):
                c.exec_driver_sql(statement)
            yield c
            for statement in triggers.triggers(self.database.dialect):
                c.exec_driver_sql(statement)

    def everything(self) -> str:
        """All that is stored: every row of every table, and on SQLite every byte of its files."""
        text = []
        with self.database.read() as c:
            for table in schema.metadata.sorted_tables:
                text += [repr(tuple(row)) for row in c.execute(sa.select(table))]
        if self.database.dialect == "sqlite":
            file = Path(str(self.database.engine.url.database))
            text += [part.read_bytes().decode("latin-1") for part in file.parent.glob(f"{file.name}*")]
        return "\n".join(text)

    def close(self) -> None:
        for claims in self._opened:
            claims.close()
