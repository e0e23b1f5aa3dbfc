"""The two kinds of failure. Everything that goes wrong in an automation is one of them."""

from __future__ import annotations

from typing import Literal

Phase = Literal["connect", "auth", "unavailable", "send", "answer", "parse", "verify"]
"""Where in a conversation with another system the technique failed.

connect: no connection, so nothing was sent. auth: the system refused who we are.
unavailable: it said it is closed (503, maintenance).
send: the request may or may not have arrived. answer: the system answered with an error, or the answer was lost.
parse: the answer was not of the agreed form. verify: the effect could not be read back.
"""


class BusinessException(Exception):
    """Data or rule says no: a person decides, and trying again would not help.

    `code` (UPPER_SNAKE) names the reason in the error catalogue; `detail` holds ids only, never personal data.
    `nothing_done`: of a change that was asked for, it is certain that it was not made.
    """

    def __init__(self, code: str, detail: str | None = None, *, nothing_done: bool = False) -> None:
        super().__init__(code if detail is None else f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.nothing_done = nothing_done


class SystemException(Exception):
    """Technique failed in `system` during `phase`: it may be tried again.

    `message` is English, for the technician, and holds neither personal data nor a URL with an identifier in it.
    `nothing_done`: of a change that was asked for, it is certain that it was not made.
    """

    def __init__(self, system: str, phase: Phase, message: str, *, nothing_done: bool = False) -> None:
        super().__init__(f"{system} ({phase}): {message}")
        self.system = system
        self.phase: Phase = phase
        self.message = message
        self.nothing_done = nothing_done


class LoginRejected(SystemException):
    """`system` refused our account. Never tried again by a machine: one more wrong password may lock it.

    It is said before anything is done, so of a change that was asked for nothing was made.
    """

    def __init__(self, system: str, message: str) -> None:
        super().__init__(system, "auth", message, nothing_done=True)


class ScreenChanged(SystemException):
    """A page of `system` lacks what its robot holds on to: until a person has looked, it would click in blind."""

    def __init__(self, system: str, message: str) -> None:
        super().__init__(system, "parse", message)
