"""Which browser program this machine has. Finding it needs neither Playwright's driver nor a running browser."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

_HEADLESS_SHELL = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
_BROWSERS = (
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chromium",
    "chromium-browser",
)
_LINUX = (
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
    "/usr/lib/chromium/chromium",
    "/snap/bin/chromium",
)
_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Chromium.app/Contents/MacOS/Chromium",
)
_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)
# Where Playwright puts what it downloads, below the folder of the revision: <platform>/<program>.
_DOWNLOADED_HEADLESS_SHELL = ("*/chrome-headless-shell", "*/chrome-headless-shell.exe", "*/headless_shell")
_DOWNLOADED_CHROMIUM = ("*/chrome", "*/chrome.exe", "*/*.app/Contents/MacOS/Google Chrome for Testing")


class BrowserNotFound(Exception):
    """No browser the robots can drive. The text is one sentence for the person at the machine, with the remedy."""


def find_browser(setting: str | None = None, *, headed: bool = False) -> Path:
    """The browser to drive: the setting, Playwright's own download, a headless shell, then Chrome, Edge or Chromium.

    A headless shell is the fastest but has no window, so it is passed over when `headed`. Raises BrowserNotFound;
    also when the setting names a program that is not there, since guessing another would hide it.
    """
    if setting:
        chosen = shutil.which(Path(setting).expanduser())
        if chosen is None:
            raise BrowserNotFound(
                f"The browser setting names {setting!r}, which is not a program on this machine: "
                "correct the setting, or leave it empty to let Kraftverk look for a browser."
            )
        return Path(chosen)
    for candidate in _candidates(headed):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    kind = "Chrome, Edge or Chromium" if headed else "Chrome, Edge, Chromium or chromium-headless-shell"
    raise BrowserNotFound(
        f"No browser was found for the robots: install {kind}, or run «playwright install chromium», "
        "or name the program in the browser setting."
    )


def _candidates(headed: bool) -> Iterator[Path]:
    yield from _downloaded(headed)
    if not headed:
        yield from _on_path(_HEADLESS_SHELL)
    yield from _on_path(_BROWSERS)
    yield from _usual_places()


def _on_path(names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        if found := shutil.which(name):
            yield Path(found)


def _usual_places() -> Iterator[Path]:
    if sys.platform == "darwin":
        roots, programs = [Path("/Applications"), Path.home() / "Applications"], _MAC
    elif sys.platform == "win32":
        folders = (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))
        roots, programs = [Path(folder) for folder in folders if folder], _WINDOWS
    else:
        roots, programs = [Path("/")], _LINUX
    for root in roots:
        for program in programs:
            yield root / program


def _downloaded(headed: bool) -> Iterator[Path]:
    """Only the revision this Playwright was made for: an older download may speak another protocol."""
    package = _playwright_package()
    if package is None:
        return
    revisions = {
        entry["name"]: entry["revision"]
        for entry in json.loads((package / "driver" / "package" / "browsers.json").read_text("utf-8"))["browsers"]
    }
    kinds = [("chromium", _DOWNLOADED_CHROMIUM)]
    if not headed:
        kinds.insert(0, ("chromium-headless-shell", _DOWNLOADED_HEADLESS_SHELL))
    for name, programs in kinds:
        folder = _download_folder(package) / f"{name.replace('-', '_')}-{revisions.get(name)}"
        for program in programs:
            yield from sorted(folder.glob(program))


def _playwright_package() -> Path | None:
    spec = find_spec("playwright")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


def _download_folder(package: Path) -> Path:
    setting = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if setting == "0":
        return package / "driver" / "package" / ".local-browsers"
    if setting:
        return Path(setting)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"
