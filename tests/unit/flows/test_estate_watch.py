"""estate-watch: whom it looks up and what it remembers, and what becomes of a letter when the facts have changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from domain.doedsbo import Doedsbo
from domain.errors import BusinessException
from domain.krav import Fagsystem, Hendelse, Saksflyt, Tilstand
from domain.registerhendelse import Registerhendelse
from domain.skyldner import Gradering
from hub.automation import Arbeid, ProtectedFound, Varsel, Vernet
from tests.unit.flows.estate_world import KARI, KRAVET, OLA, REFERENCE, Register, World, bo, item, person
from tests.unit.flows.minor_world import Fence, carry_out


def living() -> World:
    return World(folkeregisteret=Register({KARI: person(KARI, doed=False)}))


def event(hendelsetype: str, nummer: str = KARI, dokument: str | None = "d1") -> Registerhendelse:
    return Registerhendelse(0, nummer, hendelsetype, dokument)


async def test_who_is_known_to_live_is_not_looked_up_again() -> None:
    world = living()
    assert await world.find() == []
    assert world.folkeregisteret.looked_up == [KARI]
    assert await world.find() == []
    assert world.folkeregisteret.looked_up == [KARI]
    assert sorted(world.memos.values()) == ["1", "levende"]
    assert not [key for key in world.memos if KARI in key]


@pytest.mark.parametrize(
    ("hendelse", "looked_up"),
    [
        (event("personErDoed"), True),
        (event("endringIBostedsadresse"), False),
        (event("personErDoed", OLA), False),
        (event("typeFraFremtiden", dokument="navn"), False),
        (event("typeFraFremtiden", dokument="doedsfall"), True),
        (event("typeFraFremtiden", dokument="er slettet"), True),
        (event("typeFraFremtiden", dokument=None), True),
        (event("endringIFraFremtiden"), False),
        (event("endringIIdentifikasjonsnummer"), True),
        (event("personErDoed", ""), False),
    ],
)
async def test_the_feed_tells_whom_to_look_up(hendelse: Registerhendelse, looked_up: bool) -> None:
    world = living()
    await world.find()
    world.folkeregisteret.feed.append(hendelse)
    world.folkeregisteret.entiteter = {name: frozenset({name}) for name in ("navn", "doedsfall")}
    await world.find()
    assert (len(world.folkeregisteret.looked_up) == 2) == looked_up
    assert world.memos["feed"] == "2"
    await world.find()
    assert (len(world.folkeregisteret.looked_up) == 2) == looked_up, "an event is told once"


async def test_what_the_feed_does_not_show_yet_is_read_when_it_does() -> None:
    """It promises a number it cannot show, as a register of several machines may."""
    world = living()
    world.folkeregisteret.feed = [event("endringINavn"), event("personErDoed")]
    await world.find()
    world.folkeregisteret.feed += [event("endringINavn"), event("personErDoed")]
    world.folkeregisteret.shown = 3
    await world.find()
    assert world.memos["feed"] == "4"
    world.folkeregisteret.shown = 4
    world.folkeregisteret.looked_up.clear()
    await world.find()
    assert (world.folkeregisteret.looked_up, world.memos["feed"]) == ([KARI], "5")


async def test_one_who_has_another_number_now_is_looked_up_every_time() -> None:
    """The feed tells of her under the new one."""
    world = living()
    world.folkeregisteret.personer[KARI] = person(OLA, doed=False)
    for _ in range(2):
        assert await world.find() == []
        assert world.memos.keys() == {"feed"}
    assert world.folkeregisteret.looked_up == [KARI, KARI]


async def test_what_was_told_while_we_looked_is_told_next_time() -> None:
    """The position is read before anybody is looked up."""
    world = living()
    register = world.folkeregisteret
    look_up = register.get_personer

    async def look_up_and_die(numre: object, **more: object) -> object:
        found = await look_up(numre, **more)
        register.personer[KARI] = person(KARI, doed=True)
        register.feed.append(event("personErDoed"))
        return found

    register.get_personer = look_up_and_die
    assert await world.find() == []
    register.get_personer = look_up
    assert [type(line) for line in await world.find()] == [Arbeid, Varsel]


@pytest.mark.parametrize("feed", [0, 900])
async def test_a_feed_that_cannot_be_followed_means_that_all_are_looked_up(
    feed: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Its events are gone, or its numbers have begun anew."""
    world = living()
    world.folkeregisteret.oldest = 1
    await world.find()
    world.memos["feed"] = str(feed)
    await world.find()
    assert world.folkeregisteret.looked_up == [KARI, KARI]
    assert world.memos["feed"] == "1"


