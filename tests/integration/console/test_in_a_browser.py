"""The console as people use it: by keyboard, without JavaScript, on a narrow screen, and by those who cannot see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from playwright.async_api import Browser, expect

from console.roles import Role
from hub.automation import Utelatt, Varsel, Vernet
from hub.proposal import lists
from hub.storage import improvements, samples, seals
from hub.storage.approvals import pending
from tests.integration.console.site import PICTURE, Site, Visit
from tests.unit.console.desk import proposal
from tests.unit.hub.behaviours.house import KARI, NIGHT
from tests.unit.hub.behaviours.improving import WASH

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIST = "/godkjenninger/liste?liste=BYM&rutine=move"
STATES = {
    "the list": "/oppfoelging",
    "an empty list": "/oppfoelging?vis=mine",
    "one that must be judged": "/oppgave/1",
    "one that failed": "/oppgave/2",
    "one in doubt": "/oppgave/3",
    "one that is done": "/oppgave/4",
    "done to it": "/oppgave/1?gjort=tatt",
    "search, hits": "/soek?krav=PX1000",
    "search, no hit": "/soek?krav=PX999999",
    "search, nothing asked": "/soek",
    "all with a cause": "/oppfoelging?slag=business&aarsak=DISPUTED",
    "several, before they are tried": "/proev-flere/ny?valgt=1&valgt=2&valgt=3&valgt=4",
    "several, and none chosen": "/proev-flere/ny?valgte=1",
    "several, being tried": "/proev-flere/1?gjort=startet",
    "all that were tried": "/proev-flere",
    "followed up": "/foelges-opp",
    "followed up, one kind": "/foelges-opp?kode=SOON&gjort=ta:1:1",
    "followed up, nothing": "/foelges-opp?vis=mine",
    "search, both": "/soek?krav=PX100000",
    "queues": "/koer",
    "one queue": "/koer/move",
    "one system": "/koer/fagsystem/WORLD",
    "runs": "/kjoeringer",
    "one run": "/kjoeringer/1",
    "the overview": "/oversikt",
    "the overview of a month without anything": "/oversikt?fra=2026-06-01&til=2026-06-30",
    "accessibility": "/tilgjengelighet",
    "the profile": "/min-profil?gjort=lagret",
    "the lists of proposals": "/godkjenninger",
    "a list of proposals": LIST,
    "a sample of it": f"{LIST}&stikkproeve=1",
    "a sample, shown later": "/godkjenninger/stikkproeve/1",
    "some taken out": f"{LIST}&ute=5:6",
    "a list that was approved": f"{LIST}&gjort=godkjent&n=2&ikke=1&igjen=5",
    "a list with nothing on it": "/godkjenninger/liste?liste=SVE&rutine=move",
    "a proposal": "/oppgave/5",
    "a proposal above the fullmakt": "/oppgave/7",
    "one that retention has anonymised": "/oppgave/9",
    "not there": "/oppgave/99",
}
"""Every page of those that are there, in every state it has."""

ROLES = {
    Role.SAKSBEHANDLER: STATES,
    Role.POWER: ("the list", "one that failed", "followed up", "queues", "one queue", "one system", "runs", "one run"),
    Role.GODKJENNER: (
        "the list",
        "the lists of proposals",
        "a list of proposals",
        "a sample of it",
        "some taken out",
        "a list that was approved",
        "a proposal",
        "a proposal above the fullmakt",
    ),
}
"""All of them as a saksbehandler sees them; where others see more, or less, those too."""

BARE = ("the list", "one that must be judged", "one in doubt", "queues", "the overview", "a list of proposals")
"""Those that are also opened without what others have made."""

TRAIL = {
    "the trail": "/revisjonsspor",
    "the trail of one oppgave": "/revisjonsspor?oppgave=2",
    "the trail, no hit": "/revisjonsspor?hvem=ingen",
}
"""The pages of internkontroll."""


def fill(site: Site) -> None:
    """An oppgave of every kind, with pictures."""
    site.desk.add("PX1000001", "PX1000002", saker=("2026/00017",), frist=NIGHT - timedelta(days=1))
    site.desk.broken("PX1000003", "PX1000004")
    site.desk.uncertain("PX1000005", "PX1000006")
    site.desk.completed("PX1000007")
    site.desk.picture(2, PICTURE)
    site.desk.propose(proposal("PX1000008"), proposal("PX1000009", "PX1000010"), proposal("PX1000011", oere=100_001))
    with site.desk.database.read() as c:
        (liste,) = lists(pending(c))
    samples.keep(site.desk.database, liste, liste.proposals, 2, KARI)
    site.desk.add("PX1000012")
    site.desk.job(8)
    dates = (NIGHT + timedelta(days=6), NIGHT - timedelta(days=1))
    site.desk.tell(Varsel("PX1000013", "SOON", *dates), Utelatt("PX1000014", "MINOR"), Vernet("PX1000015"))
    site.desk.emptied("PX1000016", today=date(2025, 1, 1))


@pytest.mark.parametrize("role", ROLES)
async def test_no_page_has_a_fault_that_can_be_found(chromium: Browser, site: Site, role: Role) -> None:
    fill(site)
    async with site.visit(chromium, role) as visit:
        for state in ROLES[role]:
            await visit.open(STATES[state])
            assert await visit.faults() == [], state
        site.take_away_ressurser()
        for state in BARE if role is Role.SAKSBEHANDLER else ():
            await visit.open(STATES[state])
            assert await visit.faults() == [], f"{state}, without Designsystemet"
        assert visit.elsewhere == []
        assert [text for text in visit.said if "Failed to load resource" not in text] == []


async def test_the_trail_is_read_and_checked_by_anybody(chromium: Browser, site: Site) -> None:
    fill(site)
    seals.take(site.desk.database, site.desk.house.chain)
    async with site.visit(chromium, Role.INTERNKONTROLL) as visit:
        for state, path in TRAIL.items():
            await visit.open(path)
            assert await visit.faults() == [], state
        await visit.page.get_by_label("Segl du har tatt vare på").fill("1:abc")
        await visit.page.get_by_role("button", name="Kontroller kjeden").click()
        await expect(visit.page.get_by_role("alert")).to_be_focused()
        await expect(visit.page).to_have_title("Feil: Revisjonsspor – Kraftverk")
        assert await visit.violations() == []
        await visit.page.get_by_role("link", name="Seglet er ikke skrevet riktig.").click()
        await expect(visit.page.get_by_label("Segl du har tatt vare på")).to_be_focused()
        await visit.page.get_by_role("button", name="Kontroller kjeden").click()
        await expect(visit.page.get_by_role("status")).to_be_focused()
        await expect(visit.page.get_by_role("status")).to_contain_text("Kjeden holder")
        assert await visit.faults() == []


async def test_the_pages_for_those_who_are_not_logged_in_have_none(chromium: Browser, site: Site) -> None:
    async with site.visit(chromium, Role.LESETILGANG) as visit:
        await visit.page.get_by_role("button", name="Logg ut").click()
        for path in ("/logg-inn", "/logg-inn?kode=brukt"):
            await visit.open(path)
            assert await visit.violations() == []
        await visit.page.get_by_role("button", name="Logg inn").click()
        await expect(visit.page.get_by_role("alert")).to_be_focused()
        assert await visit.violations() == []


async def test_a_form_with_a_fault_says_so_where_the_reader_is(chromium: Browser, site: Site) -> None:
    fill(site)
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        await visit.open("/oppgave/1")
        await visit.page.get_by_label("Ikke foreldet").check()
        await visit.page.get_by_role("button", name="Lagre og prøv igjen").click()
        await expect(visit.page.get_by_role("alert")).to_be_focused()
        await expect(visit.page).to_have_title("Feil: Oppgave 1 – Kraftverk")
        assert await visit.violations() == []
        await visit.page.get_by_role("link", name="Fyll ut «Ny foreldelsesfrist».").click()
        await expect(visit.page.get_by_label("Ny foreldelsesfrist")).to_be_focused()


async def test_a_decision_is_chosen_by_filling_it_in(chromium: Browser, site: Site) -> None:
    fill(site)
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        page = visit.page
        await visit.open("/oppgave/1")
        await page.get_by_label("Ny foreldelsesfrist").fill("2027-12-31")
        await expect(page.get_by_label("Ikke foreldet")).to_be_checked()
        await page.get_by_label("PX1000002").check()
        await expect(page.get_by_label("Hold krav utenfor")).to_be_checked()
        await page.get_by_label("Rettet i fagsystemet").check()
        await page.get_by_label("PX1000002").uncheck()
        await expect(page.get_by_label("Rettet i fagsystemet")).to_be_checked()


async def find_decide_and_retry(visit: Visit) -> None:
    """From the list to done, with what the page offers."""
    page = visit.page
    await page.get_by_role("searchbox", name="Søk").fill("2026/00017")
    await page.get_by_role("searchbox", name="Søk").press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Oppgave 1: Flytting av krav")
    await expect(page.get_by_text("Roboten sier disputed.")).to_be_visible()
    await page.get_by_label("Hold krav utenfor").check()
    await page.get_by_label("PX1000002").check()
    await page.get_by_role("textbox", name="Begrunnelse").fill("PX1000002 er betalt")
    await page.get_by_role("button", name="Lagre og prøv igjen").click()
    await expect(page.get_by_role("status")).to_contain_text("Beslutningen er lagret")
    await page.reload()
    await expect(page.get_by_role("heading", level=2).first).to_have_text("Fullført")


def the_decision_was_followed(site: Site) -> None:
    assert site.desk.house.item(1).krav == "PX1000001"
    assert site.desk.house.world.effects == {"PX1000001": 1}


async def test_find_understand_decide_retry_done_without_javascript(chromium: Browser, site: Site) -> None:
    site.desk.add("PX1000001", "PX1000002", saker=("2026/00017",))
    async with site.visit(chromium, Role.SAKSBEHANDLER, java_script_enabled=False) as visit:
        await find_decide_and_retry(visit)
    the_decision_was_followed(site)


async def test_find_understand_decide_retry_done_by_keyboard_alone(chromium: Browser, site: Site) -> None:
    site.desk.add("PX1000001", "PX1000002", saker=("2026/00017",))
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        keyboard = visit.page.keyboard
        await press_until(visit, "Hopp til innholdet")
        await keyboard.press("Enter")
        await press_until(visit, "Alle 1")
        await press_until(visit, "1")
        await keyboard.press("Enter")
        await expect(visit.page.get_by_role("heading", name="Oppgave 1: Flytting av krav")).to_be_visible()
        await press_until(visit, "beslutning")
        await keyboard.press("ArrowDown")
        await press_until(visit, "HOLD_OUT.krav")
        await keyboard.press("Tab")
        await keyboard.press("Space")
        await press_until(visit, "begrunnelse")
        await keyboard.type("PX1000002 er betalt")
        await press_until(visit, "Lagre og prøv igjen")
        await keyboard.press("Enter")
        said = visit.page.get_by_role("status").filter(has_text="Beslutningen er lagret")
        await expect(said).to_be_focused()
    the_decision_was_followed(site)


async def test_a_list_is_looked_through_and_approved_without_javascript(chromium: Browser, site: Site) -> None:
    site.desk.propose(*(proposal(f"PX100000{n}") for n in range(1, 6)))
    async with site.visit(chromium, Role.GODKJENNER, java_script_enabled=False) as visit:
        page = visit.page
        await page.get_by_role("link", name="Godkjenninger").click()
        await page.get_by_role("link", name="BYM").click()
        await page.get_by_label("Stikkprøve, antall").fill("2")
        await page.get_by_role("button", name="Trekk").click()
        await expect(page.get_by_text("tilfeldig trukket 2 av de 5 forslagene du kan godkjenne")).to_be_visible()
        await page.get_by_role("rowheader").first.get_by_role("link").click()
        await expect(page.get_by_text("tilstand: åpen")).to_be_visible()
        await page.go_back()
        await page.get_by_role("button", name="Vis hele listen").click()
        await page.get_by_label("Ta ut oppgave 3").check()
        await page.get_by_role("button", name="Ta ut de avkryssede").click()
        await page.get_by_role("textbox", name="Begrunnelse").fill("Kontrollert mot PAX")
        await page.get_by_role("button", name="Godkjenn 4 forslag").click()
        await expect(page.get_by_role("status")).to_contain_text("4 forslag er godkjent")
    assert [row.item_id for row in site.desk.house.rows("approval")] == [1, 2, 4, 5]
    assert site.desk.house.item(3).state == "awaiting_approval"


async def test_what_is_done_to_a_list_is_told_where_the_reader_is(chromium: Browser, site: Site) -> None:
    site.desk.propose(*(proposal(f"PX100000{n}") for n in range(1, 4)))
    async with site.visit(chromium, Role.GODKJENNER) as visit:
        page = visit.page
        await visit.open(LIST)
        await page.get_by_label("Ta ut oppgave 2").check()
        await page.get_by_role("button", name="Ta ut de avkryssede").click()
        told = page.get_by_role("status").filter(has_text="1 forslag er tatt ut av listen.")
        await expect(told).to_be_focused()
        assert await visit.violations() == []
        await page.get_by_label("Ta ut oppgave 2").uncheck()
        await page.get_by_role("button", name="Ta ut de avkryssede").click()
        await expect(page.get_by_role("status")).to_contain_text("Ingen forslag er tatt ut av listen.")
        await page.get_by_label("Stikkprøve, antall").fill("2")
        await page.get_by_role("button", name="Trekk").click()
        await expect(page.get_by_role("status").filter(has_text="tilfeldig trukket 2")).to_be_focused()


async def test_an_answer_without_a_choice_says_so_at_the_choices(chromium: Browser, site: Site) -> None:
    site.desk.uncertain("PX1000001")
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        await visit.open("/oppgave/1")
        await visit.page.get_by_role("button", name="Lagre svaret").click()
        await expect(visit.page.get_by_role("alert")).to_be_focused()
        answer = visit.page.get_by_role("radio", name="Gjort i WORLD")
        await expect(answer).to_have_accessible_description("Svar for minst én endring om den er gjort eller ikke.")
        assert await visit.violations() == []


async def press_until(visit: Visit, wanted: str, most: int = 60) -> None:
    """Tab on until what has focus says this; and what has focus can always be seen."""
    for _ in range(most):
        await visit.page.keyboard.press("Tab")
        assert await visit.page.evaluate(FOCUS_IS_SEEN), await visit.focused()
        if await visit.focused() == wanted:
            return
    raise AssertionError(f"«{wanted}» was not reached by Tab")


FOCUS_IS_SEEN = """
    (() => {
        const style = getComputedStyle(document.activeElement);
        const box = document.activeElement.getBoundingClientRect();
        const inside = box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth;
        return inside && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    })()
