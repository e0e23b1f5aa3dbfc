"""Registered clients: a JSON file `{client_id: {"jwks": {"keys": [...]}, "scopes": [...]}}`, public keys only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.settings import SettingsError


@dataclass(frozen=True, slots=True)
class Client:
    """One client with its public keys (JWK) by kid. A key may have `exp`, seconds since 1970: keys live for a year."""

    client_id: str
    keys: dict[str, dict[str, Any]]
    scopes: frozenset[str]


class ClientRegister:
    """Reads the file anew for every request, so that a client may change its key while the simulator runs.

    Raises `SettingsError` when the file cannot be used. Without a file there are no clients.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._read()

    def find(self, client_id: str) -> Client | None:
        """The client, or None when nobody is registered under this id."""
        return self._read().get(client_id)

    def scopes(self) -> list[str]:
        """Every scope some client has."""
        return sorted({scope for client in self._read().values() for scope in client.scopes})

    def _read(self) -> dict[str, Client]:
        if self._path is None:
            return {}
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            return {client_id: _client(client_id, entry) for client_id, entry in content.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SettingsError(
                f"The file SANDBOX_MASKINPORTEN_CLIENTS names is not usable ({type(error).__name__}); "
                'write {"<client id>": {"jwks": {"keys": [<public key with kid>]}, "scopes": ["..."]}} in it.'
            ) from error


def _client(client_id: str, entry: dict[str, Any]) -> Client:
    keys = {key["kid"]: key for key in entry["jwks"]["keys"]}
    return Client(client_id, keys, frozenset(entry["scopes"]))
