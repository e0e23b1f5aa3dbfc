"""This environment, opened from its settings: the hub's database and keys, and the systems to work with."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import httpx

from config.aarsaker import Aarsak, explain
from config.fullmakter import load_fullmakter
from config.settings import Hours, Settings, SettingsError, load
from connectors.altinn_varsling.client import AltinnVarslingClient
from connectors.altinn_varsling.token import AltinnToken
from connectors.credentials import BasicLogin, BearerToken
from connectors.enhetsregisteret.client import EnhetsregisterClient
from connectors.folkeregisteret.client import FolkeregisterClient
from connectors.grunnboken.client import GrunnbokClient
from connectors.http import build_client
from connectors.isypa_filer.files import IsypaFiler
from connectors.krr.client import KrrClient
from connectors.maskinporten import MaskinportenClient, MaskinportenToken
from connectors.matrikkelen.client import MatrikkelClient
from connectors.pax_filer.reader import read_first_kravnr
from connectors.pilen.client import PilenClient
from connectors.pilen.kontoer import KontoClient
from connectors.procasso.client import ProcassoClient
from connectors.procasso.innfordringer import InnfordringClient
from connectors.retry import CallPolicy
from connectors.soap import UsernameToken
from connectors.svarut.client import Integrasjon, SvarUtClient
from domain.kalender import OSLO
from domain.krav import Kravtype, Tilstand
from domain.rente import Avregning
from domain.rentetabell import Dagtelling
from domain.smsvarsel import Smsregler
from flows.brev.fakta import Avsender
from flows.eierskifte.registre import Eiendomsregistre
from flows.fagsystemer import PilenSystem, ProcassoSystem
from flows.metadata import Metadata
from flows.regler import Regler
from flows.satser import load_satser, satser_version
from flows.systems import Screens, Systems
from hub.audit import Chain
from hub.fullmakt import Fullmakt, Fullmakter
from hub.policy import Policy
from hub.release import ReleaseLevel
from hub.retry import RetryPolicy
from hub.storage import completed, memos, migrate, queues, targets
from hub.storage.database import Database
from hub.storage.items import Grace, Items
from hub.storage.views import count_states
from hub.target import TargetSpec
from robots.browser import BrowserPool
from robots.pax.robot import Account, PaxRobot
from robots.procasso.robot import ProcassoRobot

log = logging.getLogger(__name__)


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

    def explain(self, code: str) -> Aarsak:
        """What a saksbehandler reads for a reason code."""
        return explain(code)

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
            settle=max(
                systems.pax.settle,
                systems.pilen.settle,
                systems.procasso.settle,
                systems.svarut.settle,
                systems.altinn.settle,
                systems.isypa.settle,
            ),
            breaker_pause=values.breaker_pause,
            max_effects=values.max_effects,
            sample_share=values.sample_share,
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
        """What the lanes of one drain share: one HTTP client and one browser. Yields the way to open a lane."""
        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(build_client())
            browser = self.settings.browser
            browsers = BrowserPool(browser=str(browser.path) if browser.path else None, headed=browser.headed)
            await stack.enter_async_context(browsers)
            maskinporten = self._maskinporten(http)

            @asynccontextmanager
            async def open_lane() -> AsyncIterator[Systems]:
                systems = self._systems(http, browsers, maskinporten, queue)
                try:
                    yield systems
                finally:
                    await systems.close()

            yield open_lane

    def _spec(self, name: str, needs: tuple[str, ...], by_robot: bool) -> TargetSpec:
        systems = self.settings.systems
        hours = {"PAX": systems.pax.hours, "PILEN": systems.pilen.hours, "PROCASSO": systems.procasso.hours}
        hours_of = hours.get(name, Hours())
        accounts = tuple(robot_accounts(self.settings, name)) if by_robot else ()
        return TargetSpec(name, needs, accounts, hours_of.opens, hours_of.closes)

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
        self, http: httpx.AsyncClient, browsers: BrowserPool, maskinporten: MaskinportenClient, queue: str
    ) -> Systems:
        policy = self.policy(queue)
        values = self.settings.systems
        folkeregister_token = MaskinportenToken(maskinporten, values.folkeregisteret.scope)
        enhetsregister_token = MaskinportenToken(maskinporten, values.enhetsregisteret.scope)
        pilen = PilenClient(values.pilen.base_url, http, CallPolicy(), self._token("pilen.token"))
        procasso = ProcassoClient(values.procasso.base_url, http, CallPolicy(), self._token("procasso.token"))
        return Systems(
            pilen=PilenSystem(pilen, values.pilen.settle),
            procasso=ProcassoSystem(procasso, values.procasso.settle),
            kontoer=KontoClient(values.pilen.base_url, http, CallPolicy(), self._token("pilen.token")),
            innfordringer=InnfordringClient(
                values.procasso.base_url, http, CallPolicy(), self._token("procasso.token")
            ),
            svarut=self._svarut(http, maskinporten),
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
            krr=KrrClient(values.krr.base_url, http, CallPolicy(), MaskinportenToken(maskinporten, values.krr.scope)),
            altinn=self._altinn(http, maskinporten),
            smsregler=self.smsregler(),
            isypa=IsypaFiler(values.isypa.files),
            eiendom=self._eiendom(http),
            pax_files=values.pax.files,
            screens={
                "PAX": self._pax(browsers, policy.act_limit),
                "PROCASSO": self._procasso_screens(procasso, browsers, policy.act_limit),
            },
            settle={
                "PAX": values.pax.settle,
                "PILEN": values.pilen.settle,
                "PROCASSO": values.procasso.settle,
                "SVARUT": values.svarut.settle,
                "ALTINN": values.altinn.settle,
                "ISYPA": values.isypa.settle,
            },
            regler=self.regler(),
            avsender=Avsender(**self.settings.avsender.model_dump()),
            payload_key=self.settings.secret("payload.key").encode(),
            today=lambda: self.today,
            read_memos=partial(memos.read, self.database, queue),
            read_completed=partial(completed.read, self.database, queue),
            versions={"kraftverk": version("kraftverk"), "policy": policy.version, "satser": satser_version()},
        )

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
        )

    def smsregler(self) -> Smsregler:
        values = self.settings.regler
        return Smsregler(values.sms_after_days, values.sms_held_back, values.sms_measure_days)

    def _altinn(self, http: httpx.AsyncClient, maskinporten: MaskinportenClient) -> AltinnVarslingClient:
        values = self.settings.systems.altinn
        own = MaskinportenToken(maskinporten, values.scope)
        token = AltinnToken(values.authentication_url, http, CallPolicy(), own)
        return AltinnVarslingClient(values.base_url, http, CallPolicy(), token, values.avsender)

    def _token(self, secret: str) -> BearerToken:
        return BearerToken(self.settings.secret(secret))

    def _svarut(self, http: httpx.AsyncClient, maskinporten: MaskinportenClient) -> SvarUtClient:
        values = self.settings.systems.svarut
        token = MaskinportenToken(maskinporten, values.scope)
        try:
            login = Integrasjon(**json.loads(self.settings.secret("svarut.json")))
        except (ValueError, TypeError):
            told = 'The secret «svarut.json» cannot be read: write it as {"id": "…", "passord": "…"}.'
            raise SettingsError(told) from None
        return SvarUtClient(values.base_url, values.konto_id, http, CallPolicy(), token, login)

    def _eiendom(self, http: httpx.AsyncClient) -> Eiendomsregistre:
        values = self.settings.systems
        matrikkelen, grunnboken = values.matrikkelen, values.grunnboken
        return Eiendomsregistre(
            MatrikkelClient(
                matrikkelen.base_url,
                http,
                CallPolicy(),
                BasicLogin(*self._login("matrikkel.json")),
                klient=matrikkelen.klient,
                system_version=matrikkelen.system_version,
            ),
            GrunnbokClient(
                grunnboken.base_url,
                http,
                CallPolicy(),
                UsernameToken(*self._login("grunnbok.json")),
                klient=grunnboken.klient,
                system_version=grunnboken.system_version,
            ),
            matrikkelen.kommune,
            values.eierskjema.files,
        )

    def _login(self, secret: str) -> tuple[str, str]:
        try:
            login = json.loads(self.settings.secret(secret))
            return login["bruker"], login["passord"]
        except (ValueError, TypeError, KeyError):
            told = f'The secret «{secret}» cannot be read: write it as {{"bruker": "…", "passord": "…"}}.'
            raise SettingsError(told) from None

    def _pax(self, browsers: BrowserPool, act_limit: float) -> Screens:
        values = self.settings.systems.pax

        def robot(account: str) -> PaxRobot:
            known = Account(account, robot_accounts(self.settings, "PAX")[account])
            return PaxRobot(browsers, values.base_url, known, act_limit=act_limit)

        async def known_krav() -> str | None:
            return await asyncio.to_thread(read_first_kravnr, values.files / "krav.csv")

        return Screens(robot, known_krav)

    def _procasso_screens(self, procasso: ProcassoClient, browsers: BrowserPool, act_limit: float) -> Screens:
        values = self.settings.systems.procasso

        def robot(account: str) -> ProcassoRobot:
            known = Account(account, robot_accounts(self.settings, "PROCASSO")[account])
            return ProcassoRobot(browsers, values.screens_url, known, act_limit=act_limit)

        async def known_krav() -> str | None:
            async for krav in procasso.list_krav(Kravtype, [Tilstand.AAPEN]):
                return krav.krav.kravnr
            return None

        return Screens(robot, known_krav)


def robot_accounts(settings: Settings, system: str) -> dict[str, str]:
    """Robot account -> password, from the secret «pax.json» or «procasso.json». Raises SettingsError."""
    name = f"{system.lower()}.json"
    try:
        accounts: dict[str, str] = dict(json.loads(settings.secret(name)))
    except (ValueError, TypeError):
        told = f'The secret «{name}» cannot be read: write it as {{"robot1": "its password"}}.'
        raise SettingsError(told) from None
    return accounts