async def test_the_protected_are_counted_whether_they_live_or_not_and_nothing_is_remembered() -> None:
    for doed in (True, False):
        world = World()
        await world.find()
        world.folkeregisteret.personer[KARI] = person(KARI, doed=doed, gradering=Gradering.FORTROLIG)
        for _ in range(2):
            assert await world.find() == [Vernet(KRAVET.kravnr)]
            assert world.memos.keys() == {"feed"}


async def test_one_whom_the_register_does_not_know_is_nobodys_estate() -> None:
    world = World(folkeregisteret=Register({}))
    assert await world.find() == []
    assert (await world.plan(item())).result == "NOTHING_TO_DO"


async def test_who_has_no_krav_any_more_is_forgotten() -> None:
    world = World()
    await world.find()
    world.procasso.set(tilstand=Tilstand.BETALT)
    assert await world.find() == []
    assert world.memos.keys() == {"feed"}


async def test_a_krav_held_for_a_minor_is_not_looked_at() -> None:
    world = World()
    world.procasso.set(tilstand=Tilstand.STOPPET, saksflyt=Saksflyt.MINDREAARIG)
    assert await world.find() == []
    assert world.folkeregisteret.looked_up == []


async def test_the_krav_is_stopped_and_the_estate_told_once() -> None:
    world = World()
    (work, _) = await world.find()
    assert isinstance(work, Arbeid)
    assert (work.reference, work.effects) == (REFERENCE, 4)
    plan = await world.plan(item())
    assert plan.result == "ESTATE_NOTIFIED"
    actions = world.actions(item(), plan)
    assert list(actions) == ["krav", "notat", "brev", "arkiv"]
    for _ in range(2):
        for action in actions.values():
            await carry_out(action)
    (sent,) = world.svarut.sent
    assert sent.ekstern_referanse == world.procasso.notater[0].referanse == world.procasso.dokumenter[0].referanse
    assert sent.mottaker == bo().kontakt.adressat  # type: ignore[union-attr]
    assert (world.procasso.krav.tilstand, world.procasso.krav.kostnader) == (Tilstand.STOPPET, KRAVET.kostnader)
    assert await world.find() == []
    assert (await world.plan(item(2))).result == "NOTHING_TO_DO"


async def stop_without_contact(world: World) -> None:
    world.folkeregisteret.boer = {}
    plan = await world.plan(item())
    assert plan.result == "STOPPED_NO_CONTACT"
    for action in world.actions(item(), plan).values():
        await carry_out(action)


async def test_the_letter_follows_when_the_contact_is_known() -> None:
    world = World()
    await stop_without_contact(world)
    (waiting,) = await world.find()
    assert isinstance(waiting, Arbeid)
    with pytest.raises(BusinessException, match="ESTATE_CONTACT_MISSING"):
        await world.plan(item(2))
    world.folkeregisteret.boer = {KARI: bo()}
    (work, _) = await world.find()
    assert isinstance(work, Arbeid)
    assert (work.reference, work.effects) == (REFERENCE, 2)
    assert work.fingerprint != waiting.fingerprint, "what a person has closed comes again when there is a contact"
    plan = await world.plan(item(2))
    for action in world.actions(item(2), plan).values():
        await carry_out(action)
    assert world.svarut.sent[0].ekstern_referanse == world.procasso.notater[0].referanse
    assert await world.find() == []


