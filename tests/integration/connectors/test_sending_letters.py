"""A letter over the wire: there is no idempotency key, so everything turns on finding it again."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import date
from itertools import count

import httpx
import pytest

from connectors.svarut.client import Integrasjon
from connectors.svarut.forsendelse import Dokument, Forsendelse
from domain.adressat import Adressat
from domain.errors import BusinessException, SystemException
from tests.integration.connectors.running import Connectors, Sandbox, svarut_of

KARI = Adressat("01817328004", "Kari Ærlig Søråsen Čáhppe", ("c/o Odd", "Storgata 12B"), "0155", "OSLO")
_numbers = count(1)


@pytest.fixture
def letter() -> Forsendelse:
    """One that no other test sends."""
    kravnr = f"PC80000{next(_numbers):02}"
    document = Dokument(f"innkreving-stanset-{kravnr}.pdf", b"%PDF-1.7\r\n\x00\xff\r\n--")
    return Forsendelse(KARI, f"Innkrevingen er stanset, sak {kravnr}", f"{kravnr}:HOLD_GUARDIANS:1", (document,))


def nothing() -> None:
    """For a test that does not ask when."""


async def test_a_letter_is_sent_once_and_found(sandbox: Sandbox, connectors: Connectors, letter: Forsendelse) -> None:
    reference = letter.ekstern_referanse
    assert await connectors.svarut.find(reference) == []
    sent = await connectors.svarut.send(letter, before_send=nothing)
    assert await connectors.svarut.find(reference) == [sent] == sandbox.letters(reference)
    today = date.fromisoformat(sandbox.control.get("/health").json()["as_of"])
    assert await connectors.svarut.find_days(reference) == {sent: today}
    assert await connectors.svarut.get_status([sent, "finnes-ikke"]) == {sent: "AKSEPTERT"}


async def test_an_answer_lost_after_the_letter_went(
    sandbox: Sandbox, connectors: Connectors, letter: Forsendelse
) -> None:
    """The caller is not told that it failed, and by the reference it sees that it did not."""
    sandbox.turn("SVARUT", "answer_lost", times=1)
    with pytest.raises(SystemException) as raised:
        await connectors.svarut.send(letter, before_send=nothing)
    assert (raised.value.phase, raised.value.nothing_done) == ("send", False)
    assert await connectors.svarut.find(letter.ekstern_referanse) == sandbox.letters(letter.ekstern_referanse) != []


@pytest.mark.parametrize(
    ("knob", "phase"),
    [
        ("drop", "send"),
        ("server_error", "answer"),
        ("unavailable", "unavailable"),
        ("too_many_requests", "unavailable"),
    ],
)
async def test_a_letter_that_meets_a_fault_is_not_sent_again(
    sandbox: Sandbox, connectors: Connectors, letter: Forsendelse, knob: str, phase: str
) -> None:
    sandbox.turn("SVARUT", knob, times=5)
    with pytest.raises(SystemException) as raised:
        await connectors.svarut.send(letter, before_send=nothing)
    assert (raised.value.phase, sandbox.hits()) == (phase, {knob: 1})
    assert sandbox.letters(letter.ekstern_referanse) == []


async def test_a_letter_taken_in_late_is_the_window_that_remains(
    sandbox: Sandbox, connectors: Connectors, letter: Forsendelse
) -> None:
    sandbox.turn("SVARUT", "saves_late", times=1, saves_late_ms=1000)
    sent = await connectors.svarut.send(letter, before_send=nothing)
    assert await connectors.svarut.find(letter.ekstern_referanse) == []
    deadline = time.monotonic() + 10
    while sandbox.pending():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert await connectors.svarut.find(letter.ekstern_referanse) == [sent]


async def test_a_refused_letter_was_not_sent(sandbox: Sandbox, connectors: Connectors, letter: Forsendelse) -> None:
    nowhere = replace(letter, mottaker=replace(KARI, poststed=""))
    with pytest.raises(BusinessException) as raised:
        await connectors.svarut.send(nowhere, before_send=nothing)
    assert (raised.value.code, raised.value.nothing_done) == ("LETTER_REFUSED", True)
    assert sandbox.letters(letter.ekstern_referanse) == []


async def test_the_twenty_sixth_letter_alike_is_refused(connectors: Connectors, letter: Forsendelse) -> None:
    for number in range(25):
        again = replace(letter, ekstern_referanse=f"{letter.ekstern_referanse}:{number}")
        await connectors.svarut.send(again, before_send=nothing)
    with pytest.raises(BusinessException, match="LETTER_REFUSED"):
        await connectors.svarut.send(letter, before_send=nothing)


async def test_an_integration_svarut_does_not_know(
    sandbox: Sandbox, http: httpx.AsyncClient, connectors: Connectors, letter: Forsendelse
) -> None:
    stranger = svarut_of(sandbox, http, connectors.maskinporten, Integrasjon("integrasjon-1", "feil"))
    with pytest.raises(SystemException) as raised:
        await stranger.send(letter, before_send=nothing)
    assert (raised.value.system, raised.value.phase, raised.value.nothing_done) == ("SVARUT", "auth", True)
    assert sandbox.letters(letter.ekstern_referanse) == []


async def test_a_konto_we_have_no_rights_to(
    sandbox: Sandbox, http: httpx.AsyncClient, connectors: Connectors, letter: Forsendelse
) -> None:
    other = svarut_of(sandbox, http, connectors.maskinporten, konto="2a6c3a52-7d0e-4b8f-9a41-5c2e8d90b713")
    with pytest.raises(SystemException, match="403") as raised:
        await other.send(letter, before_send=nothing)
    assert (raised.value.phase, raised.value.nothing_done) == ("auth", True)
