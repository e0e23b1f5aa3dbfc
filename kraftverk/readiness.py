"""What an environment still lacks before it can run: settings, secrets, network, grants. Prints no secret."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel

from config import settings as configuration
from config.settings import Settings, SettingsError
from connectors.http import build_client
from connectors.maskinporten import MaskinportenClient, MaskinportenToken
from connectors.retry import CallPolicy
from domain.errors import SystemException
from flows.installation import find_unknown_queue
from flows.workshop import make_maskinporten
from kraftverk.access import find_faults, is_of
from kraftverk.terminal import make_console, tell_part
from kraftverk.usage import UsageError

UNKNOWN_HOST = ".invalid"
"""The ending of an address that nobody has told us: the domain is reserved, so that it can be nobody's."""
PATIENCE = CallPolicy(connect=5.0, read=10.0, whole_call=30.0, tries=1)
HERE = "this office"
"""What belongs to no outside system."""
CONSOLE = "the console"


@dataclass(frozen=True, slots=True)
class Need:
    """What one system needs beside its section of the settings. `setting` is the name of that section."""

    name: str
    setting: str
    secrets: tuple[str, ...] = ()
    by_maskinporten: bool = False
    """Its scope must be granted to our client."""


NEEDS = (
    Need("Maskinporten", "maskinporten", ("maskinporten.pem",)),
    Need("Folkeregisteret", "folkeregisteret", by_maskinporten=True),
    Need("Enhetsregisteret", "enhetsregisteret", by_maskinporten=True),
    Need("SvarUt", "svarut", ("svarut.json",), by_maskinporten=True),
    Need("KRR", "krr", by_maskinporten=True),
    Need("Altinn", "altinn", by_maskinporten=True),
    Need("Matrikkelen", "matrikkelen", ("matrikkel.json",)),
    Need("Grunnboken", "grunnboken", ("grunnbok.json",)),
    Need("Eierskjema", "eierskjema"),
    Need("Procasso", "procasso", ("procasso.token", "procasso.json")),
    Need("Pilen", "pilen", ("pilen.token",)),
    Need("PAX", "pax", ("pax.json",)),
    Need("ISY-PA", "isypa"),
)
OWN_SECRETS = ("audit.key", "payload.key", "prefect.auth")


def tell_what_is_missing(environment: str) -> int:
    """One line for each system; 0 when nothing is missing. Raises UsageError for an environment there is no file of."""
    out = make_console(soft_wrap=True)
    settings = load_environment(environment)
    missing = asyncio.run(find_missing(settings))
    for name, faults in missing.items():
        tell_part(out, name, f"{'; '.join(faults)}." if faults else "ready", well=not faults)
    return 1 if any(missing.values()) else 0


def load_environment(name: str) -> Settings:
    """The settings of `config/NAME.toml`, or of a file of that name. Raises UsageError, SettingsError."""
    secrets = Path(os.environ.get(configuration.SECRETS) or os.devnull)
    if name.endswith(".toml"):
        return configuration.load(Path(name), secrets)
    folder = configuration.HERE
    known = sorted(file.stem for file in folder.glob("*.toml") if "\n[systems." in file.read_text(encoding="utf-8"))
    if name not in known:
        raise UsageError(f"There is no environment «{name}»: choose one of {', '.join(known)}, or name a .toml file.")
    return configuration.load(folder / f"{name}.toml", secrets)


async def find_missing(settings: Settings) -> dict[str, list[str]]:
    """What each system lacks, in the order in which it is to be got: settings, secrets, network, grant."""
    async with build_client() as http:
        maskinporten = make_maskinporten(settings, http, PATIENCE)
        answers = await asyncio.gather(*(_missing_of(need, settings, http, maskinporten) for need in NEEDS))
        console = await _missing_of_console(settings, http)
    own = [f"the setting `avsender.{field}` is empty" for field in _empty(settings.avsender)]
    own += _of_secrets(settings, OWN_SECRETS)
    own += filter(None, [find_unknown_queue(settings)])
    own += [f"«{user}» has no account under [accounts], and can do nothing" for user in _without_account(settings)]
    known = {need.name: faults for need, faults in zip(NEEDS, answers, strict=True)}
    return known | {CONSOLE: console, "Morgenmelding": missing_of_morgenmelding(settings), HERE: own}


def missing_of_morgenmelding(settings: Settings) -> list[str]:
    """Somebody must hear of a night that did not come through; in the demo somebody sits and watches it."""
    values = settings.morgenmelding
    if values.epost is None and not values.teams:
        if settings.environment == "demo":
            return []
        return ["it goes nowhere: set `morgenmelding.epost`, `morgenmelding.teams` or both"]
    faults = [f"the setting `morgenmelding.epost.{field}` is empty" for field in _empty(values.epost)]
    secrets = ["smtp.password"] if values.epost and values.epost.bruker is not None else []
    secrets += ["teams.webhook"] if values.teams else []
    return faults + _of_secrets(settings, secrets)


