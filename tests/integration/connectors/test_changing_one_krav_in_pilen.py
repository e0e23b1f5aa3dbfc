"""Posting rente and writing off over the wire: done once, and when nothing can be known, said so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date

import httpx
import pytest

from connectors.credentials import BearerToken
from connectors.pilen.client import PilenClient
from connectors.pilen.mapping import PilenKrav
from domain.errors import BusinessException, LoginRejected, SystemException
from domain.krav import Kravtype, Tilstand
from tests.integration.connectors.running import POLICY, Connectors, Sandbox

Make = Callable[[PilenClient, str, int, str], Awaitable[PilenKrav]]
MAKE: dict[str, Make] = {
    "renter": lambda pilen, kravnr, versjon, key: pilen.post_renter(kravnr, versjon, 1234, date(2026, 11, 23), key),
    "avskriving": lambda pilen, kravnr, versjon, key: pilen.write_off(kravnr, versjon, "FORELDET", key),
}
both = pytest.mark.parametrize("change", MAKE)


async def read(connectors: Connectors, kravnr: str) -> PilenKrav:
    return (await connectors.pilen.get_krav([kravnr]))[kravnr]


async def failure(connectors: Connectors, change: str, kravnr: str, versjon: int) -> SystemException:
    with pytest.raises(SystemException) as raised:
        await MAKE[change](connectors.pilen, kravnr, versjon, f"nokkel-{change}-{kravnr}")
    assert raised.value.system == "PILEN"
    return raised.value


async def test_rente_is_posted_and_read_back(sandbox: Sandbox, connectors: Connectors, sanksjon: str) -> None:
    before = await read(connectors, sanksjon)
    posted = await connectors.pilen.post_renter(sanksjon, before.versjon, 123456, date(2026, 11, 23), "nokkel-rente")
    assert (posted.krav.renter, posted.krav.renter_beregnet_til) == (123456, date(2026, 11, 23))
    assert posted.versjon == before.versjon + 1
    assert posted.krav.sum - before.krav.sum == 123456 - before.krav.renter
    assert await read(connectors, sanksjon) == posted
    assert sandbox.changes(sanksjon) == ["renter"]


async def test_a_krav_is_written_off_and_read_back(sandbox: Sandbox, connectors: Connectors, sanksjon: str) -> None:
    before = await read(connectors, sanksjon)
    written_off = await connectors.pilen.write_off(sanksjon, before.versjon, "FORELDET", "nokkel-av")
    assert (written_off.krav.tilstand, written_off.avskrivingskode) == (Tilstand.AVSKREVET, "FORELDET")
    assert written_off.krav.sum == before.krav.sum
    assert await read(connectors, sanksjon) == written_off
    listed = [each.krav.kravnr async for each in connectors.pilen.list_krav(_KRAVTYPER, [Tilstand.AVSKREVET])]
    assert sanksjon in listed
    assert sandbox.changes(sanksjon) == ["avskriving"]


@both
async def test_the_same_once_more(sandbox: Sandbox, connectors: Connectors, sanksjon: str, change: str) -> None:
    versjon = (await read(connectors, sanksjon)).versjon
    first = await MAKE[change](connectors.pilen, sanksjon, versjon, f"nokkel-igjen-{change}")
    assert await MAKE[change](connectors.pilen, sanksjon, versjon, f"nokkel-igjen-{change}") == first
    assert sandbox.changes(sanksjon) == [change]


@both
async def test_a_krav_changed_since_it_was_read(
    sandbox: Sandbox, connectors: Connectors, sanksjon: str, change: str
) -> None:
    error = await failure(connectors, change, sanksjon, 0)
    assert (error.phase, error.nothing_done) == ("answer", True)
    assert "VERSJON" in error.message
    assert sandbox.changes(sanksjon) == []


@both
async def test_a_case_somebody_has_open(sandbox: Sandbox, connectors: Connectors, sanksjon: str, change: str) -> None:
    krav = await read(connectors, sanksjon)
    sandbox.lock(krav.krav.saksnr)
    error = await failure(connectors, change, sanksjon, krav.versjon)
    assert (error.phase, error.nothing_done) == ("answer", True)
    assert "SAK_LAAST" in error.message
    assert sandbox.changes(sanksjon) == []


async def test_what_pilen_refuses_is_for_a_person(sandbox: Sandbox, connectors: Connectors, sanksjon: str) -> None:
    gebyr = await one(connectors, Kravtype.PARKERINGSGEBYR, Tilstand.AAPEN)
    paaklaget = await one(connectors, Kravtype.KONTROLLSANKSJON, Tilstand.KLAGE)
    await connectors.pilen.write_off(sanksjon, (await read(connectors, sanksjon)).versjon, "FORELDET", "nokkel-av-1")
    for change, kravnr, code in [
        ("renter", "finnes-ikke", "KRAV_UNKNOWN"),
        ("avskriving", "finnes-ikke", "KRAV_UNKNOWN"),
        ("renter", gebyr, "NOT_KONTROLLSANKSJON"),
        ("renter", paaklaget, "KRAV_CLOSED"),
        ("renter", sanksjon, "KRAV_CLOSED"),
        ("avskriving", sanksjon, "KRAV_CLOSED"),
    ]:
        known = await connectors.pilen.get_krav([kravnr])
        with pytest.raises(BusinessException, match=code) as raised:
            await MAKE[change](connectors.pilen, kravnr, known[kravnr].versjon if known else 1, f"nei-{change}-{code}")
        assert raised.value.nothing_done
    assert sandbox.changes(sanksjon) == ["avskriving"]
    assert [*sandbox.changes(gebyr), *sandbox.changes(paaklaget)] == []


@both
async def test_an_answer_lost_after_the_effect(
    sandbox: Sandbox, connectors: Connectors, sanksjon: str, change: str
) -> None:
    """The caller cannot know and is not told that it failed; with the same key it may ask again without harm."""
    versjon = (await read(connectors, sanksjon)).versjon
    sandbox.turn("PILEN", "answer_lost", times=1)
    error = await failure(connectors, change, sanksjon, versjon)
    assert (error.phase, error.nothing_done) == ("send", False)
    assert (await read(connectors, sanksjon)).versjon == versjon + 1
    await MAKE[change](connectors.pilen, sanksjon, versjon, f"nokkel-{change}-{sanksjon}")
    assert sandbox.changes(sanksjon) == [change]


@both
@pytest.mark.parametrize(
    ("knob", "phase"),
    [
        ("drop", "send"),
        ("server_error", "answer"),
        ("saves_half", "answer"),
        ("unavailable", "unavailable"),
        ("too_many_requests", "unavailable"),
    ],
)
async def test_a_change_that_meets_a_fault_is_not_sent_again(
    sandbox: Sandbox, connectors: Connectors, sanksjon: str, change: str, knob: str, phase: str
) -> None:
    versjon = (await read(connectors, sanksjon)).versjon
    sandbox.turn("PILEN", knob, times=5)
    assert (await failure(connectors, change, sanksjon, versjon)).phase == phase
    assert sandbox.hits() == {knob: 1}
    assert sandbox.changes(sanksjon) == []


@both
async def test_a_late_save_looks_undone_at_first(
    sandbox: Sandbox, connectors: Connectors, sanksjon: str, change: str
) -> None:
    before = await read(connectors, sanksjon)
    sandbox.turn("PILEN", "saves_late", times=1, saves_late_ms=500)
    answered = await MAKE[change](connectors.pilen, sanksjon, before.versjon, f"nokkel-sen-{change}")
    assert await read(connectors, sanksjon) == before
    deadline = time.monotonic() + 10
    while sandbox.pending():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert await read(connectors, sanksjon) == answered
    assert sandbox.changes(sanksjon) == [change]


@both
async def test_a_wrong_token_is_a_rejected_login(
    sandbox: Sandbox, http: httpx.AsyncClient, sanksjon: str, change: str
) -> None:
    pilen = PilenClient(f"{sandbox.base}/pilen/api/v1", http, POLICY, BearerToken("feil"))
    with pytest.raises(LoginRejected) as raised:
        await MAKE[change](pilen, sanksjon, 1, "nokkel-uten-adgang")
    assert raised.value.nothing_done
    assert sandbox.changes(sanksjon) == []


_KRAVTYPER = [kravtype for kravtype in Kravtype if kravtype is not Kravtype.LAAN]
"""What Pilen knows; lån are not collected there."""


async def one(connectors: Connectors, kravtype: Kravtype, tilstand: Tilstand) -> str:
    found = [each.krav.kravnr async for each in connectors.pilen.list_krav([kravtype], [tilstand])]
    return found[0]
