"""Whether something else lies over what a person would click."""

from __future__ import annotations

from playwright.async_api import Locator

_COVERED = """element => {
  const box = element.getBoundingClientRect();
  const on_top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return on_top !== null && !element.contains(on_top);
}"""


async def is_covered(target: Locator) -> bool:
    await target.scroll_into_view_if_needed()
    return bool(await target.evaluate(_COVERED))