async def _missing_of(
    need: Need, settings: Settings, http: httpx.AsyncClient, maskinporten: MaskinportenClient
) -> list[str]:
    section = getattr(settings.systems, need.setting)
    faults = [f"the setting `systems.{need.setting}.{field}` is empty" for field in _empty(section)]
    unknown, hosts = _addresses(section)
    faults += [f"its address is not known: agree `systems.{need.setting}.{field}` with the owner" for field in unknown]
    faults += [f"the folder `systems.{need.setting}.{field}` is not there" for field in _no_folder(section)]
    faults += _of_secrets(settings, need.secrets)
    no_network = [fault for host in hosts if (fault := await _unreachable(host, http))]
    if need.by_maskinporten and not no_network:
        no_network += await _no_grant(section.scope, settings, maskinporten)
    return faults + no_network


async def _missing_of_console(settings: Settings, http: httpx.AsyncClient) -> list[str]:
    """Settings and secret; then whether the provider is the one, and whether people get through the proxy."""
    faults = find_faults(settings)
    if not faults and settings.environment != "demo":
        faults += [fault for fault in (await _no_provider(settings, http), await _no_proxy(settings, http)) if fault]
    return faults


async def _no_provider(settings: Settings, http: httpx.AsyncClient) -> str | None:
    url = settings.console.oidc.metadata_url
    try:
        answer = await http.get(url, timeout=5.0)
        issuer = str(answer.raise_for_status().json()["issuer"])
    except httpx.HTTPError as error:
        return f"the identity provider's metadata cannot be read ({type(error).__name__}): check the tenant's id"
    except (ValueError, KeyError, TypeError):
        return "what stands at `console.oidc.metadata_url` is no provider's metadata: check the address"
    if not is_of(issuer, url):
        return f"the metadata are of another issuer ({issuer}): use the address with the tenant's id and /v2.0"
    return None


async def _no_proxy(settings: Settings, http: httpx.AsyncClient) -> str | None:
    """The console need not be up: any answer over https with a certificate that holds will do."""
    try:
        await http.get(settings.console.url, timeout=5.0)
    except httpx.HTTPError as error:
        return (
            f"{settings.console.url} does not answer ({type(error).__name__}): "
            "a proxy with a certificate for that name must stand in front of the console, as docs/drift.md says"
        )
    return None


async def _unreachable(origin: str, http: httpx.AsyncClient) -> str | None:
    """Any answer at all will do."""
    try:
        await http.get(origin, timeout=5.0)
    except httpx.HTTPError as error:
        return f"no network to {urlsplit(origin).hostname} ({type(error).__name__})"
    return None


async def _no_grant(scope: str, settings: Settings, maskinporten: MaskinportenClient) -> list[str]:
    if not (scope and settings.systems.maskinporten.client_id and not _of_secrets(settings, ["maskinporten.pem"])):
        return ["the grant cannot be tried before Maskinporten knows us"]
    try:
        await MaskinportenToken(maskinporten, scope).authorization()
    except SystemException as error:
        return [f"no token for the scope {scope} ({error})"]
    return []


def _without_account(settings: Settings) -> list[str]:
    """Operating-system users who are given roles; in the demo they need no more."""
    named = sorted(settings.roles.keys() - settings.accounts.keys() - {"*"})
    return [] if settings.environment == "demo" else named


def _empty(section: BaseModel | None) -> list[str]:
    return [field for field, value in section or () if value in ("", ())]


def _no_folder(section: BaseModel) -> list[str]:
    return [field for field, value in section if isinstance(value, Path) and not value.is_dir()]


def _addresses(section: BaseModel) -> tuple[list[str], list[str]]:
    """The fields whose address nobody has told us, and the origins of the others."""
    unknown: list[str] = []
    origins: dict[str, None] = {}
    for field, url in _urls(section):
        parts = urlsplit(url)
        if (parts.hostname or "").endswith(UNKNOWN_HOST):
            unknown.append(field)
        else:
            origins[f"{parts.scheme}://{parts.netloc}"] = None
    return unknown, list(origins)


def _urls(section: BaseModel) -> Iterator[tuple[str, str]]:
    values: Any
    for field, values in section:
        if isinstance(values, str) and values.startswith(("http://", "https://")):
            yield field, values


def _of_secrets(settings: Settings, names: Iterable[str]) -> list[str]:
    """What is wrong with each of them, in few words."""
    faults = []
    for name in names:
        try:
            settings.secret(name)
        except SettingsError as error:
            faults.append("t" + str(error).partition(":")[0][1:])
    return faults
