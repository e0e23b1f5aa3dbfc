"""The hidden __VIEWSTATE of a page: what the server wants to know again at the next postback, signed."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from hashlib import sha256
from typing import Any


class ViewstateError(Exception):
    """The viewstate is not one this server wrote for this page."""


class Viewstates:
    """Signs and reads viewstates with a key of this process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def write(self, page: str, state: dict[str, Any]) -> str:
        """The state as text for the hidden field of `page`."""
        content = json.dumps(state, separators=(",", ":")).encode()
        return base64.b64encode(self._sign(page, content) + content).decode()

    def read(self, page: str, text: str) -> dict[str, Any]:
        """The state again; raises `ViewstateError` when it was written for another page or by nobody we know."""
        try:
            signed = base64.b64decode(text, validate=True)
        except ValueError:
            raise ViewstateError from None
        signature, content = signed[:32], signed[32:]
        if not hmac.compare_digest(signature, self._sign(page, content)):
            raise ViewstateError
        state: dict[str, Any] = json.loads(content)
        return state

    def _sign(self, page: str, content: bytes) -> bytes:
        return hmac.digest(self._key, page.encode() + b"\0" + content, sha256)