async def test_a_krav_somebody_has_opened_again_is_stopped_and_reported_anew() -> None:
    world = World()
    for action in world.actions(item(), await world.plan(item())).values():
        await carry_out(action)
    world.procasso.set(tilstand=Tilstand.AAPEN)
    plan = await world.plan(item(2))
    assert len(plan.effects) == 4
    assert plan.effects[0].undo == f"Sett tilstand på {KRAVET.kravnr} i Procasso tilbake til åpen."
    for action in world.actions(item(2), plan).values():
        await carry_out(action)
    assert len({sent.ekstern_referanse for sent in world.svarut.sent}) == 2
    assert await world.find() == []


async def test_a_death_that_was_a_mistake_stays_with_a_person_until_the_krav_is_opened() -> None:
    world = World()
    await world.find()
    for action in world.actions(item(), await world.plan(item())).values():
        await carry_out(action)
    await world.find()
    world.folkeregisteret.personer[KARI] = person(KARI, doed=False)
    for _ in range(3):
        (work,) = await world.find()
        assert isinstance(work, Arbeid)
        assert (work.reference, work.effects) == (f"{KRAVET.kravnr}:DEATH_ANNULLED", 0)
    with pytest.raises(BusinessException, match="DEATH_ANNULLED"):
        await world.plan(item())
    world.procasso.set(tilstand=Tilstand.AAPEN)
    assert await world.find() == []
    assert sorted(world.memos.values()) == ["1", "levende"]


async def stopped_and_told() -> World:
    world = World()
    await world.find()
    for action in world.actions(item(), await world.plan(item())).values():
        await carry_out(action)
    return world


async def test_a_mistaken_death_is_not_lost_when_she_was_protected_meanwhile() -> None:
    """Nothing was remembered of her, so the note on the krav tells."""
    world = await stopped_and_told()
    protect(world)
    assert await world.find() == [Vernet(KRAVET.kravnr)], "dead: there is nothing to undo"
    world.folkeregisteret.personer[KARI] = person(KARI, doed=False, gradering=Gradering.FORTROLIG)
    for _ in range(2):
        assert await world.find() == [Vernet(KRAVET.kravnr, "DEATH_ANNULLED_PROTECTED")]
        assert world.memos.keys() == {"feed"}
    world.folkeregisteret.personer[KARI] = person(KARI, doed=False)
    for _ in range(2):
        (work,) = await world.find()
        assert isinstance(work, Arbeid)
        assert work.reference == f"{KRAVET.kravnr}:DEATH_ANNULLED"


async def test_when_her_krav_is_opened_again_the_protected_one_is_counted_as_any_other() -> None:
    world = await stopped_and_told()
    world.folkeregisteret.personer[KARI] = person(KARI, doed=False, gradering=Gradering.FORTROLIG)
    world.procasso.set(tilstand=Tilstand.AAPEN)
    assert await world.find() == [Vernet(KRAVET.kravnr)]


async def test_one_who_lives_and_whose_krav_others_have_stopped_is_nothing_to_us_and_not_looked_up_again() -> None:
    world = living()
    world.procasso.set(tilstand=Tilstand.STOPPET)
    for _ in range(2):
        assert await world.find() == []
    assert sorted(world.memos.values()) == ["1", "levende"]
    assert world.folkeregisteret.looked_up == [KARI]


async def test_one_who_lives_after_all_is_not_taken_for_settled_while_work_of_hers_may_yet_stop_the_krav() -> None:
    world = World()
    await world.find()
    revive(world)
    world.unfinished = frozenset({KRAVET.kravnr})
    assert await world.find() == []
    world.procasso.set(tilstand=Tilstand.STOPPET)
    await world.procasso.client.add_notat(KRAVET.kravnr, f"{KRAVET.kravnr}:ESTATE:x", "", "key")
    world.unfinished = frozenset()
    (work,) = await world.find()
    assert isinstance(work, Arbeid)
    assert work.reference == f"{KRAVET.kravnr}:DEATH_ANNULLED"


