"""`kraftverk console`: the web console of this environment.

The process knows no Prefect, no browser and no connector: it stays small, and what it needs of them it asks over HTTP
or of a process that ends.
"""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial
from urllib.parse import urlsplit

import httpx
import uvicorn

from config.aarsaker import explain
from config.settings import Settings, load
from console.app import create_app
from console.identity import IdentityProvider
from console.office import AutomationInfo, Office
from console.ressurser import NotUsable, Ressurser
from console.ressurser import read as read_ressurser
from console.roles import Role
from console.timetable import DRAIN, NoAnswer
from domain.kalender import OSLO
from hub.audit import Chain
from hub.insights.overview import Maaltall
from hub.storage import logins, migrate
from hub.storage.database import Database
from hub.target import TargetSpec
from kraftverk.access import SECRET, find_faults
from kraftverk.automation_info import info_from
from kraftverk.fullmakter import read_fullmakter
from kraftverk.oppslag import look_up
from kraftverk.prefect_http import PrefectHttp
from kraftverk.usage import UsageError

log = logging.getLogger(__name__)
LINK_LASTS = 15 * 60.0
LOOPBACK = "127.0.0.1"


def serve() -> None:
    """Run the console until it is stopped. Raises UsageError when it would stand open, or nobody could log in."""
    settings = load()
    if faults := find_faults(settings):
        raise UsageError(f"The console does not start: {faults[0]}.")
    port = settings.console.port
    try:
        with socket.create_server((LOOPBACK, port)):
            """Asked now: uvicorn would tell of a taken port in its log, and end as if all were well."""
    except OSError as error:
        told = f"port {port} on {LOOPBACK} cannot be used ({error.strerror}): set another as `console.port`"
        raise UsageError(f"The console does not start: {told}.") from None
    uvicorn.run(
        create_app(open_office(settings)),
        host=LOOPBACK,
        port=port,
        proxy_headers=False,  # the public address is a setting; nobody is believed about it
        access_log=False,  # an address may hold what was searched for
        server_header=False,
        log_level="warning",
    )


def links(settings: Settings) -> dict[str, str]:
    """A new one-time link for each role of the demo. Raises UsageError in another environment."""
    if settings.environment != "demo":
        raise UsageError("There are one-time links in the demo only: in other environments people have accounts.")
    database = Database(settings.database)
    return {
        role.value: f"{settings.console.url}/logg-inn?kode="
        + logins.issue_link(database, f"demo-{role.value}", [role.value], LINK_LASTS)
        for role in Role
    }


def open_office(settings: Settings) -> Office:
    """Raises SettingsError, or WrongVersion when the database is older or newer than the code."""
    database = Database(settings.database)
    migrate.check(database)
    url = urlsplit(settings.console.url)
    prefect = PrefectHttp(settings.prefect_api, settings.secret("prefect.auth")) if settings.prefect_api else None
    hours = settings.systems.hours()
    return Office(
        database=database,
        chain=Chain(settings.secret("audit.key").encode()),
        fullmakter=read_fullmakter(),
        evidence=settings.state / "evidence",
        automations={info.name: info for info in _describe_automations()},
        explain=explain,
        today=_today if settings.as_of else lambda: datetime.now(OSLO).date(),
        drain_soon=_drain_soon(prefect),
        look_up=partial(look_up, settings),
        hosts=(url.netloc,),
        https=url.scheme == "https",
        demo=settings.environment == "demo",
        scheduler=prefect,
        provider=None if settings.environment == "demo" else _provider(settings),
        prefect_url=settings.prefect_api.removesuffix("/api") if settings.prefect_api else None,
        hours={name: TargetSpec(name, (name,), opens=each.opens, closes=each.closes) for name, each in hours.items()},
        maaltall=Maaltall(**settings.maaltall.model_dump()),
        ressurser=_ressurser(),
    )


def _ressurser() -> Ressurser:
    try:
        return read_ressurser()
    except NotUsable as why:
        log.warning("Designsystemet and htmx are not used: %s. Remedy: `kraftverk assets`", why)
        return Ressurser()


def _provider(settings: Settings) -> IdentityProvider:
    """Authlib is loaded where it is used: the demo does without."""
    from kraftverk.oidc import OidcProvider

    return OidcProvider(settings.console.oidc, settings.secret(SECRET), settings.console.url)


def is_up(url: str) -> bool:
    """Whether a console answers there."""
    try:
        return httpx.get(f"{url}/logg-inn", timeout=2.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _today() -> date:
    """An invented world moves on while the console is up."""
    return load().as_of or datetime.now(OSLO).date()


def _describe_automations() -> list[AutomationInfo]:
    """Asked of a process that ends: the automations bring Prefect with them, which would stay in memory here."""
    command = [sys.executable, "-m", "kraftverk.automation_info"]
    told = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return [info_from(raw) for raw in json.loads(told.stdout)]


def _drain_soon(prefect: PrefectHttp | None) -> Callable[[], None]:
    """Asks on a thread of its own: nobody waits for Prefect to answer a click."""
    if prefect is None:
        return lambda: None
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefect")

    def ask() -> None:
        try:
            prefect.run_now(DRAIN, {})
        except NoAnswer as error:
            log.warning("no drain could be asked for (%s): the next scheduled one takes it", error)

    def soon() -> None:
        thread.submit(ask)

    return soon


if __name__ == "__main__":
    serve()
