"""The control side of the simulated systems: what they hold, what was done to them, which faults they have."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from kraftverk.usage import UsageError

TIMEOUT = 60.0
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""They are on this machine, over plain HTTP: httpx need not read whom to trust, which takes longer than the call."""


class Simulators:
    def __init__(self, base_url: str) -> None:
        self._url = f"{base_url}/_sandbox"

    def is_ready(self) -> bool:
        try:
            return bool(self._get("/health").json()["ready"])
        except (UsageError, httpx.HTTPError, ValueError):
            return False

    def effects(self) -> list[Mapping[str, Any]]:
        """Every save that was carried out, in order."""
        effects: list[Mapping[str, Any]] = self._get("/effects").json()["effects"]
        return effects

    def krav(self) -> bytes:
        """The truth about every krav, as CSV."""
        return self._get("/krav.csv").content

    def brev(self) -> bytes:
        """Every letter sent since the day began, as CSV: kravnr and who it was addressed to."""
        return self._get("/brev.csv").content

    def sms(self) -> bytes:
        """Every SMS ordered from Altinn since the day began, as CSV."""
        return self._get("/sms.csv").content

    def set_fault(self, system: str, knob: str, rate: float, **parameters: int) -> None:
        """Turn a knob; `*` is every system that has it."""
        self._post("/faults", {"system": system, "knob": knob, "rate": rate, **parameters})

    def hold_open(self, saker: Sequence[str]) -> None:
        """Somebody has just these cases open, in whatever system: nobody else can save them."""
        self._post("/pax", {"locked_cases": list(saker)})

    def move_to(self, day: Path) -> None:
        """Let the world move on to the morning of a day."""
        self._post("/day", {"folder": str(day.resolve())})

    def _get(self, path: str) -> httpx.Response:
        try:
            answer = httpx.get(self._url + path, timeout=TIMEOUT, trust_env=False, verify=PLAIN_HTTP)
        except httpx.HTTPError:
            raise UsageError(
                f"The simulators do not answer at {self._url}: start them, see `kraftverk sandbox`."
            ) from None
        answer.raise_for_status()
        return answer

    def _post(self, path: str, body: Mapping[str, object]) -> None:
        answer = httpx.post(self._url + path, json=body, timeout=TIMEOUT, trust_env=False, verify=PLAIN_HTTP)
        if answer.is_error:
            raise UsageError(answer.json().get("error", f"the simulators answered {answer.status_code}"))
