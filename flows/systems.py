"""Opens what the automations need, from the settings of this environment: database, connectors, robots."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import httpx

from config.fullmakter import load_fullmakter
from config.settings import Settings, SettingsError, load
from connectors.credentials import BearerToken, Credentials
from connectors.enhetsregisteret.client import EnhetsregisterClient
from connectors.folkeregisteret.client import FolkeregisterClient
from connectors.http import build_client
from connectors.maskinporten import MaskinportenClient, MaskinportenToken
from connectors.pax_filer.reader import read_first_kravnr, read_hendelser, read_krav
from connectors.pilen.client import PilenClient
from connectors.pilen.mapping import PilenKrav
from connectors.retry import CallPolicy
from domain.errors import SystemException
from domain.krav import Kravtype, Tilstand
from flows.facts import FerskKrav, Skyldnere, fetch_skyldnere
from flows.metadata import Metadata
from hub.audit import Chain
from hub.fullmakt import Fullmakt, Fullmakter
from hub.policy import Policy
from hub.release import ReleaseLevel
from hub.retry import RetryPolicy
from hub.storage import migrate, queues, targets
from hub.storage.database import Database
from hub.storage.items import Grace, Items
from hub.storage.views import count_states
from hub.target import TargetSpec
from robots.browser import BrowserPool
from robots.pax.robot import Account, PaxRobot

log = logging.getLogger(__name__)
CHUNK = 500
OSLO = ZoneInfo("Europe/Oslo")


class MergeSystem(Protocol):
    """A system whose krav can be moved between cases."""

    name: str
    settle: float

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]: ...

    async def merge_krav(
        self, maalsak: str, krav: Mapping[str, int], *, idempotency_key: str, before_save: Callable[[], None]
    ) -> None: ...


@dataclass
class PaxMerge:
    """PAX through its screens: no idempotency key and no version, so the window between look and save remains."""

    robot: PaxRobot
    settle: float
    name: str = "PAX"

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        lest = await self.robot.get_krav(kravnumre)
        return {nr: FerskKrav(pax.krav, tuple(pax.hendelser)) for nr, pax in lest.items()}

    async def merge_krav(
        self, maalsak: str, krav: Mapping[str, int], *, idempotency_key: str, before_save: Callable[[], None]
    ) -> None:
        await self.robot.merge_krav(maalsak, list(krav), before_save=before_save)


@dataclass
class PilenMerge:
    """Pilen through its API, which takes an idempotency key and checks the version of each krav."""

    client: PilenClient
    settle: float
    name: str = "PILEN"

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        lest = await self.client.get_krav(kravnumre)
        hendelser = await self.client.get_hendelser(list(lest))
        return {nr: FerskKrav(pilen.krav, tuple(hendelser.get(nr, ())), pilen.versjon) for nr, pilen in lest.items()}

    async def merge_krav(
        self, maalsak: str, krav: Mapping[str, int], *, idempotency_key: str, before_save: Callable[[], None]
    ) -> None:
        before_save()
        await self.client.merge_krav(maalsak, krav, idempotency_key)


@dataclass
class Systems:
    """What one lane of an automation is handed."""

    settings: Settings
    pilen: PilenClient
    folkeregisteret: FolkeregisterClient
    folkeregister_credentials: Credentials
    enhetsregisteret: EnhetsregisterClient
    browsers: BrowserPool
    payload_key: bytes = field(repr=False)
    act_limit: float
    versions: Mapping[str, str] = field(default_factory=dict)
    _pax: PaxRobot | None = None

    def hmac(self, text: str) -> str:
        """A text that may hold personal data, as a word that cannot be turned back."""
        return hmac.new(self.payload_key, text.encode(), hashlib.sha256).hexdigest()

    async def get_skyldnere(self, numre: Iterable[str]) -> Skyldnere:
        return await fetch_skyldnere(numre, self.folkeregisteret, self.enhetsregisteret)

    async def folkeregister_token(self) -> str:
        """A token as the look-ups use it: that Maskinporten knows us can be seen without asking about anybody."""
        return await self.folkeregister_credentials.authorization()

    async def read_pax_uttrekk(self) -> list[FerskKrav]:
        """Every krav of PAX as the nightly extract saw it, with its hendelser."""
        folder = self.settings.systems.pax.files
        krav = await asyncio.to_thread(read_krav, folder / "krav.csv")
        hendelser = await asyncio.to_thread(read_hendelser, folder / "hendelser.csv")
        return [FerskKrav(ett, tuple(hendelser.get(ett.kravnr, ()))) for ett in krav]

    async def list_pilen_krav(
        self, kravtyper: Sequence[Kravtype], tilstander: Sequence[Tilstand]
    ) -> AsyncIterator[FerskKrav]:
        chunk = []
        async for pilen in self.pilen.list_krav(kravtyper, tilstander):
            chunk.append(pilen)
            if len(chunk) == CHUNK:
                for fersk in await self._with_hendelser(chunk):
                    yield fersk
                chunk = []
        for fersk in await self._with_hendelser(chunk):
            yield fersk

    def merge_system(self, target: str) -> MergeSystem:
        if target == "PILEN":
            return PilenMerge(self.pilen, self.settings.systems.pilen.settle)
        if self._pax is None:
            raise SystemException("PAX", "connect", "no account is leased")
        return PaxMerge(self._pax, self.settings.systems.pax.settle)

    async def prepare(self, target: str, account: str | None) -> None:
        """Log in to PAX with the leased account and find every landmark; the other systems need no preparation."""
        if target != "PAX" or account is None:
            return
        if self._pax is not None:
            await self._pax.close()
        password = pax_accounts(self.settings)[account]
        self._pax = PaxRobot(
            self.browsers, self.settings.systems.pax.base_url, Account(account, password), act_limit=self.act_limit
        )
        await self._pax.login()
        try:
            known = await asyncio.to_thread(read_first_kravnr, self.settings.systems.pax.files / "krav.csv")
        except SystemException as error:
            log.warning("%s; the pages of a krav are not looked at beforehand", error)
            known = None
        await self._pax.check_landmarks(known)

    async def picture(self, target: str) -> tuple[bytes | None, str | None]:
        if target != "PAX" or self._pax is None:
            return None, "the system has no screens"
        picture = await self._pax.picture()
        return picture.png, picture.reason

    async def abandon(self) -> None:
        if self._pax is not None:
            await self._pax.close()
            self._pax = None

    async def close(self) -> None:
        pax, self._pax = self._pax, None
        try:
            if pax is not None:
                await pax.logout()
        except SystemException as error:  # the session ends by itself, and the work is done
            log.warning("%s", error)

    async def _with_hendelser(self, chunk: Sequence[PilenKrav]) -> list[FerskKrav]:
        hendelser = await self.pilen.get_hendelser([pilen.krav.kravnr for pilen in chunk])
        return [FerskKrav(p.krav, tuple(hendelser.get(p.krav.kravnr, ())), p.versjon) for p in chunk]


@dataclass
class Installation:
    """This environment, opened: settings, the hub's database and its keys."""

    settings: Settings
    database: Database
    chain: Chain

    @classmethod
    def open(cls, settings: Settings | None = None) -> Installation:
        """Raises SettingsError, or WrongVersion when the database is older or newer than the code."""
        settings = settings or load()
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
        policy = self.policy(queue)
        return Items(self.database, self.chain).take_back(queue, Grace(policy.grace), policy.retry)

    def sweep_pictures(self) -> None:
        """Delete pictures of erased items that are left on this machine."""
        if left := Items(self.database, self.chain).sweep_pictures(self.evidence_dir):
            log.warning("%s pictures of erased items were still here, and are deleted", left)

    def fullmakter(self) -> Fullmakter:
        """Up to which amount each role may approve. Raises SettingsError."""
        return Fullmakter(
            [
                Fullmakt(linje.gyldig_fra, linje.rolle, linje.kravtype, linje.til_og_med_oere)
                for linje in load_fullmakter()
            ]
        )

    def states(self) -> dict[str, int]:
        """How many items there are in each state, of every queue."""
        with self.database.read() as c:
            return count_states(c)

    def policy(self, queue: str) -> Policy:
        values = self.settings.queue(queue)
        systems = self.settings.systems
        return Policy(
            lease=values.lease,
            act_limit=values.act_limit,
            attempt_limit=values.attempt_limit,
            settle=max(systems.pax.settle, systems.pilen.settle),
            breaker_pause=values.breaker_pause,
            max_effects=values.max_effects,
            sample_share=values.sample_share,
            retry=RetryPolicy(max_attempts=values.max_attempts, backoff=values.backoff, free_wait=values.free_wait),
            version=hashlib.sha256(values.model_dump_json().encode()).hexdigest()[:12],
        )

    def targets(self, metadata: Metadata) -> tuple[TargetSpec, ...]:
        """The automation's targets with their accounts and hours; makes the hub know of them."""
        queues.ensure(self.database, metadata.name, ReleaseLevel(self.settings.release_level))
        specs = tuple(self._spec(name, needs) for name, needs in metadata.systems.items())
        for name in sorted({need for spec in specs for need in spec.needs}):
            accounts = next((spec.accounts for spec in specs if spec.name == name), ())
            targets.ensure(self.database, name, accounts)
        return specs

    @asynccontextmanager
    async def workshop(self, queue: str) -> AsyncIterator[Callable[[], AbstractAsyncContextManager[Systems]]]:
        """What the lanes of one drain share: one HTTP client and one browser. Yields the way to open a lane."""
        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(build_client())
            browser = self.settings.browser
            browsers = BrowserPool(browser=str(browser.path) if browser.path else None, headed=browser.headed)
            await stack.enter_async_context(browsers)
            maskinporten = self._maskinporten(http)

            @asynccontextmanager
            async def open_lane() -> AsyncIterator[Systems]:
                systems = self._systems(http, browsers, maskinporten, self.policy(queue))
                try:
                    yield systems
                finally:
                    await systems.close()

            yield open_lane

    def _spec(self, name: str, needs: tuple[str, ...]) -> TargetSpec:
        if name == "PAX":
            hours = self.settings.systems.pax.hours
            return TargetSpec(name, needs, tuple(pax_accounts(self.settings)), hours.opens, hours.closes)
        hours = self.settings.systems.pilen.hours
        return TargetSpec(name, needs, (), hours.opens, hours.closes)

    def _maskinporten(self, http: httpx.AsyncClient) -> MaskinportenClient:
        values = self.settings.systems.maskinporten
        return MaskinportenClient(
            values.token_url,
            values.issuer,
            values.client_id,
            values.kid,
            lambda: self.settings.secret("maskinporten.pem"),
            http,
            CallPolicy(),
        )

    def _systems(
        self, http: httpx.AsyncClient, browsers: BrowserPool, maskinporten: MaskinportenClient, policy: Policy
    ) -> Systems:
        values = self.settings.systems
        folkeregister_token = MaskinportenToken(maskinporten, values.folkeregisteret.scope)
        enhetsregister_token = MaskinportenToken(maskinporten, values.enhetsregisteret.scope)
        pilen_token = BearerToken(self.settings.secret("pilen.token"))
        return Systems(
            settings=self.settings,
            pilen=PilenClient(values.pilen.base_url, http, CallPolicy(), pilen_token),
            folkeregisteret=FolkeregisterClient(
                values.folkeregisteret.base_url, http, CallPolicy(), folkeregister_token
            ),
            folkeregister_credentials=folkeregister_token,
            enhetsregisteret=EnhetsregisterClient(
                values.enhetsregisteret.base_url,
                values.enhetsregisteret.authorised_base_url,
                http,
                CallPolicy(),
                enhetsregister_token,
            ),
            browsers=browsers,
            act_limit=policy.act_limit,
            payload_key=self.settings.secret("payload.key").encode(),
            versions={"kraftverk": version("kraftverk"), "policy": policy.version},
        )


def pax_accounts(settings: Settings) -> dict[str, str]:
    """Robot account -> password, from the secret «pax.json»."""
    try:
        accounts: dict[str, str] = dict(json.loads(settings.secret("pax.json")))
    except (ValueError, TypeError):
        raise SettingsError('The secret «pax.json» cannot be read: write it as {"robot1": "its password"}.') from None
    return accounts
