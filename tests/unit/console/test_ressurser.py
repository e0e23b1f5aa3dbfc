"""Files of others are used only as they were fetched, by the lock there is now."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from console.ressurser import HTMX, STYLES, SUMS, NotUsable, read
from console.roles import Role
from tests.unit.console.desk import Desk


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "package-lock.json"
    path.write_text("{}", "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path, lock: Path) -> Path:
    folder = tmp_path / "tredjepart"
    folder.mkdir()
    for name in (*STYLES, HTMX):
        (folder / name).write_text(f"content of {name}", "utf-8")
    paths = [*folder.iterdir(), lock]
    sums = [f"{hashlib.sha384(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (folder / SUMS).write_text("".join(sums), "ascii")
    return folder


def test_what_is_as_it_was_fetched_is_used_and_promised_to_the_browser(folder: Path, lock: Path) -> None:
    found = read(folder, lock)
    digest = base64.b64encode(hashlib.sha384(b"content of htmx.js").digest()).decode()
    assert found.htmx is not None
    assert found.htmx.integrity == f"sha384-{digest}"
    assert [each.sti.partition("?")[0] for each in found.stilark] == [
        "/static/tredjepart/tema.css",
        "/static/tredjepart/designsystemet.css",
    ]


def test_nothing_was_fetched(tmp_path: Path, lock: Path) -> None:
    with pytest.raises(NotUsable, match="have not been fetched"):
        read(tmp_path / "tredjepart", lock)


@pytest.mark.parametrize("name", [*STYLES, HTMX])
def test_a_file_is_missing(folder: Path, lock: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(NotUsable, match=f"{name} is missing"):
        read(folder, lock)


@pytest.mark.parametrize("name", [*STYLES, HTMX])
def test_a_file_was_changed(folder: Path, lock: Path, name: str) -> None:
    with (folder / name).open("a") as file:
        file.write(" ")
    with pytest.raises(NotUsable, match=f"{name} is another than was fetched"):
        read(folder, lock)


def test_the_lock_has_changed_since(folder: Path, lock: Path) -> None:
    lock.write_text('{"newer": true}', "utf-8")
    with pytest.raises(NotUsable, match=r"package-lock\.json is another"):
        read(folder, lock)


@pytest.mark.parametrize("sums", ["", "nonsense", "æøå"])
def test_a_list_that_promises_nothing_lets_nothing_in(folder: Path, lock: Path, sums: str) -> None:
    (folder / SUMS).write_text(sums, "utf-8")
    with pytest.raises(NotUsable):
        read(folder, lock)


def test_a_page_names_what_there_is_in_order_and_what_it_must_be(desk: Desk, folder: Path, lock: Path) -> None:
    browser = desk.visitor(Role.LESETILGANG)
    assert browser.page().xpath("//*[@integrity]") == []
    assert "htmx" not in browser.last.text.partition("<body")[0]
    desk.office = replace(desk.office, ressurser=read(folder, lock))
    browser = desk.visitor(Role.LESETILGANG)
    sheets = [path.partition("?")[0] for path in browser.page().xpath("//link[@rel='stylesheet']/@href")]
    assert sheets == [
        "/static/kraftverk.css",
        "/static/tredjepart/tema.css",
        "/static/tredjepart/designsystemet.css",
        "/static/tilpasning.css",
    ]
    assert len(browser.page().xpath("//*[starts-with(@integrity, 'sha384-')]")) == len(STYLES) + 1
