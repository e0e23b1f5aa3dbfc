"""Every operation of every connector × every fault, over a real socket: the right exception, no one told of."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace

import httpx
import pytest

from connectors.http import build_client
from connectors.retry import CallPolicy
from domain.errors import LoginRejected, Phase, SystemException
from tests.unit.connectors.leaks import logged, told_by
from tests.unit.connectors.raw_server import RawServer, closed_port, http_reply
from tests.unit.connectors.stubs import hasty
from tests.unit.connectors.subjects import ALL, CHANGES, MOBIL, NUMBER, ORGNR, PASSORD, READS, TOKEN

PERSONAL = json.dumps({"foedselsEllerDNummer": NUMBER, "oppslag": NUMBER, "krav": NUMBER}).encode()
"""JSON of no contract's form, that tells of a person all the same."""
TRUST = httpx.create_ssl_context()
"""The ordinary one, made once: it takes longer than a test."""
WITHOUT_TOKEN = {
    "ENHETSREGISTERET get_enhet",
    "ENHETSREGISTERET get_enheter",
    "ENHETSREGISTERET oppdateringer",
    "ENHETSREGISTERET bulkfil",
    "MASKINPORTEN token",
}


@dataclass(frozen=True)
class Fault:
    phase: Phase
    phase_of_change: Phase
    reply: bytes = b""
    hold: bool = False


FAULTS = {
    "time-out, maybe after the effect": Fault("answer", "send", hold=True),
    "dropped, maybe after the effect": Fault("answer", "send"),
    "dropped in the head": Fault("answer", "send", b"HTTP/1.1 200 OK\r\nX-Nummer: " + NUMBER.encode()),
    "not HTTP": Fault("answer", "send", b"220 " + NUMBER.encode() + b" ESMTP\r\n\r\n"),
    "truncated body": Fault("parse", "parse", http_reply(PERSONAL, length=9999)),
    "time-out in the body": Fault("answer", "send", http_reply(PERSONAL, length=9999), hold=True),
    "429": Fault("unavailable", "unavailable", http_reply(PERSONAL, "429 Too Many Requests")),
    "503": Fault("unavailable", "unavailable", http_reply(PERSONAL, "503 Service Unavailable")),
    "500": Fault("answer", "answer", http_reply(PERSONAL, "500 Internal Server Error")),
    "403": Fault("auth", "auth", http_reply(b"<html>WAF</html>", "403 Forbidden", "text/html")),
    "HTML": Fault("parse", "parse", http_reply(f"<p>{NUMBER}</p>".encode(), media_type="text/html")),
    "wrong content type": Fault("parse", "parse", http_reply(PERSONAL, media_type="text/plain")),
    "no content type": Fault("parse", "parse", http_reply(PERSONAL, media_type="")),
    "JSON cut short": Fault("parse", "parse", http_reply(PERSONAL[:-5])),
    "not UTF-8": Fault("parse", "parse", http_reply(PERSONAL + b"\xff")),
    "no body": Fault("parse", "parse", http_reply(b"")),
    "wrong form": Fault("parse", "parse", http_reply(PERSONAL)),
    "a list": Fault("parse", "parse", http_reply(b"[" + PERSONAL + b"]")),
    "null": Fault("parse", "parse", http_reply(b"null")),
}
ONCE = hasty(tries=1, read=10.0, connect=5.0, pool=5.0, whole_call=20.0)
SOON = replace(ONCE, read=0.03)


def debugging(caplog: pytest.LogCaptureFixture) -> None:
    """Everything on, the HTTP libraries too, as an eager technician sets it before the program builds its clients."""
    caplog.set_level(logging.DEBUG)
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.DEBUG)


async def failure_of(operation: str, base_url: str, key: bytes, policy: CallPolicy = ONCE) -> SystemException:
    async with build_client(verify=TRUST) as http:
        with pytest.raises(SystemException) as raised:
            await ALL[operation](base_url, http, policy, key)
    return raised.value


def assert_nothing_told(error: SystemException, caplog: pytest.LogCaptureFixture) -> None:
    told = told_by(error) + logged(caplog.records)
    for secret in (NUMBER, MOBIL, TOKEN, PASSORD, ORGNR, "assertion=", "Storgata", "PRIVATE KEY"):
        assert secret not in told


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", ALL)
async def test_fault(
    operation: str, fault: str, raw: RawServer, private_key: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    debugging(caplog)
    expected = FAULTS[fault]
    raw.reply, raw.hold = expected.reply, expected.hold
    error = await failure_of(operation, raw.base_url, private_key, SOON if expected.hold else ONCE)
    system, is_change = operation.split()[0], operation in CHANGES
    assert error.system == system
    assert error.phase == (expected.phase_of_change if is_change else expected.phase)
    assert any(f"{system} " in line for line in caplog.messages)
    assert_nothing_told(error, caplog)


@pytest.mark.parametrize("operation", ALL)
async def test_only_a_read_is_repeated(operation: str, raw: RawServer, private_key: bytes) -> None:
    raw.reply = FAULTS["503"].reply
    await failure_of(operation, raw.base_url, private_key, replace(ONCE, tries=2))
    assert len(raw.requests) == (1 if operation in CHANGES else 2)


@pytest.mark.parametrize("operation", ALL)
async def test_connection_refused(operation: str, private_key: bytes, caplog: pytest.LogCaptureFixture) -> None:
    debugging(caplog)
    error = await failure_of(operation, f"http://127.0.0.1:{closed_port()}", private_key)
    assert error.phase == "connect"
    assert_nothing_told(error, caplog)


@pytest.mark.parametrize("operation", ALL)
async def test_tls_error(
    operation: str, raw_tls: RawServer, private_key: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    debugging(caplog)
    error = await failure_of(operation, raw_tls.base_url, private_key)
    assert (error.phase, raw_tls.requests) == ("connect", [])
    assert "CERTIFICATE_VERIFY_FAILED" in error.message
    assert_nothing_told(error, caplog)


@pytest.mark.parametrize("operation", ALL)
async def test_no_such_host(operation: str, private_key: bytes, caplog: pytest.LogCaptureFixture) -> None:
    debugging(caplog)
    error = await failure_of(operation, "http://finnes-ikke.invalid", private_key)
    assert error.phase == "connect"
    assert_nothing_told(error, caplog)


@pytest.mark.parametrize("operation", sorted(ALL.keys() - WITHOUT_TOKEN))
async def test_our_token_is_refused(
    operation: str, raw: RawServer, private_key: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    debugging(caplog)
    raw.reply = http_reply(PERSONAL, "401 Unauthorized")
    error = await failure_of(operation, raw.base_url, private_key)
    assert (type(error), error.phase, len(raw.requests)) == (LoginRejected, "auth", 1)
    assert_nothing_told(error, caplog)


def test_the_matrix_knows_every_system() -> None:
    systems = {"FOLKEREGISTERET", "ENHETSREGISTERET", "PILEN", "PROCASSO", "MASKINPORTEN", "SVARUT", "KRR", "ALTINN"}
    systems |= {"MATRIKKELEN", "GRUNNBOKEN"}
    assert {name.split()[0] for name in READS} == systems