"""


async def try_them_again(visit: Visit) -> None:
    """From the list to the page of the job, and how it ended."""
    page = visit.page
    await page.get_by_role("link", name="Stanset av world_answer").click()
    await page.get_by_role("link", name="Prøv alle 2 med denne årsaken").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Prøv 2 oppgaver igjen")
    await page.get_by_role("textbox", name="Begrunnelse").fill("PAX er oppe")
    await page.get_by_role("button", name="Prøv 2 oppgaver igjen").click()
    await expect(page.get_by_role("status")).to_contain_text("Den første oppgaven er lagt i kø.")
    await page.reload()
    await expect(page.get_by_role("heading", level=2).first).to_have_text("Ferdig")


@pytest.mark.parametrize("scripts", [True, False])
async def test_many_are_tried_again_the_first_one_first(chromium: Browser, site: Site, scripts: bool) -> None:
    site.desk.broken("PX1000001")
    site.desk.broken("PX1000002")
    async with site.visit(chromium, Role.SAKSBEHANDLER, java_script_enabled=scripts) as visit:
        await try_them_again(visit)
    assert site.desk.house.world.effects == {"PX1000001": 1, "PX1000002": 1}


async def test_how_many_are_ticked_is_told(chromium: Browser, site: Site) -> None:
    fill(site)
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        await visit.page.get_by_role("region", name="Oppgaver").focus()
        await visit.page.keyboard.press("j")
        await visit.page.keyboard.press("x")
        await visit.page.get_by_label("Velg oppgave 2").check()
        await expect(visit.page.get_by_role("status")).to_have_text("2 valgt")
        await visit.page.get_by_role("button", name="Prøv valgte igjen").click()
        await expect(visit.page.get_by_role("heading", level=1)).to_have_text("Prøv 2 oppgaver igjen")


async def test_all_on_the_page_are_ticked_at_once_and_taken(chromium: Browser, site: Site) -> None:
    fill(site)
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        page = visit.page
        every, told = page.get_by_label("Velg alle på siden"), page.locator("[data-valgte]")
        await every.check()
        await expect(told).to_have_text("4 valgt")
        assert await visit.violations() == []
        await page.get_by_label("Velg oppgave 2").uncheck()
        await expect(every).not_to_be_checked()
        await expect(told).to_have_text("3 valgt")
        await page.get_by_role("button", name="Ta valgte").click(click_count=2)
        await expect(page.get_by_role("status").first).to_have_text("Tatt: 3 oppgaver.")
        await expect(page.get_by_role("status").first).to_be_focused()
        assert await visit.violations() == []
        await page.get_by_role("button", name="Ta valgte").click()
        await expect(page.get_by_role("alert")).to_have_text("Kryss av minst én oppgave du vil ta.")
        await expect(page.get_by_role("alert")).to_be_focused()
        assert await visit.violations() == []


@pytest.mark.parametrize("width", [1440, 1000, 320])
async def test_the_box_for_all_is_seen_however_narrow_the_window(chromium: Browser, site: Site, width: int) -> None:
    fill(site)
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        await visit.page.set_viewport_size({"width": width, "height": 900})
        for path in ("/oppfoelging", "/foelges-opp"):
            await visit.open(path)
            box = visit.page.get_by_label("Velg alle på siden")
            await box.focus()
            assert await visit.page.evaluate(FOCUS_IS_SEEN)
            assert await visit.violations() == []


async def test_nothing_is_offered_that_only_a_script_can_do(chromium: Browser, site: Site) -> None:
    fill(site)
    async with site.visit(chromium, Role.SAKSBEHANDLER, java_script_enabled=False) as visit:
        await expect(visit.page.get_by_role("button", name="Ta valgte")).to_be_visible()
        await expect(visit.page.get_by_label("Velg alle på siden")).to_be_hidden()


async def test_letters_move_in_the_list_only_while_it_has_focus(chromium: Browser, site: Site) -> None:
    fill(site)
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        search = visit.page.get_by_role("searchbox", name="Søk")
        await search.focus()
        await visit.page.keyboard.type("jk")
        await expect(search).to_have_value("jk")
        await visit.page.get_by_role("region", name="Oppgaver").focus()
        await visit.page.keyboard.press("j")
        assert await visit.focused() == "1"
        await visit.page.keyboard.press("j")
        assert await visit.focused() == "2"
        await visit.page.keyboard.press("k")
        assert await visit.focused() == "1"


async def test_names_are_text_and_never_script(chromium: Browser, site: Site) -> None:
    site.desk.add("<img src=x onerror=alert(1)>", saker=("<script>alert(1)</script>",))
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        dialogs: list[str] = []
        visit.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        for path in ("/oppfoelging", "/oppgave/1", "/soek?krav=<script>alert(1)</script>"):
            await visit.open(path)
        await expect(visit.page.locator("img")).to_have_count(0)
        assert dialogs == []


PRINTED = {
    Role.SAKSBEHANDLER: (
        *("/oppfoelging", "/oppgave/2", "/foelges-opp", "/oversikt", "/koer", "/koer/move", "/kjoeringer", "/forslag"),
    ),
    Role.GODKJENNER: ("/oppgave/5", LIST, "/godkjenninger/stikkproeve/1"),
}
A4 = 703
"""Pixels between margins of 12 mm."""
AFTER_LINKS = """
    [...document.links].map((link) => getComputedStyle(link, "::after").content).filter((after) => after !== "none")
