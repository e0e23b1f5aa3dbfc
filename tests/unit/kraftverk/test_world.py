"""A demo's own folder: emptied at its start, and nobody else's while it lives."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kraftverk.usage import UsageError
from kraftverk.world import MARK, World, emptied, environment, exports, make_empty

pytest.importorskip("fcntl")


def test_what_an_earlier_demo_has_left_is_gone(tmp_path: Path) -> None:
    world = make_empty(tmp_path / "state")
    (world.isypa_files / "deep").mkdir(parents=True)
    (world.folder / "hub.db").touch()
    (world.folder / "link").symlink_to(tmp_path)
    assert make_empty(tmp_path / "state") == world
    assert {each.name for each in world.folder.iterdir()} == {MARK, "sandbox", "eierskjema"}
    assert list(world.isypa_files.parent.iterdir()) == []


def test_the_folder_of_a_demo_that_is_running_is_left_alone(tmp_path: Path) -> None:
    with emptied(tmp_path / "state") as world:
        (world.folder / "hub.db").write_text("in use")
        with pytest.raises(UsageError, match=r"A demo is running in .*state: name another folder with --state"):
            make_empty(tmp_path / "state")
        assert (world.folder / "hub.db").read_text() == "in use"
    make_empty(tmp_path / "state")
    assert not (world.folder / "hub.db").exists()


def test_a_process_that_outlives_the_demo_does_not_keep_its_folder(tmp_path: Path) -> None:
    with emptied(tmp_path / "state"):
        program = [sys.executable, "-c", "input(1)"]
        left = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False)
        assert left.stdout
        assert left.stdout.read(1) == b"1"
    assert make_empty(tmp_path / "state").folder.is_dir()
    assert left.poll() is None
    left.communicate(b"\n")


def test_a_folder_that_cannot_be_emptied_is_still_a_demos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_empty(tmp_path / "state")

    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", refuse)
        with pytest.raises(UsageError, match=r"cannot be emptied \(Permission denied: .*\): .* --state"):
            make_empty(world.folder)
    assert (world.folder / MARK).exists()
    assert make_empty(world.folder) == world


def test_the_line_to_paste_into_a_shell_may_hold_any_folder(tmp_path: Path) -> None:
    world = World(tmp_path / "Kari's & $HOME; demo [bold]")
    shown = 'printf "%s\\n" "$KRAFTVERK_CONFIG" "$KRAFTVERK_SECRETS"'
    told = subprocess.run(["sh", "-c", f"{exports(world)}; {shown}"], capture_output=True, text=True, check=True)
    of_a_process = environment(world)
    assert told.stdout.splitlines() == [of_a_process["KRAFTVERK_CONFIG"], of_a_process["KRAFTVERK_SECRETS"]]
