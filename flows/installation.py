"""This environment, opened from its settings: the hub's database and keys, and the systems to work with."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from config.aarsaker import Aarsak, explain
from config.settings import Hours, Settings, SettingsError, load
from connectors.http import keep_answered
from domain.kalender import OSLO
from domain.rente import Avregning
from domain.rentetabell import Dagtelling
from domain.smsvarsel import Smsregler
from flows import registry
from flows.metadata import Metadata
from flows.regler import Regler
from flows.satser import load_satser, satser_version
from flows.systems import Systems
from flows.workshop import open_workshop, robot_accounts
from hub.audit import Chain
from hub.policy import Policy
from hub.release import ReleaseLevel
from hub.retry import RetryPolicy
from hub.storage import begun, beslutninger, completed, memos, migrate, queues, targets, unfinished
from hub.storage.database import Database
from hub.storage.items import Items
from hub.storage.mass_retries import MassRetries
from hub.storage.views import count_states
from hub.target import TargetSpec

log = logging.getLogger(__name__)


def find_unknown_queue(settings: Settings) -> str | None:
    """What is wrong with the limits of automations: those of one that there is not would hold for none."""
    unknown = sorted(settings.queues.keys() - registry.MODULES.keys())
    return (
        f"[queues.{unknown[0]}] names no automation: choose one of {', '.join(registry.MODULES)}" if unknown else None
    )


@dataclass
class Installation:
    """This environment, opened: settings, the hub's database and its keys."""

    settings: Settings
    database: Database
    chain: Chain

    @classmethod
    def open(cls, settings: Settings | None = None) -> Installation:
        """Raises SettingsError, or WrongVersion when the database is older or newer than the code, or not there."""
        settings = settings or load()
        if fault := find_unknown_queue(settings):
            raise SettingsError(f"{fault}.")
        database = Database(settings.database)
        migrate.check(database)
        return cls(settings, database, Chain(settings.secret("audit.key").encode()))

    @property
    def today(self) -> date:
        """The date in Oslo, or the fixed one of an invented world."""
        return self.settings.as_of or datetime.now(OSLO).date()

    @property
    def evidence_dir(self) -> Path:
        return self.settings.state / "evidence"

    def take_back(self, queue: str) -> int:
        """Take back what workers that went silent held; how many items."""
        return Items(self.database, self.chain).take_back(queue, self.policy(queue))

    def pending(self, queue: str, within: float = 0.0) -> int:
        """How many items run, or may be claimed within so many seconds."""
        return sum(Items(self.database, self.chain).pending(queue, within).values())

    def release_more(self) -> None:
        """Let the mass retries of every queue go on."""
        MassRetries(self.database, self.chain).step()

    def sweep_pictures(self) -> None:
        """Delete pictures of erased items that are left on this machine."""
        if left := Items(self.database, self.chain).sweep_pictures(self.evidence_dir):
            log.warning("%s pictures of erased items were still here, and are deleted", left)

    def explain(self, code: str) -> Aarsak:
        """What a saksbehandler reads for a reason code."""
        return explain(code)

    def states(self) -> dict[str, int]:
        """How many items there are in each state, of every queue."""
        with self.database.read() as c:
            return count_states(c)

    def policy(self, queue: str) -> Policy:
        values = self.settings.queue(queue)
        return Policy(
            lease=values.lease,
            act_limit=values.act_limit,
            attempt_limit=values.attempt_limit,
            under_way=self.settings.systems.under_way(),
            breaker_pause=values.breaker_pause,
            max_effects=values.max_effects,
            sample_share=values.sample_share,
            answer_days=values.answer_days,
            retry=RetryPolicy(max_attempts=values.max_attempts, backoff=values.backoff, free_wait=values.free_wait),
            version=hashlib.sha256(values.model_dump_json().encode()).hexdigest()[:12],
        )

    def targets(self, metadata: Metadata) -> tuple[TargetSpec, ...]:
        """The automation's targets with their accounts and hours; makes the hub know of them."""
        queues.ensure(self.database, metadata.name, ReleaseLevel(self.settings.release_level))
        specs = tuple(self._spec(name, needs, name in metadata.robots) for name, needs in metadata.systems.items())
        for name in sorted({need for spec in specs for need in spec.needs}):
            accounts = next((spec.accounts for spec in specs if spec.name == name), ())
            targets.ensure(self.database, name, accounts)
        return specs

    @asynccontextmanager
    async def workshop(self, queue: str) -> AsyncIterator[Callable[[], AbstractAsyncContextManager[Systems]]]:
        """What the lanes of one drain share. Yields the way to open a lane."""
        policy = self.policy(queue)
        async with open_workshop(self.settings) as shared:

            @asynccontextmanager
            async def open_lane() -> AsyncIterator[Systems]:
                systems = shared.systems(
                    act_limit=policy.act_limit,
                    regler=self.regler(),
                    smsregler=self.smsregler(),
                    today=lambda: self.today,
                    read_memos=partial(memos.read, self.database, queue),
                    read_completed=partial(completed.read, self.database, queue),
                    read_begun=partial(begun.read, self.database, queue),
                    read_unfinished=partial(unfinished.read, self.database, queue),
                    read_beslutninger=partial(beslutninger.read_all, self.database),
                    find_beslutning=partial(beslutninger.find_newest, self.database),
                    versions={"kraftverk": version("kraftverk"), "policy": policy.version, "satser": satser_version()},
                )
                systems.answered = keep_answered()
                try:
                    yield systems
                finally:
                    await systems.close()

            yield open_lane

    def _spec(self, name: str, needs: tuple[str, ...], by_robot: bool) -> TargetSpec:
        hours = self.settings.systems.hours().get(name, Hours())
        accounts = tuple(robot_accounts(self.settings, name)) if by_robot else ()
        return TargetSpec(name, needs, accounts, hours.opens, hours.closes)

    def regler(self) -> Regler:
        """Raises SettingsError when the dated rates cannot be read."""
        values = self.settings.regler
        return Regler(
            satser=load_satser(),
            day_count=Dagtelling(values.day_count),
            allocation=Avregning(values.allocation),
            warn_days=values.warn_days,
            hold_stale_days=values.hold_stale_days,
            reissue_days=values.reissue_days,
            konkurs_uker=values.konkurs_uker,
            proklama_margin=values.proklama_margin,
            complete_days=values.complete_days,
            owner_complete_days=values.owner_complete_days,
        )

    def smsregler(self) -> Smsregler:
        values = self.settings.regler
        return Smsregler(values.sms_after_days, values.sms_held_back, values.sms_measure_days)
