"""What all tests share: where the repository is, and the folder of larger material that may lie beside it."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

os.environ["DO_NOT_TRACK"] = "1"  # read by prefect when it is imported: nothing is reported from a test

pytest.register_assert_rewrite("tests.unit.hub.behaviours")  # one suite for two stores, imported by both

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def pytest_collection_finish() -> None:
    """What has been imported stays: a tenth of the CPU went into looking for garbage in it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the repository. A test that uses it bears the mark `needs_shared`."""
    return SHARED


def pytest_report_header() -> str:
    return f"shared folder: {'found' if SHARED.is_dir() else 'not here, tests marked needs_shared are left out'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a bare clone nothing is skipped: what needs the shared folder is no part of its suite."""
    if SHARED.is_dir():
        return
    left_out = [item for item in items if item.get_closest_marker("needs_shared")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
