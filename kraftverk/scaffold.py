"""`kraftverk new NAME`: an automation to fill in, complete enough to run and be tested as it is."""

from __future__ import annotations

import keyword
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from string import Template

from kraftverk.usage import UsageError
from kraftverk.whole_file import whole

TEMPLATES = Path(__file__).with_name("templates")
FILES = {
    "automation.py.txt": "flows/$module.py",
    "page.py.txt": "robots/$module/pages/start.py",
    "package.py.txt": "robots/$module/__init__.py",
    "pages_package.py.txt": "robots/$module/pages/__init__.py",
    "test.py.txt": "tests/unit/flows/test_$module.py",
}
REGISTRY = Path("flows/registry.py")
CATALOGUE = Path("config/aarsaker.toml")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def make_automation(name: str, root: Path) -> list[Path]:
    """Write the files of a new automation and enter it in the registry, or nothing when any of them is there.

    Raises UsageError for a name that cannot be one, a folder that is not this project, or a file that exists or cannot
    be written; then nothing is made.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"«{name}» cannot be the name of an automation: use small letters, digits and single hyphens.")
    if not (root / REGISTRY).is_file():
        raise UsageError(f"{root} is not the folder of Kraftverk's source: run this where flows/ and robots/ are.")
    words = {
        "name": name,
        "module": name.replace("-", "_"),
        "code": name.replace("-", "_").upper(),
        "noun": _noun(name),
    }
    if keyword.iskeyword(words["module"]) or _is_word_of_the_template(words):
        raise UsageError(f"«{name}» is a word the code of an automation uses itself: choose another name.")
    made = {root / Template(target).substitute(words): _fill(source, words) for source, target in FILES.items()}
    for path in (*made, root / "flows" / words["module"], root / "robots" / words["module"]):
        if path.exists():
            raise UsageError(f"{path} is there already: choose another name.")
    catalogue = (root / CATALOGUE).read_text(encoding="utf-8")
    if f"[{words['code']}_UNCLEAR]" in catalogue:
        raise UsageError(f"{CATALOGUE} has the texts of an automation of that name already: choose another name.")
    made[root / REGISTRY] = _entered((root / REGISTRY).read_text(encoding="utf-8"), words)
    made[root / CATALOGUE] = catalogue + _fill("aarsaker.toml.txt", words)
    _write_all(made, root / "robots" / words["module"])
    return list(made)


def _write_all(texts: Mapping[Path, str], folder: Path) -> None:
    """All of them, with the folder some are in, or none. Raises UsageError."""
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole(path) as beside:
                beside.write_text(text, encoding="utf-8")
    except OSError as error:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != content:
                path.write_bytes(content)
        shutil.rmtree(folder, ignore_errors=True)
        raise UsageError(f"{path} cannot be written ({error.strerror}): nothing is made.") from None


def _noun(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def _is_word_of_the_template(words: dict[str, str]) -> bool:
    text = (TEMPLATES / "automation.py.txt").read_text(encoding="utf-8")
    return re.search(rf"\b({words['module']}|{words['noun']})\b", text) is not None


def _fill(source: str, words: dict[str, str]) -> str:
    return Template((TEMPLATES / source).read_text(encoding="utf-8")).substitute(words)


def _entered(registry: str, words: dict[str, str]) -> str:
    line = f'    "{words["name"]}": "flows.{words["module"]}",\n'
    head, _, tail = registry.partition("NIGHT = {\n")
    body, _, rest = tail.partition("}\n")
    return f"{head}NIGHT = {{\n{body}{line}}}\n{rest}"
