"""SvarUt: a letter goes out once, in the parts the contract asks for, and is found again by our own reference."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from email import message_from_bytes
from email.message import Message
from email.policy import HTTP
from typing import Any

import httpx
import pytest

from connectors.credentials import BearerToken
from connectors.svarut.client import Integrasjon, SvarUtClient
from connectors.svarut.forsendelse import Dokument, Forsendelse
from domain.adressat import Adressat
from domain.errors import BusinessException, SystemException
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import Stub, answer, example, hasty, stub

NUMBER = "01817328004"
ID = "0b9f1c5e-4f0f-4a55-9d0e-2f8a6c1d7e01"
REFERANSE = "PC1000001:TURNED_18_REISSUE:1"
PDF = b"%PDF-1.7\r\n\xff\x00--slutt\r\n"
KARI = Adressat(NUMBER, "Kari Prøve", ("c/o Odd Prøve", "Storgata 12B"), "0155", "OSLO")


def client(subject: Stub) -> SvarUtClient:
    return SvarUtClient(
        "https://example.com/api",
        "konto-1",
        subject.client(),
        hasty(),
        BearerToken("t"),
        Integrasjon("integrasjon-1", "hemmelig"),
        sending=hasty(),
    )


def letter(**changes: Any) -> Forsendelse:
    values: dict[str, Any] = {
        "mottaker": KARI,
        "tittel": "Ny betalingsfrist, sak S9001",
        "ekstern_referanse": REFERANSE,
        "dokumenter": (Dokument("ny-betalingsfrist-PC1000001.pdf", PDF),),
    }
    return Forsendelse(**values | changes)


def nothing() -> None:
    """For a test that does not ask when."""


def parts_of(request: httpx.Request) -> list[Message]:
    """Read by another reader than the simulator's."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + request.content, policy=HTTP)
    assert message.is_multipart()
    return list(message.iter_parts())


async def test_a_letter_on_the_wire() -> None:
    subject = stub(answer(example("svarut/send-200.json")))
    assert await client(subject).send(letter(), before_send=nothing) == ID
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("POST", "/api/v2/kontoer/konto-1/forsendelser")
    assert request.headers["authorization"] == "Bearer t"
    assert (request.headers["integrasjonid"], request.headers["integrasjonpassord"]) == ("integrasjon-1", "hemmelig")
    metadata, document = parts_of(request)
    assert metadata.get_param("name", header="content-disposition") == "forsendelse"
    assert metadata.get_filename() is None
    assert b"\r\nContent-Type: application/json;charset=UTF-8\r\n" in request.content
    assert json.loads(metadata.get_payload(decode=True)) == json.loads(example("svarut/forsendelse.json"))  # type: ignore[arg-type]
    assert document.get_param("name", header="content-disposition") == "ny-betalingsfrist-PC1000001.pdf"
    assert document.get_content_type() == "application/pdf"
    assert request.content.count(PDF) == 1


async def test_documents_come_in_order_and_by_name() -> None:
    subject = stub(answer(example("svarut/send-200.json")))
    documents = tuple(Dokument(f"{name}.pdf", PDF) for name in ("b", "a", "c"))
    await client(subject).send(letter(dokumenter=documents), before_send=nothing)
    metadata, *rest = parts_of(subject.requests[0])
    named = [d["filnavn"] for d in json.loads(metadata.get_payload(decode=True))["dokumenter"]]  # type: ignore[arg-type]
    assert (
        named == [part.get_param("name", header="content-disposition") for part in rest] == ["b.pdf", "a.pdf", "c.pdf"]
    )


