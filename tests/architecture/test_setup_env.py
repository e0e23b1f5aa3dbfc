"""The parts of set-up that can be tried without installing anything."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import setup_env


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 14)])
def test_a_python_that_fits(version: tuple[int, int]) -> None:
    setup_env.check_python(version)


@pytest.mark.parametrize("version", [(3, 10), (3, 15), (4, 0)])
def test_another_python_is_named_with_the_remedy(version: tuple[int, int]) -> None:
    with pytest.raises(setup_env.SetupError, match=rf"this is {version[0]}\.{version[1]}\..*PYTHON=python3\.11"):
        setup_env.check_python(version)


def test_the_bounds_are_those_of_the_project(root: Path) -> None:
    oldest, newest = setup_env.OLDEST, setup_env.NEWEST
    bounds = f'requires-python = ">={oldest[0]}.{oldest[1]},<{newest[0]}.{newest[1] + 1}"'
    assert bounds in (root / "pyproject.toml").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


def test_the_stamp_changes_with_what_is_installed(project: Path) -> None:
    before = setup_env.stamp_of(project, "3.11.7")
    assert setup_env.stamp_of(project, "3.11.7") == before
    (project / "requirements.lock").write_text("other", encoding="utf-8")
    home, content = setup_env.stamp_of(project, "3.11.7")
    assert (home == before[0], content == before[1]) == (True, False)


def test_the_stamp_changes_with_the_python_and_the_folder(project: Path) -> None:
    before = setup_env.stamp_of(project, "3.11.7")
    home, content = setup_env.stamp_of(project, "3.12.1")
    assert (home == before[0], content == before[1]) == (False, True)
    moved = project.rename(project.with_name("moved"))
    assert setup_env.stamp_of(moved, "3.11.7") != before


def test_packages_of_a_lock_are_counted() -> None:
    lock = "a==1 \\\n    --hash=sha256:00\n    # via b\nb-c==2 ; sys_platform == 'win32' \\\n    --hash=sha256:11\n"
    assert setup_env.count_packages(lock) == 2


def test_a_python_without_venv_is_told_by_its_package() -> None:
    said = "The virtual environment was not created successfully because ensurepip is not available."
    assert "python3-venv" in setup_env.venv_problem(said)
    assert "No space left" in setup_env.venv_problem("Error: something\nNo space left on device\n")
    assert "no reason" in setup_env.venv_problem("")


def test_the_environments_python_lies_where_the_system_puts_it() -> None:
    assert Path(setup_env.python_in(Path("v"), windows=False)) == Path("v/bin/python")
    assert Path(setup_env.python_in(Path("v"), windows=True)) == Path("v/Scripts/python.exe")


def test_progress_is_a_word_now_and_then() -> None:
    words = [setup_env.progress(f"Collecting p{n}", n) for n in range(1, 60)]
    assert [word for word in words if word] == ["  25 fetched", "  50 fetched"]
    assert setup_env.progress("Installing collected packages: a, b", 59)
    assert setup_env.progress("Installing collected packages: kraftverk", 0) is None


def test_pips_reason_is_found() -> None:
    assert setup_env.pip_problem(["Collecting a", "ERROR: No matching distribution found for a==9"]) == (
        "No matching distribution found for a==9"
    )
    offline = ["WARNING: Retrying (Retry(total=4)) after connection broken", "ERROR: No matching distribution"]
    assert "cannot be reached" in setup_env.pip_problem(offline)
    assert setup_env.pip_problem([]) == "it gave no reason"


def test_root_on_debian_takes_debians_headless_shell_first() -> None:
    ways = list(setup_env.browser_installs("linux", root=True, apt=True))
    assert ways == [
        "apt-get update",
        "apt-get install chromium-headless-shell",
        "apt-get install chromium",
        "playwright install",
    ]


@pytest.mark.parametrize(
    ("platform", "root", "apt"), [("linux", False, True), ("linux", True, False), ("darwin", False, False)]
)
def test_others_take_playwrights(platform: str, root: bool, apt: bool) -> None:
    assert list(setup_env.browser_installs(platform, root=root, apt=apt)) == ["playwright install"]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The programs of a fresh Debian, as root."""
    programs = {"apt-get"}
    monkeypatch.setattr(setup_env.sys, "platform", "linux")
    monkeypatch.setattr(setup_env, "is_root", lambda: True)
    monkeypatch.setattr(setup_env.shutil, "which", lambda name: name if name in programs else None)
    monkeypatch.delenv("KRAFTVERK_BROWSER", raising=False)
    return programs


def installed(*, browser: bool = True, reader: bool = True) -> list[str]:
    """The packages that the commands name, after an update."""
    commands = setup_env.apt_commands(browser=browser, reader=reader)
    assert commands[:1] in ([], [setup_env.APT_UPDATE])
    known = len(setup_env.APT_INSTALL)
    return [" ".join(command[known:]) for command in commands[1:]]


def test_a_fresh_debian_gets_both_each_by_a_command_of_its_own(bare: set[str]) -> None:
    """Where one is not to be had, as on Ubuntu, the other still is."""
    assert installed() == ["chromium-headless-shell libatomic1", "tesseract-ocr"]
    assert installed(reader=False) == ["chromium-headless-shell libatomic1"]


@pytest.mark.parametrize("browser", setup_env.BROWSERS)
def test_what_is_there_is_not_installed(bare: set[str], browser: str) -> None:
    bare.add(browser)
    assert installed() == ["tesseract-ocr"]
    bare.add("tesseract")
    assert installed() == []


def test_nor_is_a_browser_beside_the_one_that_was_chosen(bare: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRAFTVERK_BROWSER", "/opt/firm/chrome")
    assert installed(reader=False) == []


def test_only_root_installs(bare: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_env, "is_root", lambda: False)
    assert installed() == []


WHEN_TOLD = """
import sys, time
from pathlib import Path
go, done = map(Path, sys.argv[1:])
while not go.exists():
    time.sleep(0.01)
done.touch()
"""


def test_what_goes_on_meanwhile_is_over_when_set_up_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after what could not be installed."""
    monkeypatch.setattr(setup_env, "LOG", tmp_path / "setup.log")
    go, done = tmp_path / "go", tmp_path / "done"
    refused = [sys.executable, "-c", "raise SystemExit(100)"]
    waits = [sys.executable, "-c", WHEN_TOLD, str(go), str(done)]

    def stop() -> None:
        with setup_env.attempting([refused, ["no-such-program"], waits]):
            assert not done.exists()
            go.touch()
            raise setup_env.SetupError

    with pytest.raises(setup_env.SetupError):
        stop()
    assert done.exists()
