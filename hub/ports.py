"""What the hub needs of the world around it, said in its own words."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from hub.automation import Json, WorkItem


class Systems(Protocol):
    """The outside systems one lane works with, opened by the flows."""

    async def prepare(self, target: str, account: str | None) -> None:
        """Log in with the leased account and find every page's landmarks, before the first item. Changes nothing.

        Raises LoginRejected, or SystemException with phase "parse" when a page is not as we know it.
        """
        ...

    def take_answered(self) -> set[str]:
        """The systems that have answered since this was last asked."""
        ...

    async def picture(self, item: WorkItem) -> tuple[bytes | None, str | None]:
        """A masked picture of what the robot of the item's target sees of it, or None and why there is none."""
        ...

    async def leave(self, target: str) -> None:
        """Log out of `target`: its account is given back."""
        ...

    async def abandon(self) -> None:
        """Break off whatever is under way: the lease is lost."""
        ...


S = TypeVar("S", bound=Systems, covariant=True)


class OpenSystems(Protocol[S]):
    def __call__(self) -> AbstractAsyncContextManager[S]: ...


class Progress(Protocol):
    async def __call__(self, counts: Json, /) -> None:
        """Follows a drain from outside: outcomes so far, and what is left."""
        ...
