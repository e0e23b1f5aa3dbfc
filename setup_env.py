"""Makes .venv from requirements.lock, fetches the console's look and finds or installs a browser: nothing is left to do
by hand.

Uses the standard library only, because it runs before anything is installed. Where all is in place it takes a second.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOG = VENV / "setup.log"
STAMP = VENV / "setup.stamp"

OLDEST, NEWEST = (3, 11), (3, 14)
"""The Python versions that the locked packages support."""

DEBIAN_REMEDY = "On Debian, as root: apt-get install chromium-headless-shell libatomic1. Then run this again."

APT_UPDATE = ["apt-get", "update"]
APT_INSTALL = ["apt-get", "install", "--yes", "--no-install-recommends", "--option", "DPkg::Lock::Timeout=120"]
# libatomic1 is for Playwright's driver, and is missing on a minimal machine.
INSTALL_BROWSER = [*APT_INSTALL, "chromium-headless-shell", "libatomic1"]
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "microsoft-edge")
"""Where none of these is, no time is lost with looking for one that starts."""
INSTALL_READER = [*APT_INSTALL, "tesseract-ocr"]

START_BROWSER = """
import asyncio, os, sys
from robots.browser import BrowserPool, find_browser

async def start(program):
    async with BrowserPool(browser=program) as pool:
        await pool.context("set-up")

try:
    program = str(find_browser(os.environ.get("KRAFTVERK_BROWSER")))
    asyncio.run(start(program))
except Exception as error:
    sys.exit(str(error).splitlines()[0])
print(program)
"""
"""Run by the environment's Python: the browser is looked for and started as the robots do it."""


