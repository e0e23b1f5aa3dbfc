"""One Prefect server and one worker for all the tests here, the way the product starts them."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from kraftverk.prefect_service import POOL, PrefectService
from kraftverk.prefect_setup import set_up
from kraftverk.processes import Child, Supervisor, free_port

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import State

HERE = Path(__file__).parent
SERVER = "prefect-server"
WORKER = "prefect-worker-1"
SILENT_AFTER = timedelta(seconds=25)
"""A run that only starts slowly on a busy machine, or whose worker is slow to say how it ended, is no silent one."""
DEPLOYMENTS: list[dict[str, Any]] = [
    {"name": "plain", "entrypoint": "toy_flows.work", "work_pool": {"name": "kraftverk"}},
    {
        "name": "daily",
        "entrypoint": "toy_flows.work",
        "work_pool": {"name": "kraftverk"},
        "parameters": {"diary": "/dev/null"},
        "schedules": [{"slug": "daily", "cron": "0 4 * * *", "timezone": "Europe/Oslo"}],
    },
    {
        "name": "single",
        "entrypoint": "toy_flows.work",
        "work_pool": {"name": "kraftverk"},
        "schedules": [{"slug": "yearly", "cron": "0 4 1 1 *", "timezone": "Europe/Oslo"}],
        "concurrency_limit": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
    },
]


@dataclass(frozen=True)
class House:
    """The running service, the processes behind it, and the home of a user who must not notice it."""

    service: PrefectService
    supervisor: Supervisor
    user_home: Path
    folder: Path


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("prefect")
    before = dict(os.environ)
    user_home = folder / "user"
    user_home.mkdir()
    base = before | {"HOME": str(user_home), "PREFECT_API_URL": "http://127.0.0.1:1/api", "PREFECT_PROFILE": "theirs"}
    service = PrefectService(
        home=folder / "prefect",
        port=free_port(),
        auth_string=f"kraftverk:{secrets.token_urlsafe(24)}",
        code=HERE,
        query_seconds=0.5,
        silent_after=SILENT_AFTER,
    )
    sys.path.insert(0, str(HERE))
    try:
        with Supervisor(folder / "logs") as supervisor:
            start = [
                Child(SERVER, service.server_command(), service.server_environment(base), service.is_healthy),
                Child(WORKER, service.worker_command(WORKER), service.environment(base), lambda: online(service)),
            ]
            supervisor.start(start[0])
            supervisor.wait_ready(SERVER)
            asyncio.run(_set_up(service))
            supervisor.start(start[1])
            supervisor.wait_ready(WORKER)
            yield House(service, supervisor, user_home, folder)
    finally:
        sys.path.remove(str(HERE))
        os.environ.clear()
        os.environ.update(before)


def online(service: PrefectService) -> bool:
    """Whether the worker has reported to the server in the last minute and a half."""

    async def ask() -> bool:
        async with service.client() as client:
            workers = await client.read_workers_for_work_pool(POOL)
        return any(each.name == WORKER and each.status == "ONLINE" for each in workers)

    return asyncio.run(ask())


async def _set_up(service: PrefectService) -> None:
    async with service.client() as client:
        await set_up(client, DEPLOYMENTS, service.silent_after)


@dataclass
class Lab:
    """What a test does with runs of the toy flow."""

    client: PrefectClient
    diary: Path

    async def begin(self, deployment: str = "plain", **parameters: object) -> UUID:
        found = await self.client.read_deployment_by_name(f"work/{deployment}")
        given = {"diary": str(self.diary), **parameters}
        return (await self.client.create_flow_run_from_deployment(found.id, parameters=given)).id

    async def process_of(self, run: UUID) -> int:
        """The process id of the run's latest start, once it is there."""
        await until(lambda: bool(self.notes(run, "start")), 120)
        return int(self.notes(run, "start")[-1])

    async def infrastructure_of(self, run: UUID) -> int:
        """The process id a worker has reported for the run, also before the run itself has begun."""

        async def known() -> bool:
            return bool((await self.client.read_flow_run(run)).infrastructure_pid)

        await until(known, 120)
        return int((await self.client.read_flow_run(run)).infrastructure_pid or 0)

    def notes(self, run: UUID, what: str) -> list[str]:
        """Who (process id) noted this of the run, in order."""
        if not self.diary.exists():
            return []
        lines = (line.split() for line in self.diary.read_text(encoding="utf-8").splitlines())
        return [process for whose, process, noted in lines if whose == str(run) and noted == what]

    async def state(self, run: UUID) -> State[Any]:
        state = (await self.client.read_flow_run(run)).state
        assert state is not None
        return state

    async def comes_to(self, run: UUID, name: str, within: float) -> None:
        async def there() -> bool:
            return (await self.state(run)).name == name

        await until(there, within)

    async def history(self, run: UUID) -> list[str]:
        return [state.name or "" for state in await self.client.read_flow_run_states(run)]


@pytest.fixture
async def lab(house: House, tmp_path: Path) -> AsyncIterator[Lab]:
    async with house.service.client() as client:
        yield Lab(client, tmp_path / "diary")


async def until(condition: Callable[[], bool | Awaitable[bool]], within: float) -> None:
    """Wait for the condition; TimeoutError when it has not come true in time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        met = condition()
        if met if isinstance(met, bool) else await met:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError
