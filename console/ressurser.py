"""What others have made for the pages: Designsystemet's stylesheets and htmx. Every page is complete without them.

`kraftverk assets` fetches the files at set-up, and writes beside them what each one is: they are never committed, and
a file that is another than it was when it was fetched is not used.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE / "static" / "tredjepart"
PACKAGE = HERE / "package.json"
LOCK = HERE / "package-lock.json"
SUMS = "SHA384SUMS"
"""As `sha384sum` writes them. The lock file is one of them: what was fetched by another lock is not used."""
STYLES = ("tema.css", "designsystemet.css")
"""In the order a page names them."""
HTMX = "htmx.js"


class NotUsable(Exception):
    """The files are not all there, or not as they were fetched. The message says why."""


@dataclass(frozen=True, slots=True)
class Ressurs:
    """A file as a page names it: the browser refuses another than it promises."""

    sti: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Ressurser:
    """Empty: the console's own stylesheet, and plain links and forms."""

    stilark: tuple[Ressurs, ...] = ()
    htmx: Ressurs | None = None


def read(folder: Path = FOLDER, lock: Path = LOCK) -> Ressurser:
    """Raises NotUsable."""
    try:
        lines = (folder / SUMS).read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise NotUsable("they have not been fetched") from None
    promised = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in (*STYLES, HTMX, lock.name):
        path = lock if name == lock.name else folder / name
        if not path.is_file():
            raise NotUsable(f"{name} is missing")
        if name not in promised or digest_of(path) != promised[name]:
            raise NotUsable(f"{name} is another than was fetched")
    return Ressurser(tuple(_named(name, promised) for name in STYLES), _named(HTMX, promised))


def digest_of(path: Path) -> str:
    """SHA-384, in hexadecimal."""
    return hashlib.sha384(path.read_bytes()).hexdigest()


def _named(name: str, promised: dict[str, str]) -> Ressurs:
    digest = promised[name]
    integrity = "sha384-" + base64.b64encode(bytes.fromhex(digest)).decode()
    return Ressurs(f"/static/{FOLDER.name}/{name}?v={digest[:12]}", integrity)
