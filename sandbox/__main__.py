"""`python -m sandbox`: serve a population until Ctrl-C, SIGTERM, or the death of the process in SANDBOX_PARENT_PID."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from sandbox.app import build
from sandbox.connection import ClosableProtocol
from sandbox.faults import Asgi
from sandbox.population import Population, PopulationError, load
from sandbox.settings import Settings, SettingsError, from_environment

CANNOT_START = 2


class StartError(Exception):
    """The sandbox cannot start; the message is one sentence with the remedy."""


class Server(uvicorn.Server):
    """Announces that it listens, and takes SIGTERM and Ctrl-C as an ordinary end."""

    def __init__(self, app: Asgi, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app, http=ClosableProtocol, ws="none", lifespan="on", access_log=False, log_level="warning",
            timeout_graceful_shutdown=3,
        )  # fmt: skip
        super().__init__(config)
        self._listener = listener

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so on stdout."""
        await super().startup(sockets)
        sys.stdout.write(f"sandbox ready on {base_url(self._listener)}\n")
        sys.stdout.flush()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike uvicorn's own, does not raise the signal again at the end: being told to stop is no failure."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield


def main() -> int:
    """Run; answers the exit code."""
    arguments = _parser().parse_args()
    try:
        population = load(arguments.population)
        listener = listen(arguments.host, arguments.port)
        app, settings = _build(population, arguments.state_dir, listener)
    except (PopulationError, SettingsError, StartError) as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT_START
    asyncio.run(_serve(Server(app, listener), listener, settings.parent_pid))
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises `StartError` when the port is taken or not ours to take."""
    # Said to be TCP, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise StartError(
            f"Port {port} on {host} cannot be used ({getattr(error, 'strerror', None) or error}); "
            "stop the program that has it or choose another with --port."
        ) from None
    return listener


def base_url(listener: socket.socket) -> str:
    """Where a listening socket is reached."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def _serve(server: Server, listener: socket.socket, parent: int | None) -> None:
    watch = asyncio.create_task(_stop_with_parent(server, parent))
    try:
        await server.serve(sockets=[listener])
    finally:
        watch.cancel()


async def _stop_with_parent(server: Server, parent: int | None) -> None:
    """Once a second: does the process that started us still live? Killed, it could not tell us."""
    if parent is None:
        return
    direct = os.getppid() == parent
    while os.getppid() == parent if direct else _is_alive(parent):  # noqa: ASYNC110 - no event comes of a death
        await asyncio.sleep(1)
    server.should_exit = True


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _build(population: Population, state_dir: Path, listener: socket.socket) -> tuple[Asgi, Settings]:
    settings = from_environment(state_dir, base_url(listener))
    try:
        return build(population, settings), settings
    except OSError as error:
        raise StartError(
            f"{state_dir} cannot be written to ({error.strerror}); choose another folder with --state-dir."
        ) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Simulators of every external system.")
    parser.add_argument("--population", type=Path, required=True, help="folder with the CSV files of the world")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--state-dir", type=Path, required=True, help="where PAX and ISY-PA write their nightly files")
    parser.add_argument("--host", default="127.0.0.1")
    return parser


if __name__ == "__main__":
    sys.exit(main())
