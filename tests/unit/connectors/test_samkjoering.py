"""What Pilen and Procasso tell each other, as read and told by the two clients."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.credentials import BearerToken
from connectors.pilen.kontoer import KontoClient
from connectors.procasso.innfordringer import InnfordringClient
from connectors.samkjoering.client import Avstemt, Nytt, SamkjoeringClient
from domain.avstemming import Sum
from domain.errors import BusinessException, SystemException
from domain.innfordring import Beloep, Innbetaling, Innfordring, Konto, Status
from domain.krav import Fagsystem, Krav, Kravtype, Saksflyt, Tilstand
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import Made, Stub, answer, example, hasty, stub

NUMBER = "01817328004"
DAG = date(2026, 11, 23)
BETALT = Innbetaling("B7", DAG, 10050)
KLAGE = Status("T9", Tilstand.KLAGE)
KRAV = Krav(
    "PI1000001",
    Kravtype.KONTROLLSANKSJON,
    Fagsystem.PILEN,
    "BYM",
    NUMBER,
    "AB12345",
    datetime(2025, 8, 1, 22, 30, 5, tzinfo=UTC),
    date(2025, 8, 22),
    66000,
    3800,
    1342,
    "S1",
    "LETT",
    Tilstand.AAPEN,
    Saksflyt.ORDINAER,
    "95010190544",
)
AMOUNTS = Beloep(3800, 1342, date(2025, 8, 22))


def kontoer(subject: Stub) -> KontoClient:
    return KontoClient("https://example.com/api/v1", subject.client(), hasty(), BearerToken("t"))


def innfordringer(subject: Stub) -> InnfordringClient:
    return InnfordringClient("https://example.com/api/v1", subject.client(), hasty(), BearerToken("t"))


BOTH = pytest.mark.parametrize("client", [kontoer, innfordringer])


def feed(siste: int, *kravnumre: str, flere: bool = False) -> Made:
    entries = [{"nr": siste, "slag": "NYTT_SLAG", "kravnr": kravnr, "annet": 1} for kravnr in kravnumre]
    return answer({"endringer": entries, "siste": siste, "flere": flere})


def refused(client: Any, kode: str, status: int) -> Made:
    if client is kontoer:
        return answer({"kode": kode}, status, "application/problem+json")
    return answer({"feil": {"kode": kode, "melding": "", "gjelder": None}}, status)


async def test_the_examples_of_pilen() -> None:
    subject = stub(answer(example("pilen/kontoer-oppslag-200.json")))
    assert await kontoer(subject).get_kontoer(["PI1000001", "PI1000002", "PI0000000"]) == {
        "PI1000001": (
            Konto(
                (Innbetaling("B7", date(2026, 10, 1), 10050), Innbetaling("B12", date(2026, 11, 2), 5025, "B3")),
                (Status("T1", Tilstand.AAPEN), Status("T13", Tilstand.BETALINGSAVTALE, "T4")),
            ),
            "IF1",
        ),
        "PI1000002": (Konto((), (Status("T2", Tilstand.KLAGE),)), None),
    }
    assert json.loads(subject.requests[0].content) == {"kravnumre": ["PI1000001", "PI1000002", "PI0000000"]}
    told = await kontoer(stub(answer(example("pilen/endringer-200.json")))).list_endringer(17)
    assert told == Nytt(frozenset({"PI1000001", "PI1000002"}), 20)
    assert await kontoer(stub(answer(example("pilen/avstemming-200.json")))).get_summer() == Avstemt(
        20,
        {
            ("BYM", Kravtype.KONTROLLSANKSJON): Sum(2, 165000, 15075, 151267),
            ("BYM", Kravtype.PARKERINGSGEBYR): Sum(1, 135000, 0, 135000),
        },
    )


async def test_the_examples_of_procasso() -> None:
    expected = Innfordring(
        "IF1",
        "PI1000001",
        Kravtype.KONTROLLSANKSJON,
        "BYM",
        NUMBER,
        datetime(2025, 8, 1, 22, 30, 5, tzinfo=UTC),
        66000,
        AMOUNTS,
        "95010190544",
        Konto(
            (Innbetaling("B3", date(2026, 11, 2), 5025),),
            (Status("T1", Tilstand.AAPEN, "T1"), Status("T4", Tilstand.BETALINGSAVTALE)),
        ),
    )
    subject = innfordringer(stub(answer(example("procasso/innfordringer-200.json"))))
    assert [each async for each in subject.list_innfordringer()] == [expected]
    subject = innfordringer(stub(answer(example("procasso/innfordringer-bulkoppslag-200.json"))))
    assert await subject.get_innfordringer(["PI1000001", "PI1000002"]) == {"PI1000001": expected}
    assert NUMBER not in repr(expected)
    subject = innfordringer(stub(answer(example("procasso/endringer-200.json"))))
    assert await subject.list_endringer(0) == Nytt(frozenset({"PI1000001"}), 1)
    assert await innfordringer(stub(answer(example("procasso/avstemming-200.json")))).get_summer() == Avstemt(1, {})


@BOTH
async def test_a_feed_is_read_to_its_end_from_where_we_were(client: Any) -> None:
    subject = stub(feed(1007, "PI1", flere=True), feed(2007, "PI2", "PI1", flere=True), feed(2007))
    with pytest.raises(SystemException, match="does not go forward"):
        await client(stub(feed(7, "PI1", flere=True))).list_endringer(7)
    with pytest.raises(SystemException, match="does not go forward"):
        await client(stub(feed(6))).list_endringer(7)
    assert await client(subject).list_endringer(7) == Nytt(frozenset({"PI1", "PI2"}), 2007)
    assert [dict(request.url.params) for request in subject.requests] == [
        {"etter": etter, "antall": "1000"} for etter in ("7", "1007", "2007")
    ]


@BOTH
async def test_nothing_new_leaves_us_where_we_were(client: Any) -> None:
    assert await client(stub(feed(7))).list_endringer(7) == Nytt(frozenset(), 7)


@BOTH
async def test_a_payment_and_a_status_are_told_by_their_id(client: Any) -> None:
    subject = stub(
        answer({"kravnr": "PI1", "referanse": "B7", "dato": "2026-11-23", "beloep": "100.50"}),
        answer({"kravnr": "PI1", "referanse": "T9", "tilstand": "KLAGE"}),
    )
    told: SamkjoeringClient = client(subject)
    await told.book("PI1", BETALT, "k1")
    await told.set_status("PI1", KLAGE, "T3", "k2")
    assert [json.loads(request.content) for request in subject.requests] == [
        {"referanse": "B7", "dato": "2026-11-23", "beloep": "100.50"},
        {"referanse": "T9", "tilstand": "KLAGE", "etter": "T3"},
    ]
    assert [request.headers["Idempotency-Key"] for request in subject.requests] == ["k1", "k2"]
    krav = "krav" if client is kontoer else "innfordringer"
    assert [request.url.path for request in subject.requests] == [
        f"/api/v1/{krav}/PI1/innbetalinger",
        f"/api/v1/{krav}/PI1/statuser",
    ]


@BOTH
async def test_an_answer_about_something_else_is_no_answer(client: Any) -> None:
    other = {"kravnr": "PI1", "referanse": "B7", "dato": "2026-11-23", "beloep": "100.51"}
    with pytest.raises(SystemException, match="another payment") as raised:
        await client(stub(answer(other))).book("PI1", BETALT, "k")
    assert (raised.value.phase, raised.value.nothing_done) == ("verify", False)
    wire = {"kravnr": "PI1", "referanse": "T9", "tilstand": "AAPEN"}
    with pytest.raises(SystemException, match="another status"):
        await client(stub(answer(wire))).set_status("PI1", KLAGE, "T3", "k")


@BOTH
@pytest.mark.parametrize(
    ("kode", "status", "code"),
    [("REFERANSE_BRUKT", 422, "SYNC_CONFLICT"), ("STATUS_ENDRET", 409, "SYNC_CONFLICT"),
     ("STATUS_AVSLUTTET", 422, "SYNC_CONFLICT"), ("", 404, "KRAV_UNKNOWN")],
)  # fmt: skip
async def test_a_no(client: Any, kode: str, status: int, code: str) -> None:
    unknown = "KRAV_UKJENT" if client is kontoer else "UKJENT_KRAV"
    for call in (
        lambda told: told.book("PI1", BETALT, "k"),
        lambda told: told.set_status("PI1", KLAGE, "T3", "k"),
    ):
        with pytest.raises(BusinessException) as raised:
            await call(client(stub(refused(client, kode or unknown, status))))
        assert (raised.value.code, raised.value.nothing_done) == (code, True)


async def test_a_krav_is_handed_over_as_it_stands() -> None:
    subject = stub(answer({"referanse": "PI1000001"}))
    await innfordringer(subject).create(KRAV, Status("T9", Tilstand.KLAGE), "k")
    assert json.loads(subject.requests[0].content) == {
        "referanse": "PI1000001",
        "kreditor": "BYM",
        "debitor": NUMBER,
        "type": "KONTROLLSANKSJON",
        "ilagt": "2025-08-01T22:30:05Z",
        "forfall": "2025-08-22",
        "hovedstol": "660.00",
        "kostnader": "38.00",
        "renter": "13.42",
        "betalingsreferanse": "95010190544",
        "tilstand": "KLAGE",
        "status": "T9",
    }
    assert NUMBER not in str(subject.requests[0].url)
    with pytest.raises(SystemException, match="another krav"):
        await innfordringer(stub(answer({"referanse": "PI2"}))).create(KRAV, KLAGE, "k")


async def test_amounts_are_changed_from_what_they_were() -> None:
    subject = stub(answer({"referanse": "PI1"}))
    await innfordringer(subject).change_beloep("PI1", AMOUNTS, Beloep(0, 2000, DAG), "k")
    (request,) = subject.requests
    assert (request.method, request.url.path) == ("PATCH", "/api/v1/innfordringer/PI1")
    assert json.loads(request.content) == {
        "forfall": "2026-11-23", "kostnader": "0.00", "renter": "20.00",
        "forfallFoer": "2025-08-22", "kostnaderFoer": "38.00", "renterFoer": "13.42",
    }  # fmt: skip
    with pytest.raises(SystemException) as raised:
        await innfordringer(stub(refused(innfordringer, "UTDATERT_VERSJON", 409))).change_beloep(
            "PI1", AMOUNTS, AMOUNTS, "k"
        )
    assert raised.value.nothing_done


async def test_pilen_is_told_that_it_is_handed_over() -> None:
    subject = stub(answer({"kravnr": "PI1", "innfordring": "IF1"}))
    await kontoer(subject).hand_over("PI1", "IF1", "k")
    assert json.loads(subject.requests[0].content) == {"innfordring": "IF1"}
    with pytest.raises(SystemException, match="another krav or id"):
        await kontoer(stub(answer({"kravnr": "PI1", "innfordring": "IF2"}))).hand_over("PI1", "IF1", "k")


def konto_oppslag(**changes: Any) -> Made:
    wire = {"kravnr": "PI1", "innfordring": None, "innbetalinger": [], "statuser": [{"id": "T1", "tilstand": "AAPEN"}]}
    return answer({"kontoer": [wire | changes], "ukjente": []})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"statuser": []}, "statuser is empty"),
        ({"statuser": [{"id": "T1", "tilstand": "AAPEN"}] * 2}, "statuser has an id twice"),
        ({"statuser": [{"id": "T1", "tilstand": "TENKER"}]}, "statuser.tilstand is none of"),
        ({"innbetalinger": [{"id": "B1", "dato": "2026-11-23", "beloep": NUMBER}]}, "innbetalinger.beloep is not"),
    ],
)
async def test_what_cannot_be_read_is_named_and_not_repeated(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(SystemException, match=told) as raised:
        await kontoer(stub(konto_oppslag(**changes))).get_kontoer(["PI1"])
    assert raised.value.phase == "parse"
    assert NUMBER not in told_by(raised.value)


async def test_one_answer_for_each_krav_asked_for() -> None:
    assert await kontoer(stub()).get_kontoer([]) == {}
    with pytest.raises(SystemException, match="not one answer"):
        await kontoer(stub(konto_oppslag())).get_kontoer(["PI1", "PI2"])
    with pytest.raises(SystemException, match="not one answer"):
        await innfordringer(stub(answer({"funnet": [], "ikkeFunnet": []}))).get_innfordringer(["PI1"])


async def test_a_page_that_is_another_or_empty_too_early() -> None:
    for page in ({"elementer": [], "offset": 0, "treff": 3}, {"elementer": [], "offset": 5, "treff": 0}):
        with pytest.raises(SystemException, match="another page"):
            [each async for each in innfordringer(stub(answer(page))).list_innfordringer()]


def side(offset: int, *referanser: str, treff: int) -> Made:
    (wire,) = json.loads(example("procasso/innfordringer-200.json"))["elementer"]
    return answer({"elementer": [wire | {"referanse": each} for each in referanser], "offset": offset, "treff": treff})


async def test_innfordringer_that_leave_meanwhile_have_the_list_read_again() -> None:
    subject = stub(
        side(0, "PI1", "PI2", treff=4), side(2, "PI4", treff=3), side(0, "PI2", "PI3", treff=3), side(2, "PI4", treff=3)
    )
    found = [each.kravnr async for each in innfordringer(subject).list_innfordringer()]
    assert (found, len(subject.requests)) == (["PI1", "PI2", "PI4", "PI3"], 4)


async def test_fewer_innfordringer_than_are_counted() -> None:
    rounds = [side(0, "PI1", "PI2", treff=3), side(2, "PI2", treff=3)] * 3
    with pytest.raises(SystemException, match="GET /innfordringer: 2 were read and 3 counted") as raised:
        [each async for each in innfordringer(stub(*rounds)).list_innfordringer()]
    assert raised.value.phase == "answer"


async def test_sums_that_come_twice_or_of_an_unknown_kind() -> None:
    one = {"fordringshaver": "BYM", "kravtype": "KONTROLLSANKSJON", "antall": 1}
    one |= {"hovedstol": "1.00", "innbetalt": "0.00", "utestaaende": "1.00"}
    for summer in ([one, one], [{**one, "kravtype": "NYTT"}], [{**one, "innbetalt": "-1.00"}]):
        with pytest.raises(SystemException) as raised:
            await kontoer(stub(answer({"nr": 1, "summer": summer}))).get_summer()
        assert raised.value.phase == "parse"