async def test_a_death_under_an_identity_that_was_false_is_a_mistake_that_a_person_mends() -> None:
    world = World()
    for action in world.actions(item(), await world.plan(item())).values():
        await carry_out(action)
    assert world.procasso.krav.tilstand is Tilstand.STOPPET
    false = replace(person(KARI, doed=False), status="falskIdentitet")
    world.folkeregisteret.personer[KARI] = false
    (work,) = await world.find()
    assert isinstance(work, Arbeid)
    assert work.reference == f"{KRAVET.kravnr}:DEATH_ANNULLED"


async def test_who_becomes_protected_while_work_of_hers_waits_is_seen_though_the_krav_is_paid() -> None:
    world = World()
    world.procasso.set(tilstand=Tilstand.BETALT)
    protect(world)
    assert await world.find() == []
    world.unfinished = frozenset({KRAVET.kravnr})
    assert await world.find() == [Vernet(KRAVET.kravnr)]


async def test_who_becomes_protected_while_work_of_hers_waits_is_seen_though_others_have_stopped_the_krav() -> None:
    world = World()
    world.procasso.set(tilstand=Tilstand.STOPPET)
    protect(world)
    assert await world.find() == []
    world.unfinished = frozenset({KRAVET.kravnr})
    assert await world.find() == [Vernet(KRAVET.kravnr)]


async def test_a_krav_with_a_klage_is_listed_since_the_deadline_of_the_estate_does_not_wait_for_the_answer() -> None:
    """Attest of 22 October 2026: six weeks are Thursday 3 December, and five working days before that 26 November."""
    world = World()
    world.procasso.set(tilstand=Tilstand.KLAGE)
    listed = Varsel(KRAVET.kravnr, "ESTATE_COMPLAINT", date(2026, 12, 3), date(2026, 11, 26))
    assert await world.find() == [listed]
    lose_contact(world)
    assert await world.find() == [Varsel(KRAVET.kravnr, "ESTATE_COMPLAINT")]
    protect(world)
    assert await world.find() == [Vernet(KRAVET.kravnr)]
    revive(world)
    assert await world.find() == []


@pytest.mark.parametrize(
    ("tilstand", "told"),
    [(Tilstand.AAPEN, True), (Tilstand.KLAGE, True), (Tilstand.BETALINGSAVTALE, True), (Tilstand.BETALT, False)],
)
async def test_a_krav_of_the_dead_in_isypa_is_listed_for_a_person(tilstand: Tilstand, told: bool) -> None:
    """Attest of 22 October 2026: six weeks are Thursday 3 December, and five working days before that 26 November."""
    world = World()
    world.procasso.set(tilstand=Tilstand.BETALT)
    world.isypa.krav = {"IS1": replace(KRAVET, kravnr="IS1", fagsystem=Fagsystem.ISYPA, tilstand=tilstand)}
    varsel = Varsel("IS1", "ESTATE_OTHER_SYSTEM", date(2026, 12, 3), date(2026, 11, 26))
    assert await world.find() == ([varsel] if told else [])


async def test_one_in_isypa_of_somebody_who_lives_is_not_and_of_somebody_protected_is_counted() -> None:
    world = living()
    world.isypa.krav = {"IS1": replace(KRAVET, kravnr="IS1", fagsystem=Fagsystem.ISYPA)}
    world.procasso.set(tilstand=Tilstand.BETALT)
    assert await world.find() == []
    world = World(isypa=world.isypa, procasso=world.procasso)
    protect(world)
    assert await world.find() == [Vernet("IS1")]


def protect(world: World) -> None:
    world.folkeregisteret.personer[KARI] = person(KARI, doed=True, gradering=Gradering.FORTROLIG)


def revive(world: World) -> None:
    world.folkeregisteret.personer[KARI] = person(KARI, doed=False)