@pytest.mark.parametrize(
    ("adressat", "expected"),
    [
        (Adressat(NUMBER, "K", (), "0155", "OSLO"), {"postnummer": "0155", "poststed": "OSLO"}),
        (
            Adressat(NUMBER, "K", ("A", "B", "C"), "111 11", "STOCKHOLM", "Sverige"),
            {"postnummer": "111 11", "poststed": "STOCKHOLM", "land": "Sverige"}
            | {"adresselinje1": "A", "adresselinje2": "B", "adresselinje3": "C"},
        ),
        (
            Adressat(NUMBER, "K", ("A",), "", "DUBLIN", "Irland"),
            {"poststed": "DUBLIN", "land": "Irland", "adresselinje1": "A"},
        ),
    ],
)
async def test_what_is_empty_of_an_address_is_left_out(adressat: Adressat, expected: dict[str, str]) -> None:
    subject = stub(answer(example("svarut/send-200.json")))
    await client(subject).send(letter(mottaker=adressat), before_send=nothing)
    metadata = parts_of(subject.requests[0])[0]
    sent = json.loads(metadata.get_payload(decode=True))["mottaker"]  # type: ignore[arg-type]
    assert sent == {"navn": "K", "digitalId": NUMBER, **expected}


async def test_an_addressee_without_a_number_gets_paper() -> None:
    """An estate: no mailbox is its own."""
    subject = stub(answer(example("svarut/send-200.json")))
    await client(subject).send(
        letter(mottaker=Adressat("", "Dødsboet", ("v/ K",), "0155", "OSLO")), before_send=nothing
    )
    metadata = parts_of(subject.requests[0])[0]
    sent = json.loads(metadata.get_payload(decode=True))["mottaker"]  # type: ignore[arg-type]
    assert sent == {"navn": "Dødsboet", "adresselinje1": "v/ K", "postnummer": "0155", "poststed": "OSLO"}


async def test_before_send_is_told_just_before() -> None:
    subject = stub(answer(example("svarut/send-200.json")))
    seen: list[int] = []
    await client(subject).send(letter(), before_send=lambda: seen.append(len(subject.requests)))
    assert (seen, len(subject.requests)) == ([0], 1)


async def test_who_cannot_log_in_has_begun_nothing() -> None:
    class Keyless(BearerToken):
        async def authorization(self) -> str:
            raise SystemException("MASKINPORTEN", "answer", "HTTP 500")

    subject, begun = stub(answer()), []
    svarut = SvarUtClient("https://e", "k", subject.client(), hasty(), Keyless("t"), Integrasjon("i", "p"))
    with pytest.raises(SystemException, match="MASKINPORTEN"):
        await svarut.send(letter(), before_send=lambda: begun.append(1))
    assert (begun, subject.requests) == ([], [])


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, BusinessException),
        (413, BusinessException),
        (422, BusinessException),
        (404, SystemException),
    ],
)
async def test_a_refused_letter_has_not_been_sent(status: int, expected: type[BusinessException]) -> None:
    subject = stub(answer(example("svarut/feil-400.json"), status))
    with pytest.raises(expected) as raised:
        await client(subject).send(letter(), before_send=nothing)
    assert raised.value.nothing_done
    assert "5f0c1f52-6f0a-4f39-8a53-4f6c0e3b9a11" in str(raised.value)
    assert NUMBER not in told_by(raised.value)
    assert len(subject.requests) == 1


async def test_a_refusal_has_a_code_of_ours() -> None:
    with pytest.raises(BusinessException) as raised:
        await client(stub(answer({"errorId": f"{NUMBER}"}, 400))).send(letter(), before_send=nothing)
    assert (raised.value.code, raised.value.detail) == ("LETTER_REFUSED", "HTTP 400, no errorId")


@pytest.mark.parametrize(
    ("content", "status", "phase"),
    [
        (b"<html>400</html>", 400, "parse"),
        ({"id": None}, 200, "parse"),
        ({"id": ""}, 200, "parse"),
        ({}, 500, "answer"),
        ({}, 429, "unavailable"),
    ],
)
async def test_a_letter_of_which_nothing_is_known_is_not_sent_again(content: Any, status: int, phase: str) -> None:
    subject = stub(answer(content, status))
    with pytest.raises(SystemException) as raised:
        await client(subject).send(letter(), before_send=nothing)
    assert (raised.value.system, raised.value.phase, len(subject.requests)) == ("SVARUT", phase, 1)


