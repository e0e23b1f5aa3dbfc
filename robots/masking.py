"""Pictures of what a robot saw, without the personal data: all is hidden but the text a page object has marked safe.

A script reads the layout of every frame, also in pop-up windows: boxes and colours, the safe texts, and a bar where
any other text stands. The picture is then drawn from that layout in an empty page of ours. Nothing the product shows
is on that page, so an image, a script or a frame that changes in between has nothing to shine through, and the
product's pages are left untouched.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import Browser, Frame, Page

log = logging.getLogger(__name__)

_READ = files(__package__).joinpath("masking_read.js").read_text("utf-8")
_DRAW = files(__package__).joinpath("masking_draw.js").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Safe:
    """The texts of a page that may be seen by anyone: told by what they say, never by where they stand alone. An
    eleven-digit group (also as 6 + 5) is hidden all the same.

    labels: whole texts, as the page's own headings and buttons say them.
    patterns: regular expressions (JavaScript, Unicode) for whole texts that vary, such as a kravnr.
    named: (name, pattern): whole texts that say too little by themselves, such as a number of five digits. Safe where
        the page gives them this name: in the cell beside it, or in the column it is the heading of.
    """

    labels: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def all_of(marks: Iterable[Safe]) -> Safe:
        """What any of several page objects has marked."""
        every = tuple(marks)
        return Safe(
            labels=frozenset().union(*(mark.labels for mark in every)),
            patterns=tuple(dict.fromkeys(pattern for mark in every for pattern in mark.patterns)),
            named=tuple(dict.fromkeys(named for mark in every for named in mark.named)),
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """A masked picture as PNG, or the reason there is none. `text`: every word that can be read in it."""

    png: bytes | None
    reason: str | None
    text: str = ""


async def take_picture(pages: Sequence[Page], safe: Safe, *, limit: float = 10.0) -> Picture:
    """One picture of all these pages, the first on top. Never raises: a picture is wanted when something else has
    gone wrong.

    A frame that cannot be read (detached, hung, refusing scripts) within `limit` seconds means no picture at all.
    """
    open_pages = [page for page in pages if not page.is_closed()]
    if not open_pages:
        return Picture(None, "no page is open")
    step = "the picture could not be drawn"
    try:
        async with asyncio.timeout(limit):
            screens = []
            for number, page in enumerate(open_pages, start=1):
                step = f"a frame of window {number} of {len(open_pages)} could not be masked"
                screens.append(await _read(page.main_frame, safe))
            step = "the picture could not be drawn"
            browser = open_pages[0].context.browser
            assert browser is not None, "a context of BrowserPool has a browser"
            return await _draw(browser, screens)
    except TimeoutError:
        return Picture(None, f"{step} in {limit:g} seconds")
    except Exception as error:
        # Playwright's text may quote the page, so only the kind of error is told.
        log.debug("no picture: %s (%s)", step, type(error).__name__)
        return Picture(None, f"{step} ({type(error).__name__})")


async def _read(frame: Frame, safe: Safe) -> dict[str, Any]:
    children = frame.child_frames
    layout: dict[str, Any] = await frame.evaluate(
        _READ,
        {
            "labels": sorted(safe.labels),
            "patterns": list(safe.patterns),
            "named": [list(named) for named in safe.named],
            "frames": [await child.frame_element() for child in children],
        },
    )
    layout["frames"] = [await _read(child, safe) for child in children]
    return layout


async def _draw(browser: Browser, screens: list[dict[str, Any]]) -> Picture:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        board = await context.new_page()
        drawn = await board.evaluate(_DRAW, screens)
        await board.set_viewport_size({"width": max(drawn["width"], 1), "height": 900})
        png = await board.screenshot(full_page=True, type="png")
        return Picture(png, None, drawn["text"])
    finally:
        with contextlib.suppress(Exception):
            await context.close()
