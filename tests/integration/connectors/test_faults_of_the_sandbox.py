"""Reads through a bad night: what passes is waited out, what does not is said, and who we are is settled apart."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx
import pytest

from connectors.credentials import BearerToken
from connectors.folkeregisteret.client import FolkeregisterClient
from connectors.maskinporten import MaskinportenClient, MaskinportenToken
from connectors.pilen.client import PilenClient
from domain.errors import LoginRejected, SystemException
from tests.integration.connectors.running import FREG_SCOPE, POLICY, Connectors, Key, Sandbox, connect, new_key

NUMBER = "01817328004"
PHASES = [
    ("drop", "answer"),
    ("server_error", "answer"),
    ("unavailable", "unavailable"),
    ("too_many_requests", "unavailable"),
]
Read = Callable[[Connectors], Awaitable[object]]
READS: dict[str, Read] = {
    "FOLKEREGISTERET": lambda c: c.folkeregisteret.get_personer([NUMBER]),
    "ENHETSREGISTERET": lambda c: c.enhetsregisteret.get_enheter(["202063756"]),
    "PILEN": lambda c: c.pilen.get_krav(["finnes-ikke"]),
    "PROCASSO": lambda c: c.procasso.get_krav(["finnes-ikke"]),
    "SVARUT": lambda c: c.svarut.find("finnes-ikke"),
    "KRR": lambda c: c.krr.get_kontaktinformasjon([NUMBER]),
    "ALTINN": lambda c: c.altinn.read_feed(0),
    "MASKINPORTEN": lambda c: c.maskinporten.token(FREG_SCOPE),
}


@pytest.mark.parametrize("knob", ["drop", "server_error", "unavailable", "too_many_requests"])
@pytest.mark.parametrize("system", READS)
async def test_a_fault_that_passes_is_waited_out(
    sandbox: Sandbox, connectors: Connectors, system: str, knob: str
) -> None:
    calm = await READS[system](connectors)
    forget_token(connectors)
    sandbox.turn(system, knob, times=2, retry_after_ms=0)
    stormy = await READS[system](connectors)
    assert sandbox.hits() == {knob: 2}
    assert system == "MASKINPORTEN" or stormy == calm


@pytest.mark.parametrize(("knob", "phase"), PHASES)
@pytest.mark.parametrize("system", READS)
async def test_a_fault_that_lasts_is_said(
    sandbox: Sandbox, connectors: Connectors, system: str, knob: str, phase: str
) -> None:
    sandbox.turn(system, knob, times=100, retry_after_ms=0)
    with pytest.raises(SystemException) as raised:
        await READS[system](connectors)
    assert (raised.value.system, raised.value.phase) == (system, phase)
    assert sandbox.hits() == {knob: POLICY.tries}


async def test_folkeregisteret_asks_for_milliseconds_and_gets_them(sandbox: Sandbox, connectors: Connectors) -> None:
    await connectors.maskinporten.token(FREG_SCOPE)
    sandbox.turn("FOLKEREGISTERET", "too_many_requests", times=1, retry_after_ms=300)
    start = time.monotonic()
    await connectors.folkeregisteret.get_personer([NUMBER])
    assert 0.3 <= time.monotonic() - start < 3


async def test_a_slow_register_is_given_up_after_the_read_limit(
    sandbox: Sandbox, http: httpx.AsyncClient, connectors: Connectors
) -> None:
    hasty = replace(POLICY, read=0.1, tries=2)
    pilen = PilenClient(f"{sandbox.base}/pilen/api/v1", http, hasty, BearerToken("pilen-test"))
    sandbox.turn("PILEN", "latency_ms", times=2, latency_ms=1000)
    with pytest.raises(SystemException, match="ReadTimeout") as raised:
        await pilen.get_krav(["finnes-ikke"])
    assert raised.value.phase == "answer"


async def test_a_page_of_the_firewall_is_no_answer(sandbox: Sandbox, connectors: Connectors) -> None:
    sandbox.turn("FOLKEREGISTERET", "html_error", times=100)
    with pytest.raises(SystemException) as raised:
        await connectors.folkeregisteret.get_personer([NUMBER])
    assert (raised.value.system, raised.value.phase) == ("FOLKEREGISTERET", "unavailable")


async def test_a_token_that_does_not_hold_is_renewed(
    sandbox: Sandbox, http: httpx.AsyncClient, connectors: Connectors
) -> None:
    class Expired(MaskinportenToken):
        """The first token has expired on the way."""

        first = True

        async def authorization(self) -> str:
            self.first, first = False, self.first
            return "Bearer utgaatt" if first else await super().authorization()

    base_url = f"{sandbox.base}/freg/folkeregisteret/offentlig-med-hjemmel/api/v1"
    register = FolkeregisterClient(base_url, http, POLICY, Expired(connectors.maskinporten, FREG_SCOPE))
    assert set(await register.get_personer([NUMBER])) == {NUMBER}


async def test_a_key_maskinporten_does_not_know(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    with pytest.raises(LoginRejected, match="MP-124") as raised:
        await connect(sandbox, http, new_key()).folkeregisteret.get_personer([NUMBER])
    assert raised.value.system == "MASKINPORTEN"


async def test_a_client_maskinporten_does_not_know(sandbox: Sandbox, http: httpx.AsyncClient, key: Key) -> None:
    with pytest.raises(LoginRejected, match="MP-100"):
        await connect(sandbox, http, key, client_id="ukjent").maskinporten.token(FREG_SCOPE)


async def test_a_scope_not_granted(sandbox: Sandbox, http: httpx.AsyncClient, key: Key) -> None:
    with pytest.raises(SystemException, match="MP-200") as raised:
        await connect(sandbox, http, key, client_id="uten-freg").folkeregisteret.get_personer([NUMBER])
    assert (type(raised.value), raised.value.system, raised.value.phase) == (SystemException, "MASKINPORTEN", "auth")


async def test_a_token_of_another_scope(sandbox: Sandbox, http: httpx.AsyncClient, key: Key) -> None:
    wrong = connect(sandbox, http, key, freg_scope="brreg:enhetsregisteret:autorisert")
    with pytest.raises(SystemException) as raised:
        await wrong.folkeregisteret.get_personer([NUMBER])
    assert (type(raised.value), raised.value.system, raised.value.phase) == (SystemException, "FOLKEREGISTERET", "auth")


async def test_a_clock_that_is_wrong_is_not_a_rejected_login(
    sandbox: Sandbox, http: httpx.AsyncClient, key: Key
) -> None:
    issuer = f"{sandbox.base}/maskinporten/"
    fast = MaskinportenClient(
        f"{issuer}token", issuer, "klient-1", "kid-1", lambda: key.pem, http, POLICY, now=lambda: time.time() + 60
    )
    with pytest.raises(SystemException) as raised:
        await fast.token(FREG_SCOPE)
    assert (type(raised.value), raised.value.phase) == (SystemException, "auth")


def forget_token(connectors: Connectors) -> None:
    """So that the next token is asked for."""
    connectors.maskinporten._kept.clear()
