"""The shared way to call an HTTP API: time limits, repetition, one translation of every fault, and one log line a call.

Nothing that leaves this module (exception, its chain, log line) holds a URL, a header or a body: people's numbers
stand in them. httpx exceptions carry the request, so they end here as a `Failure`, and ours is raised outside the
except block: even `from None` would keep the old one as context. What a technician needs of it is in the message.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

import httpx

from connectors.call import Answer, Call
from connectors.credentials import Credentials
from connectors.retry import CallPolicy, Failure, RetryAfterUnit, parse_retry_after, repeating
from connectors.translation import translate_broken_body, translate_error, translate_status
from domain.errors import LoginRejected, SystemException

logger = logging.getLogger(__name__)


_answered: ContextVar[set[str] | None] = ContextVar("answered", default=None)


def keep_answered() -> set[str]:
    """The systems that answer from now on: those asked in this task, in the tasks it starts and their threads."""
    answered: set[str] = set()
    _answered.set(answered)
    return answered


def note_answer(system: str) -> None:
    """Tell whoever keeps it that the system has answered."""
    answered = _answered.get()
    if answered is not None:
        answered.add(system)


def silence_libraries() -> None:
    """httpx logs whole URLs at INFO and httpcore headers at DEBUG; zeep a value it cannot read, at ERROR."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("zeep").setLevel(logging.CRITICAL)


silence_libraries()


def build_client(
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    verify: ssl.SSLContext | bool = True,
    proxy: str | None = None,
) -> httpx.AsyncClient:
    """A client that follows no redirect and looks up nothing in the environment. Whoever made it closes it.

    Time limits belong to each call.
    """
    silence_libraries()
    if verify is True:
        verify = _public_trust()
    # Servers commonly drop idle connections after 5 s. A change sent on one just dropped could not be told from one
    # whose answer was lost, so ours are dropped well before.
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2.0)
    return httpx.AsyncClient(
        transport=transport, verify=verify, proxy=proxy, limits=limits, follow_redirects=False, trust_env=False
    )


@cache
def _public_trust() -> ssl.SSLContext:
    """Those the public web trusts. To read them takes as long as some ten calls, so a process reads them once."""
    return httpx.create_ssl_context(trust_env=False)


class Api:
    """One system's API: where it is, how we are known there and how patient we are."""

    def __init__(
        self,
        system: str,
        base_url: str,
        http: httpx.AsyncClient,
        policy: CallPolicy,
        *,
        credentials: Credentials | None = None,
        retry_after_unit: RetryAfterUnit = "seconds",
    ) -> None:
        self.system = system
        self._base_url = base_url.rstrip("/")
        self._http = http
        self._policy = policy
        self._timeout = httpx.Timeout(connect=policy.connect, read=policy.read, write=policy.write, pool=policy.pool)
        self._credentials = credentials
        self._retry_after_unit = retry_after_unit

    async def send(self, call: Call) -> Answer:
        """Make the call; a read is repeated by the policy.

        Raises SystemException: connect (nothing was sent), auth, unavailable (429, 503), send (a change that may have
        happened), answer (error status, or a read without answer), parse (the answer was cut short).
        Raises LoginRejected when our own token is refused and no other can be had.
        """
        result, another_login = await self._log_in_and_try(call)
        if another_login:
            # 401 is said before anything is done, so this is safe for a change too.
            result, another_login = await self._log_in_and_try(call)
        if isinstance(result, Answer):
            note_answer(self.system)
            return result
        message = f"{call.label}: {result.message}"
        if result.status == 401 and (self._credentials is not None or call.signed) and not another_login:
            raise LoginRejected(self.system, message)
        raise SystemException(self.system, result.phase, message, nothing_done=result.phase in ("connect", "auth"))

    async def _log_in_and_try(self, call: Call) -> tuple[Answer | Failure, bool]:
        """The result, and whether our login was refused and a new one may help."""
        if self._credentials is None:
            return await self._within_limit(call, None), False
        authorization = await self._credentials.authorization()
        result = await self._within_limit(call, authorization)
        refused = isinstance(result, Failure) and result.status == 401
        return result, refused and self._credentials.refused(authorization)

    async def _within_limit(self, call: Call, authorization: str | None) -> Answer | Failure:
        if self._policy.pace is not None:
            await self._policy.pace.turn()
        try:
            async with asyncio.timeout(self._policy.whole_call):
                if call.changes:
                    return await self._try(call, authorization)
                result: Answer | Failure = await repeating(self._policy)(self._try, call, authorization)
                return result
        except TimeoutError:
            pass
        return Failure(call.lost, f"no answer within {self._policy.whole_call:g} s, the limit of the whole call")

    async def _try(self, call: Call, authorization: str | None) -> Answer | Failure:
        start = time.perf_counter()
        outcome = "stopped"
        try:
            result = await self._exchange(call, authorization)
            outcome = str(result.status or result.phase) if isinstance(result, Failure) else str(result.status)
            return result
        finally:
            milliseconds = (time.perf_counter() - start) * 1000
            logger.info("%s %s -> %s in %.0f ms", self.system, call.label, outcome, milliseconds)

    async def _exchange(self, call: Call, authorization: str | None) -> Answer | Failure:
        request = self._request(call, authorization)
        try:
            response = await self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            return translate_error(error, call)
        try:
            content = await _receive(response, call.into if response.is_success else None)
        except httpx.HTTPError as error:
            return translate_broken_body(error, call)
        finally:
            await response.aclose()
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if call.is_answer(response.status_code, media_type):
            return Answer(self.system, call.label, response.status_code, media_type, content, dict(response.headers))
        asked = parse_retry_after(response.headers.get("retry-after"), self._retry_after_unit, datetime.now(UTC))
        return translate_status(response.status_code, asked, self._policy)

    def _request(self, call: Call, authorization: str | None) -> httpx.Request:
        path = call.route.format(**{name: quote(value, safe="") for name, value in call.path.items()})
        headers = {"Accept": "application/json", **call.headers}
        if authorization is not None:
            headers["Authorization"] = authorization
        return self._http.build_request(
            call.method,
            self._base_url + path,
            params=dict(call.query) or None,
            json=call.json,
            content=call.content,
            data=None if call.form is None else dict(call.form()),
            files=[(part.name, (part.filename, part.content, part.media_type)) for part in call.parts] or None,
            headers=headers,
            timeout=self._timeout,
        )


async def _receive(response: httpx.Response, into: Path | None) -> bytes:
    """The body, or nothing when it was written to a file instead: whole, or the exception says that it is not."""
    if into is None:
        return await response.aread()
    with into.open("wb") as file:
        async for chunk in response.aiter_raw():
            file.write(chunk)
    return b""
