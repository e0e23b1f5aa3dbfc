"""A merge over the wire: done once, and when nothing can be known, said so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest

from connectors.credentials import BearerToken
from connectors.pilen.client import PilenClient
from domain.errors import BusinessException, LoginRejected, SystemException
from tests.integration.connectors.running import POLICY, Connectors, Sandbox

Pair = tuple[str, str, str]


async def versions(connectors: Connectors, *kravnumre: str) -> dict[str, int]:
    return {kravnr: krav.versjon for kravnr, krav in (await connectors.pilen.get_krav(kravnumre)).items()}


async def case_of(connectors: Connectors, kravnr: str) -> str:
    return (await connectors.pilen.get_krav([kravnr]))[kravnr].krav.saksnr


async def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_merge_and_the_same_once_more(sandbox: Sandbox, connectors: Connectors, pair: Pair) -> None:
    kravnr, target, _ = pair
    read_in = await versions(connectors, kravnr)
    merged = await connectors.pilen.merge_krav(target, read_in, "nokkel-to-ganger")
    assert (merged[kravnr].krav.saksnr, merged[kravnr].versjon) == (target, read_in[kravnr] + 1)
    assert await case_of(connectors, kravnr) == target
    assert await connectors.pilen.merge_krav(target, read_in, "nokkel-to-ganger") == merged
    assert sandbox.merges(kravnr) == [kravnr]


async def test_a_key_used_for_another_merge(sandbox: Sandbox, connectors: Connectors, pair: Pair) -> None:
    kravnr, target, other = pair
    read_in = await versions(connectors, kravnr, other)
    await connectors.pilen.merge_krav(target, {kravnr: read_in[kravnr]}, "nokkel-brukt")
    with pytest.raises(SystemException, match="NOEKKEL_BRUKT"):
        await connectors.pilen.merge_krav(target, {other: read_in[other]}, "nokkel-brukt")
    assert sandbox.merges(kravnr, other) == [kravnr]


async def test_a_krav_changed_since_it_was_read(sandbox: Sandbox, connectors: Connectors, pair: Pair) -> None:
    kravnr, target, _ = pair
    with pytest.raises(SystemException, match="VERSJON") as raised:
        await connectors.pilen.merge_krav(target, {kravnr: 0}, "nokkel-gammel")
    assert raised.value.phase == "answer"
    assert sandbox.merges(kravnr) == []


async def test_a_case_somebody_has_open(sandbox: Sandbox, connectors: Connectors, pair: Pair) -> None:
    kravnr, target, _ = pair
    sandbox.lock(target)
    with pytest.raises(SystemException, match="SAK_LAAST"):
        await connectors.pilen.merge_krav(target, await versions(connectors, kravnr), "nokkel-laast")
    assert sandbox.merges(kravnr) == []


async def test_what_pilen_does_not_have(connectors: Connectors, pair: Pair) -> None:
    kravnr, target, _ = pair
    with pytest.raises(BusinessException, match="KRAV_UNKNOWN"):
        await connectors.pilen.merge_krav(target, {"finnes-ikke": 1}, "nokkel-ukjent-1")
    with pytest.raises(BusinessException, match="SAK_UNKNOWN"):
        await connectors.pilen.merge_krav("finnes-ikke", await versions(connectors, kravnr), "nokkel-ukjent-2")


async def test_a_case_of_another_skyldner(sandbox: Sandbox, connectors: Connectors, pair: Pair) -> None:
    kravnr, _, _ = pair
    rows = sandbox.rows("krav")
    own = next(row for row in rows if row["kravnr"] == kravnr)
    foreign = next(row for row in rows if row["fagsystem"] == "PILEN" and row["skyldner"] != own["skyldner"])
    with pytest.raises(BusinessException, match="DEBTOR_DIFFERS"):
        await connectors.pilen.merge_krav(foreign["saksnr"], await versions(connectors, kravnr), "nokkel-fremmed")
    assert sandbox.merges(kravnr) == []


async def test_an_answer_lost_after_the_effect(sandbox: Sandbox, connectors: Connectors, pair: Pair) -> None:
    """The caller cannot know and is not told that it failed; with the same key it may ask again without harm."""
    kravnr, target, _ = pair
    read_in = await versions(connectors, kravnr)
    sandbox.turn("PILEN", "answer_lost", times=1)
    with pytest.raises(SystemException) as raised:
        await connectors.pilen.merge_krav(target, read_in, "nokkel-tapt")
    assert raised.value.phase == "send"
    assert await case_of(connectors, kravnr) == target
    await connectors.pilen.merge_krav(target, read_in, "nokkel-tapt")
    assert sandbox.merges(kravnr) == [kravnr]


@pytest.mark.parametrize(
    ("knob", "phase"),
    [
        ("drop", "send"),
        ("server_error", "answer"),
        ("unavailable", "unavailable"),
        ("too_many_requests", "unavailable"),
    ],
)
async def test_a_merge_that_meets_a_fault_is_not_sent_again(
    sandbox: Sandbox, connectors: Connectors, pair: Pair, knob: str, phase: str
) -> None:
    kravnr, target, _ = pair
    read_in = await versions(connectors, kravnr)
    sandbox.turn("PILEN", knob, times=5)
    with pytest.raises(SystemException) as raised:
        await connectors.pilen.merge_krav(target, read_in, f"nokkel-{knob}")
    assert raised.value.phase == phase
    assert sandbox.hits() == {knob: 1}
    assert sandbox.merges(kravnr) == []


async def test_half_of_the_group_saved(sandbox: Sandbox, connectors: Connectors, pair: Pair) -> None:
    kravnr, target, other = pair
    read_in = await versions(connectors, kravnr, other)
    sandbox.turn("PILEN", "saves_half", times=1)
    with pytest.raises(SystemException) as raised:
        await connectors.pilen.merge_krav(target, read_in, "nokkel-halv")
    assert raised.value.phase == "answer"
    assert sandbox.merges(kravnr, other) == [kravnr]


async def test_a_late_save_looks_undone_at_first(sandbox: Sandbox, connectors: Connectors, pair: Pair) -> None:
    kravnr, target, _ = pair
    before = await case_of(connectors, kravnr)
    sandbox.turn("PILEN", "saves_late", times=1, saves_late_ms=1000)
    merged = await connectors.pilen.merge_krav(target, await versions(connectors, kravnr), "nokkel-sen")
    assert merged[kravnr].krav.saksnr == target
    assert await case_of(connectors, kravnr) == before
    await eventually(lambda: sandbox.pending() == 0)
    assert await case_of(connectors, kravnr) == target
    assert sandbox.merges(kravnr) == [kravnr]


async def test_a_wrong_token_is_a_rejected_login(sandbox: Sandbox, http: httpx.AsyncClient, pair: Pair) -> None:
    pilen = PilenClient(f"{sandbox.base}/pilen/api/v1", http, POLICY, BearerToken("feil"))
    kravnr, target, _ = pair
    with pytest.raises(LoginRejected):
        await pilen.merge_krav(target, {kravnr: 1}, "nokkel-uten-adgang")
    assert sandbox.merges(kravnr) == []
