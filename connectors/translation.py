"""The one translation of what goes wrong in an HTTP call into our phases."""

from __future__ import annotations

import httpx

from connectors.call import Call
from connectors.retry import CallPolicy, Failure

_NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def translate_error(error: httpx.HTTPError, call: Call) -> Failure:
    """A try that ended before the answer's headers came."""
    if isinstance(error, _NOTHING_SENT):
        # Only these texts are kept: they tell of addresses and certificates, where others may quote what was received.
        return Failure("connect", f"{type(error).__name__} {error}".rstrip(), repeatable=True)
    return Failure(call.lost, f"{type(error).__name__} after the request began to go out", repeatable=True)


def translate_broken_body(error: httpx.HTTPError, call: Call) -> Failure:
    """A try whose answer stopped on the way."""
    if isinstance(error, httpx.TimeoutException):
        return Failure(call.lost, f"{type(error).__name__} in the middle of the answer", repeatable=True)
    return Failure("parse", f"the answer was cut short or damaged ({type(error).__name__})", repeatable=True)


def translate_status(status: int, retry_after: float, policy: CallPolicy) -> Failure:
    """A status that is no answer. `retry_after` in seconds."""
    message = f"HTTP {status}"
    if status in (401, 403):
        return Failure("auth", message, status=status)
    if status in (429, 503):
        patient = retry_after <= policy.retry_after_max
        if not patient:
            message += f", asked us to stay away for {retry_after:.0f} s"
        return Failure("unavailable", message, repeatable=patient, retry_after=retry_after, status=status)
    return Failure("answer", message, repeatable=status >= 500 or status == 408, status=status)
