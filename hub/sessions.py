"""The robot accounts one lane has leased: at most one session for each account, across machines."""

from __future__ import annotations

import logging

from hub.storage import targets
from hub.storage.database import Database, StoreAway
from hub.storage.thread import StoreThread
from hub.target import TargetSpec

log = logging.getLogger(__name__)


class Sessions:
    """`holder` names the lane. A lease that is not tended falls to whoever asks next."""

    def __init__(self, database: Database, store: StoreThread, holder: str, lease: float) -> None:
        self.holder = holder
        self._database = database
        self._store = store
        self._lease = lease
        self._accounts: dict[str, str] = {}

    async def account(self, spec: TargetSpec) -> str | None:
        """The account to log in with: the lane's own, if it still is, or a free one; None when there is none.

        Asked before every login: a lane that was away may have lost its account, and a login would throw the other out.
        """
        if spec.name in self._accounts and await self._renew(spec.name, self._accounts[spec.name]):
            return self._accounts[spec.name]
        self._accounts.pop(spec.name, None)
        take = (spec.name, spec.accounts, self.holder, self._lease)
        account: str | None = await self._store(targets.take_session, self._database, *take)
        if account is not None:
            self._accounts[spec.name] = account
        return account

    async def tend(self) -> set[str]:
        """Renew every lease; returns the targets whose account is no longer ours."""
        lost = set()
        for name, account in list(self._accounts.items()):
            if not await self._renew(name, account) and self._accounts.get(name) == account:
                del self._accounts[name]
                lost.add(name)
        return lost

    async def give_back(self) -> None:
        """Let others have the accounts. Those that cannot be given back are free when their lease runs out."""
        try:
            for name, account in self._accounts.items():
                await self._store(targets.give_session, self._database, name, account, self.holder)
        except StoreAway as error:
            log.warning("robot accounts stay leased until they run out: %s", error)
        self._accounts.clear()

    async def _renew(self, name: str, account: str) -> bool:
        return await self._store(targets.renew_session, self._database, name, account, self.holder, self._lease)
