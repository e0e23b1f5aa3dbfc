"""A small web server for pages of our own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass
class Web:
    """Serves `pages` by path. A POST is kept, and its connection closed without an answer while `hang_up`."""

    base: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    posts: list[bytes] = field(default_factory=list)
    hang_up: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False closes the connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if method == "POST":
            self.posts.append(body)
            if self.hang_up:
                return False
            await _send(writer, "302 Found", "", "Location: /kvittering\r\nSet-Cookie: sett=1\r\n")
        else:
            await _send(writer, "200 OK", self.pages.get(path.split("?")[0], ""))
        return True


async def _send(writer: asyncio.StreamWriter, status: str, html: str, more: str = "") -> None:
    content = html.encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{more}Content-Length: {len(content)}\r\n\r\n"
    )
    writer.write(head.encode() + content)
    await writer.drain()
