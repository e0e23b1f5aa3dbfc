"""Closing a TCP connection under a request, as a failing network does.

ASGI has no word for it, so the server's protocol keeps its open transports in a table by the caller's address and port.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_transports: dict[tuple[str, int], asyncio.Transport] = {}


class ClosableProtocol(H11Protocol):
    """HTTP/1.1 whose connections `close_connection` can end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport by the caller's address."""
        super().connection_made(transport)
        if self.client is not None:
            _transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        if self.client is not None:
            _transports.pop(self.client, None)
        super().connection_lost(exc)


def close_connection(scope: MutableMapping[str, Any]) -> None:
    """End the connection this request came on, with nothing more sent on it."""
    transport = _transports.get(tuple(scope["client"]))
    if transport is not None:
        transport.abort()
