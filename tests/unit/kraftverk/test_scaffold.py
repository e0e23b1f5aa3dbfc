"""`kraftverk new` makes all of an automation or nothing of it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from kraftverk.scaffold import CATALOGUE, REGISTRY, make_automation
from kraftverk.usage import UsageError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """So much of the project as is read."""
    for each in (REGISTRY, CATALOGUE):
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each).write_bytes((ROOT / each).read_bytes())
    return tmp_path


def files(source: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}


def taken_as_a_package(source: Path) -> None:
    (source / "flows" / "min_rutine").mkdir()


def taken_as_a_robot(source: Path) -> None:
    (source / "robots" / "min_rutine").mkdir(parents=True)


def taken_in_the_catalogue(source: Path) -> None:
    with (source / CATALOGUE).open("a", encoding="utf-8") as catalogue:
        catalogue.write('\n[MIN_RUTINE_UNCLEAR]\nkort = "Av en tidligere"\n')


@pytest.mark.parametrize("take", [taken_as_a_package, taken_as_a_robot, taken_in_the_catalogue])
def test_a_name_that_is_taken_is_refused(source: Path, take: Callable[[Path], None]) -> None:
    take(source)
    before = files(source)
    with pytest.raises(UsageError, match="already: choose another name"):
        make_automation("min-rutine", source)
    assert files(source) == before


@pytest.mark.parametrize("full_at", range(7))
def test_a_disk_that_is_full_half_way_leaves_nothing(
    source: Path, full_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, written = files(source), 0
    real = Path.write_text

    def write(path: Path, text: str, encoding: str) -> int:
        nonlocal written
        written += 1
        if written > full_at:
            real(path, text[:10], encoding=encoding)
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return real(path, text, encoding=encoding)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", write)
        with pytest.raises(UsageError, match=r"cannot be written .* nothing is made"):
            make_automation("min-rutine", source)
    assert files(source) == before
    assert not (source / "robots" / "min_rutine").exists()
    assert make_automation("min-rutine", source)
    assert '"min-rutine": "flows.min_rutine"' in (source / REGISTRY).read_text(encoding="utf-8")
    assert "[MIN_RUTINE_UNCLEAR]" in (source / CATALOGUE).read_text(encoding="utf-8")
