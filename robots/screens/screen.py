"""What the screens of old web systems have in common: labels with their value to the right, and tables."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Literal

from playwright.async_api import Error, Frame, Locator, Page

from robots.masking import Safe
from robots.screens.layer import Layer

# A person reads a page at a glance; so does this, in one call. Labels end with a colon, their value is the next cell.
# A page that is not shown has no layout, so its line ends and indentation are taken for the blanks they would be.
_SEE = """(page, { labels, columns, layer }) => {
  const shown = page.defaultView !== null;
  const bare = (element) => element?.textContent.replace(/[ \\t\\r\\n]+/g, " ");
  const text = (element) => ((shown ? element?.innerText : bare(element)) ?? "").trim();
  const fields = {};
  for (const cell of page.querySelectorAll("td")) {
    const label = text(cell);
    const name = label.replace(/:$/, "");
    if (label.endsWith(":") && labels.includes(name)) fields[name] = text(cell.nextElementSibling);
  }
  const rows = [];
  for (const table of columns.length ? page.querySelectorAll("table") : []) {
    const titles = [...table.querySelectorAll("th")].map(text);
    if (!columns.every((column) => titles.includes(column))) continue;
    for (const row of table.rows) {
      const cells = [...row.querySelectorAll("td")];
      if (cells.length !== titles.length) continue;
      rows.push(Object.fromEntries(columns.map((column) => [column, text(cells[titles.indexOf(column)])])));
    }
  }
  const buttons = [...page.querySelectorAll("input[type=button]")];
  const covered = buttons.some((button) => button.value === layer && button.getClientRects().length > 0);
  return { title: page.title, text: text(page.body), fields, rows, covered };
}"""

_LOOK = f"""(wanted) => {{
  const status = performance.getEntriesByType("navigation")[0]?.responseStatus || null;
  return {{ ...({_SEE})(document, wanted), status }};
}}"""

# Pages that are not shown, three at a time as a frameset asks for its frames, until one does not come or time is up.
_FETCH = f"""async ({{ addresses, wanted, milliseconds }}) => {{
  const see = {_SEE};
  const fetched = (address) => new Promise((resolve) => {{
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = milliseconds;
    request.onloadend = () => resolve(request);
    request.send();
  }});
  const sights = addresses.map(() => null), end = performance.now() + milliseconds;
  let next = 0;
  const read = async () => {{
    while (next < addresses.length && performance.now() < end) {{
      const mine = next++;
      const {{ response, status }} = await fetched(addresses[mine]);
      if (response === null) next = addresses.length;
      else sights[mine] = {{ ...see(response, wanted), status }};
    }}
  }};
  await Promise.all([read(), read(), read()]);
  return sights.includes(null) ? sights.slice(0, sights.indexOf(null)) : sights;
}}"""

# All fields of a form in one call, with the events a person's typing fires. Measured: 2 ms, against 20 for each field.
_FILL = """(values) => {
  const missing = [];
  for (const [label, value] of Object.entries(values)) {
    const cell = [...document.querySelectorAll("td")].find((td) => td.innerText.trim() === label + ":");
    const box = cell?.nextElementSibling?.querySelector("input:not([type=hidden])");
    if (!box) { missing.push(label); continue; }
    const key = (name) => box.dispatchEvent(new KeyboardEvent(name, { bubbles: true, cancelable: true }));
    box.focus();
    key("keydown");
    key("keypress");
    box.value = value;
    box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: value }));
    key("keyup");
    box.dispatchEvent(new Event("change", { bubbles: true }));
    box.blur();
  }
  return missing;
}"""

_RELOAD = "() => { setTimeout(() => location.reload()) }"
_OPEN = "(address) => { setTimeout(() => location.assign(address)) }"
_F5 = 2
"""How many times a page that came as an error is asked for again before the whole task is begun anew."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What stands on a page. Only `title` and `status` are free of personal data, so nothing else is in `repr`.

    fields: value by label. rows: of the table with the asked columns, cell by column title. status: of the HTTP answer,
    None for the browser's own page. blank: the browser shows its own error page. covered: the system's layer lies over
    the page.
    """

    title: str
    status: int | None = None
    blank: bool = False
    covered: bool = False
    text: str = field(default="", repr=False)
    fields: dict[str, str] = field(default_factory=dict, repr=False)
    rows: list[dict[str, str]] = field(default_factory=list, repr=False)

    @property
    def is_error(self) -> bool:
        """The page of a server that failed, bare or in the product's own dress."""
        return self.status is not None and self.status >= 400


class UnexpectedPage(Exception):
    """Another page came than the one the click leads to. What that means, the robot decides."""

    def __init__(self, expected: str, sight: Sight) -> None:
        super().__init__(f"«{expected}» was expected")
        self.expected = expected
        self.sight = sight


