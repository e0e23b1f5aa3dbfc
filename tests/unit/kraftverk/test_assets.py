"""`kraftverk assets` with an npm that does as it is told: what it fetches is copied, listed and attributed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from console.ressurser import HTMX, SUMS, read
from kraftverk.assets import FILES, NotFetched, fetch, provide

VERSIONS = {"@digdir/designsystemet-css": ("1.0.0", "MIT"), "htmx.org": ("2.0.0", "0BSD")}
NPM = """#!{python}
import sys
from pathlib import Path
assert sys.argv[1] == "ci" and "--ignore-scripts" in sys.argv
assert Path("package.json").is_file() and Path("package-lock.json").is_file()
for name, content in {files!r}.items():
    path = Path("node_modules") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
print({said!r}, file=sys.stderr)
sys.exit({code})
"""


def packages() -> dict[str, str]:
    """Path under node_modules -> content."""
    out = {}
    for package, files in FILES.items():
        version, licence = VERSIONS[package]
        about = {"name": package, "version": version, "license": licence, "scripts": {"install": "exit 1"}}
        out[f"{package}/package.json"] = json.dumps(about)
        out[f"{package}/LICENSE"] = f"The licence of {package}"
        out |= {f"{package}/{source}": f"{package} {source}" for source in files}
    return out


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a program called npm may be put; nothing else is found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder / "npm"


def put(npm: Path, *, said: str = "", code: int = 0) -> None:
    files = {} if code else packages()
    npm.write_text(NPM.format(python=sys.executable, files=files, said=said, code=code), "utf-8")
    npm.chmod(0o755)


def test_what_the_lock_says_is_copied_listed_and_attributed(npm: Path, tmp_path: Path) -> None:
    put(npm)
    folder = tmp_path / "tredjepart"
    fetch(folder)
    assert read(folder).htmx is not None
    assert (folder / HTMX).read_text() == "htmx.org dist/htmx.min.js"
    notice = (folder / "NOTICE.txt").read_text()
    assert "htmx.org 2.0.0, 0BSD: htmx.js" in notice
    assert "@digdir/designsystemet-css 1.0.0, MIT: tema.css, designsystemet.css" in notice
    assert "The licence of htmx.org" in notice
    listed = {line.split("  ")[1] for line in (folder / SUMS).read_text().splitlines()}
    assert listed == {path.name for path in folder.iterdir()} - {SUMS}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("npm error code ENOTFOUND\nnpm error network", r"npm's registry cannot be reached \(ENOTFOUND\)"),
        ("npm ERR! code ETIMEDOUT", r"npm's registry cannot be reached \(ETIMEDOUT\)"),
        ("npm error code EINTEGRITY", "npm said EINTEGRITY"),
    ],
)
def test_when_npm_fails_what_was_there_stays_and_the_remedy_is_told(
    npm: Path, tmp_path: Path, said: str, told: str
) -> None:
    folder = tmp_path / "tredjepart"
    put(npm)
    fetch(folder)
    put(npm, said=said, code=1)
    with pytest.raises(NotFetched, match=f"{told}.*complete without them.*`kraftverk assets`"):
        fetch(folder)
    assert read(folder).htmx is not None


def test_without_npm_on_the_machine_pypis_is_asked_for(
    npm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(NotFetched, match="no npm on this machine, and none could be fetched from PyPI"):
        fetch(tmp_path / "tredjepart")


def test_what_is_in_place_is_not_fetched_again(npm: Path, tmp_path: Path) -> None:
    put(npm)
    folder = tmp_path / "tredjepart"
    fetch(folder)
    npm.unlink()
    assert provide(folder) == "Designsystemet and htmx are in place."
