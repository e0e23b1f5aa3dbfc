"""The systems that own krav, as the automations use them: read with hendelser, merge, change, write off.

Every change is asked for with `before_save`, which is called right before it is let go and may raise: then nothing is
sent. PAX takes neither idempotency key nor version, so the window between look and save remains there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Protocol

from connectors.pilen.client import PilenClient
from connectors.procasso.client import ProcassoClient
from connectors.procasso.mapping import KravChanges
from domain.krav import Hendelse, Krav, Kravtype, Tilstand
from flows.facts import FerskKrav
from robots.pax.robot import PaxKrav, PaxRobot

CHUNK = 500
BeforeSave = Callable[[], None]


class Fagsystem(Protocol):
    """A system that owns krav."""

    @property
    def name(self) -> str: ...

    @property
    def settle(self) -> float:
        """Seconds the system takes to show a save."""
        ...

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]: ...


class MergeSystem(Fagsystem, Protocol):
    """One whose krav can be moved between cases."""

    async def merge_krav(
        self, maalsak: str, krav: Mapping[str, int], *, idempotency_key: str, before_save: BeforeSave
    ) -> None: ...


class WriteOffSystem(Fagsystem, Protocol):
    """One whose krav can be written off."""

    async def write_off(
        self, kravnr: str, versjon: int, kode: str, *, idempotency_key: str, before_save: BeforeSave
    ) -> None: ...


@dataclass
class PaxSystem:
    """PAX through its screens."""

    robot: PaxRobot
    settle: float
    name: str = "PAX"

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        return _fersk(await self.robot.get_krav(kravnumre))

    async def merge_krav(
        self, maalsak: str, krav: Mapping[str, int], *, idempotency_key: str, before_save: BeforeSave
    ) -> None:
        await self.robot.merge_krav(maalsak, list(krav), before_save=before_save)

    async def write_off(
        self, kravnr: str, versjon: int, kode: str, *, idempotency_key: str, before_save: BeforeSave
    ) -> None:
        await self.robot.write_off(kravnr, kode, before_save=before_save)


@dataclass
class PilenSystem:
    """Pilen through its API, which takes an idempotency key and checks the version of each krav."""

    client: PilenClient
    settle: float
    name: str = "PILEN"

    def list_krav(self, kravtyper: Iterable[Kravtype], tilstander: Iterable[Tilstand]) -> AsyncIterator[FerskKrav]:
        return _list_krav(self.client, kravtyper, tilstander)

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        return await _get_krav(self.client, kravnumre)

    async def merge_krav(
        self, maalsak: str, krav: Mapping[str, int], *, idempotency_key: str, before_save: BeforeSave
    ) -> None:
        before_save()
        await self.client.merge_krav(maalsak, krav, idempotency_key)

    async def post_renter(
        self, kravnr: str, versjon: int, renter: int, til: date, *, idempotency_key: str, before_save: BeforeSave
    ) -> None:
        before_save()
        await self.client.post_renter(kravnr, versjon, renter, til, idempotency_key)

    async def write_off(
        self, kravnr: str, versjon: int, kode: str, *, idempotency_key: str, before_save: BeforeSave
    ) -> None:
        before_save()
        await self.client.write_off(kravnr, versjon, kode, idempotency_key)


@dataclass
class ProcassoSystem:
    """Procasso through its API; `saksflyt` alone is set in its screens."""

    client: ProcassoClient
    settle: float
    name: str = "PROCASSO"

    def list_krav(self, kravtyper: Iterable[Kravtype], tilstander: Iterable[Tilstand]) -> AsyncIterator[FerskKrav]:
        return _list_krav(self.client, kravtyper, tilstander)

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        return await _get_krav(self.client, kravnumre)

    async def change_krav(
        self, kravnr: str, versjon: int, changes: KravChanges, *, idempotency_key: str, before_save: BeforeSave
    ) -> None:
        before_save()
        await self.client.change_krav(kravnr, versjon, changes, idempotency_key)

    async def write_off(
        self, kravnr: str, versjon: int, kode: str, *, idempotency_key: str, before_save: BeforeSave
    ) -> None:
        before_save()
        await self.client.write_off(kravnr, versjon, kode, idempotency_key)


def _fersk(lest: Mapping[str, PaxKrav]) -> dict[str, FerskKrav]:
    return {nr: FerskKrav(pax.krav, pax.hendelser) for nr, pax in lest.items()}


class _Versjonert(Protocol):
    @property
    def krav(self) -> Krav: ...

    @property
    def versjon(self) -> int: ...


class _Client(Protocol):
    """What the clients of Pilen and Procasso have in common."""

    def list_krav(self, kravtyper: Iterable[Kravtype], tilstander: Iterable[Tilstand]) -> AsyncIterator[Any]: ...

    async def get_krav(self, kravnumre: Iterable[str]) -> Mapping[str, Any]: ...

    def get_hendelser(self, kravnumre: Iterable[str]) -> Awaitable[Mapping[str, Sequence[Hendelse]]]: ...


async def _list_krav(
    client: _Client, kravtyper: Iterable[Kravtype], tilstander: Iterable[Tilstand]
) -> AsyncIterator[FerskKrav]:
    krav = [each async for each in client.list_krav(kravtyper, tilstander)]
    rest = iter(krav)
    while chunk := list(islice(rest, CHUNK)):
        for fersk in await _with_hendelser(client, chunk):
            yield fersk


async def _get_krav(client: _Client, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
    lest = await client.get_krav(kravnumre)
    return {fersk.krav.kravnr: fersk for fersk in await _with_hendelser(client, list(lest.values()))}


async def _with_hendelser(client: _Client, krav: Sequence[_Versjonert]) -> list[FerskKrav]:
    hendelser = await client.get_hendelser([each.krav.kravnr for each in krav])
    return [FerskKrav(each.krav, tuple(hendelser.get(each.krav.kravnr, ())), each.versjon) for each in krav]