"""


@pytest.mark.parametrize("role", PRINTED)
async def test_a_page_prints_what_is_read_and_not_what_is_clicked(chromium: Browser, site: Site, role: Role) -> None:
    fill(site)
    async with site.visit(chromium, role, viewport={"width": A4, "height": 1000}) as visit:
        await visit.page.emulate_media(media="print")
        for path in PRINTED[role]:
            await visit.open(path)
            await expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            await expect(visit.page.get_by_role("navigation")).to_have_count(0)
            clicked = visit.page.locator("button:visible, input:visible, select:visible, textarea:visible")
            await expect(clicked, path).to_have_count(0)
            wide, cut = await visit.sizes()
            assert (wide <= A4, cut) == (True, []), path
            assert await visit.page.evaluate(AFTER_LINKS) == [], f"{path}: an address stands in the way of the text"
        await visit.open("/oppgave/2")
        await expect(visit.page.get_by_text("Hjemmel: Flytteloven § 1")).to_be_visible()  # folded away on the screen


async def test_a_proposal_keeps_the_lines_it_was_written_in(chromium: Browser, site: Site) -> None:
    improvements.add(site.desk.database, replace(WASH, beskrivelse="Vask.\n\nHver natt."), KARI, "meldt")
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        await visit.open("/forslag/1")
        assert await visit.page.locator(".avsnitt").first.inner_text() == "Vask.\n\nHver natt."


async def test_a_step_in_doubt_does_not_look_like_one_that_is_done(chromium: Browser, site: Site) -> None:
    site.desk.broken("PX1000001", "PX1000002")
    site.desk.uncertain("PX1000003")
    edge = "each => { const s = getComputedStyle(each); return [s.borderLeftStyle, s.borderLeftColor] }"
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        await visit.open("/oppgave/1")
        done, not_done = [await visit.page.locator(f".steg-{word}").evaluate(edge) for word in ("done", "open")]
        await visit.open("/oppgave/2")
        doubt = await visit.page.locator(".steg-doubt").evaluate(edge)
    assert [done[0], not_done[0], doubt[0]] == ["solid", "solid", "dashed"]
    assert len({done[1], not_done[1], doubt[1]}) == 3


HIDDEN = "[...document.querySelectorAll('.rulle')].reduce((sum, each) => sum + each.scrollWidth - each.clientWidth, 0)"
SEEN = (
    "[...document.querySelectorAll('tr[data-rad]')].filter(e => e.getBoundingClientRect().bottom <= innerHeight).length"
)


async def test_no_column_is_out_of_sight_and_a_screen_holds_seventeen_oppgaver(chromium: Browser, site: Site) -> None:
    for n in range(18):
        code = f"A_CAUSE_WITH_A_NAME_{n % 12}"
        site.desk.add(f"PX10000{n:02}", frist=NIGHT + timedelta(days=n - 5), code=code)
    async with site.visit(chromium, Role.SAKSBEHANDLER) as visit:
        for width in (720, 768, 1024, 1440):
            await visit.page.set_viewport_size({"width": width, "height": 900})
            for path in ("/koer", "/oppfoelging"):
                await visit.open(path)
                assert await visit.page.evaluate(HIDDEN) == 0, (path, width)
        assert await visit.page.evaluate(SEEN) >= 17