async def test_found_by_our_own_reference() -> None:
    subject = stub(answer(example("svarut/eksternref-200.json")))
    assert await client(subject).find(REFERANSE) == [ID]
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("GET", "/api/v2/kontoer/konto-1/forsendelser")
    assert dict(request.url.params) == {"eksternRef": REFERANSE}
    assert request.headers["integrasjonid"] == "integrasjon-1"


async def test_the_day_it_was_sent_is_that_of_oslo() -> None:
    sent = {"id": ID, "dato": "2026-11-30T23:30:00Z", "avgivendeSystem": "kraftverk"}
    subject = stub(answer({"forsendelser": [sent]}))
    assert await client(subject).find_days(REFERANSE) == {ID: date(2026, 12, 1)}
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("GET", "/api/v2/kontoer/konto-1/forsendelser/metadata")
    assert dict(request.url.params) == {"eksternRef": REFERANSE}


async def test_not_found_is_an_answer() -> None:
    assert await client(stub(answer({"forsendelseIds": []}))).find(REFERANSE) == []
    assert await client(stub(answer({"forsendelser": []}))).find_days(REFERANSE) == {}


async def test_no_answer_is_not_not_found() -> None:
    with pytest.raises(SystemException, match="404"):
        await client(stub(answer({}, 404))).find(REFERANSE)


async def test_how_far_a_letter_has_come() -> None:
    subject = stub(answer(example("svarut/status-200.json")))
    other = ID[:-1] + "2"
    found = await client(subject).get_status([ID, other, "ukjent", ID])
    assert found == {ID: "SENDT_PRINT", other: "STATUS_FRA_FREMTIDEN"}
    assert subject.requests[0].url.path == "/api/v2/kontoer/konto-1/forsendelser/status-sok"
    assert json.loads(subject.requests[0].content) == {"forsendelseIds": [ID, other, "ukjent"]}


async def test_two_statuses_of_one_letter() -> None:
    twice = [{"id": ID, "status": "LEST"}, {"id": ID, "status": "PRINTET"}]
    with pytest.raises(SystemException) as raised:
        await client(stub(answer({"statuser": twice}))).get_status([ID])
    assert raised.value.phase == "parse"


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Dokument("", PDF),
        lambda: Dokument("x" * 223 + ".pdf", PDF),
        lambda: Dokument("a/b.pdf", PDF),
        lambda: Dokument('a"b.pdf', PDF),
        lambda: Dokument(f"{NUMBER}.pdf", PDF),
        lambda: letter(tittel=""),
        lambda: letter(tittel="x" * 1001),
        lambda: letter(tittel=f"Brev til {NUMBER}"),
        lambda: letter(ekstern_referanse="x" * 101),
        lambda: letter(ekstern_referanse=f"PC1:{NUMBER}"),
        lambda: letter(dokumenter=()),
        lambda: letter(dokumenter=(Dokument("a.pdf", PDF), Dokument("A.PDF", PDF))),
    ],
)
def test_what_svarut_would_refuse_is_no_letter(broken: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"filnavn|tittel|ekstern_referanse|document"):
        broken()


def test_the_longest_names_are_letters_still() -> None:
    assert len(Dokument("x" * 222 + ".pdf", PDF).filnavn) == 226
    assert letter(tittel="x" * 1000, ekstern_referanse="x" * 100).tittel == "x" * 1000


def test_repr_tells_nothing_of_the_recipient() -> None:
    assert not [word for word in (NUMBER, "Kari", "Storgata", "OSLO", "hemmelig") if word in repr(letter())]
    assert "hemmelig" not in repr(Integrasjon("i", "hemmelig"))
