"""How we prove who we are to an API."""

from __future__ import annotations

import base64
from typing import Protocol


class Credentials(Protocol):
    """The Authorization header of a system's calls."""

    async def authorization(self) -> str:
        """The header's value. Raises SystemException when none can be had."""
        ...

    def refused(self, authorization: str) -> bool:
        """Be told that the system answered 401 to this value. True: a new one may be had, ask again."""
        ...


class BearerToken:
    """A fixed token. Refused once, it is refused for good: a person must give us another."""

    def __init__(self, token: str) -> None:
        self._authorization = f"Bearer {token}"

    async def authorization(self) -> str:
        """The token as a header."""
        return self._authorization

    def refused(self, authorization: str) -> bool:
        """There is no other."""
        return False


class BasicLogin:
    """A user name and a password. Refused once, they are refused for good: trying on may lock the account."""

    def __init__(self, username: str, password: str) -> None:
        self._authorization = f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode()}"

    async def authorization(self) -> str:
        """The two as a header."""
        return self._authorization

    def refused(self, authorization: str) -> bool:
        """There is no other."""
        return False
