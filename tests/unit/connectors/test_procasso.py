"""Procasso: pages, lookups in bulk, changes that are sent once, notes and documents."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from email.parser import BytesParser
from email.policy import HTTP
from hashlib import sha256
from typing import Any

import httpx
import pytest

from connectors.credentials import BearerToken
from connectors.procasso.client import ProcassoClient
from connectors.procasso.mapping import Dokument, KravChanges, Notat, ProcassoKrav
from domain.errors import BusinessException, SystemException
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import Made, Stub, answer, example, hasty, stub

NUMBER = "01817328004"
PDF = b"%PDF-1.7 foo"


def client(subject: Stub) -> ProcassoClient:
    return ProcassoClient("https://example.com/api/v1", subject.client(), hasty(), BearerToken("t"))


def krav(kravnr: str, /, versjon: object = 1, **parts: Any) -> dict[str, Any]:
    """A krav as Procasso sends it, with the fields a test cares about changed, within their part or beside the parts;
    `...` leaves one out."""
    wire: dict[str, Any] = {
        "kravId": kravnr,
        "versjon": versjon,
        "saksnummer": "C102",
        "kreditor": "BYDEL03",
        "debitor": {"ident": NUMBER, "art": "PERSON"},
        "betalingsreferanse": "000000000000000017",
        "grunnlag": {"type": "BARNEHAGE", "ilagt": "2025-07-01T08:00:00Z", "kjennemerke": None},
        "frister": {"forfall": "2025-07-22", "opprinneligForfall": None},
        "beloep": {"hovedstol": "990.00", "kostnader": "38.00", "renter": "0.00"},
        "behandling": {"steg": "PURRING", "tilstand": "AAPEN", "saksflyt": "ORDINAER", "avskrivningskode": None},
    }
    for name, changed in parts.items():
        old = wire.get(name)
        both = {**old, **changed} if isinstance(old, dict) and isinstance(changed, dict) else changed
        wire[name] = {k: v for k, v in both.items() if v is not ...} if isinstance(both, dict) else both
    return {name: value for name, value in wire.items() if value is not ...}


def side(offset: int, *given: dict[str, Any], treff: int = 3) -> Made:
    return answer({"elementer": list(given), "treff": treff, "offset": offset, "limit": 200})


async def listed(subject: Stub) -> list[str]:
    found = client(subject).list_krav([Kravtype.BARNEHAGE, Kravtype.SFO], [Tilstand.AAPEN, Tilstand.STOPPET])
    return [each.krav.kravnr async for each in found]


async def test_the_example() -> None:
    subject = stub(answer(example("procasso/krav-side-200.json")))
    found = [each async for each in client(subject).list_krav(Kravtype, Tilstand)]
    assert found == [
        ProcassoKrav(
            Krav(
                "PC1000001",
                Kravtype.BARNEHAGE,
                Fagsystem.PROCASSO,
                "BYDEL03",
                "15901234567",
                None,
                datetime(2025, 6, 1, 22, 30, tzinfo=UTC),
                date(2025, 6, 23),
                hovedstol=309013,
                kostnader=3800,
                renter=1205,
                saksnr="C101",
                steg="PURRING",
                tilstand=Tilstand.STOPPET,
                saksflyt=Saksflyt.MINDREAARIG,
                kid="000000000000000017",
                opprinnelig_forfall=date(2025, 6, 9),
            ),
            versjon=3,
        ),
        ProcassoKrav(
            Krav(
                "PC1000002",
                Kravtype.PIGGDEKKGEBYR,
                Fagsystem.PROCASSO,
                "BYM",
                "202063756",
                "AB12345",
                datetime(2022, 7, 1, 8, 0, tzinfo=UTC),
                date(2022, 7, 22),
                hovedstol=75000,
                kostnader=0,
                renter=0,
                saksnr="C102",
                steg="VARSEL",
                tilstand=Tilstand.AVSKREVET,
                saksflyt=Saksflyt.ORDINAER,
                kid="",
            ),
            versjon=1,
            avskrivningskode="FORELDET",
        ),
    ]


async def test_every_page_is_read() -> None:
    subject = stub(side(0, krav("A1"), krav("A2")), side(2, krav("A3")))
    assert await listed(subject) == ["A1", "A2", "A3"]
    assert [request.url.params.multi_items() for request in subject.requests] == [
        [
            ("kravtype", "BARNEHAGE"),
            ("kravtype", "SFO"),
            ("tilstand", "AAPEN"),
            ("tilstand", "STOPPET"),
            ("offset", offset),
            ("limit", "200"),
        ]
        for offset in ("0", "2")
    ]
    assert subject.requests[0].headers["authorization"] == "Bearer t"


async def test_a_krav_that_slid_to_the_next_page_comes_once() -> None:
    first, second = side(0, krav("A1"), krav("A2"), treff=4), side(2, krav("A2"), krav("A3"), treff=4)
    subject = stub(first, second, side(0, krav("A1"), krav("A2")), side(2, krav("A3")))
    assert await listed(subject) == ["A1", "A2", "A3"]


async def test_no_type_is_no_krav() -> None:
    subject = stub(side(0, krav("A1")))
    assert [each async for each in client(subject).list_krav([], [Tilstand.AAPEN])] == []
    assert [each async for each in client(subject).list_krav([Kravtype.SFO], [])] == []
    assert subject.requests == []


async def test_none_at_all() -> None:
    assert await listed(stub(side(0, treff=0))) == []


@pytest.mark.parametrize(
    "pages",
    [
        [side(0, treff=3)],
        [side(0, krav("A1")), side(0, krav("A2"))],
        [side(0, krav("A1")), side(1)],
        [side(0, krav("A1"), krav("A1", versjon=2))],
        [answer({"elementer": [], "offset": 0})],
    ],
    ids=["empty first page", "the same page again", "empty page in between", "twice, not alike", "no count"],
)
async def test_pages_that_do_not_add_up(pages: list[Made]) -> None:
    with pytest.raises(SystemException) as raised:
        await listed(stub(*pages))
    assert (raised.value.system, raised.value.phase) == ("PROCASSO", "parse")


async def test_when_a_krav_has_left_meanwhile_the_list_is_read_again() -> None:
    """A1 is paid after the first page, so A3 slides to where it is not read; count and total agree all the same."""
    subject = stub(
        side(0, krav("A1"), krav("A2"), treff=4),
        side(2, krav("A4"), treff=3),
        side(0, krav("A2"), krav("A3")),
        side(2, krav("A4")),
    )
    assert await listed(subject) == ["A1", "A2", "A4", "A3"]
    assert [request.url.params["offset"] for request in subject.requests] == ["0", "2", "0", "2"]


async def test_fewer_krav_than_are_counted() -> None:
    rounds = [side(0, krav("A1"), krav("A2")), side(2, krav("A2"))] * 3
    with pytest.raises(SystemException, match="GET /krav: 2 were read and 3 counted") as raised:
        await listed(stub(*rounds))
    assert (raised.value.system, raised.value.phase) == ("PROCASSO", "answer")


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        (krav("A1", grunnlag={"type": "TYPE_FRA_FREMTIDEN"}), "krav A1: grunnlag.type"),
        (krav("A1", behandling={"tilstand": NUMBER}), "krav A1: behandling.tilstand"),
        (krav("A1", behandling={"saksflyt": NUMBER}), "krav A1: behandling.saksflyt"),
        (krav("A1", beloep={"hovedstol": "990,00"}), "krav A1: beloep.hovedstol"),
        (krav("A1", beloep={"renter": f"-{NUMBER}"}), "krav A1: beloep.renter"),
        (krav(NUMBER, behandling={"tilstand": "?"}), "a krav: behandling.tilstand"),
        (krav("A1", beloep={"kostnader": 990}), "elementer.[].beloep.kostnader"),
        (krav("A1", versjon="1"), "elementer.[].versjon"),
        (krav("A1", grunnlag={"ilagt": "2025-07-01T08:00:00"}), "elementer.[].grunnlag.ilagt"),
        (krav("A1", frister={"forfall": "22.07.2025"}), "elementer.[].frister.forfall"),
        (krav("A1", saksnummer=None), "elementer.[].saksnummer"),
        (krav("A1", behandling={"saksflyt": ...}), "elementer.[].behandling.saksflyt"),
        (krav("A1", debitor=NUMBER), "elementer.[].debitor"),
    ],
)
async def test_a_krav_that_cannot_be_read(sent: dict[str, Any], named: str) -> None:
    """What an unknown kravtype, tilstand or saksflyt is worth nobody has decided: no part of the list is used."""
    with pytest.raises(SystemException) as raised:
        await listed(stub(side(0, sent)))
    assert raised.value.phase == "parse"
    assert named in raised.value.message
    assert NUMBER not in told_by(raised.value)


async def test_lookup_by_number() -> None:
    subject = stub(answer({"funnet": [krav("A1"), krav("A2", debitor={"ident": None})], "ikkeFunnet": ["A3"]}))
    found = await client(subject).get_krav(["A1", "A2", "A3", "A1"])
    assert {kravnr: each.krav.skyldner for kravnr, each in found.items()} == {"A1": NUMBER, "A2": ""}
    assert (subject.requests[0].method, subject.requests[0].url.path) == ("POST", "/api/v1/krav/bulkoppslag")
    assert json.loads(subject.requests[0].content) == {"kravIder": ["A1", "A2", "A3"]}


async def test_two_hundred_at_a_time() -> None:
    numbers = [f"A{number}" for number in range(401)]
    subject = stub(*[answer({"funnet": [], "ikkeFunnet": numbers[start : start + 200]}) for start in (0, 200, 400)])
    assert await client(subject).get_krav(numbers) == {}
    assert [len(json.loads(request.content)["kravIder"]) for request in subject.requests] == [200, 200, 1]


@pytest.mark.parametrize(
    "oppslag",
    [
        {"funnet": [], "ikkeFunnet": []},
        {"funnet": [krav("A1"), krav("A2")], "ikkeFunnet": []},
        {"funnet": [krav("A1"), krav("A1", versjon=2)], "ikkeFunnet": []},
        {"funnet": [krav("A1")]},
    ],
)
async def test_a_lookup_must_answer_for_each_krav_and_no_other(oppslag: dict[str, Any]) -> None:
    with pytest.raises(SystemException) as raised:
        await client(stub(answer(oppslag))).get_krav(["A1"])
    assert raised.value.phase == "parse"


async def test_hendelser() -> None:
    subject = stub(answer(example("procasso/hendelser-bulkoppslag-200.json")))
    paid = Hendelse("PC1000001", date(2025, 9, 1), "INNBETALING", 10050)
    assert await client(subject).get_hendelser(["PC1000001", "PC1000002", "PC1000003"]) == {
        "PC1000001": [
            Hendelse("PC1000001", date(2025, 8, 1), "PURRING", None),
            paid,
            paid,
            Hendelse("PC1000001", date(2025, 10, 1), "KODE_FRA_FREMTIDEN", None),
        ],
        "PC1000002": [],
        "PC1000003": [],
    }


@pytest.mark.parametrize(
    "logs",
    [
        [],
        [{"kravId": "A1", "hendelser": []}, {"kravId": "A1", "hendelser": []}],
        [{"kravId": "A1", "hendelser": []}, {"kravId": "A2", "hendelser": []}],
        [{"kravId": "A1", "hendelser": [{"kode": "INNBETALING", "dato": "2025-08-01", "beloep": "100"}]}],
        [{"kravId": "A1", "hendelser": [{"kode": "PURRING", "dato": "2025-13-01", "beloep": None}]}],
        [{"kravId": "A1", "hendelser": [{"dato": "2025-08-01", "beloep": None}]}],
    ],
)
async def test_hendelser_that_cannot_be_read(logs: list[dict[str, Any]]) -> None:
    """No event left out by mistake: it may be the one that moves a limit."""
    with pytest.raises(SystemException) as raised:
        await client(stub(answer({"funnet": logs, "ikkeFunnet": []}))).get_hendelser(["A1"])
    assert raised.value.phase == "parse"


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({"kostnader": 0}, {"beloep": {"kostnader": "0.00"}}),
        ({"kostnader": 112750}, {"beloep": {"kostnader": "1127.50"}}),
        ({"forfall": date(2026, 12, 7)}, {"frister": {"forfall": "2026-12-07"}}),
        ({"opprinnelig_forfall": date(2026, 1, 2)}, {"frister": {"opprinneligForfall": "2026-01-02"}}),
        ({"opprinnelig_forfall": None}, {"frister": {"opprinneligForfall": None}}),
        ({"tilstand": Tilstand.STOPPET}, {"behandling": {"tilstand": "STOPPET"}}),
        (
            {
                "kostnader": 5,
                "forfall": date(2026, 12, 7),
                "opprinnelig_forfall": date(2026, 1, 2),
                "tilstand": Tilstand.AAPEN,
            },
            {
                "beloep": {"kostnader": "0.05"},
                "frister": {"forfall": "2026-12-07", "opprinneligForfall": "2026-01-02"},
                "behandling": {"tilstand": "AAPEN"},
            },
        ),
    ],
)
async def test_a_change_names_its_cells_and_no_other(changes: KravChanges, sent: dict[str, Any]) -> None:
    subject = stub(answer(krav("A1", versjon=4, behandling={"tilstand": "STOPPET"})))
    changed = await client(subject).change_krav("A1", 3, changes, "nokkel-1")
    assert (changed.krav.kravnr, changed.versjon, changed.krav.tilstand) == ("A1", 4, Tilstand.STOPPET)
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("PATCH", "/api/v1/krav/A1")
    assert request.headers["idempotency-key"] == "nokkel-1"
    assert json.loads(request.content) == {"versjon": 3, **sent}


async def test_a_negative_amount_is_not_sent() -> None:
    subject = stub(answer(krav("A1")))
    with pytest.raises(ValueError, match="negative"):
        await client(subject).change_krav("A1", 3, {"kostnader": -1}, "nokkel-1")
    assert subject.requests == []


async def test_a_write_off() -> None:
    subject = stub(answer(krav("A1", versjon=4, behandling={"tilstand": "AVSKREVET", "avskrivningskode": "FORELDET"})))
    written_off = await client(subject).write_off("A1", 3, "FORELDET", "nokkel-1")
    assert (written_off.krav.tilstand, written_off.avskrivningskode, written_off.versjon) == (
        Tilstand.AVSKREVET,
        "FORELDET",
        4,
    )
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("POST", "/api/v1/krav/A1/avskrivning")
    assert request.headers["idempotency-key"] == "nokkel-1"
    assert json.loads(request.content) == {"versjon": 3, "kode": "FORELDET"}


async def test_notes() -> None:
    subject = stub(answer(example("procasso/notater-200.json")))
    assert await client(subject).list_notater("PC1000001") == [
        Notat("minors:1", "Skyldner er mindreårig (MIND-7)."),
        Notat("12", "Ringt."),
    ]
    assert (subject.requests[0].method, subject.requests[0].url.path) == ("GET", "/api/v1/krav/PC1000001/notater")


async def test_a_new_note() -> None:
    body = {"referanse": "minors:1", "tekst": "Skyldner er mindreårig.", "dato": "2026-11-23"}
    subject = stub(answer(body, 201))
    note = await client(subject).add_notat("A1", "minors:1", "Skyldner er mindreårig.", "nokkel-1")
    assert note == Notat("minors:1", "Skyldner er mindreårig.")
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("POST", "/api/v1/krav/A1/notater")
    assert request.headers["idempotency-key"] == "nokkel-1"
    assert json.loads(request.content) == {"referanse": "minors:1", "tekst": "Skyldner er mindreårig."}


async def test_documents() -> None:
    subject = stub(answer(example("procasso/dokumenter-200.json")))
    digest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    assert await client(subject).list_dokumenter("PC1000001") == [
        Dokument("F-17", "Nytt varsel", "minors:1", digest, 3)
    ]
    assert (subject.requests[0].method, subject.requests[0].url.path) == ("GET", "/api/v1/krav/PC1000001/dokumenter")


def filed(**fields: object) -> dict[str, object]:
    """What Procasso answers of the document sent in these tests."""
    sent = {"referanse": "minors:1", "tittel": "Varsel på nytt", "forsendelsesId": "F-17"}
    return {**sent, "sha256": sha256(PDF).hexdigest(), "stoerrelse": 12, "dato": "2026-11-23", **fields}


async def test_a_new_document_goes_out_as_two_parts() -> None:
    subject = stub(answer(filed(), 201))
    document = await client(subject).add_dokument("A1", "minors:1", "Varsel på nytt", "F-17", PDF, "nokkel-1")
    assert document == Dokument("F-17", "Varsel på nytt", "minors:1", sha256(PDF).hexdigest(), 12)
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("POST", "/api/v1/krav/A1/dokumenter")
    assert request.headers["idempotency-key"] == "nokkel-1"
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    metadata, fil = BytesParser(policy=HTTP).parsebytes(head + request.content).iter_parts()
    assert [part["content-disposition"].params["name"] for part in (metadata, fil)] == ["metadata", "fil"]
    assert [part.get_content_type() for part in (metadata, fil)] == ["application/json", "application/pdf"]
    assert [part.get_filename() for part in (metadata, fil)] == [None, "dokument.pdf"]
    assert json.loads(metadata.get_content()) == {
        "referanse": "minors:1",
        "tittel": "Varsel på nytt",
        "forsendelsesId": "F-17",
    }
    assert fil.get_payload(decode=True) == PDF


async def test_a_draft_went_out_with_no_letter() -> None:
    subject = stub(answer(filed(forsendelsesId=None), 201))
    document = await client(subject).add_dokument("A1", "minors:1", "Varsel på nytt", None, PDF, "nokkel-1")
    assert document.forsendelses_id is None
    assert b'"forsendelsesId": null' in subject.requests[0].content


CHANGES: dict[str, Callable[[ProcassoClient], Awaitable[object]]] = {
    "change_krav": lambda c: c.change_krav("A1", 3, {"kostnader": 0}, "nokkel-1"),
    "write_off": lambda c: c.write_off("A1", 3, "FORELDET", "nokkel-1"),
    "add_notat": lambda c: c.add_notat("A1", "minors:1", f"tekst {NUMBER}", "nokkel-1"),
    "add_dokument": lambda c: c.add_dokument("A1", "minors:1", "Varsel på nytt", "F-17", PDF, "nokkel-1"),
}
READS: dict[str, Callable[[ProcassoClient], Awaitable[object]]] = {
    "list_notater": lambda c: c.list_notater("A1"),
    "list_dokumenter": lambda c: c.list_dokumenter("A1"),
}


def feil(kode: str, status: int) -> Made:
    return answer({"feil": {"kode": kode, "melding": "m", "gjelder": "A1"}}, status)


@pytest.mark.parametrize(
    ("answered", "code"),
    [
        (feil("UKJENT_KRAV", 404), "KRAV_UNKNOWN"),
        (feil("KRAV_AVSLUTTET", 422), "KRAV_CLOSED"),
        (feil("TILSTAND_IKKE_TILLATT", 422), "TILSTAND_REFUSED"),
    ],
)
@pytest.mark.parametrize("change", CHANGES)
async def test_a_no_of_the_data_is_for_a_person(change: str, answered: Made, code: str) -> None:
    subject = stub(answered)
    with pytest.raises(BusinessException) as raised:
        await CHANGES[change](client(subject))
    assert (raised.value.code, raised.value.nothing_done, len(subject.requests)) == (code, True, 1)


@pytest.mark.parametrize("read", READS)
async def test_a_krav_nobody_has(read: str) -> None:
    with pytest.raises(BusinessException, match="KRAV_UNKNOWN"):
        await READS[read](client(stub(feil("UKJENT_KRAV", 404))))


@pytest.mark.parametrize(
    ("answered", "phase", "nothing_done", "shown"),
    [
        (answer(example("procasso/feil-409.json"), 409), "answer", True, "409 UTDATERT_VERSJON"),
        (feil("SAK_OPPTATT", 409), "answer", True, "409 SAK_OPPTATT"),
        (feil("NOEKKEL_GJENBRUKT", 422), "answer", True, "422 NOEKKEL_GJENBRUKT"),
        (feil("FOR_STORT", 413), "answer", True, "413 FOR_STORT"),
        (feil("SAKSFLYT_KUN_I_SKJERMBILDE", 422), "answer", True, "422 SAKSFLYT_KUN_I_SKJERMBILDE"),
        (feil("UKJENT_AVSKRIVNINGSKODE", 422), "answer", True, "422 UKJENT_AVSKRIVNINGSKODE"),
        (feil("IKKE_PDF", 422), "answer", True, "422 IKKE_PDF"),
        (feil("NY_KODE", 404), "answer", False, "404 NY_KODE"),
        (feil("DELVIS_UTFOERT", 409), "answer", False, "409 DELVIS_UTFOERT"),
        (feil("FOR_STOR_FOR_PORTEN", 413), "answer", False, "413 FOR_STOR_FOR_PORTEN"),
        (feil(f"ny {NUMBER}", 422), "answer", False, "no known code"),
        (feil("UGYLDIG_INNHOLD", 400), "answer", False, "HTTP 400"),
        (feil("INTERN_FEIL", 500), "answer", False, "HTTP 500"),
        (feil("STENGT", 503), "unavailable", False, "HTTP 503"),
        (answer("<html>404</html>", 404, "text/html"), "parse", False, "text/html"),
        (answer({"feil": {"melding": "uten kode"}}, 409), "parse", False, "kode"),
        (answer({"kravId": "A1"}), "parse", False, "missing"),
        (httpx.ReadTimeout(""), "send", False, "ReadTimeout"),
        (httpx.ConnectError("refused"), "connect", True, "refused"),
    ],
)
@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_sent_once_whatever_happens(
    change: str, answered: Made | Exception, phase: str, nothing_done: bool, shown: str
) -> None:
    subject = stub(answered)
    with pytest.raises(SystemException) as raised:
        await CHANGES[change](client(subject))
    assert (raised.value.phase, raised.value.nothing_done, len(subject.requests)) == (phase, nothing_done, 1)
    assert shown in raised.value.message
    assert NUMBER not in told_by(raised.value)


@pytest.mark.parametrize(
    ("operation", "answered", "phase"),
    [
        ("change_krav", krav("A2"), "parse"),
        ("write_off", krav("A2"), "parse"),
        ("list_notater", {"kravId": "A2", "notater": []}, "parse"),
        ("list_dokumenter", {"kravId": "A2", "dokumenter": []}, "parse"),
        ("add_notat", {"referanse": "minors:1", "tekst": "en annen"}, "verify"),
        ("add_notat", {"referanse": "minors:2", "tekst": f"tekst {NUMBER}"}, "verify"),
        ("add_dokument", filed(sha256="0" * 64), "verify"),
        ("add_dokument", filed(stoerrelse=11), "verify"),
        ("add_dokument", filed(forsendelsesId="F-18"), "verify"),
    ],
)
async def test_an_answer_about_something_else_settles_nothing(operation: str, answered: object, phase: str) -> None:
    with pytest.raises(SystemException) as raised:
        await (CHANGES | READS)[operation](client(stub(answer(answered))))
    assert (raised.value.phase, raised.value.nothing_done) == (phase, False)
    assert NUMBER not in told_by(raised.value)


def test_what_is_kept_of_a_note_does_not_show_its_text() -> None:
    assert NUMBER not in repr(Notat("minors:1", f"tekst {NUMBER}"))
