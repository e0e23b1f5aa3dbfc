"""Our own Prefect: its environment and its commands.

It has its own home and address and a secret, sends nothing to anybody, and never reads the user's profile. Importing
Prefect takes two seconds and reads the environment once and for all, so it is imported inside the functions that need
it, after `PrefectService.adopt`.
"""

from __future__ import annotations

import base64
import http.client
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

POOL = "kraftverk"

_LOOPBACK = "127.0.0.1"
LOG_LEVEL = "KRAFTVERK_LOG_LEVEL"
"""Environment variable: how much every process logs, such as DEBUG. Without it Prefect's own levels hold."""
_PROBE_TIMEOUT = 2.0


@dataclass(frozen=True, slots=True)
class PrefectService:
    """One Prefect server at 127.0.0.1 with its workers."""

    home: Path
    """PREFECT_HOME: database, leases and memo of this server alone."""
    port: int
    auth_string: str = field(repr=False)
    """`user:password`, asked for by the API and typed into the login page of the user interface."""
    code: Path
    """The folder `flows` is imported from."""
    database_url: str | None = field(default=None, repr=False)
    """`postgresql+asyncpg://…`; None is SQLite in the home."""
    query_seconds: float = 2.0
    """How often a worker looks for runs. Picking one up takes half of this on average."""
    heartbeat_seconds: int = 30
    """How often a flow run says that it lives. Prefect allows no less than 30."""
    silent_after: timedelta = timedelta(seconds=90)
    """A run silent for this long is marked Crashed: two heartbeats may be lost. Up to five seconds are added.

    At least 10 seconds, says Prefect; and longer than a run takes to begin, prefetch included.
    """

    @property
    def ui_url(self) -> str:
        return f"http://{_LOOPBACK}:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.ui_url}/api"

    def environment(self, base: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The whole environment of a worker, its flow runs, and every other program that talks to this server."""
        return _without_prefect(base) | {
            "PREFECT_HOME": str(self.home),
            "PREFECT_PROFILES_PATH": str(self.home / "profiles.toml"),
            "PREFECT_API_URL": self.api_url,
            "PREFECT_API_AUTH_STRING": self.auth_string,
            "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
            "PREFECT_CLI_PROMPT": "false",
            "PREFECT_CLI_COLORS": "false",
            # Nothing is reported to anybody.
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
            "DO_NOT_TRACK": "1",
            "NO_PROXY": _with_loopback(base.get("NO_PROXY") or base.get("no_proxy") or ""),
            # A run: the code it imports, and the logs of our packages on its page.
            "PYTHONPATH": os.pathsep.join(filter(None, [str(self.code), base.get("PYTHONPATH", "")])),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), base.get("PATH", os.defpath)]),
            "PREFECT_LOGGING_EXTRA_LOGGERS": "flows,hub,connectors,robots",
            "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
            "PREFECT_LOGGING_COLORS": "false",
            **log_levels(base),
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(self.heartbeat_seconds),
            "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
            "PREFECT_WORKER_QUERY_SECONDS": str(self.query_seconds),
            # A run is taken, and holds its place, this long before its time. It then waits in its process.
            "PREFECT_WORKER_PREFETCH_SECONDS": "5",
        }

    def server_environment(self, base: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The whole environment of the server."""
        database = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": self.database_url} if self.database_url else {}
        return (
            self.environment(base)
            | database
            | {
                "PREFECT_SERVER_API_HOST": _LOOPBACK,
                "PREFECT_SERVER_API_PORT": str(self.port),
                "PREFECT_SERVER_API_AUTH_STRING": self.auth_string,
                "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
                # At DEBUG its database driver writes eight lines for every statement, 25 MB before the server is up.
                "PREFECT_LOGGING_ROOT_LEVEL": "WARNING",
                # The second user interface asks amplitude.com for its settings whatever we say; the first asks nobody.
                "PREFECT_SERVER_UI_V2_ENABLED": "false",
                # Kept in memory, the places of limited deployments are forgotten when the server restarts, and Prefect
                # then cancels the runs that hold them.
                "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
                # Without it, a run that died while the server was down for two minutes or more stays Running for ever.
                "PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER": "P7D",
                # A cancelled run whose worker has gone would otherwise be Cancelling for five minutes.
                "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_CANCELLING_TIMEOUT_SECONDS": "60",
                # A drain a minute is half a million runs a year: those older than 90 days are deleted.
                "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
            }
        )

    def server_command(self) -> list[str]:
        return [sys.executable, "-m", "prefect", "server", "start"]

    def worker_command(self, name: str) -> list[str]:
        """A worker taking runs from our work pool. Two workers must not share a name."""
        return [
            *(sys.executable, "-m", "prefect", "worker", "start", "--name", name),
            *("--pool", POOL, "--type", "process", "--install-policy", "never"),
        ]

    def is_healthy(self) -> bool:
        """Whether our server answers, with its database migrated. Another server at the port refuses our secret.

        A probe: no error is worth more than «not yet».
        """
        secret = base64.b64encode(self.auth_string.encode()).decode()
        connection = http.client.HTTPConnection(_LOOPBACK, self.port, timeout=_PROBE_TIMEOUT)
        try:
            connection.request("GET", "/api/admin/version", headers={"Authorization": f"Basic {secret}"})
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def adopt(self) -> None:
        """Make Prefect in this process ours. Call it before anything imports prefect; after that it has no effect."""
        ours = self.environment()
        for name in set(os.environ) - set(ours):
            del os.environ[name]
        os.environ.update(ours)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[PrefectClient]:
        """A client of this server, whatever else the process knows of Prefect."""
        if "prefect" not in sys.modules:
            self.adopt()
        async with client_of(self.api_url, self.auth_string) as client:
            yield client


@asynccontextmanager
async def client_of(api_url: str, auth_string: str) -> AsyncIterator[PrefectClient]:
    """A client of the server at `api_url`, whatever the user's own profile says."""
    from prefect.client.orchestration import PrefectClient

    settings = {"trust_env": False}
    async with PrefectClient(api_url, auth_string=auth_string, httpx_settings=settings) as client:
        yield client


def log_levels(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What Prefect is to be told of the level, in its own words."""
    names = ("PREFECT_LOGGING_LEVEL", "PREFECT_LOGGING_ROOT_LEVEL", "PREFECT_SERVER_LOGGING_LEVEL")
    return dict.fromkeys(names, base[LOG_LEVEL]) if base.get(LOG_LEVEL) else {}


def _without_prefect(base: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in base.items() if not name.startswith("PREFECT_")}


def _with_loopback(no_proxy: str) -> str:
    return ",".join(filter(None, [no_proxy, _LOOPBACK, "localhost"]))
