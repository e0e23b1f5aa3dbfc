"""The outside systems of this environment, put together from its settings."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

import httpx

from config.settings import Settings, SettingsError
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
from connectors.pace import Pace
from connectors.pax_filer.reader import read_open_kravnr
from connectors.pilen.client import PilenClient
from connectors.pilen.kontoer import KontoClient
from connectors.procasso.client import ProcassoClient
from connectors.procasso.innfordringer import InnfordringClient
from connectors.retry import CallPolicy
from connectors.soap import UsernameToken
from connectors.svarut.client import Integrasjon, SvarUtClient
from connectors.varsling import epost, teams
from connectors.varsling.epost import Epost, Postserver
from connectors.varsling.melding import Kanal
from connectors.varsling.teams import Teams
from domain.errors import SystemException
from domain.krav import Kravtype, Tilstand
from domain.smsvarsel import Smsregler
from flows.brev.fakta import Avsender
from flows.eierskifte.registre import Eiendomsregistre
from flows.fagsystemer import PilenSystem, ProcassoSystem
from flows.regler import Regler
from flows.systems import Screens, Systems
from hub.automation import Plan
from hub.beslutning import Beslutning
from robots.browser import BrowserPool
from robots.pax.robot import Account, PaxRobot
from robots.procasso.robot import ProcassoRobot


@asynccontextmanager
async def open_workshop(settings: Settings) -> AsyncIterator[Workshop]:
    """Open what is shared, and close it."""
    browser = settings.browser
    browsers = BrowserPool(browser=str(browser.path) if browser.path else None, headed=browser.headed)
    async with build_client() as http, browsers:
        yield Workshop(settings, http, browsers, make_maskinporten(settings, http))


def make_maskinporten(
    settings: Settings, http: httpx.AsyncClient, policy: CallPolicy | None = None
) -> MaskinportenClient:
    """Maskinporten as it knows us; the key is read anew for every token."""
    values = settings.systems.maskinporten
    return MaskinportenClient(
        values.token_url,
        values.issuer,
        values.client_id,
        values.kid,
        lambda: settings.secret("maskinporten.pem"),
        http,
        policy or CallPolicy(),
    )


@dataclass
class Workshop:
    """What the lanes of one drain share: one HTTP client, one browser, a token of each scope, a pace for each register.

    Raises SettingsError, as it builds, when a secret is missing or cannot be read.
    """

    settings: Settings
    http: httpx.AsyncClient
    browsers: BrowserPool
    maskinporten: MaskinportenClient

    def __post_init__(self) -> None:
        values = self.settings.systems
        self._folkeregisteret = _policy(values.folkeregisteret.per_second)
        self._enhetsregisteret = _policy(values.enhetsregisteret.per_second)

    def systems(
        self,
        *,
        act_limit: float,
        regler: Regler,
        smsregler: Smsregler,
        today: Callable[[], date],
        read_memos: Callable[[], dict[str, str]],
        read_completed: Callable[[str], dict[str, date]],
        read_begun: Callable[[Iterable[str]], list[tuple[str, Plan]]],
        read_unfinished: Callable[[], frozenset[str]],
        read_beslutninger: Callable[[str], tuple[Beslutning, ...]],
        find_beslutning: Callable[[str, str], Beslutning | None],
        versions: Mapping[str, str],
    ) -> Systems:
        """One lane's. The rest is what the hub and the rules have for its automation."""
        values, http = self.settings.systems, self.http
        folkeregister_token = MaskinportenToken(self.maskinporten, values.folkeregisteret.scope)
        enhetsregister_token = MaskinportenToken(self.maskinporten, values.enhetsregisteret.scope)
        pilen = PilenClient(values.pilen.base_url, http, CallPolicy(), self._token("pilen.token"))
        procasso = ProcassoClient(values.procasso.base_url, http, CallPolicy(), self._token("procasso.token"))
        return Systems(
            pilen=PilenSystem(pilen, values.pilen.settle),
            procasso=ProcassoSystem(procasso, values.procasso.settle),
            kontoer=KontoClient(values.pilen.base_url, http, CallPolicy(), self._token("pilen.token")),
            innfordringer=InnfordringClient(
                values.procasso.base_url, http, CallPolicy(), self._token("procasso.token")
            ),
            svarut=self._svarut(),
            folkeregisteret=FolkeregisterClient(
                values.folkeregisteret.base_url, http, self._folkeregisteret, folkeregister_token
            ),
            folkeregister_credentials=folkeregister_token,
            enhetsregisteret=EnhetsregisterClient(
                values.enhetsregisteret.base_url,
                values.enhetsregisteret.authorised_base_url,
                http,
                self._enhetsregisteret,
                enhetsregister_token,
            ),
            krr=KrrClient(
                values.krr.base_url, http, CallPolicy(), MaskinportenToken(self.maskinporten, values.krr.scope)
            ),
            altinn=self._altinn(),
            isypa=IsypaFiler(values.isypa.files),
            eiendom=self._eiendom(),
            pax_files=values.pax.files,
            screens={"PAX": self._pax(act_limit), "PROCASSO": self._procasso_screens(procasso, act_limit)},
            settle=values.settle(),
            avsender=Avsender(**self.settings.avsender.model_dump()),
            payload_key=self.settings.secret("payload.key").encode(),
            regler=regler,
            smsregler=smsregler,
            today=today,
            read_memos=read_memos,
            read_completed=read_completed,
            read_begun=read_begun,
            read_unfinished=read_unfinished,
            read_beslutninger=read_beslutninger,
            find_beslutning=find_beslutning,
            versions=versions,
        )

    def _altinn(self) -> AltinnVarslingClient:
        values = self.settings.systems.altinn
        own = MaskinportenToken(self.maskinporten, values.scope)
        token = AltinnToken(values.authentication_url, self.http, CallPolicy(), own)
        return AltinnVarslingClient(values.base_url, self.http, CallPolicy(), token, values.avsender)

    def _token(self, secret: str) -> BearerToken:
        return BearerToken(self.settings.secret(secret))

    def _svarut(self) -> SvarUtClient:
        values = self.settings.systems.svarut
        token = MaskinportenToken(self.maskinporten, values.scope)
        try:
            login = Integrasjon(**json.loads(self.settings.secret("svarut.json")))
        except (ValueError, TypeError):
            told = 'The secret «svarut.json» cannot be read: write it as {"id": "…", "passord": "…"}.'
            raise SettingsError(told) from None
        return SvarUtClient(values.base_url, values.konto_id, self.http, CallPolicy(), token, login)

    def _eiendom(self) -> Eiendomsregistre:
        values = self.settings.systems
        matrikkelen, grunnboken = values.matrikkelen, values.grunnboken
        return Eiendomsregistre(
            MatrikkelClient(
                matrikkelen.base_url,
                self.http,
                CallPolicy(),
                BasicLogin(*self._login("matrikkel.json")),
                klient=matrikkelen.klient,
                system_version=matrikkelen.system_version,
            ),
            GrunnbokClient(
                grunnboken.base_url,
                self.http,
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

    def _pax(self, act_limit: float) -> Screens:
        values = self.settings.systems.pax

        def robot(account: str) -> PaxRobot:
            known = Account(account, robot_accounts(self.settings, "PAX")[account])
            return PaxRobot(self.browsers, values.base_url, known, act_limit=act_limit)

        async def known_krav() -> str | None:
            return await asyncio.to_thread(read_open_kravnr, values.files / "krav.csv")

        return Screens(robot, known_krav)

    def _procasso_screens(self, procasso: ProcassoClient, act_limit: float) -> Screens:
        values = self.settings.systems.procasso

        def robot(account: str) -> ProcassoRobot:
            known = Account(account, robot_accounts(self.settings, "PROCASSO")[account])
            return ProcassoRobot(self.browsers, values.screens_url, known, act_limit=act_limit)

        async def known_krav() -> str | None:
            async for krav in procasso.list_krav(Kravtype, [Tilstand.AAPEN]):
                return krav.krav.kravnr
            return None

        return Screens(robot, known_krav)


def kanaler(settings: Settings, http: httpx.AsyncClient) -> list[Kanal]:
    """The channels that are set. Their secrets are read when something is sent."""

    def secret(system: str, name: str) -> str:
        try:
            return settings.secret(name)
        except SettingsError as error:
            raise SystemException(system, "auth", str(error)) from None

    values = settings.morgenmelding
    out: list[Kanal] = []
    if values.epost is not None:
        host, port, bruker = values.epost.host, values.epost.port, values.epost.bruker
        server = Postserver(host, port, bruker, partial(secret, epost.SYSTEM, "smtp.password"))
        out.append(Epost(server, values.epost.avsender, values.epost.mottakere))
    if values.teams:
        out.append(Teams(partial(secret, teams.SYSTEM, "teams.webhook"), http))
    return out


def robot_accounts(settings: Settings, system: str) -> dict[str, str]:
    """Robot account -> password, from the secret «pax.json» or «procasso.json». Raises SettingsError."""
    name = f"{system.lower()}.json"
    try:
        accounts = dict(json.loads(settings.secret(name)))
        if not accounts or not all(isinstance(password, str) and password for password in accounts.values()):
            raise ValueError("no account, or one without a password")
    except (ValueError, TypeError):
        told = f'The secret «{name}» cannot be read: write it as {{"robot1": "its password"}}.'
        raise SettingsError(told) from None
    return accounts


def _policy(per_second: float | None) -> CallPolicy:
    return CallPolicy(pace=None if per_second is None else Pace(per_second))
