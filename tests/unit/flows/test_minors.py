"""minors, finished after a while or tried again: what has become of the people and the krav since the plan was made."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, cast

import pytest
from pypdf import PdfReader

from domain.errors import BusinessException, SystemException
from domain.foreldelse import beregn_foreldelse
from domain.krav import Hendelse, Tilstand
from domain.skyldner import Gradering
from flows.facts import FerskKrav
from flows.foreldelse import ER_FORELDET, IKKE_FORELDET, fingerprint
from flows.mindreaarig.beslutninger import SEND_TIL, STANS, VERGE_BEHANDLER
from hub.automation import ProtectedFound, Vernet
from hub.beslutning import Beslutning
from tests.unit.flows.minor_world import AS_OF, BARN, FAR, MOR, Fence, World, carry_out, item, person
from tests.unit.flows.minor_world import familie as family

HELD = ["krav", "saksflyt", "notat"]


async def test_a_childs_krav_is_stopped_and_both_guardians_get_the_letter() -> None:
    world = World()
    actions = world.actions(item(), await world.plan(item()))
    for action in actions.values():
        await carry_out(action)
    assert list(actions) == [*HELD, "brev MOR", "brev FAR", "arkiv MOR", "arkiv FAR"]
    assert sorted(letter.mottaker.foedselsnummer for letter in world.svarut.sent) == [MOR, FAR]
    assert (world.procasso.krav.tilstand, world.procasso.krav.kostnader) == (Tilstand.STOPPET, 0)


def change_person(nummer: str, **changes: object) -> Callable[[World], None]:
    def change(world: World) -> None:
        people = world.folkeregisteret.personer
        people[nummer] = replace(people[nummer], **changes)  # type: ignore[arg-type]

    return change


def change_krav(**changes: object) -> Callable[[World], None]:
    return lambda world: world.procasso.set(**changes)


SINCE = {
    "the child is dead": change_person(BARN, doed=True),
    "the child has a verge": change_person(BARN, har_verge=True),
    "the other guardian is protected": change_person(FAR, gradering=Gradering.FORTROLIG),
    "the krav is paid": change_krav(tilstand=Tilstand.BETALT),
    "somebody has opened the krav again": change_krav(tilstand=Tilstand.AAPEN),
    "costs have come back": change_krav(kostnader=3_500),
}


@pytest.mark.parametrize("since", SINCE)
async def test_no_letter_says_what_is_no_longer_so(since: str) -> None:
    world = World()
    actions = world.actions(item(), await world.plan(item()))
    for name in HELD:
        await carry_out(actions[name])
    SINCE[since](world)
    with pytest.raises(BusinessException) as told:
        await actions["brev MOR"].act(actions["brev MOR"].keys, Fence())
    assert (told.value.code, told.value.nothing_done, world.svarut.sent) == ("LETTER_HELD_BACK", True, [])


def eighteen_soon(foedt: date) -> World:
    world = World()
    change_person(BARN, foedselsdato=foedt)(world)
    return world


async def finished_on(day: date, world: World, letter: str) -> bytes:
    """Everything but the letter is done in the night of the plan, the letter on `day`; what was sent."""
    actions = world.actions(item(), await world.plan(item()))
    for name, action in actions.items():
        if not name.startswith(("brev", "arkiv")):
            await carry_out(action)
    world.turns(day)
    await carry_out(actions[letter])
    return world.svarut.sent[0].dokumenter[0].innhold


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


async def test_a_letter_that_goes_on_a_later_day_bears_that_day_and_counts_what_was_paid_meanwhile() -> None:
    world = eighteen_soon(date(2008, 11, 1))  # 17 on 4 May 2026, 18 on the night of the plan
    world.procasso.set(forfall=date(2027, 1, 4))
    world.procasso.hendelser = (Hendelse("PR0000001", date(2026, 12, 1), "INNBETALING", 100_000),)
    words = words_of(await finished_on(date(2026, 12, 2), world, "brev BARN"))
    assert "Dato: 2. desember 2026" in words
    assert "200,00" in words, "1200.00 less 1000.00"


async def test_a_guardian_is_not_told_of_somebody_who_has_come_of_age_since() -> None:
    world = eighteen_soon(date(2008, 11, 25))
    with pytest.raises(BusinessException, match="LETTER_HELD_BACK"):
        await finished_on(date(2026, 11, 25), world, "brev MOR")
    assert world.svarut.sent == []


@pytest.mark.parametrize(("day", "in_time"), [(date(2026, 11, 24), False), (AS_OF, True)])
async def test_a_new_deadline_is_told_two_weeks_before_or_not_by_a_machine(day: date, in_time: bool) -> None:
    world = eighteen_soon(date(2008, 11, 1))
    told = nullcontext() if in_time else pytest.raises(BusinessException, match="LETTER_DEADLINE_SHORT")
    with told:
        await finished_on(day, world, "brev BARN")
    assert world.procasso.krav.forfall == date(2026, 12, 7)
    assert len(world.svarut.sent) == in_time


async def test_a_new_deadline_is_not_given_for_an_amount_that_nobody_knows() -> None:
    world = eighteen_soon(date(2008, 11, 1))
    world.procasso.hendelser = (Hendelse("PR0000001", date(2026, 10, 1), "INNBETALING", None),)
    with pytest.raises(BusinessException, match="PAYMENT_AMOUNT_MISSING"):
        await world.plan(item())


async def test_nor_when_a_person_has_decided_whom_it_is_told() -> None:
    world = world_of("UNDER_VERGEMAAL at 18")
    world.procasso.hendelser = (Hendelse("PR0000001", date(2026, 10, 1), "INNBETALING", None),)
    with pytest.raises(BusinessException, match="PAYMENT_AMOUNT_MISSING"):
        await world.plan(item(beslutninger=(said(SEND_TIL.kode, "VERGE"),)))


async def test_a_childs_krav_is_stopped_whatever_has_been_paid_and_the_letter_waits() -> None:
    world = World()
    world.procasso.hendelser = (Hendelse("PR0000001", date(2026, 10, 1), "INNBETALING", None),)
    with pytest.raises(BusinessException, match="PAYMENT_AMOUNT_MISSING"):
        await finished_on(AS_OF, world, "brev MOR")
    assert (world.procasso.krav.tilstand, world.procasso.krav.kostnader) == (Tilstand.STOPPET, 0)


async def test_a_night_that_begins_late_gives_two_weeks_from_then() -> None:
    world = eighteen_soon(date(2008, 11, 1))
    world.turns(date(2026, 11, 26))
    for action in world.actions(item(), await world.plan(item())).values():
        await carry_out(action)
    assert world.procasso.krav.forfall == date(2026, 12, 10)
    assert len(world.svarut.sent) == 1


async def test_what_an_earlier_day_sent_is_filed_as_it_was_sent() -> None:
    world = eighteen_soon(date(2008, 11, 1))
    plan = await world.plan(item())
    first, second = (effect.undo for effect in plan.effects[:2])
    assert first
    assert first.startswith("Sett kostnader, tilstand, forfall, opprinnelig forfall på PR0000001 i Procasso ")
    assert second == "Sett saksflyt på PR0000001 i Procasso tilbake til ordinær."
    for name in ("krav", "saksflyt"):
        await carry_out(world.actions(item(), plan)[name])
    world.procasso.set(forfall=date(2026, 12, 28))
    plan = replace(plan, effects=tuple(effect for effect in plan.effects if effect.key[:4] in ("brev", "arki")))
    world.turns(date(2026, 12, 1))
    await carry_out(world.actions(item(), plan)["brev BARN"])
    world.turns(date(2026, 12, 20))
    world.procasso.hendelser = (Hendelse("PR0000001", date(2026, 12, 10), "INNBETALING", 10_000),)
    await carry_out(world.actions(item(), plan)["arkiv BARN"])
    sent = world.svarut.sent[0].dokumenter[0].innhold
    assert "Dato: 1. desember 2026" in words_of(sent)
    assert [each.sha256 for each in world.procasso.dokumenter] == [sha256(sent).hexdigest()]


async def test_a_protected_childs_item_goes_though_its_krav_is_paid() -> None:
    world = World()
    change_person(BARN, gradering=Gradering.FORTROLIG)(world)
    world.procasso.set(tilstand=Tilstand.BETALT)
    with pytest.raises(ProtectedFound):
        await world.plan(item())


async def test_a_guardian_known_by_an_old_number_gets_the_letter() -> None:
    world = World()
    world.folkeregisteret.personer[BARN] = replace(family()[BARN], foreldreansvar=("02817012345",))
    world.folkeregisteret.personer["02817012345"] = family()[MOR]
    for action in world.actions(item(), await world.plan(item())).values():
        await carry_out(action)
    assert [letter.mottaker.foedselsnummer for letter in world.svarut.sent] == [MOR]


async def test_a_guardian_known_by_two_numbers_gets_one_letter() -> None:
    world = World()
    world.folkeregisteret.personer[BARN] = replace(family()[BARN], foreldreansvar=("02817012345", MOR))
    world.folkeregisteret.personer["02817012345"] = family()[MOR]
    for action in world.actions(item(), await world.plan(item())).values():
        await carry_out(action)
    assert len(world.svarut.sent) == 1


@pytest.mark.parametrize(("homeless", "reached"), [(MOR, "FAR"), (FAR, "MOR")])
async def test_a_guardian_without_an_address_keeps_no_letter_from_the_other(homeless: str, reached: str) -> None:
    world = World()
    world.folkeregisteret.homeless.add(homeless)
    actions = world.actions(item(), await world.plan(item()))
    first, second, *_ = [name for name in actions if name not in HELD]
    assert first == f"brev {reached}"
    for name in (*HELD, first):
        await carry_out(actions[name])
    with pytest.raises(BusinessException, match="RECIPIENT_GONE"):
        await carry_out(actions[second])
    assert [each.mottaker.foedselsnummer for each in world.svarut.sent] == [MOR if reached == "MOR" else FAR]


async def test_another_oppgave_about_the_same_krav_sends_letters_of_its_own() -> None:
    """The first began as NO_GUARDIAN_FOUND and was tried again when they were known; then costs crept in."""
    world = World()
    first = item("PR0000001:NO_GUARDIAN_FOUND")
    for action in world.actions(first, await world.plan(first)).values():
        await carry_out(action)
    world.procasso.set(kostnader=700)
    for action in world.actions(item(), await world.plan(item())).values():
        await carry_out(action)
    assert (len(world.svarut.sent), len(world.procasso.dokumenter), len(world.procasso.notater)) == (4, 4, 2)


async def test_a_register_that_fails_before_the_letter_leaves_no_doubt_about_it() -> None:
    world = World()
    actions = world.actions(item(), await world.plan(item()))
    for name in HELD:
        await carry_out(actions[name])
    world.folkeregisteret.failing = [SystemException("FOLKEREGISTERET", "answer", "HTTP 500")]
    with pytest.raises(SystemException) as told:
        await actions["brev MOR"].act(actions["brev MOR"].keys, Fence())
    assert told.value.nothing_done


async def test_a_letter_that_went_out_and_cannot_be_written_again_is_not_called_unsent() -> None:
    world = World()
    plan = await world.plan(item())
    actions = world.actions(item(), plan)
    for name in [*HELD, "brev MOR"]:
        await carry_out(actions[name])
    world.folkeregisteret.personer[MOR] = person(MOR, family()[MOR].foedselsdato, doed=True)  # type: ignore[arg-type]
    after_a_crash = world.actions(item(), plan)["arkiv MOR"]
    with pytest.raises(BusinessException) as told:
        await after_a_crash.act(after_a_crash.keys, Fence())
    assert (told.value.code, told.value.nothing_done) == ("LETTER_NOT_FILED", True)


async def test_a_letter_that_svarut_does_not_know_is_not_filed() -> None:
    world = World()
    actions = world.actions(item(), await world.plan(item()))
    for name in HELD:
        await carry_out(actions[name])
    with pytest.raises(SystemException) as told:
        await actions["arkiv MOR"].act(actions["arkiv MOR"].keys, Fence())
    assert (told.value.phase, told.value.nothing_done, world.procasso.dokumenter) == ("verify", True, [])


@pytest.mark.parametrize("nummer", [BARN, MOR])
@pytest.mark.parametrize("change", [{"foedselsdato": family()[BARN].foedselsdato.replace(day=16)}, {"doed": True}])  # type: ignore[union-attr]
async def test_what_the_register_says_of_the_people_is_part_of_the_facts(
    nummer: str, change: dict[str, object]
) -> None:
    world = World()
    before = await world.found()
    change_person(nummer, **change)(world)
    assert (await world.found()).fingerprint != before.fingerprint


OLD = {"ilagt_tidspunkt": datetime(2023, 5, 4, 10, tzinfo=UTC), "forfall": date(2023, 6, 1)}
"""Foreldet since 2 June 2026, if the payment did not move the limit (FORELD-10)."""
PAID_A_PART = Hendelse("PR0000001", date(2024, 3, 1), "INNBETALING", 10_000)


@pytest.mark.parametrize(
    ("kode", "frist", "result"),
    [
        (None, None, "NOTHING_TO_DO"),
        (IKKE_FORELDET.kode, "2027-03-01", "HOLD_GUARDIANS"),
        (IKKE_FORELDET.kode, "2026-11-23", "HOLD_GUARDIANS"),  # the last day has not passed
        (IKKE_FORELDET.kode, "2026-11-22", "NOTHING_TO_DO"),
        (ER_FORELDET.kode, None, "NOTHING_TO_DO"),
    ],
)
async def test_a_krav_that_a_person_has_found_not_foreldet_is_taken_from_the_child(
    kode: str | None, frist: str | None, result: str
) -> None:
    world = World()
    world.procasso.set(**OLD)
    world.procasso.hendelser = (PAID_A_PART,)
    fersk, systems = FerskKrav(world.procasso.krav, world.procasso.hendelser), cast(Any, world)
    if kode:
        facts = fingerprint(fersk, beregn_foreldelse(fersk.krav, fersk.hendelser, AS_OF, warn_days=90), systems)
        data = {"frist": frist} if frist else {}
        world.decided = (Beslutning(kode, data, "kari", "saksbehandler", "Sett på saken", 0.0, False, facts),)
    assert (await world.plan(item())).result == result
    assert len(await world.find()) == (result != "NOTHING_TO_DO")
    world.procasso.set(kostnader=7_000)
    assert (await world.plan(item())).result == "NOTHING_TO_DO", "it was decided on other facts"


VERGE = "03857012345"


def said(kode: str, til: str | None = None) -> Beslutning:
    data = {"til": til} if til else {}
    return Beslutning(kode, data, "kari", "saksbehandler", "Avklart på telefon", 0.0, to_personer=kode == SEND_TIL.kode)


def world_of(reason: str) -> World:
    """The child's krav stops for this reason."""
    world = World()
    people = world.folkeregisteret.personer
    people[VERGE] = person(VERGE, date(1980, 3, 3))
    match reason:
        case "NO_GUARDIAN_FOUND":
            change_person(BARN, foreldreansvar=())(world)
        case "GUARDIAN_DEAD":
            for nummer in (MOR, FAR):
                change_person(nummer, doed=True)(world)
        case "GUARDIAN_PROTECTED":
            change_person(FAR, gradering=Gradering.FORTROLIG)(world)
        case "UNDER_VERGEMAAL":
            change_person(BARN, har_verge=True, verger=(VERGE,))(world)
        case "UNDER_VERGEMAAL at 18":
            born = date(2008, 11, 1)  # 17 when the krav arose on 4 May 2026
            change_person(BARN, foedselsdato=born, har_verge=True, verger=(VERGE,))(world)
    return world


