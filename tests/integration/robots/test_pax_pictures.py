"""A picture of each page of PAX shows where the robot was, and nobody's name or number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

import pytest

from domain.errors import SystemException
from robots.browser import BrowserPool
from robots.masking import Picture
from robots.pax.robot import Account, PaxRobot
from tests.integration.robots.ocr import OCR, read_by_ocr
from tests.integration.robots.running import (
    ETTERNAVN,
    FORNAVN,
    KID,
    KJENNEMERKE,
    OTHERS,
    RICH,
    Pax,
    kravnr,
    saksnr,
    skyldner,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

STREET, BORN = "Storgata", "120373"
HIDDEN = [FORNAVN, ETTERNAVN, KJENNEMERKE, KID, "0181730", "1 350,00", "24.06.2024"]


def drawn(picture: Picture) -> str:
    return " ".join(picture.text.split())


def ocr(picture: Picture) -> str:
    return read_by_ocr(picture.png)


READERS: list[Callable[[Picture], str]] = [drawn, *([ocr] if OCR else [])]


def check(picture: Picture, shown: Iterable[str]) -> None:
    assert picture.png is not None, picture.reason
    for text in shown:
        assert text in drawn(picture)
    assert not [hidden for hidden in HIDDEN if hidden in drawn(picture)]


@pytest.mark.parametrize("read", READERS)
async def test_krav(robot: PaxRobot, read: Callable[[Picture], str]) -> None:
    nr = kravnr(RICH, 1)
    await robot.look_up_krav(nr)
    picture = await robot.picture()
    shown = ["Logg ut", f"Krav {nr}", f"Saksnr: {saksnr(RICH, 1)}", "Fødselsnr/Orgnr:", "BETALINGSAVTALE"]
    check(picture, [*shown, "side 2 av 2"])
    text = read(picture)
    assert "BETALINGSAVTALE" in text
    assert not [hidden for hidden in HIDDEN if hidden in text]


async def test_the_merge_dialogue_below_the_case(robot: PaxRobot, trio: tuple[str, list[str]]) -> None:
    def lease_lost() -> None:
        raise LookupError

    with suppress(LookupError):
        await robot.merge_krav(*trio, before_save=lease_lost)
    shown = [
        f"Sak {trio[0]}",
        "Krav i saken, side 1 av 1",
        f"Slå sammen krav med sak {trio[0]}",
        *trio[1],
        "☒",
        "Lagre",
    ]
    check(await robot.picture(), shown)


@pytest.mark.parametrize("read", READERS)
async def test_columns_that_have_moved_in_the_merge_dialogue(
    browsers: BrowserPool, robot: PaxRobot, trio: tuple[str, list[str]], read: Callable[[Picture], str]
) -> None:
    """Name and address where saksnr was, and the first six digits of a fødselsnummer, which look like a saksnr."""
    await robot.close()
    context = await browsers.context("robot1")
    await context.add_init_script(f"""addEventListener("DOMContentLoaded", () => {{
        if (document.title !== "PAX - Slå sammen krav") return;
        for (const row of document.querySelector(".rutenett").rows) {{
            const [name, born] = row.querySelector("th")
                ? ["<th>Navn", "<th>Født"] : ["<td>{FORNAVN} {ETTERNAVN}, {STREET} 5", "<td>{BORN}"];
            row.cells[1].insertAdjacentHTML("afterend", name + born) }} }})""")

    def lease_lost() -> None:
        raise LookupError

    with suppress(LookupError):
        await robot.merge_krav(*trio, before_save=lease_lost)
    picture = await robot.picture()
    moved = [f"{nr} {saksnr(int(nr[2:5]), int(nr[5:]))} PARKERINGSGEBYR" for nr in trio[1]]
    check(picture, [f"Slå sammen krav med sak {trio[0]}", *moved])
    text = read(picture)
    assert "PARKERINGSGEBYR" in text
    assert not [hidden for hidden in (*HIDDEN, STREET, BORN) if hidden in text]
    await robot.close()


@pytest.mark.parametrize("read", READERS)
async def test_a_name_where_a_link_to_the_case_was(
    browsers: BrowserPool, robot: PaxRobot, read: Callable[[Picture], str]
) -> None:
    nr = kravnr(RICH, 1)
    await robot.close()
    context = await browsers.context("robot1")
    await context.add_init_script(f"""addEventListener("DOMContentLoaded", () => {{
        const link = document.querySelector("a[href^='Sak.aspx']");
        if (!link || document.title !== "PAX - Krav") return;
        link.textContent = "{FORNAVN} {ETTERNAVN}";
        link.insertAdjacentHTML("afterend", ' <a href="Krav.aspx?kravnr={nr}">{STREET} 5</a>') }})""")
    await robot.look_up_krav(nr)
    picture = await robot.picture()
    check(picture, [f"Krav {nr}", "Saksnr:", "BETALINGSAVTALE"])
    text = read(picture)
    assert "BETALINGSAVTALE" in text
    assert not [hidden for hidden in (*HIDDEN, STREET) if hidden in text]
    await robot.close()


async def test_the_write_off_dialogue_below_the_krav(robot: PaxRobot, single: str) -> None:
    def lease_lost() -> None:
        raise LookupError

    with suppress(LookupError):
        await robot.write_off(single, "FORELDET", before_save=lease_lost)
    shown = [
        f"Krav {single}",
        "Avskriv…",
        f"Avskriv krav {single}",
        "Årsak: Foreldet Dato:",
        "☒ Jeg har kontrollert at kravet kan avskrives",
        "Lagre",
    ]
    check(await robot.picture(), shown)


async def test_the_receipt_of_a_write_off(browsers: BrowserPool, robot: PaxRobot, single: str) -> None:
    await robot.close()
    context = await browsers.context("robot1")
    await context.add_init_script("""addEventListener("DOMContentLoaded", () => {
        if (document.title !== "PAX - Kvittering") return;
        document.querySelector(".rutenett td").textContent = "PX0000001" })""")
    with pytest.raises(SystemException):
        await robot.write_off(single, "FORELDET", before_save=lambda: None)
    check(await robot.picture(), [f"Avskriv krav {single}", f"Krav {single} avskrevet med årsak Foreldet"])
    await robot.close()


async def test_a_locked_case(robot: PaxRobot, pax: Pax, trio: tuple[str, list[str]]) -> None:
    pax.set(locked_cases=[trio[0]])
    with suppress(SystemException):
        await robot.merge_krav(*trio, before_save=lambda: None)
    check(await robot.picture(), [f"Sak {trio[0]}", "Saken er låst av bruker"])


async def test_another_krav_is_no_picture_of_this_one(robot: PaxRobot) -> None:
    await robot.look_up_krav(kravnr(RICH, 1))
    other = await robot.picture(f'{{"kravnr": "{kravnr(RICH, 2)}"}}')
    assert (other.png, other.reason, other.text) == (None, "the screens showed another krav", "")
    check(await robot.picture(f'{{"kravnr": "{kravnr(RICH, 1)}"}}'), [f"Krav {kravnr(RICH, 1)}"])
    await robot.look_up_krav("PX0000000")
    check(await robot.picture('{"kravnr": "PX0000000"}'), ["Ingen treff."])


async def test_search_with_hits(robot: PaxRobot) -> None:
    await robot.check_landmarks(kravnr(RICH, 2))
    await robot.look_up_krav("PX0000000")
    check(await robot.picture(), ["Søk etter krav", "Ingen treff."])


async def test_the_receipt(browsers: BrowserPool, robot: PaxRobot, trio: tuple[str, list[str]]) -> None:
    """It is closed after a merge, so it is made to name another krav than was asked for."""
    await robot.close()
    context = await browsers.context("robot1")
    await context.add_init_script("""addEventListener("DOMContentLoaded", () => {
        if (document.title !== "PAX - Kvittering") return;
        document.querySelector(".rutenett td").textContent = "PX0000001" })""")
    with pytest.raises(SystemException):
        await robot.merge_krav(*trio, before_save=lambda: None)
    check(await robot.picture(), [f"2 krav slått sammen med sak {trio[0]}", "PX0000001", trio[1][1]])
    await robot.close()


async def test_a_rejected_login(browsers: BrowserPool, pax: Pax) -> None:
    robot = PaxRobot(browsers, pax.url, Account(OTHERS[3].user, FORNAVN), act_limit=15)
    with suppress(SystemException):
        await robot.login()
    check(await robot.picture(), ["Feil bruker eller passord.", "Logg inn"])


@pytest.mark.parametrize(("knob", "shown"), [("maintenance", "PAX er nede for vedlikehold"), ("server_error", "500")])
async def test_an_ill_pax(impatient: PaxRobot, pax: Pax, knob: str, shown: str) -> None:
    await impatient.login()
    pax.turn(knob)
    with suppress(SystemException):
        await impatient.get_krav([kravnr(1, 1)])
    check(await impatient.picture(), [shown])


async def test_a_program_error(robot: PaxRobot, pax: Pax, trio: tuple[str, list[str]]) -> None:
    with suppress(SystemException):
        await robot.merge_krav(*trio, before_save=lambda: pax.turn("saves_half"))
    check(await robot.picture(), ["Feil i programmet", "Uventet feil (ORA-01013)"])


async def test_no_window_and_no_browser_give_a_reason(browsers: BrowserPool, pax: Pax) -> None:
    robot = PaxRobot(browsers, pax.url, OTHERS[0], act_limit=15)
    assert (await robot.picture()).reason == "no page is open"
    await robot.login()
    await robot.close()
    assert (await robot.picture()).png is None


async def test_numbers_of_this_world_are_what_is_looked_for() -> None:
    """The list of what must not be seen holds every debtor's number."""
    assert all(any(hidden in skyldner(n) for hidden in HIDDEN) for n in (1, 40, RICH))
