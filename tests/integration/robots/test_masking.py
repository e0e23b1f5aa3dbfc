"""Masked pictures: only what a page object has marked safe can be seen, in every frame and window."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Page

from robots.browser import BrowserPool
from robots.masking import Picture, Safe, take_picture
from tests.integration.robots.ocr import OCR, read_by_ocr
from tests.integration.robots.web import Web

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAME, NUMBER, ADDRESS = "Kari Nordmann", "01817328004", "Storgata 12"
SECRETS = {"Kari", "Nordmann", "01817328004", "018173", "28004", "Storgata"}
SAFE = Safe(
    labels=frozenset({"Sak", "Kravnr", "Skyldner", "Lagre", "Navn", "Nyheter i PAX", "Merknad", "Fri"}),
    patterns=(r"PX\d{7}", r"[\d -]+"),
)
NAMED = Safe(labels=frozenset({"Velg", "Saksnr", "Saksnr:"}), named=(("Saksnr", r"\d{1,6}"), ("Saksnr:", r"\d{1,6}")))
LOOSE_CELL = "<script>document.body.appendChild(document.createElement('td')).append('120373')</script>"
IDENTITY = "<p>{n}</p><p>{a} {b}</p><p>{a}-{b}</p><p><i>{a}</i><i>{b}</i></p>"


def page_of(name: str = NAME, number: str = NUMBER, heading: str = "Sak") -> str:
    """One of everything that shows text, all of it holding a person's name or number."""
    a, b = number[:6], number[6:]
    image = f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='200' height='30'><text y='20'>{name}"
    image += "</text></svg>"
    return f"""<!doctype html><meta charset=utf-8><title>{name}</title><style>
      * {{ font: 16px monospace }}
      .etter::after {{ content: "{name}" }}
      .bak {{ background: url("{image}"); width: 200px; height: 30px }}
      .lag {{ position: fixed; right: 0; bottom: 0; z-index: 9; background: #ffd }}
      </style><h1>{heading}</h1>
      <table><tr><th>Kravnr<th>Skyldner<tr><td>PX1234567<td>{name} <b>{number}</b></table>
      {IDENTITY.format(n=number, a=a, b=b)}<p>Fri <span>{name}</span></p>
      <form>Navn <input value="{name}"><input placeholder="{name}"><input type=password value="{name}">
      <textarea>{name}</textarea><select><option>{name}</select><select multiple><option>{name}</select>
      <input type=submit value=Lagre><input type=button value="{name}"><input type=checkbox checked></form>
      <button>{name}</button><p class=etter style="color: red !important">{name}</p>
      <img src="{image}" alt="{name}"><div class=bak></div><svg width=200 height=30><text y=20>{name}</text></svg>
      <canvas width=200 height=30></canvas><ul><li>{name}</ul><div id=skygge></div><div class=lag>{name}</div>
      <script>
      document.querySelector("canvas").getContext("2d").fillText("{name}", 0, 20);
      skygge.attachShadow({{mode: "open"}}).innerHTML = "<p>{name}</p><p>Merknad</p>";
      </script>"""


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: BrowserPool) -> AsyncIterator[Page]:
    yield await (await browsers.context("robot1")).new_page()
    await browsers.discard("robot1")


async def picture_of(page: Page, html: str, safe: Safe = SAFE) -> Picture:
    await page.set_content(html)
    return await take_picture([page], safe)


def drawn_words(picture: Picture) -> set[str]:
    return set(picture.text.split())


def ocr_words(picture: Picture) -> set[str]:
    """What a reader sees in the pixels."""
    return set(read_by_ocr(picture.png).split())


READERS: list[Callable[[Picture], set[str]]] = [drawn_words, *([ocr_words] if OCR else [])]


@pytest.mark.parametrize("read", READERS)
async def test_only_the_marked_texts_can_be_read(page: Page, read: Callable[[Picture], set[str]]) -> None:
    words = read(await picture_of(page, page_of()))
    assert {"Sak", "Kravnr"} <= words
    assert not any(secret in word for secret in SECRETS for word in words)


@pytest.mark.parametrize("read", READERS)
async def test_the_readers_would_have_seen_it(page: Page, read: Callable[[Picture], set[str]]) -> None:
    """With the name marked safe they do."""
    name_too = Safe(labels=SAFE.labels | {NAME})
    assert {"Kari", "Nordmann"} <= read(await picture_of(page, page_of(), name_too))