ANY = ["NO_GUARDIAN_FOUND", "GUARDIAN_DEAD", "GUARDIAN_PROTECTED", "UNDER_VERGEMAAL", "UNDER_VERGEMAAL at 18"]


@pytest.mark.parametrize("reason", ANY)
async def test_without_a_decision_each_waits(reason: str) -> None:
    world = world_of(reason)
    with pytest.raises(BusinessException, match=reason.split()[0]):
        await world.plan(item())


@pytest.mark.parametrize("kode", [STANS.kode, VERGE_BEHANDLER.kode])
@pytest.mark.parametrize("reason", ANY)
async def test_a_krav_is_stopped_without_costs_and_without_a_letter(reason: str, kode: str) -> None:
    world = world_of(reason)
    asked = item(beslutninger=(said(kode),))
    plan = await world.plan(asked)
    assert (plan.result, plan.data["beslutning"]["person"]) == ("STOPPED_BY_DECISION", "kari")
    assert "MIND-11" in plan.rules
    forfall = world.procasso.krav.forfall
    for action in world.actions(asked, plan).values():
        await carry_out(action)
    krav = world.procasso.krav
    assert (krav.tilstand, krav.kostnader, krav.forfall) == (Tilstand.STOPPET, 0, forfall)
    assert world.svarut.sent == []
    (notat,) = world.procasso.notater
    assert ("vergen" in notat.tekst) is (kode == VERGE_BEHANDLER.kode)
    assert (await world.plan(item())).result == "NOTHING_TO_DO", "the next night finds nothing more to do"


