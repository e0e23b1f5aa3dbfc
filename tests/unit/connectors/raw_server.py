"""A TCP server that answers with bytes, or not at all: the faults that only a real socket shows."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, field


@dataclass
class RawServer:
    """After each whole request: sends `reply`, then hangs up, or with `hold` keeps the connection and says no more."""

    base_url: str = ""
    reply: bytes = b""
    hold: bool = False
    requests: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")),
                b"0",
            )
            self.requests.append(head + await reader.readexactly(int(length)))
            writer.write(self.reply)
            await writer.drain()
            if self.hold:
                await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def http_reply(
    body: bytes, status: str = "200 OK", media_type: str = "application/json", length: int | None = None
) -> bytes:
    """An HTTP/1.1 answer; `length` may promise more than there is."""
    promised = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {promised}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def closed_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])
