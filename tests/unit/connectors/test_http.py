"""The shared transport: what is repeated, how long it waits, when it stops, who is let in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from email.parser import BytesParser
from email.policy import HTTP

import httpx
import pytest

from connectors.call import Call, Part
from connectors.credentials import BearerToken, Credentials
from connectors.http import Api, build_client, keep_answered
from connectors.retry import CallPolicy
from domain.errors import LoginRejected, Phase, SystemException
from tests.unit.connectors.raw_server import RawServer, closed_port, http_reply
from tests.unit.connectors.stubs import Naps, Stub, answer, hasty, stub

READ = Call(method="GET", route="/ting/{nr}", path={"nr": "1"})
CHANGE = Call(method="POST", route="/ting/{nr}", path={"nr": "1"}, json={"a": 1}, changes=True)
OK = answer({"a": 1})


class Renewable:
    """Credentials that have a new token each time the last is refused."""

    def __init__(self) -> None:
        self.number = 1

    async def authorization(self) -> str:
        return f"Bearer {self.number}"

    def refused(self, authorization: str) -> bool:
        self.number += 1
        return True


def api(subject: Stub, policy: CallPolicy | None = None, credentials: Credentials | None = None) -> Api:
    return Api("TINGENE", "https://example.com/api/", subject.client(), policy or hasty(), credentials=credentials)


async def failure(subject: Api, call: Call) -> SystemException:
    with pytest.raises(SystemException) as raised:
        await subject.send(call)
    return raised.value


@pytest.mark.parametrize(
    ("fault", "phase_of_read", "phase_of_change", "tries"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), "connect", "connect", 3),
        (httpx.ConnectTimeout(""), "connect", "connect", 3),
        (httpx.PoolTimeout(""), "connect", "connect", 3),
        (httpx.ProxyError("502"), "connect", "connect", 3),
        (httpx.WriteTimeout(""), "answer", "send", 3),
        (httpx.WriteError(""), "answer", "send", 3),
        (httpx.ReadTimeout(""), "answer", "send", 3),
        (httpx.ReadError(""), "answer", "send", 3),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), "answer", "send", 3),
        (answer(status=500), "answer", "answer", 3),
        (answer(status=502), "answer", "answer", 3),
        (answer(status=504), "answer", "answer", 3),
        (answer(status=408), "answer", "answer", 3),
        (answer(status=429), "unavailable", "unavailable", 3),
        (answer(status=503), "unavailable", "unavailable", 3),
        (answer(status=401), "auth", "auth", 1),
        (answer(status=403), "auth", "auth", 1),
        (answer(status=400), "answer", "answer", 1),
        (answer(status=404), "answer", "answer", 1),
        (answer(status=302, location="https://elsewhere.example.com"), "answer", "answer", 1),
    ],
)
async def test_a_read_is_repeated_and_a_change_never_is(
    fault: Exception, phase_of_read: Phase, phase_of_change: Phase, tries: int
) -> None:
    reading, changing = stub(fault), stub(fault)
    of_read = await failure(api(reading), READ)
    of_change = await failure(api(changing), CHANGE)
    assert (of_read.system, of_read.phase, len(reading.requests)) == ("TINGENE", phase_of_read, tries)
    assert (of_change.phase, len(changing.requests)) == (phase_of_change, 1)
    assert of_read.message.startswith("GET /ting/{nr}: ")


async def test_a_read_that_succeeds_in_the_end_succeeds() -> None:
    subject = stub(answer(status=500), httpx.ReadTimeout(""), OK)
    assert (await api(subject).send(READ)).content == b'{"a": 1}'
    assert len(subject.requests) == 3


async def test_a_status_that_is_an_answer_is_not_repeated() -> None:
    subject = stub(answer(status=404))
    call = Call(method="GET", route="/ting", answers=frozenset({404}))
    assert (await api(subject).send(call)).status == 404
    assert len(subject.requests) == 1


async def test_whoever_keeps_it_is_told_which_systems_have_answered() -> None:
    answered = keep_answered()
    assert (await failure(api(stub(answer(status=500)), hasty(tries=1)), READ)).phase == "answer"
    assert answered == set()
    await asyncio.create_task(api(stub(OK)).send(READ))
    assert answered == {"TINGENE"}


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_honoured(status: int) -> None:
    naps = Naps()
    subject = stub(answer(status=status, retry_after="7"), OK)
    await api(subject, hasty(naps)).send(READ)
    assert naps.seconds == [7.0]


async def test_a_longer_pause_than_we_wait_for_is_not_cut_short_but_reported() -> None:
    naps = Naps()
    subject = stub(answer(status=503, retry_after="3600"), OK)
    error = await failure(api(subject, hasty(naps, retry_after_max=30.0)), READ)
    assert (error.phase, naps.seconds, len(subject.requests)) == ("unavailable", [], 1)
    assert "3600 s" in error.message


async def test_the_backoff_grows_has_a_ceiling_and_is_not_the_same_for_all() -> None:
    async def waits() -> list[float]:
        naps = Naps()
        policy = CallPolicy(tries=6, backoff=1.0, backoff_max=4.0, sleep=naps)
        await failure(api(stub(answer(status=500)), policy), READ)
        return naps.seconds

    first, second = await waits(), await waits()
    assert len(first) == 5
    assert all(0 <= wait <= most for wait, most in zip(first, [1, 2, 4, 4, 4], strict=True))
    assert first != second


async def test_no_wait_is_begun_that_would_pass_the_limit_of_the_whole_call() -> None:
    naps = Naps()
    subject = stub(answer(status=429, retry_after="29"))
    error = await failure(api(subject, hasty(naps, whole_call=25.0)), READ)
    assert (error.phase, naps.seconds, len(subject.requests)) == ("unavailable", [], 1)


@pytest.mark.parametrize(("call", "phase"), [(READ, "answer"), (CHANGE, "send")])
async def test_the_whole_call_has_a_limit_even_while_bytes_keep_coming(call: Call, phase: Phase) -> None:
    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b" "
                await asyncio.sleep(0.005)

    subject = stub(lambda: httpx.Response(200, stream=Drip()))
    policy = hasty(connect=0.01, pool=0.01, read=0.02, whole_call=0.05)
    error = await failure(api(subject, policy), call)
    assert (error.phase, len(subject.requests)) == (phase, 1)
    assert "0.05 s" in error.message


async def test_a_refused_token_is_renewed_once_also_for_a_change() -> None:
    subject = stub(answer(status=401), OK)
    await api(subject, credentials=Renewable()).send(CHANGE)
    assert [request.headers["authorization"] for request in subject.requests] == ["Bearer 1", "Bearer 2"]


async def test_a_new_token_that_is_refused_too_is_no_rejected_login() -> None:
    """The issuer knows us, so the account is in order: the API does not take what the issuer gives."""
    subject = stub(answer(status=401))
    error = await failure(api(subject, credentials=Renewable()), READ)
    assert (type(error), error.phase, len(subject.requests)) == (SystemException, "auth", 2)


async def test_a_fixed_token_that_is_refused_is_a_rejected_login_and_not_tried_again() -> None:
    subject = stub(answer(status=401))
    error = await failure(api(subject, credentials=BearerToken("fast")), READ)
    assert (type(error), len(subject.requests)) == (LoginRejected, 1)


async def test_a_right_we_lack_is_no_rejected_login() -> None:
    error = await failure(api(stub(answer(status=403)), credentials=BearerToken("fast")), READ)
    assert (type(error), error.phase) == (SystemException, "auth")


async def test_identifiers_are_quoted_into_the_path() -> None:
    subject = stub(OK)
    await api(subject).send(Call(method="GET", route="/ting/{nr}", path={"nr": "a/../b?c"}))
    assert subject.requests[0].url.raw_path == b"/api/ting/a%2F..%2Fb%3Fc"


async def test_the_parts_of_a_body_are_sent_in_their_order_each_with_its_name_and_type() -> None:
    subject = stub(OK)
    letter = Part("forsendelse", "application/json;charset=UTF-8", b'{"tittel": "brev"}')
    pdf = Part("dokument", "application/pdf", b"%PDF-1.7", filename="brev.pdf")
    await api(subject).send(Call(method="POST", route="/ting", parts=(letter, pdf), changes=True))
    request = subject.requests[0]
    kind = request.headers["content-type"]
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.content)
    parts = list(message.iter_parts())
    sent = [
        (part["content-disposition"].params["name"], part.get_filename(), part.get_content_type()) for part in parts
    ]
    assert sent == [
        ("forsendelse", None, "application/json"),
        ("dokument", "brev.pdf", "application/pdf"),
    ]
    assert [part.get_payload(decode=True) for part in parts] == [letter.content, pdf.content]


async def test_one_line_in_the_log_for_each_try_by_template(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    subject = stub(answer(status=500), httpx.ReadTimeout(""), OK)
    await api(subject).send(Call(method="GET", route="/ting/{nr}", path={"nr": "17"}, query={"q": "42"}))
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("connectors")]
    assert [line.partition(" in ")[0] for line in lines] == [
        "TINGENE GET /ting/{nr} -> 500",
        "TINGENE GET /ting/{nr} -> answer",
        "TINGENE GET /ting/{nr} -> 200",
    ]
    assert all(line.endswith(" ms") for line in lines)


async def test_read_and_connect_limits_reach_the_socket(raw: RawServer) -> None:
    raw.hold = True
    policy = hasty(tries=1, connect=1.0, pool=1.0, read=0.05, whole_call=5.0)
    async with build_client(verify=False) as http:
        error = await failure(Api("TINGENE", raw.base_url, http, policy), READ)
    assert error.phase == "answer"
    assert "ReadTimeout" in error.message


async def test_an_answer_cut_short_is_read_again(raw: RawServer) -> None:
    raw.reply = http_reply(b'{"a"', length=100)
    async with build_client(verify=False) as http:
        error = await failure(Api("TINGENE", raw.base_url, http, hasty()), READ)
    assert (error.phase, len(raw.requests)) == ("parse", 3)
    assert "cut short" in error.message


async def test_a_proxy_of_the_environment_is_not_ours(raw: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes where is handed in; a machine's proxy knows nothing of systems on the machine itself."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", "")
    raw.reply = http_reply(b"{}")
    async with build_client(verify=False) as http:
        await Api("TINGENE", raw.base_url, http, hasty()).send(READ)
    assert len(raw.requests) == 1


async def test_a_proxy_handed_in_is_used(raw: RawServer) -> None:
    raw.reply = http_reply(b"{}")
    async with build_client(verify=False, proxy=raw.base_url) as http:
        await Api("TINGENE", "http://finnes-ikke.invalid", http, hasty()).send(READ)
    assert raw.requests[0].startswith(b"GET http://finnes-ikke.invalid/ting/1 ")