class SetupError(Exception):
    """Set-up cannot go on. The message says in a sentence or two what is wrong and the remedy."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-browser", action="store_true", help="neither look for a browser nor install one")
    parser.add_argument("--tests", action="store_true", help="also install what the tests read pictures with")
    options = parser.parse_args(arguments)
    try:
        check_python(sys.version_info[:2])
        make_environment(apt_commands(browser=not options.no_browser, reader=options.tests))
        provide_assets()
        if not options.no_browser:
            provide_browser()
        if options.tests:
            provide_reader()
    except SetupError as error:
        print(f"Set-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up was interrupted. Run it again to go on.", file=sys.stderr)
        return 130
    return 0


def say(words: str) -> None:
    print(words, flush=True)


def check_python(version: tuple[int, int]) -> None:
    if not OLDEST <= version <= NEWEST:
        raise SetupError(
            f"Kraftverk needs Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}, and this is "
            f"{version[0]}.{version[1]}. Install one of those and name it: make setup PYTHON=python3.11"
        )


# The environment.


def make_environment(meanwhile: Sequence[list[str]]) -> None:
    """Does nothing when the stamp tells that this lock and project are installed already.

    `meanwhile`: commands to carry out on the other core. What they should have installed is looked for afterwards.
    """
    home, content = stamp_of(ROOT, sys.version)
    stamp = STAMP.read_text(encoding="utf-8") if STAMP.is_file() else ""
    if stamp == home + content:
        return
    if not stamp.startswith(home):
        say(f"Making the virtual environment {VENV.name} ...")
        create_venv()
    STAMP.write_text(home, encoding="utf-8")
    with attempting(meanwhile):
        install_packages()
    STAMP.write_text(home + content, encoding="utf-8")


def install_packages() -> None:
    count = count_packages((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    say(f"Installing {count} packages from requirements.lock (a minute or two the first time) ...")
    pip("install", "--require-hashes", "--requirement", "pip.lock")
    # The lock is complete, so pip need not resolve anything; `pip check` proves it afterwards.
    pip("install", "--no-compile", "--no-deps", "--require-hashes", "--requirement", "requirements.lock")
    compile_packages()
    say("Installing Kraftverk itself ...")
    pip("install", "--no-deps", "--no-build-isolation", "--editable", ".")
    pip("check")


def stamp_of(root: Path, python: str) -> tuple[str, str]:
    """Where and by which Python an environment was made (moved, it points at its old place), and what is installed."""
    content = hashlib.sha256((root / "requirements.lock").read_bytes() + (root / "pyproject.toml").read_bytes())
    return f"{root}\n{' '.join(python.split())}\n", f"{content.hexdigest()}\n"


def count_packages(lock: str) -> int:
    return sum("==" in line for line in lock.splitlines() if line[:1].isalnum())


def create_venv() -> None:
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SetupError(venv_problem(made.stdout + made.stderr))


def venv_problem(output: str) -> str:
    if "ensurepip" in output or "No module named venv" in output:
        return (
            "This Python lacks venv. On Debian or Ubuntu, as root: apt-get install python3-venv. Then run this again."
        )
    lines = output.strip().splitlines()
    return f"The virtual environment {VENV} could not be made: {lines[-1] if lines else 'no reason was given'}"


def python_in(venv: Path, windows: bool = os.name == "nt") -> str:
    return str(venv / ("Scripts/python.exe" if windows else "bin/python"))


def pip(*arguments: str) -> None:
    lines: list[str] = []
    fetched = 0
    try:
        for line in run([python_in(VENV), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]):
            lines.append(line)
            fetched += line.startswith("Collecting ")
            if words := progress(line, fetched):
                say(words)
    except subprocess.CalledProcessError:
        raise SetupError(f"«pip {arguments[0]}» failed: {pip_problem(lines)} (all it said: {LOG})") from None


def run(command: list[str], **environment: str) -> Iterator[str]:
    """The lines a command prints, also kept in the log. Raises CalledProcessError at its end when it failed."""
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            yield line.rstrip()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def compile_packages() -> None:
    """On every core, where pip uses one. Nothing imports the tests of packages, and a few files are templates, which
    no Python can compile.
    """
    tests = r"site-packages.*[\\/]tests[\\/]"
    attempt([python_in(VENV), "-m", "compileall", "-q", "-j", "0", "-x", tests, str(VENV)])


def progress(line: str, fetched: int) -> str | None:
    """A word now and then about what pip does: at every 25th package, and when it begins to unpack many."""
    if line.startswith("Collecting ") and fetched % 25 == 0:
        return f"  {fetched} fetched"
    if line.startswith("Installing collected packages") and fetched > 1:
        return "  all fetched, unpacking (half a minute) ..."
    return None


def pip_problem(lines: list[str]) -> str:
    if any("WARNING: Retrying" in line for line in lines):
        return "the package index cannot be reached; check the network and pip's settings"
    problems = [line for line in lines if line.lower().startswith("error: ")]
    return problems[-1][len("error: ") :] if problems else "it gave no reason"


# The console's look.


def provide_assets() -> None:
    """Its pages are complete without what others have made, so set-up goes on whatever is wrong with that."""
    lines: list[str] = []
    with contextlib.suppress(subprocess.CalledProcessError):
        lines.extend(run([python_in(VENV), "-c", "from kraftverk.cli import main; main()", "assets"]))
    say(lines[-1] if lines else f"Designsystemet and htmx were not fetched; why stands in {LOG}.")


# The browser.


def provide_browser() -> None:
    """Starts the browser the robots will use, and installs one when none starts.

    A KRAFTVERK_BROWSER that does not start is for the user to put right.
    """
    browser, problem = start_browser()
    chosen = os.environ.get("KRAFTVERK_BROWSER")
    if not browser and chosen:
        raise SetupError(f"KRAFTVERK_BROWSER={chosen} cannot be used. {problem}")
    if not browser:
        browser, problem = install_browser()
    if not browser:
        raise SetupError(f"No browser starts. {problem.rstrip('.')}. {DEBIAN_REMEDY}")
    say(f"Browser: {browser}")


def install_browser() -> tuple[str, str]:
    """As start_browser, after the first of the ways that leads to one that starts."""
    say("No browser starts, installing one (a minute or two) ...")
    browser = problem = ""
    for words, command in browser_installs(sys.platform, is_root(), bool(shutil.which("apt-get"))).items():
        say(f"  {words} ...")
        attempt(command)
        browser, problem = start_browser()
        if browser:
            break
    return browser, problem


def start_browser() -> tuple[str, str]:
    """The program that started and nothing, or nothing and why."""
    asked = subprocess.run(
        [python_in(VENV), "-c", START_BROWSER], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if asked.returncode == 0:
        return asked.stdout.strip(), ""
    with LOG.open("a", encoding="utf-8") as log:
        log.write(asked.stderr)
    return "", asked.stderr.strip().splitlines()[-1]


def browser_installs(platform: str, root: bool, apt: bool) -> dict[str, list[str]]:
    """The commands to try in turn until there is a browser, each with the words for it."""
    playwright = [python_in(VENV), "-m", "playwright", "install"]
    if not may_apt(platform, root=root, apt=apt):
        return {"playwright install": [*playwright, "chromium-headless-shell"]}
    return {
        "apt-get update": APT_UPDATE,
        "apt-get install chromium-headless-shell": INSTALL_BROWSER,
        "apt-get install chromium": [*APT_INSTALL, "chromium", "libatomic1"],
        # Ubuntu has neither package: Playwright's own is left, with the libraries it needs.
        "playwright install": [*playwright, "--with-deps", "chromium-headless-shell"],
    }


def provide_reader() -> None:
    """Installs tesseract where that can be done; without it the tests read what a picture was drawn from."""
    if commands := apt_commands(browser=False, reader=True):
        say("Installing tesseract, which reads pictures in the tests ...")
        for command in commands:
            attempt(command)


def apt_commands(*, browser: bool, reader: bool) -> list[list[str]]:
    """What installs those that are wanted, of whose programs nothing is to be seen."""
    if not may_apt(sys.platform, root=is_root(), apt=bool(shutil.which("apt-get"))):
        return []
    commands = []
    if browser and not os.environ.get("KRAFTVERK_BROWSER") and not any(map(shutil.which, BROWSERS)):
        commands.append(INSTALL_BROWSER)
    if reader and not shutil.which("tesseract"):
        commands.append(INSTALL_READER)
    return [APT_UPDATE, *commands] if commands else []


def may_apt(platform: str, *, root: bool, apt: bool) -> bool:
    return platform == "linux" and root and apt


@contextlib.contextmanager
def attempting(commands: Sequence[list[str]]) -> Iterator[None]:
    """These one after another, beside the block."""

    def attempt_all() -> None:
        for command in commands:
            attempt(command)

    others = threading.Thread(target=attempt_all)
    others.start()
    try:
        yield
    finally:
        if others.is_alive():
            say("Waiting for Debian's packages ...")
        others.join()


def attempt(command: list[str]) -> None:
    """Whether it worked is seen by looking for the program afterwards."""
    with contextlib.suppress(subprocess.CalledProcessError, OSError):
        for _ in run(command, DEBIAN_FRONTEND="noninteractive"):
            pass


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


if __name__ == "__main__":
    sys.exit(main())