class Screen:
    """One screen of a system, in a frame or a window of its own."""

    SYSTEM: ClassVar[str]
    LAYER: ClassVar[Layer]
    TITLE: ClassVar[str]
    LABELS: ClassVar[tuple[str, ...]] = ()
    COLUMNS: ClassVar[tuple[str, ...]] = ()
    BUTTONS: ClassVar[tuple[str, ...]] = ()
    LINKS: ClassVar[tuple[str, ...]] = ()
    SAFE: ClassVar[Safe] = Safe()

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    async def look(self) -> Sight:
        """Read the page that is there. Raises UnexpectedPage when it is not this one."""
        sight = await look(self.frame, self.LABELS, self.COLUMNS, self.LAYER)
        if sight.title != self.TITLE or sight.is_error:
            raise UnexpectedPage(self.TITLE, sight)
        if sight.covered:
            await self.LAYER.close(self.frame)
        return sight

    async def fetch(self, addresses: Sequence[str], limit: float) -> list[Sight]:
        """What stands on these pages of this kind, in order, while what is on the screen stays: only for reading many.

        `addresses` are those their links have, from the page in the frame. Ends before the first that does not come,
        or after `limit` seconds; whether each is the page that was asked for, the caller must see.
        """
        wanted = {"labels": list(self.LABELS), "columns": list(self.COLUMNS), "layer": None}
        asked = {"addresses": list(addresses), "wanted": wanted, "milliseconds": limit * 1000}
        return [Sight(**seen) for seen in await self.frame.evaluate(_FETCH, asked)]

    async def go(self, target: Locator) -> Sight:
        """Click what loads this screen into its frame, and read it when it has come. Only for what changes nothing.

        The click is given to the element itself, wherever on the screen it is and whatever lies over it: for turning
        pages that is enough, and measured 32 ms a page against 77. What leads to a save is clicked with the mouse.
        """
        await arrive(self.frame, lambda: target.dispatch_event("click"))
        return await self.come()

    async def open(self, address: str) -> Sight | None:
        """Show the page of this kind at an address that its links have, and read it; None when another page came."""
        await arrive(self.frame, partial(self.frame.evaluate, _OPEN, address))
        try:
            return await self.look()
        except UnexpectedPage:
            return None

    async def come(self) -> Sight:
        """Read the page that should be there now; with an error page in its place press F5, as a person would."""
        for _ in range(_F5):
            try:
                return await self.look()
            except UnexpectedPage as unexpected:
                if not unexpected.sight.is_error:
                    raise
            await arrive(self.frame, partial(self.frame.evaluate, _RELOAD))
        return await self.look()

    async def fill(self, values: dict[str, str]) -> None:
        """Fill in the fields with these labels; the others stay as they are."""
        missing = await self.frame.evaluate(_FILL, values)
        if missing:
            raise Error(f"no field «{missing[0]}»")

    async def turn_to(self, page: int) -> Sight:
        """Turn to this page of the list, by its number below the list."""
        link = self.frame.get_by_role("table").get_by_role("link", name=str(page), exact=True)
        return await self.go(link)

    async def missing_landmarks(self, *, columns: bool = True) -> list[str]:
        """What the robot holds on to on this screen and a look at it does not find. `columns`: a table is shown just
        now.
        """
        marks = [
            *((f"label «{label}:»", self.frame.get_by_text(f"{label}:", exact=True)) for label in self.LABELS),
            *(
                (f"column «{name}»", self.frame.get_by_role("columnheader", name=name, exact=True))
                for name in self.COLUMNS
                if columns
            ),
            *((f"button «{name}»", self.frame.get_by_role("button", name=name, exact=True)) for name in self.BUTTONS),
            *((f"link «{name}»", self.frame.get_by_role("link", name=name, exact=True)) for name in self.LINKS),
        ]
        return [mark for mark, locator in marks if not await locator.count()]


async def arrive(
    frame: Frame, act: Callable[[], Awaitable[Any]], *, everything: bool = False, limit: float | None = None
) -> None:
    """Do what makes `frame` load another page.

    `everything`: wait for its inner frames too. `limit`: seconds, when it may take longer than other pages.
    """
    wait_until: Literal["load", "domcontentloaded"] = "load" if everything else "domcontentloaded"
    timeout = None if limit is None else limit * 1000
    async with frame.expect_navigation(wait_until=wait_until, timeout=timeout):
        await act()


async def visit(page: Page, address: str) -> Sight:
    """Go to an address and read whatever page comes; should that be an error page, press F5."""
    await page.goto(address)
    for _ in range(_F5):
        sight = await look(page.main_frame)
        if not sight.is_error:
            return sight
        await page.reload()
    return await look(page.main_frame)


async def look(
    frame: Frame, labels: Sequence[str] = (), columns: Sequence[str] = (), layer: Layer | None = None
) -> Sight:
    """Read whatever page is in `frame`. `covered` is told when `layer` is given."""
    close = None if layer is None else layer.close_button
    seen = await frame.evaluate(_LOOK, {"labels": list(labels), "columns": list(columns), "layer": close})
    return Sight(blank=frame.url.startswith("chrome-error:"), **seen)
