"""A browser, and a small web server for pages of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest_asyncio

from robots.browser import BrowserPool


@dataclass
class Web:
    """Serves `pages` by path. A POST is counted, and its connection closed without an answer while `hang_up`."""

    base: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    posts: list[bytes] = field(default_factory=list)
    hang_up: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self.answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split("\r\n")[0].split(" ")
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        status, extra, html = "200 OK", "", self.pages.get(path.split("?")[0], "")
        if method == "POST":
            self.posts.append(body)
            if self.hang_up:
                return False
            status, extra, html = "302 Found", "Location: /kvittering\r\nSet-Cookie: sett=1\r\n", ""
        content = html.encode()
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{extra}"
            f"Content-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        await writer.drain()
        return True


@pytest_asyncio.fixture(loop_scope="module")
async def web() -> AsyncIterator[Web]:
    served = Web()
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield served
    server.close()


@pytest_asyncio.fixture(loop_scope="module")
async def pool() -> AsyncIterator[BrowserPool]:
    async with BrowserPool(action_timeout=5) as browsers:
        yield browsers
