"""An SMS over the wire: who may be told, ordered once whatever becomes of the answer, and followed by the feed."""

from __future__ import annotations

import asyncio
import time
from datetime import date
from itertools import count

import httpx
import pytest

from connectors.altinn_varsling.sms import Sms
from connectors.maskinporten import MaskinportenToken
from domain.errors import BusinessException, SystemException
from domain.kontaktinformasjon import Varslingshinder, varslingshinder
from tests.integration.connectors.running import BRREG_SCOPE, Connectors, Sandbox, altinn_of

_numbers = count(1)


@pytest.fixture
def sms() -> Sms:
    """One that no other test orders."""
    kravnr = f"PI80000{next(_numbers):02}"
    return Sms(f"nokkel-{kravnr}", f"{kravnr}:2026-11-12", "+4700000001", "Husk å betale.")


def nothing() -> None:
    """For a test that does not ask when."""


async def test_everybody_of_the_population(sandbox: Sandbox, connectors: Connectors) -> None:
    """Read from the rows by hand: reserved and dead first, then no mobile, then eighteen months."""
    as_of = date(2026, 11, 23)
    rows = sandbox.rows("personer")
    numbers = [row["foedselsnummer"] for row in rows]
    found = await connectors.krr.get_kontaktinformasjon(numbers)
    assert len(found) == len({number for number in numbers if len(number) == 11 and number.isdigit()})
    for row in rows:
        if row["foedselsnummer"] not in found:
            continue
        expected = None
        if row["status"] == "doed":
            expected = Varslingshinder.NO_MOBILE
        elif row["reservert"] == "JA":
            expected = Varslingshinder.RESERVED
        elif not row["mobil"]:
            expected = Varslingshinder.NO_MOBILE
        elif row["mobil_verifisert"] < "2025-05-23":
            expected = Varslingshinder.CONTACT_OLD
        assert varslingshinder(found[row["foedselsnummer"]], as_of) is expected


async def test_an_sms_is_ordered_once_and_followed(sandbox: Sandbox, connectors: Connectors, sms: Sms) -> None:
    seq = (await connectors.altinn.read_feed(0)).seq
    shipments = [await connectors.altinn.order_sms(sms, before_send=nothing) for _ in range(2)]
    assert sandbox.sms(sms.referanse) == shipments[:1] == shipments[1:]
    status = await connectors.altinn.get_status(shipments[0])
    assert status is not None
    assert (status.referanse, status.status, status.feilet) == (sms.referanse, "SMS_Accepted", False)
    kravnr = sms.referanse.partition(":")[0]
    failed = {"kravnr": kravnr, "status": "SMS_Failed_BarredReceiver"}
    sandbox.control.post("/sms", json=failed).raise_for_status()
    feed = await connectors.altinn.read_feed(seq)
    assert [(each.id, each.status, each.feilet) for each in feed.statuser] == [
        (shipments[0], "SMS_Failed_BarredReceiver", True)
    ]
    assert (await connectors.altinn.read_feed(feed.seq)).statuser == []


async def test_a_shipment_nobody_has(connectors: Connectors) -> None:
    assert await connectors.altinn.get_status("7f0d2c1a-0000-4000-8000-000000000099") is None


async def test_an_answer_lost_after_the_sms_went(sandbox: Sandbox, connectors: Connectors, sms: Sms) -> None:
    """The caller is not told that it failed; asked for again by the same id, it is one SMS all the same."""
    sandbox.turn("ALTINN", "answer_lost", times=1)
    with pytest.raises(SystemException) as raised:
        await connectors.altinn.order_sms(sms, before_send=nothing)
    assert (raised.value.phase, raised.value.nothing_done) == ("send", False)
    assert [await connectors.altinn.order_sms(sms, before_send=nothing)] == sandbox.sms(sms.referanse)


@pytest.mark.parametrize(
    ("knob", "phase"),
    [
        ("drop", "send"),
        ("server_error", "answer"),
        ("unavailable", "unavailable"),
        ("too_many_requests", "unavailable"),
    ],
)
async def test_an_order_that_meets_a_fault_is_not_made_again_here(
    sandbox: Sandbox, connectors: Connectors, sms: Sms, knob: str, phase: str
) -> None:
    await connectors.altinn.read_feed(0)  # so that the token is there
    sandbox.turn("ALTINN", knob, times=5)
    with pytest.raises(SystemException) as raised:
        await connectors.altinn.order_sms(sms, before_send=nothing)
    assert (raised.value.phase, sandbox.hits()) == (phase, {knob: 1})
    assert sandbox.sms(sms.referanse) == []


async def test_a_shipment_that_cannot_be_asked_for_at_first(sandbox: Sandbox, connectors: Connectors, sms: Sms) -> None:
    sandbox.turn("ALTINN", "saves_late", times=1, saves_late_ms=500)
    shipment = await connectors.altinn.order_sms(sms, before_send=nothing)
    assert await connectors.altinn.get_status(shipment) is None
    assert await connectors.altinn.order_sms(sms, before_send=nothing) == shipment
    deadline = time.monotonic() + 10
    while sandbox.pending():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert await connectors.altinn.get_status(shipment) is not None
    assert sandbox.sms(sms.referanse) == [shipment]


async def test_a_refused_sms_was_not_sent(sandbox: Sandbox, connectors: Connectors, sms: Sms) -> None:
    nobody = Sms(sms.idempotency_id, sms.referanse, "ingen", sms.tekst)
    with pytest.raises(BusinessException) as raised:
        await connectors.altinn.order_sms(nobody, before_send=nothing)
    assert (raised.value.code, raised.value.nothing_done) == ("SMS_REFUSED", True)
    assert sandbox.sms(sms.referanse) == []


async def test_a_token_of_another_scope_is_not_exchanged(
    sandbox: Sandbox, connectors: Connectors, http: httpx.AsyncClient, sms: Sms
) -> None:
    wrong = altinn_of(sandbox, http, MaskinportenToken(connectors.maskinporten, BRREG_SCOPE))
    with pytest.raises(SystemException, match="403") as raised:
        await wrong.order_sms(sms, before_send=nothing)
    assert (raised.value.system, raised.value.phase) == ("ALTINN", "auth")
    assert sandbox.sms(sms.referanse) == []
