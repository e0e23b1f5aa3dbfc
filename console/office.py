"""What the console is handed when it starts: it reads no settings and opens nothing of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from console.identity import IdentityProvider
from console.ressurser import Ressurser
from console.timetable import Scheduler
from hub.audit import Chain
from hub.beslutning import Beslutningstype
from hub.follow_up import Codes
from hub.fullmakt import Fullmakter
from hub.insights.overview import Maaltall
from hub.storage.approvals import Approvals
from hub.storage.database import Database
from hub.target import TargetSpec


class Explained(Protocol):
    """The texts of a reason code."""

    @property
    def kort(self) -> str:
        """What a list and a button have room for."""
        ...

    @property
    def tekst(self) -> str:
        """What has happened."""
        ...

    @property
    def forslag(self) -> str:
        """What to do about it."""
        ...


@dataclass(frozen=True, slots=True)
class AutomationInfo:
    """What is known of an automation besides what it does."""

    name: str
    tittel: str
    eier: str
    hjemmel: str
    manual_minutes: float | None
    """Measured minutes a person used; None is «ikke målt»."""
    beslutninger: Mapping[str, tuple[Beslutningstype, ...]] = field(default_factory=dict)
    """Reason code -> the decisions the automation understands then."""
    to_personer: bool = False
    """The routine asks two people for what it does."""
    foelges_opp: Codes = field(default_factory=Codes)
    """What of its reports a person must look at, and is no item."""
    runde: str = "nightly"
    """The round it runs in: a deployment."""
    systemer: tuple[str, ...] = ()
    """Every outside system it talks to."""


@dataclass(frozen=True, slots=True)
class Oppslag:
    """What the systems know of a KID or a kjennemerke."""

    kravnumre: tuple[str, ...]
    silent: tuple[str, ...]
    """Systems that did not answer."""


@dataclass(frozen=True, slots=True)
class Office:
    database: Database
    chain: Chain
    fullmakter: Fullmakter
    evidence: Path
    """The folder of the masked pictures."""
    automations: Mapping[str, AutomationInfo]
    """In the order they run."""
    explain: Callable[[str], Explained]
    today: Callable[[], date]
    drain_soon: Callable[[], None]
    """Ask for what is ready to be taken up at once; never raises."""
    look_up: Callable[[str], Oppslag]
    """The krav of a KID or a kjennemerke; none for anything else."""
    hosts: tuple[str, ...]
    """Names the console is reached by: another Host header is refused."""
    https: bool
    """Whether browsers reach it over https."""
    demo: bool
    """Local users and one-time links; on loopback only."""
    provider: IdentityProvider | None = None
    """Vouches for people outside the demo."""
    scheduler: Scheduler | None = None
    """None: this environment has none, and nothing runs by itself."""
    prefect_url: str | None = None
    maaltall: Maaltall = field(default_factory=Maaltall)
    hours: Mapping[str, TargetSpec] = field(default_factory=dict)
    """The outside systems that have a driftsvindu."""
    ressurser: Ressurser = field(default_factory=Ressurser)
    """What the pages look and feel better with."""

    @property
    def followed(self) -> Mapping[str, Codes]:
        """What of each automation's reports is followed up by a person."""
        return {name: info.foelges_opp for name, info in self.automations.items()}

    @property
    def two_person_queues(self) -> frozenset[str]:
        """Those whose routine asks two people for what it does."""
        return frozenset(name for name, info in self.automations.items() if info.to_personer)

    @property
    def approvals(self) -> Approvals:
        return Approvals(self.database, self.chain, self.fullmakter)

    def tittel(self, queue: str) -> str:
        info = self.automations.get(queue)
        return info.tittel if info else queue
