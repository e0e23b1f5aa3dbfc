"""What the sandbox is started with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class SettingsError(Exception):
    """The environment holds something the sandbox cannot use; the message names the variable, never its value."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Folders, address and secrets. Secrets come by the environment, never as arguments that others can list."""

    state_dir: Path
    base_url: str
    pax_accounts: Mapping[str, str] = field(repr=False)
    pilen_token: str = field(repr=False)
    procasso_token: str = field(default="", repr=False)
    svarut_login: str = field(default="", repr=False)
    maskinporten_clients: Path | None = None
    parent_pid: int | None = None
    procasso_accounts: Mapping[str, str] = field(default_factory=dict, repr=False)
    matrikkel_login: str = field(default="", repr=False)
    grunnbok_login: str = field(default="", repr=False)
    wsdl: Path | None = None
    """A folder with the published WSDL of both registers, in `matrikkel` and `grunnbok`: they are then shown, and
    every question is held against them."""


def from_environment(state_dir: Path, base_url: str) -> Settings:
    """Read the variables SANDBOX_… named below.

    Without accounts, token, login or clients the sandbox starts and the system concerned lets nobody in.
    """
    clients = os.environ.get("SANDBOX_MASKINPORTEN_CLIENTS")
    wsdl = os.environ.get("SANDBOX_WSDL")
    return Settings(
        state_dir=state_dir,
        base_url=base_url,
        pax_accounts=_accounts("SANDBOX_PAX_ACCOUNTS"),
        pilen_token=os.environ.get("SANDBOX_PILEN_TOKEN", ""),
        procasso_token=os.environ.get("SANDBOX_PROCASSO_TOKEN", ""),
        svarut_login=_login("SANDBOX_SVARUT_LOGIN"),
        maskinporten_clients=Path(clients) if clients else None,
        parent_pid=_pid(os.environ.get("SANDBOX_PARENT_PID", "")),
        procasso_accounts=_accounts("SANDBOX_PROCASSO_ACCOUNTS"),
        matrikkel_login=_login("SANDBOX_MATRIKKEL_LOGIN"),
        grunnbok_login=_login("SANDBOX_GRUNNBOK_LOGIN"),
        wsdl=Path(wsdl) if wsdl else None,
    )


def _pid(text: str) -> int | None:
    if text and not text.isdecimal():
        raise SettingsError("SANDBOX_PARENT_PID is not the number of a process; correct it.")
    return int(text) if text else None


def _login(variable: str) -> str:
    text = os.environ.get(variable, "")
    user, colon, password = text.partition(":")
    if text and not (user and colon and password):
        raise SettingsError(f"{variable} is not of the form id:password; correct it.")
    return text


def _accounts(variable: str) -> dict[str, str]:
    accounts = {}
    for pair in filter(None, (part.strip() for part in os.environ.get(variable, "").split(","))):
        user, colon, password = pair.partition(":")
        if not (user and colon and password):
            raise SettingsError(f"{variable} is not of the form user:password,user:password; correct it.")
        accounts[user] = password
    return accounts
