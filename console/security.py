"""What every answer and every request must satisfy, whatever page it is for, and also when it fails.

A page may load nothing from elsewhere and run nothing that stands in it; a change comes from our own pages alone; and
the console answers only to its own name, so that no foreign name can be pointed at it (DNS rebinding).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.failure import log_unforeseen

log = logging.getLogger(__name__)
MAX_BODY = 5 * 1024 * 1024
"""Bytes of a request: a work list of some ten thousand rows."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What no person writes: some of it PostgreSQL cannot store."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Guarded:
    """Refuses a wrong Host, a change from another site and an oversized body; adds the headers to every answer.

    A page that fails ends here: left to the framework and the server, its failure would be logged with its text.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str],
        https: bool,
        failed: Callable[[], Response],
        too_large: Callable[[], Response],
    ) -> None:
        """`failed`: what is answered when a page fails; `too_large`: when more is sent than is read."""
        self._app = app
        self._hosts = frozenset(hosts)
        self._scheme = "https" if https else "http"
        self._failed = failed
        self._too_large = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        answered = False

        async def send_guarded(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if "Cache-Control" not in headers:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope)) or _unreadable(scope)
        if refusal is not None:
            await refusal(scope, receive, send_guarded)
            return
        try:
            await self._app(scope, _limited(receive), send_guarded)
        except Exception as error:
            log_unforeseen(log, f"page {getattr(scope.get('route'), 'path', '?')} failed", error)
            if not answered:  # else the server breaks the answer off
                await self._failed()(scope, receive, send_guarded)

    def _refusal(self, method: str, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if host not in self._hosts:
            return PlainTextResponse("Ukjent adresse: åpne konsollet med den adressen du har fått.", 421)
        if method in SAFE:
            return None
        if not self._is_from_here(headers, host):
            return PlainTextResponse("Endringer kan bare gjøres fra konsollets egne sider.", 403)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            return self._too_large()
        return None

    def _is_from_here(self, headers: Headers, host: str) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site != "same-origin":
            return False
        if origin is not None:
            return origin == f"{self._scheme}://{host}"
        return site is not None


def is_text(text: str) -> bool:
    """Whether it is letters and line breaks, and nothing that only a machine would send."""
    return NO_TEXT.search(text) is None


def _unreadable(scope: Scope) -> PlainTextResponse | None:
    query = unquote_to_bytes(scope["query_string"]).decode("utf-8", "replace")
    if is_text(scope["path"]) and is_text(query):
        return None
    return PlainTextResponse("Adressen kan ikke brukes. Ingenting er endret.", 400)


class TooLarge(Exception):
    """More was sent than was announced."""


def _limited(receive: Receive) -> Receive:
    """A body that is longer than it said is broken off."""
    read = 0

    async def receive_limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MAX_BODY:
            raise TooLarge
        return message

    return receive_limited