def lose_contact(world: World) -> None:
    world.folkeregisteret.boer = {KARI: Doedsbo(None, None)}


def open_again(world: World) -> None:
    world.procasso.set(tilstand=Tilstand.AAPEN)


@pytest.mark.parametrize(
    ("change", "code"),
    [(revive, "LETTER_HELD_BACK"), (open_again, "LETTER_HELD_BACK"), (lose_contact, "RECIPIENT_GONE")],
)
async def test_no_letter_says_what_is_no_longer_so(change: Callable[[World], None], code: str) -> None:
    world = World()
    actions = world.actions(item(), await world.plan(item()))
    for kind in ("krav", "notat"):
        await carry_out(actions[kind])
    change(world)
    with pytest.raises(BusinessException, match=code) as raised:
        await actions["brev"].act(actions["brev"].keys, Fence())
    assert raised.value.nothing_done
    assert world.svarut.sent == []


async def test_a_letter_that_goes_on_a_later_day_does_not_claim_what_was_paid_meanwhile() -> None:
    world = World()
    actions = world.actions(item(), await world.plan(item()))
    for kind in ("krav", "notat"):
        await carry_out(actions[kind])
    world.procasso.hendelser = (Hendelse(KRAVET.kravnr, date(2026, 11, 30), "INNBETALING", KRAVET.sum),)
    world.turns(date(2026, 12, 1))
    with pytest.raises(BusinessException, match="NOTHING_LEFT_TO_PAY"):
        await actions["brev"].act(actions["brev"].keys, Fence())


async def test_somebody_protected_since_gets_no_letter_and_no_plan() -> None:
    world = World()
    actions = world.actions(item(), await world.plan(item()))
    protect(world)
    with pytest.raises(ProtectedFound):
        await actions["brev"].act(actions["brev"].keys, Fence())
    with pytest.raises(ProtectedFound):
        await world.plan(item())


async def test_after_a_crash_the_letter_is_filed_and_not_sent_again() -> None:
    world = World()
    plan = await world.plan(item())
    before = world.actions(item(), plan)
    for kind in ("krav", "notat", "brev"):
        await carry_out(before[kind])
    for action in world.actions(item(), plan).values():
        await carry_out(action)
    assert (len(world.svarut.sent), len(world.procasso.dokumenter), len(world.procasso.notater)) == (1, 1, 1)


async def test_what_a_plan_keeps_tells_of_nobody() -> None:
    world = World()
    plan, lines = await world.plan(item()), await world.find()
    told = plan.to_json() + repr(lines) + repr(world.memos)
    assert not [secret for secret in (KARI, "Kari", "Eva", "Prøve", "0150") if secret in told]


async def test_a_krav_paid_to_the_end_gets_no_letter() -> None:
    world = World()
    world.procasso.krav = replace(KRAVET, hovedstol=0, kostnader=0)
    actions = world.actions(item(), await world.plan(item()))
    for kind in ("krav", "notat"):
        await carry_out(actions[kind])
    with pytest.raises(BusinessException, match="NOTHING_LEFT_TO_PAY"):
        await actions["brev"].act(actions["brev"].keys, Fence())


async def test_the_item_says_its_case_and_by_when_the_krav_is_best_reported() -> None:
    """The certificate is of 22 October 2026: six weeks end on Thursday 3 December, five working days before is the
    26th of November. Once that has passed, or with nobody to report it to, there is no such day."""
    world = World()
    work = [line for line in await world.find() if isinstance(line, Arbeid)]
    assert [(line.saker, line.frist) for line in work] == [(("S1",), date(2026, 11, 26))]
    for as_of, boer in ((date(2026, 11, 27), {KARI: bo()}), (date(2026, 11, 23), {})):
        world = World(folkeregisteret=Register({KARI: person(KARI, doed=True)}, boer))
        work = [line for line in await world.find(as_of) if isinstance(line, Arbeid)]
        assert [line.frist for line in work] == [None]