@pytest.mark.parametrize(
    ("reason", "til", "mottaker"),
    [
        ("GUARDIAN_PROTECTED", "FORESATTE", MOR),
        ("UNDER_VERGEMAAL", "VERGE", VERGE),
        ("UNDER_VERGEMAAL at 18", "VERGE", VERGE),
        ("UNDER_VERGEMAAL at 18", "SKYLDNER", BARN),
    ],
)
async def test_the_letter_goes_to_whom_a_person_has_chosen(reason: str, til: str, mottaker: str) -> None:
    world = world_of(reason)
    asked = item(beslutninger=(said(STANS.kode), said(SEND_TIL.kode, til)))
    plan = await world.plan(asked)
    assert plan.result == ("TURNED_18_REISSUE" if reason.endswith("18") else "HOLD_GUARDIANS")
    assert plan.data["beslutning"]["data"] == {"til": til}
    assert mottaker not in plan.to_json()
    for action in world.actions(asked, plan).values():
        await carry_out(action)
    assert [letter.mottaker.foedselsnummer for letter in world.svarut.sent] == [mottaker]
    assert len(world.procasso.dokumenter) == 1


@pytest.mark.parametrize(
    ("reason", "til"),
    [
        ("NO_GUARDIAN_FOUND", "FORESATTE"),
        ("GUARDIAN_DEAD", "FORESATTE"),
        ("NO_GUARDIAN_FOUND", "VERGE"),
        ("UNDER_VERGEMAAL", "SKYLDNER"),  # never to a minor (MIND-1)
        ("UNDER_VERGEMAAL at 18", "FORESATTE"),
    ],
)
async def test_nobody_of_that_kind_is_told_before_anything_is_done(reason: str, til: str) -> None:
    world = world_of(reason)
    with pytest.raises(BusinessException, match="DECIDED_RECIPIENT_GONE"):
        await world.plan(item(beslutninger=(said(SEND_TIL.kode, til),)))


async def test_a_verge_who_is_protected_gets_no_letter_from_the_robot() -> None:
    world = world_of("UNDER_VERGEMAAL")
    change_person(VERGE, gradering=Gradering.STRENGT_FORTROLIG)(world)
    with pytest.raises(BusinessException, match="DECIDED_RECIPIENT_GONE"):
        await world.plan(item(beslutninger=(said(SEND_TIL.kode, "VERGE"),)))


async def test_a_decision_about_the_letter_does_not_wake_the_dead() -> None:
    world = world_of("UNDER_VERGEMAAL")
    change_person(BARN, doed=True)(world)
    with pytest.raises(BusinessException, match="ESTATE"):
        await world.plan(item(beslutninger=(said(SEND_TIL.kode, "VERGE"),)))


async def test_who_becomes_protected_while_it_waits_is_seen_though_the_krav_is_paid() -> None:
    world = World(unfinished=frozenset({"PR0000001"}))
    world.procasso.set(tilstand=Tilstand.BETALT)
    change_person(BARN, gradering=Gradering.FORTROLIG)(world)
    assert await world.find() == [Vernet("PR0000001")]