async def test_nothing_else_is_even_drawn(page: Page) -> None:
    picture = await picture_of(page, page_of())
    assert drawn_words(picture) == {"Sak", "Kravnr", "Skyldner", "PX1234567", "Fri", "Navn", "Lagre", "☒", "Merknad"}


async def test_of_a_list_only_what_is_chosen_and_marked(page: Page) -> None:
    options = f"<option>Foreldet<option>Ettergitt<option>{NAME}"
    for chosen, drawn in (("Foreldet", {"Foreldet"}), ("Ettergitt", set()), (NAME, set())):
        html = f"<select>{options.replace(f'<option>{chosen}', f'<option selected>{chosen}')}</select>"
        assert drawn_words(await picture_of(page, html, Safe(labels=frozenset({"Foreldet"})))) == drawn


async def test_the_pixels_do_not_depend_on_what_is_hidden(page: Page) -> None:
    """Two people with equally long names give the same picture to the last pixel; another heading does not."""
    one = await picture_of(page, page_of())
    other = await picture_of(page, page_of(name="Lars Pedersen", number="02906608181"))
    heading = await picture_of(page, page_of(heading="Navn"))
    assert one.png is not None
    assert one.png == other.png
    assert one.png != heading.png


@pytest.mark.parametrize(
    "text",
    [NUMBER, "018173 28004", "018173\u00a028004", "018173-28004", f"Sak {NUMBER}", f"nr.{NUMBER}!", "018173\n28004"],
)
async def test_an_identity_number_is_hidden_whatever_is_marked(page: Page, text: str) -> None:
    everything = Safe(labels=frozenset({text, " ".join(text.split())}), patterns=(".*",))
    assert drawn_words(await picture_of(page, f"<p>{text}</p><p>Merknad</p>", everything)) == {"Merknad"}


@pytest.mark.parametrize(
    "html", ["<b>018173</b><b>28004</b>", "<b>018173</b> <b>28004</b>", "<b>01</b><b>8173</b> <i>28004</i>"]
)
async def test_a_number_in_pieces_is_hidden(page: Page, html: str) -> None:
    assert drawn_words(await picture_of(page, f"<p>{html}</p><p>74388</p>")) == {"74388"}


async def test_longer_and_shorter_numbers_are_no_identity_numbers(page: Page) -> None:
    safe = Safe(patterns=(r"\d+",))
    assert drawn_words(await picture_of(page, "<p>0181732800</p><p>018173280041</p>", safe)) == {
        "0181732800",
        "018173280041",
    }


@pytest.mark.parametrize(
    ("html", "drawn"),
    [
        ("<tr><th>Saksnr<tr><td>74388", {"Saksnr", "74388"}),
        ("<tr><th>Saksnr<tr><td><a href=#>74388</a>", {"Saksnr", "74388"}),
        ("<tr><td>Saksnr:<td><a href=#>74388</a>", {"Saksnr:", "74388"}),
        (f"<tr><th>Saksnr<tr><td>{NAME}<tr><td>{ADDRESS}", {"Saksnr"}),
        (f"<tr><td>Saksnr:<td><a href=#>{NAME}</a>", {"Saksnr:"}),
        ("<tr><th>Velg<th>Født<th>Saksnr<tr><td><td>120373<td>74388", {"Velg", "Saksnr", "74388"}),
        ("<tr><th>Velg<th>Saksnr<th>Født<tr><td colspan=2>74388<td>120373", {"Velg", "Saksnr"}),
        ("<tr><th>Velg<th>Saksnr<th>Født<tr><td colspan=2><td>120373", {"Velg", "Saksnr"}),
        ("<tr><th>Født<th>Saksnr<tr><td>120373<td>", {"Saksnr"}),
        ("<tr><th>Saksnr<tr><td><table><tr><th>Født<tr><td>120373</table>", {"Saksnr"}),
        ("<tr><td>Saksnr:<td>Født:<td>120373", {"Saksnr:"}),
        ("<tr><td>Saksnr:<tr><td>120373", {"Saksnr:"}),
        ("<tr><th>Saksnr<tr><td>01817328004", {"Saksnr"}),
        (f"<tr><th>Saksnr</table>{LOOSE_CELL}", {"Saksnr"}),
    ],
)
async def test_a_short_number_is_drawn_where_the_page_names_it(page: Page, html: str, drawn: set[str]) -> None:
    """Under its heading and beside its name, wherever they stand; and only what has its form."""
    assert drawn_words(await picture_of(page, f"<table>{html}</table><p>120373</p>", NAMED)) == drawn


