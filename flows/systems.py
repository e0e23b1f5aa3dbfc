"""What one lane of an automation is handed: clients of the systems with an API, robots of those without."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from connectors.altinn_varsling.client import AltinnVarslingClient
from connectors.credentials import Credentials
from connectors.enhetsregisteret.client import EnhetsregisterClient
from connectors.folkeregisteret.client import FolkeregisterClient
from connectors.isypa_filer.files import IsypaFiler
from connectors.krr.client import KrrClient
from connectors.pax_filer.reader import read_uttrekk
from connectors.pilen.kontoer import KontoClient
from connectors.procasso.innfordringer import InnfordringClient
from connectors.svarut.client import SvarUtClient
from domain.errors import BusinessException, SystemException
from domain.smsvarsel import Smsregler
from flows.brev.fakta import Avsender
from flows.eierskifte.registre import Eiendomsregistre
from flows.facts import FerskKrav, Skyldnere, fetch_skyldnere
from flows.fagsystemer import PaxSystem, PilenSystem, ProcassoSystem
from flows.regler import Regler
from hub.automation import Plan, ProtectedFound, Utelatt, Vernet, WorkItem
from hub.beslutning import Beslutning
from robots.pax.robot import PaxRobot
from robots.procasso.robot import ProcassoRobot
from robots.screens.robot import ScreenRobot

log = logging.getLogger(__name__)
ALIAS = 16
"""Hexadecimal digits: 64 bits tell the few people of one krav apart."""
LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
"""No digits, since eleven of them in a row would look like a fødselsnummer; no vowels, so that no word comes out."""


@dataclass(frozen=True, slots=True)
class Screens:
    """The screens of one system: how its robot is made for an account, and a krav whose pages are known to be there."""

    robot: Callable[[str], ScreenRobot[Any]]
    known_krav: Callable[[], Awaitable[str | None]]


@dataclass
class Systems:
    """One lane's. `settle`: seconds each system takes to show a save."""

    pilen: PilenSystem
    procasso: ProcassoSystem
    kontoer: KontoClient
    innfordringer: InnfordringClient
    regler: Regler
    svarut: SvarUtClient
    folkeregisteret: FolkeregisterClient
    folkeregister_credentials: Credentials
    enhetsregisteret: EnhetsregisterClient
    krr: KrrClient
    altinn: AltinnVarslingClient
    smsregler: Smsregler
    today: Callable[[], date]
    """The date in Oslo, or the fixed one of an invented world."""
    isypa: IsypaFiler
    eiendom: Eiendomsregistre
    pax_files: Path
    screens: Mapping[str, Screens]
    settle: Mapping[str, float]
    avsender: Avsender
    payload_key: bytes = field(repr=False)
    read_memos: Callable[[], dict[str, str]] = dict
    """What this automation has asked to have kept (`Memo`), by key."""
    read_completed: Callable[[str], dict[str, date]] = lambda _result: {}
    """Reference -> the day it was closed, of this automation's items that came to a result."""
    read_begun: Callable[[Iterable[str]], list[tuple[str, Plan]]] = lambda _keys: []
    """Those of these effects that a closed item of this automation has begun, each with its plan."""
    read_unfinished: Callable[[], frozenset[str]] = frozenset
    """The krav of this automation's items that are not finished, whatever they wait for."""
    read_beslutninger: Callable[[str], tuple[Beslutning, ...]] = lambda _automation: ()
    """What people have decided about the items of an automation, oldest first."""
    find_beslutning: Callable[[str, str], Beslutning | None] = lambda _automation, _fingerprint: None
    """The newest decision about the items of an automation on the facts of this fingerprint."""
    versions: Mapping[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    """Names of systems that have answered, put there as they do."""
    _robots: dict[str, ScreenRobot[Any]] = field(default_factory=dict)

    def hmac(self, text: str) -> str:
        """A text that may hold personal data, as a word that cannot be turned back."""
        return hmac.new(self.payload_key, text.encode(), hashlib.sha256).hexdigest()

    def alias(self, foedselsnummer: str) -> str:
        """A person as a short word of letters, for keys and references that others see; it cannot be turned back."""
        return self.hmac(foedselsnummer)[:ALIAS].translate(LETTERS)

    async def get_skyldnere(self, numre: Iterable[str]) -> Skyldnere:
        return await fetch_skyldnere(numre, self.folkeregisteret, self.enhetsregisteret)

    async def folkeregister_token(self) -> str:
        """A token as the look-ups use it: that Maskinporten knows us can be seen without asking about anybody."""
        return await self.folkeregister_credentials.authorization()

    async def read_pax_uttrekk(self) -> list[FerskKrav]:
        """Every krav of PAX as the nightly extract saw it, with its hendelser."""
        krav, hendelser = await asyncio.to_thread(read_uttrekk, self.pax_files)
        return [FerskKrav(ett, tuple(hendelser.get(ett.kravnr, ()))) for ett in krav]

    async def get_krav(self, system: str, kravnr: str) -> FerskKrav:
        """One krav as it is now, of somebody a machine may deal with.

        Raises BusinessException (KRAV_UNKNOWN, OWNER_UNKNOWN), ProtectedFound, SystemException.
        """
        fersk = (await self.fagsystem(system).get_krav([kravnr])).get(kravnr)
        if fersk is None:
            raise BusinessException("KRAV_UNKNOWN", kravnr)
        match (await self.get_skyldnere([fersk.krav.skyldner])).outside(fersk.krav):
            case Vernet():
                raise ProtectedFound
            case Utelatt(reason=reason):
                raise BusinessException(reason, kravnr)
        return fersk

    def fagsystem(self, name: str) -> PaxSystem | PilenSystem | ProcassoSystem:
        """The system of that name. Raises SystemException for PAX when no robot is logged in there."""
        api: dict[str, PilenSystem | ProcassoSystem] = {"PILEN": self.pilen, "PROCASSO": self.procasso}
        return api.get(name) or self.pax

    @property
    def pax(self) -> PaxSystem:
        """PAX, through the robot that is logged in there. Raises SystemException when none is."""
        robot = self._robots.get("PAX")
        if not isinstance(robot, PaxRobot):
            raise SystemException("PAX", "connect", "no account is leased")
        return PaxSystem(robot, self.settle["PAX"])

    @property
    def procasso_screens(self) -> ProcassoRobot:
        """The robot that is logged in to Procasso's screens. Raises SystemException when none is."""
        robot = self._robots.get("PROCASSO")
        if not isinstance(robot, ProcassoRobot):
            raise SystemException("PROCASSO", "connect", "no account is leased")
        return robot

    async def prepare(self, target: str, account: str | None) -> None:
        """Log in to the screens of `target` with the leased account and find every landmark, if it has any screens."""
        screens = self.screens.get(target)
        if screens is None or account is None:
            return
        if earlier := self._robots.pop(target, None):
            await earlier.close()
        robot = self._robots[target] = screens.robot(account)
        await robot.login()
        try:
            known = await screens.known_krav()
        except SystemException as error:
            log.warning("%s; the pages of a krav are not looked at beforehand", error)
            known = None
        await robot.check_landmarks(known)

    def take_answered(self) -> set[str]:
        answered = set(self.answered)
        self.answered.clear()
        return answered

    async def picture(self, item: WorkItem) -> tuple[bytes | None, str | None]:
        robot = self._robots.get(item.target)
        if robot is None:
            return None, "no robot is at its screens"
        picture = await robot.picture(json.dumps(item.payload))
        return picture.png, picture.reason

    async def abandon(self) -> None:
        robots, self._robots = self._robots, {}
        for robot in robots.values():
            await robot.close()

    async def leave(self, target: str) -> None:
        """Log out, if logged in: the account may be somebody else's next."""
        robot = self._robots.pop(target, None)
        if robot is None:
            return
        try:
            await robot.logout()
        except SystemException as error:  # the session ends by itself, and the work is done
            log.warning("%s", error)

    async def close(self) -> None:
        for target in list(self._robots):
            await self.leave(target)
