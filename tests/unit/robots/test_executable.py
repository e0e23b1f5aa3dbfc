"""Which browser is chosen, on machines made of empty files."""

from __future__ import annotations

import json
from pathlib import Path

import playwright
import pytest

from robots import executable
from robots.executable import BrowserNotFound, find_browser


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no browser: an empty PATH, an empty download folder and none of the usual places."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    monkeypatch.setattr(executable, "_usual_places", lambda: iter(()))
    return tmp_path


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    path.chmod(0o755)
    return path


def download(machine: Path, name: str, file: str, revision: str | None = None) -> Path:
    package = Path(playwright.__file__).parent
    listed = json.loads((package / "driver" / "package" / "browsers.json").read_text())["browsers"]
    revision = revision or next(entry["revision"] for entry in listed if entry["name"] == name)
    return program(machine / "downloads" / f"{name.replace('-', '_')}-{revision}" / "linux64" / file)


def test_the_setting_comes_first(machine: Path) -> None:
    program(machine / "bin" / "chromium-headless-shell")
    chosen = program(machine / "elsewhere" / "browser")
    assert find_browser(str(chosen)) == chosen


def test_a_setting_may_be_a_name_on_the_path(machine: Path) -> None:
    chosen = program(machine / "bin" / "brave")
    assert find_browser("brave") == chosen


def test_a_wrong_setting_is_an_error_and_no_guess(machine: Path) -> None:
    program(machine / "bin" / "chromium")
    with pytest.raises(BrowserNotFound, match="correct the setting"):
        find_browser("/nowhere/chrome")


def test_order_of_the_places(machine: Path) -> None:
    found = []
    ways = [
        lambda: program(machine / "bin" / "chromium"),
        lambda: program(machine / "bin" / "google-chrome"),
        lambda: program(machine / "bin" / "chromium-headless-shell"),
        lambda: download(machine, "chromium", "chrome"),
        lambda: download(machine, "chromium-headless-shell", "chrome-headless-shell"),
    ]
    for install in ways:
        installed = install()
        found.append(find_browser() == installed)
    assert found == [True] * 5


def test_a_window_needs_a_browser_that_has_one(machine: Path) -> None:
    program(machine / "bin" / "chromium-headless-shell")
    download(machine, "chromium-headless-shell", "chrome-headless-shell")
    with pytest.raises(BrowserNotFound):
        find_browser(headed=True)
    chromium = program(machine / "bin" / "chromium")
    assert find_browser(headed=True) == chromium


def test_a_download_of_another_revision_is_passed_over(machine: Path) -> None:
    download(machine, "chromium", "chrome", revision="1")
    with pytest.raises(BrowserNotFound):
        find_browser()


def test_a_file_that_is_no_program_is_passed_over(machine: Path) -> None:
    download(machine, "chromium", "chrome").chmod(0o644)
    other = program(machine / "bin" / "chromium")
    assert find_browser() == other


def test_no_browser_is_one_sentence_with_the_remedy(machine: Path) -> None:
    with pytest.raises(BrowserNotFound) as caught:
        find_browser()
    text = str(caught.value)
    assert "playwright install chromium" in text
    assert "\n" not in text
    assert text.count(". ") == 0


@pytest.mark.parametrize(
    ("platform", "environment", "home", "place"),
    [
        ("darwin", {}, "/Users/a", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("darwin", {}, "/Users/a", "/Users/a/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
        ("win32", {"PROGRAMFILES": "/pf"}, "/home/a", "/pf/Google/Chrome/Application/chrome.exe"),
        ("win32", {"LOCALAPPDATA": "/lad"}, "/home/a", "/lad/Microsoft/Edge/Application/msedge.exe"),
        ("linux", {}, "/home/a", "/opt/google/chrome/chrome"),
    ],
)
def test_the_usual_places(
    platform: str, environment: dict[str, str], home: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(executable.sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path(home))
    assert Path(place) in list(executable._usual_places())


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {}, "/home/a/.cache/ms-playwright"),
        ("linux", {"XDG_CACHE_HOME": "/cache"}, "/cache/ms-playwright"),
        ("darwin", {}, "/home/a/Library/Caches/ms-playwright"),
        ("win32", {"LOCALAPPDATA": "/lad"}, "/lad/ms-playwright"),
        ("linux", {"PLAYWRIGHT_BROWSERS_PATH": "/own"}, "/own"),
        ("linux", {"PLAYWRIGHT_BROWSERS_PATH": "0"}, "/package/driver/package/.local-browsers"),
    ],
)
def test_where_playwright_downloads_to(
    platform: str, environment: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PLAYWRIGHT_BROWSERS_PATH", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(executable.sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/a"))
    assert executable._download_folder(Path("/package")) == Path(folder)
