"""Messages over real SMTP and real HTTP, on loopback."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator

import pytest

from connectors.http import build_client
from connectors.varsling.epost import Epost, Postserver
from connectors.varsling.melding import Melding
from connectors.varsling.teams import FAILED, Teams
from domain.errors import SystemException
from tests.unit.connectors.raw_server import RawServer, closed_port, http_reply
from tests.unit.connectors.smtp_server import SmtpServer

MELDING = Melding(
    "Kraftverk 30.11.2026: 1 rutine er ikke kjørt",
    "9 av 10 rutiner er kjørt.",
    (("Foreldede bilag", "IKKE KJØRT (ikke startet)"), ("Renter på kontrollsanksjoner", "12 gjort")),
    "https://kraftverk.example.com",
)


@pytest.fixture
async def post(unknown_certificate: ssl.SSLContext) -> AsyncIterator[SmtpServer]:
    served = SmtpServer(unknown_certificate)
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    yield served
    server.close()


def trusting() -> ssl.SSLContext:
    """Takes the test's own certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def epost(post: SmtpServer, *mottakere: str, bruker: str | None = None, tls: ssl.SSLContext | None = None) -> Epost:
    server = Postserver("127.0.0.1", post.port, bruker, lambda: "hemmelig", tls or trusting())
    return Epost(server, "kraftverk@example.com", mottakere or ("power@example.com",))


async def test_a_letter_is_encrypted_on_its_way_and_says_everything(post: SmtpServer) -> None:
    await epost(post, "power@example.com", "drift@example.com").send(MELDING)
    (letter,) = post.letters
    assert post.secured
    assert post.recipients == ["power@example.com", "drift@example.com"]
    assert letter["Subject"] == MELDING.emne
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().splitlines() == [
        "9 av 10 rutiner er kjørt.",
        "",
        "Foreldede bilag: IKKE KJØRT (ikke startet)",
        "Renter på kontrollsanksjoner: 12 gjort",
        "",
        "Se mer i konsollet: https://kraftverk.example.com",
    ]
    assert not post.logins, "a server that asks for no login is given none"


async def test_a_server_that_knows_its_users_is_told_who_we_are(post: SmtpServer) -> None:
    await epost(post, bruker="robot").send(MELDING)
    assert post.logins == ["robot hemmelig"]
    assert len(post.letters) == 1


async def test_nothing_is_said_in_the_clear(post: SmtpServer) -> None:
    post.starttls = False
    with pytest.raises(SystemException, match=r"EPOST \(connect\): the mail was not taken: SMTPNotSupportedError"):
        await epost(post, bruker="robot").send(MELDING)
    assert not post.logins
    assert not post.recipients


async def test_a_server_that_cannot_prove_its_name_gets_nothing(post: SmtpServer) -> None:
    with pytest.raises(SystemException, match=r"EPOST \(connect\): .*SSLCertVerificationError"):
        await epost(post, bruker="robot", tls=ssl.create_default_context()).send(MELDING)
    assert not post.logins


@pytest.mark.parametrize(
    ("word", "answer", "said"),
    [
        ("AUTH", "535 no robot@example.com here", r"EPOST \(auth\): the mail was not taken: 535"),
        ("MAIL", "550 not from robot@example.com", r"EPOST \(send\): the mail was not taken: 550"),
        ("RCPT", "550 no robot@example.com here", r"EPOST \(send\): the mail was not taken: SMTPRecipientsRefused"),
        ("DATA", "451 robot@example.com is full", r"EPOST \(send\): the mail was not taken: 451"),
    ],
)
async def test_a_refusal_is_told_without_what_the_server_said_of_people(
    post: SmtpServer, word: str, answer: str, said: str
) -> None:
    post.refuses[word] = answer
    with pytest.raises(SystemException, match=said) as refused:
        await epost(post, bruker="robot").send(MELDING)
    assert "@" not in str(refused.value)
    assert not post.letters


async def test_a_server_that_is_away_is_told() -> None:
    away = SmtpServer(trusting(), closed_port())
    with pytest.raises(SystemException, match=r"EPOST \(connect\): .*ConnectionRefusedError"):
        await epost(away).send(MELDING)


async def post_to_teams(raw: RawServer) -> None:
    async with build_client() as http:
        await Teams(lambda: f"{raw.base_url}/hook/hemmelig?sig=abc", http).send(MELDING)


async def test_a_card_is_put_in_the_channel(raw: RawServer) -> None:
    raw.reply = http_reply(b"", "202 Accepted")
    await post_to_teams(raw)
    (request,) = raw.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook/hemmelig?sig=abc HTTP/1.1")
    (attachment,) = json.loads(body)["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    emne, ingress, facts = attachment["content"]["body"]
    assert (emne["text"], ingress["text"]) == (MELDING.emne, MELDING.ingress)
    assert [(fact["title"], fact["value"]) for fact in facts["facts"]] == list(MELDING.linjer)
    assert attachment["content"]["actions"][0]["url"] == MELDING.lenke


@pytest.mark.parametrize(
    "reply",
    [
        http_reply(b"", "400 Bad Request"),
        http_reply(b"", "404 Not Found"),
        http_reply(b"", "429 Too Many Requests"),
        http_reply(FAILED + b" with error: 413", media_type="text/plain"),
        b"",
    ],
)
async def test_a_webhook_that_takes_nothing_is_told_and_not_tried_again(raw: RawServer, reply: bytes) -> None:
    raw.reply = reply
    with pytest.raises(SystemException, match="TEAMS") as refused:
        await post_to_teams(raw)
    assert "hemmelig" not in str(refused.value)
    assert len(raw.requests) == 1
