"""From Playwright's errors to ours. Its texts quote addresses and pieces of the page, so none of them is passed on."""

from __future__ import annotations

import re

from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeout

from domain.errors import Phase, SystemException

_NET = re.compile(r"net::(ERR_[A-Z0-9_]+)")
_NEVER_CONNECTED = re.compile(
    r"ERR_(CONNECTION_REFUSED|CONNECTION_TIMED_OUT|CONNECTION_FAILED|NAME_NOT_RESOLVED|NAME_RESOLUTION_FAILED"
    r"|ADDRESS_\w+|INTERNET_DISCONNECTED|PROXY_\w+|TUNNEL_\w+|SSL_\w+|CERT_\w+)"
)
_GONE = ("has been closed", "Connection closed", "crashed", "Target closed", "Browser closed")


def system_exception(system: str, error: Error, step: str) -> SystemException:
    """What `error` means when nothing can have been saved. `step`: what was being done, with ids and nothing else."""
    phase, what = classify(error)
    return SystemException(system, phase, f"{step}: {what}")


def classify(error: Error) -> tuple[Phase, str]:
    """The phase of a Playwright error, and what happened in words of our own."""
    text = error.message
    if is_gone(error):
        return "connect", "the browser or its window was closed"
    if net := _NET.search(text):
        never = _NEVER_CONNECTED.fullmatch(net[1]) is not None
        return ("connect" if never else "answer"), f"the browser reports {net[1]}"
    if isinstance(error, PlaywrightTimeout):
        if text.startswith("Locator."):
            return "parse", "what was looked for did not appear on the page in time"
        return "answer", "no answer in time"
    if "strict mode violation" in text:
        return "parse", "what was looked for is on the page more than once"
    return "parse", "the page did not behave as expected"


def is_broken_off(error: Error) -> bool:
    """The other side closed the connection, or answered nonsense. Said at once, so asking again costs little."""
    return _NET.search(error.message) is not None and classify(error)[0] == "answer"


def is_gone(error: Error) -> bool:
    """The browser, the driver or the window died, or somebody closed it."""
    return type(error).__name__ == "TargetClosedError" or any(sign in error.message for sign in _GONE)
