"""sms-notice piece by piece: what a find remembers, what a plan stands on, and an order of which the answer is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from config import settings as configuration
from domain.effektmaaling import Gruppe
from domain.errors import BusinessException, SystemException
from domain.krav import Hendelse, Tilstand
from domain.skyldner import Gradering
from domain.smsvarsel import Smsregler
from flows.installation import Installation
from flows.sms.maaling import Maalt, maal
from flows.sms_notice import METADATA
from hub.audit import Chain
from hub.automation import Arbeid, Line, Look, Memo, ProtectedFound, Utelatt, Varsel, Vernet
from hub.storage import migrate
from hub.storage.database import Database
from tests.unit.flows.minor_world import Fence, person
from tests.unit.flows.sms_world import ANE, AS_OF, BEA, KRAV, REFERENCE, World, kontakt

TOMORROW = date(2026, 11, 24)
MAALING = f"maaling:{REFERENCE}"
ONLY_BEA = "PI2:2026-11-12"


def told(lines: Iterable[Line]) -> set[tuple[str, str]]:
    """(what, krav or reference) of every line but the memos."""
    out = set()
    for line in lines:
        match line:
            case Arbeid(reference=reference):
                out.add(("work", reference))
            case Utelatt(krav=krav, reason=reason):
                out.add((reason, krav))
            case Varsel(krav=krav, code=code):
                out.add((code, krav))
            case Vernet(krav=krav):
                out.add(("PROTECTED", krav))
    return out


def keep(world: World, lines: Iterable[Line]) -> None:
    """As the hub does it."""
    for line in lines:
        if isinstance(line, Memo):
            world.memos.pop(line.key, None)
            if line.value is not None:
                world.memos[line.key] = line.value


async def morning(world: World, as_of: date = AS_OF) -> set[tuple[str, str]]:
    lines = await world.find(as_of)
    keep(world, lines)
    return told(lines)


async def test_the_group_a_krav_was_given_is_kept_though_the_share_changes() -> None:
    world = World()
    assert await morning(world) == {("work", REFERENCE)}
    assert world.memos[MAALING] == "2026-11-23 sms aapent"
    world.smsregler = replace(world.smsregler, holdt_andel=1.0)
    world.pilen.set("PI2", skyldner=BEA, forfall=date(2026, 11, 12))
    assert await morning(world, TOMORROW) == {("work", REFERENCE), ("HELD_BACK", "PI2")}
    world.smsregler = replace(world.smsregler, holdt_andel=0.0)
    assert await morning(world, TOMORROW) == {("work", REFERENCE), ("HELD_BACK", "PI2")}
    assert world.memos[MAALING] == "2026-11-23 sms aapent", "and so is its first day"


async def test_what_has_been_sent_is_neither_found_nor_asked_for_again() -> None:
    world = World(sent={REFERENCE: AS_OF})
    assert await morning(world, TOMORROW) == set()
    assert world.krr.asked == [[]]


async def test_a_new_deadline_is_a_new_occasion() -> None:
    world = World(sent={REFERENCE: date(2026, 11, 13)})
    world.pilen.set("PI1", forfall=date(2026, 11, 18))
    assert await morning(world) == {("work", "PI1:2026-11-18")}


async def test_one_sms_a_day_for_a_person_also_under_an_old_number() -> None:
    world = World()
    world.folkeregisteret.personer[BEA] = world.folkeregisteret.personer[ANE]  # BEA is the number ANE once had
    world.pilen.set("PI2", skyldner=BEA, forfall=date(2026, 11, 12))
    assert await morning(world) == {("work", REFERENCE), ("SMS_TOMORROW", "PI2")}
    assert world.memos["maaling:PI2:2026-11-12"] == "2026-11-23 sms aapent", "she was to be told from today"
    world.sent[REFERENCE] = AS_OF
    world.pilen.set("PI1", tilstand=Tilstand.BETALT)
    assert await morning(world) == {("SMS_TOMORROW", "PI2")}, "she has had one today, though that krav is paid"
    assert await morning(world, TOMORROW) == {("work", ONLY_BEA)}
    assert {number for asked in world.krr.asked for number in asked} == {ANE}, "by the number she has now"
    assert (await world.plan(ONLY_BEA)).result == "SMS_SENT"


async def test_who_does_not_owe_is_not_looked_up_in_the_contact_register() -> None:
    world = World()
    world.pilen.set("PI2", skyldner=BEA)
    world.folkeregisteret.personer[BEA] = person(BEA, date(1980, 5, 4), har_verge=True)
    assert await morning(world) == {("work", REFERENCE), ("UNDER_VERGEMAAL", "PI2")}
    assert world.krr.asked == [[ANE]]


async def test_an_sms_that_did_not_arrive_is_told_of_while_the_krav_is_open() -> None:
    world = World()
    await morning(world)
    world.sent[REFERENCE] = AS_OF
    world.altinn.fails(REFERENCE)
    world.altinn.fails("somebody else's")
    world.altinn.fails(REFERENCE, "SMS_Delivered", feilet=False)
    assert await morning(world, TOMORROW) == {("SMS_NOT_DELIVERED", "PI1")}
    assert world.memos["feed"] == "3"
    assert await morning(world, TOMORROW) == {("SMS_NOT_DELIVERED", "PI1")}, "a second find tells the same"
    world.pilen.set("PI1", steg="VARSEL")
    assert await morning(world, date(2026, 11, 25)) == set()
    assert not [key for key in world.memos if key.startswith("feilet:")]


async def test_of_a_protected_person_nothing_is_kept() -> None:
    world = World()
    await morning(world)
    world.sent[REFERENCE] = AS_OF
    world.altinn.fails(REFERENCE)
    world.pilen.set("PI1", steg="VARSEL")  # no candidate any more, and followed all the same
    world.folkeregisteret.personer[ANE] = person(ANE, date(1980, 5, 4), gradering=Gradering.FORTROLIG)
    assert await morning(world, TOMORROW) == {("PROTECTED", "PI1")}
    assert not [key for key in world.memos if "PI1" in key]
    assert await morning(world, TOMORROW) == set()


async def test_a_krav_that_pilen_has_no_more_is_not_measured() -> None:
    world = World()
    await morning(world)
    world.pilen.krav.clear()
    await morning(world, TOMORROW)
    assert maal(world.memos) == Maalt(Gruppe(0, 0), Gruppe(0, 0), 0)


async def test_a_krav_is_counted_once_and_leaves_a_number() -> None:
    """Told on 23 November: paid by 7 December counts. It is looked at on the 8th, and again on the 9th."""
    world = World(memos={"maalt:sms": "9 4", "maalt:holdt": "1 0"})
    await morning(world)
    world.sent[REFERENCE] = AS_OF
    world.pilen.hendelser["PI1"] = (Hendelse("PI1", date(2026, 12, 7), "INNBETALING", 90_000),)
    world.pilen.set("PI1", tilstand=Tilstand.BETALT)
    await morning(world, date(2026, 12, 7))
    assert maal(world.memos) == Maalt(Gruppe(9, 4), Gruppe(1, 0), 1)
    for day in (8, 8, 9):
        await morning(world, date(2026, 12, day))
        assert maal(world.memos) == Maalt(Gruppe(10, 5), Gruppe(1, 0), 0)
    assert MAALING not in world.memos


async def test_a_settled_krav_that_is_still_open_is_settled_once() -> None:
    world = World(smsregler=Smsregler(3, 1.0, 14))
    assert await morning(world) == {("HELD_BACK", "PI1")}
    for day in (8, 9):
        assert await morning(world, date(2026, 12, day)) == {("HELD_BACK", "PI1")}
        assert maal(world.memos) == Maalt(Gruppe(0, 0), Gruppe(1, 0), 0)
    world.pilen.set("PI1", tilstand=Tilstand.BETALT)
    await morning(world, date(2026, 12, 10))
    assert maal(world.memos) == Maalt(Gruppe(0, 0), Gruppe(1, 0), 0), "paid after its days is not paid in time"


@pytest.mark.parametrize(
    "changes",
    [
        {"tilstand": Tilstand.BETALT},
        {"tilstand": Tilstand.KLAGE},
        {"tilstand": Tilstand.BETALINGSAVTALE},
        {"steg": "VARSEL"},
        {"forfall": date(2026, 11, 9)},
        {"kid": ""},
    ],
)
async def test_a_plan_stands_on_the_krav_as_it_is_now(changes: dict[str, Any]) -> None:
    world = World()
    assert (await world.plan()).result == "SMS_SENT"
    world.pilen.set("PI1", **changes)
    plan = await world.plan()
    assert (plan.result, plan.effects) == ("NOTHING_TO_DO", ())


async def test_a_plan_stands_on_whom_it_is_now() -> None:
    world = World()
    for other in (kontakt(reservert=True), kontakt(mobiltelefonnummer=None), kontakt(kan_varsles=False)):
        world.krr.kontakter[ANE] = other
        assert (await world.plan()).result == "NOTHING_TO_DO"
    world.krr.kontakter.clear()
    assert (await world.plan()).result == "NOTHING_TO_DO"
    world.folkeregisteret.personer[ANE] = person(ANE, date(1980, 5, 4), doed=True)
    assert (await world.plan()).result == "NOTHING_TO_DO"
    world.folkeregisteret.personer[ANE] = person(ANE, date(1980, 5, 4), gradering=Gradering.FORTROLIG)
    with pytest.raises(ProtectedFound):
        await world.plan()
    world.pilen.krav.clear()
    with pytest.raises(BusinessException, match="KRAV_UNKNOWN"):
        await world.plan()


async def test_a_plan_and_its_work_tell_nothing_of_the_person() -> None:
    world = World()
    (arbeid,) = [line for line in await world.find() if isinstance(line, Arbeid)]
    kept = repr(arbeid) + (await world.plan()).to_json()
    for never in (ANE, "+4700000001", KRAV.kid, "ZZ10001"):
        assert never not in kept


async def test_an_sms_is_ordered_and_found_again_by_its_shipment() -> None:
    world = World()
    action = world.action(await world.plan())
    assert await action.look() == {"sms:PI1": Look.NONE}
    await action.act(action.keys, Fence())
    assert await action.look() == {"sms:PI1": Look.ALL}
    ((key, sms),) = world.altinn.ordered.items()
    assert await action.verify(action.keys) == {"sms:PI1": {"forsendelse": f"id-{key}"}}
    assert (sms.referanse, sms.telefonnummer) == (REFERENCE, "+4700000001")
    assert "900 kr" in sms.tekst


async def test_an_order_whose_answer_was_lost_is_made_again_and_is_one_sms() -> None:
    world = World()
    plan = await world.plan()
    world.altinn.lose.append(SystemException("ALTINN", "send", "no answer"))
    first = world.action(plan)
    await first.look()
    with pytest.raises(SystemException) as raised:
        await first.act(first.keys, Fence())
    assert not raised.value.nothing_done
    world.pilen.hendelser["PI1"] = (Hendelse("PI1", AS_OF, "INNBETALING", 10_000),)  # the text would be another now
    again = world.action(plan)
    assert await again.look() == {"sms:PI1": Look.NONE}
    await again.act(again.keys, Fence())
    await again.verify(again.keys)
    assert len(world.altinn.ordered) == 1


async def test_who_has_paid_since_the_answer_was_lost_is_a_persons_to_settle() -> None:
    """Nothing is ordered again: that would tell somebody who has paid, if the first order never arrived."""
    world = World()
    plan = await world.plan()
    world.pilen.set("PI1", tilstand=Tilstand.BETALT)
    assert await world.action(plan).look() == {"sms:PI1": Look.UNKNOWN}


async def test_a_plan_that_is_finished_another_day_stops_on_that_days_payment() -> None:
    world = World()
    plan = await world.plan()
    world.pilen.hendelser["PI1"] = (Hendelse("PI1", TOMORROW, "INNBETALING", 90_000),)
    assert await world.action(plan).look() == {"sms:PI1": Look.NONE}, "tomorrow has not been"
    world.now = TOMORROW
    assert await world.action(plan).look() == {"sms:PI1": Look.UNKNOWN}


async def test_another_occasion_is_another_sms() -> None:
    world = World()
    for reference in (REFERENCE, "PI1:2026-11-18"):
        world.pilen.set("PI1", forfall=date.fromisoformat(reference.partition(":")[2]))
        action = world.action(await world.plan(reference), reference)
        await action.look()
        await action.act(action.keys, Fence())
    assert len(world.altinn.ordered) == 2


async def test_who_becomes_protected_while_her_sms_is_in_doubt_is_seen_though_the_krav_is_paid() -> None:
    world = World()
    world.pilen.set("PI1", tilstand=Tilstand.BETALT)
    world.folkeregisteret.personer[ANE] = person(ANE, date(1980, 5, 4), gradering=Gradering.FORTROLIG)
    assert await morning(world) == set()
    world.unfinished = frozenset({"PI1"})
    assert await morning(world) == {("PROTECTED", "PI1")}


@pytest.mark.parametrize("environment", ["production", "test"])
def test_an_order_that_altinn_would_keep_till_tomorrow_waits_for_the_morning(environment: str, tmp_path: Path) -> None:
    """Daytime is 9 to 17 there: what is ordered after that would be one of tomorrow's, when she may get another."""
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    migrate.upgrade(database)
    settings = configuration.load(configuration.HERE / f"{environment}.toml", tmp_path)
    (altinn,) = Installation(settings, database, Chain(b"key")).targets(METADATA)
    database.close()
    times = {"the morning's round": time(6), "a retry of the day": time(16, 30)}
    too_late = {"so that an attempt has time to end": time(16, 50), "evening": time(17, 1), "night": time(23, 59)}
    assert all(altinn.is_open(at) for at in times.values())
    assert not any(altinn.is_open(at) for at in too_late.values())


async def test_an_item_can_be_searched_by_its_case() -> None:
    (line,) = [line for line in await World().find() if isinstance(line, Arbeid) and line.krav == ("PI1",)]
    assert line.saker == ("S1",)
