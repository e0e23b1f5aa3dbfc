"""Our colours can be read, alone and over Designsystemet; and no template knows what a thing looks like."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.rendering import HERE

TEMPLATES = sorted((HERE / "templates").glob("*.html"))
TEXT, LINE = 4.5, 3.0
"""Least contrast (WCAG 1.4.3 and 1.4.11)."""
ACCENT = "ds-color-accent-"
PAIRS = [
    *((f"{ACCENT}text-{text}", f"{ACCENT}surface-{ground}", TEXT)
      for text in ("default", "subtle") for ground in ("default", "tinted", "hover", "active")),
    *((f"{ACCENT}text-{text}", f"{ACCENT}background-{ground}", TEXT)
      for text in ("default", "subtle") for ground in ("default", "tinted")),
    *((f"{ACCENT}base-contrast-{text}", f"{ACCENT}base-{ground}", TEXT)
      for text in ("default", "subtle") for ground in ("default", "hover", "active")),
    *((f"{ACCENT}border-{line}", f"{ACCENT}background-{ground}", LINE)
      for line in ("default", "strong") for ground in ("default", "tinted")),
    *((text, ground, TEXT) for text in ("tekst", "svak", "lenke", "roed") for ground in ("flate", "bunn", "blaa-lys")),
    *((text, f"{text}-lys", TEXT) for text in ("groenn", "gul", "roed", "lilla")),
    *((line, ground, LINE) for line in ("kant", "fokus", "blaa") for ground in ("flate", "bunn")),
]  # fmt: skip


@pytest.fixture(scope="module")
def colours() -> dict[str, str]:
    sheets = [HERE / "static" / name for name in ("kraftverk.css", "tilpasning.css")]
    return {name: colour for each in sheets for name, colour in re.findall(r"--([\w-]+): (#[0-9a-f]{6});", read(each))}


def read(path: Path) -> str:
    return path.read_text("utf-8")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48)])
def test_contrast_is_reckoned_as_wcag_does(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(("one", "other", "least"), PAIRS)
def test_one_can_be_told_from_the_other(colours: dict[str, str], one: str, other: str, least: float) -> None:
    assert contrast(colours[one], colours[other]) >= least


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_leaves_the_look_to_the_one_that_knows(template: Path) -> None:
    text = read(template)
    assert not re.search(r"\sstyle=|<style", text)
    if template.name != "_utseende.html":
        assert not re.search(r'class="[^"]*\bds-|data-variant=|data-color=', text)