async def test_every_frame_is_masked_also_from_another_origin(web: Web, page: Page) -> None:
    inner = f"<h1>Sak</h1><p>{NAME}</p><iframe srcdoc='<p>Merknad</p><p>{NUMBER}</p>'></iframe>"
    foreign = web.base.replace("127.0.0.1", "localhost")
    web.pages = {
        "/": f"<frameset cols='30%,*'><frame src=/meny><frame src={foreign}/sak></frameset>",
        "/meny": f"<p>Kravnr</p><p>{NAME}</p>",
        "/sak": inner,
    }
    await page.goto(web.base)
    assert len(page.frames) == 4
    picture = await take_picture([page], SAFE)
    assert drawn_words(picture) == {"Kravnr", "Sak", "Merknad"}


async def test_windows_are_drawn_below_each_other(page: Page) -> None:
    await page.set_content(
        f"<h1>Sak</h1><button onclick=\"window.open('about:blank', 'v', 'width=400,height=300')\">Lagre</button>{NAME}"
    )
    async with page.expect_popup() as opened:
        await page.get_by_role("button").click()
    popup = await opened.value
    await popup.set_content(f"<h1>Merknad</h1>{NAME}")
    picture = await take_picture([page, popup], SAFE)
    assert picture.text.split() == ["Sak", "Lagre", "Merknad"]


async def test_the_page_is_left_as_it_was(page: Page) -> None:
    await page.set_content(page_of())
    await page.get_by_role("textbox").first.focus()
    before = await page.content()
    await page.evaluate(
        "() => { window.changes = 0; new MutationObserver(() => changes++).observe(document, "
        "{subtree: true, childList: true, attributes: true, characterData: true}) }"
    )
    assert (await take_picture([page], SAFE)).png
    assert await page.content() == before
    assert await page.evaluate("changes") == 0
    assert await page.get_by_role("textbox").first.evaluate("e => e === document.activeElement")


async def test_what_lies_under_a_layer_is_covered_by_it(page: Page) -> None:
    layer = "<div style='position:fixed;inset:0;z-index:5;background:#fff'>Nyheter i PAX</div>"
    covered = await picture_of(page, f"{layer}<p>Merknad</p>")
    alone = await picture_of(page, layer)
    assert covered.png == alone.png


async def test_a_frame_that_does_not_answer_means_no_picture(web: Web, page: Page) -> None:
    web.pages = {
        "/": f"<h1>Sak</h1><iframe src={web.base.replace('127.0.0.1', 'localhost')}/opptatt></iframe>",
        "/opptatt": f"<p>{NAME}</p><script>onmessage = () => {{ while (true) {{}} }}</script>",
    }
    await page.goto(web.base)
    await page.evaluate("frames[0].postMessage('', '*')")
    picture = await take_picture([page], SAFE, limit=1)
    assert picture == Picture(None, "a frame of window 1 of 1 could not be masked in 1 seconds")


async def test_a_frame_that_goes_away_meanwhile_means_no_picture(page: Page) -> None:
    """Taken out and put back all the time: a picture or a reason, never an error."""
    await page.set_content("<h1>Sak</h1><iframe srcdoc='<p>Merknad</p>'></iframe>")
    await page.evaluate("""() => setInterval(() => {
        const frame = document.querySelector("iframe"), spot = frame.parentNode;
        frame.remove(); spot.append(frame) }, 1)""")
    pictures = [await take_picture([page], SAFE) for _ in range(5)]
    refused = [picture for picture in pictures if picture.png is None]
    assert refused
    assert all(picture.reason and "window 1 of 1" in picture.reason for picture in refused)
    assert all(drawn_words(picture) <= {"Sak", "Merknad"} for picture in pictures)


async def test_a_closed_window_and_a_dead_browser_give_a_reason(browsers: BrowserPool, page: Page) -> None:
    await page.close()
    assert await take_picture([page], SAFE) == Picture(None, "no page is open")


async def test_marks_of_several_page_objects_are_joined() -> None:
    nr = (("Nr", r"\d"),)
    joined = Safe.all_of([Safe(frozenset({"Sak"}), (r"\d",)), Safe(frozenset({"Krav"}), (r"\d", "x"), nr)])
    assert joined == Safe(frozenset({"Sak", "Krav"}), (r"\d", "x"), nr)
