"""Pilen: pages, lookups in bulk, and changes that are sent once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from config.aarsaker import catalogue
from connectors.credentials import BearerToken
from connectors.pilen.client import PilenClient
from connectors.pilen.mapping import PilenKrav
from domain.errors import BusinessException, SystemException
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import Made, Stub, answer, example, hasty, stub

NUMBER = "01817328004"


def client(subject: Stub) -> PilenClient:
    return PilenClient("https://example.com/api/v1", subject.client(), hasty(), BearerToken("t"))


def krav(kravnr: str, /, **fields: Any) -> dict[str, Any]:
    """A krav as Pilen sends it, with the fields a test cares about changed; `...` leaves one out."""
    wire = {
        "kravnr": kravnr,
        "kravtype": "PARKERINGSGEBYR",
        "fordringshaver": "BYM",
        "skyldner": NUMBER,
        "kjennemerke": None,
        "ilagtTidspunkt": "2025-07-01T08:00:00Z",
        "forfall": "2025-07-22",
        "opprinneligForfall": None,
        "hovedstol": "990.00",
        "kostnader": "0.00",
        "renter": "0.00",
        "renterBeregnetTil": None,
        "saksnr": "S102",
        "steg": "FORFALT",
        "tilstand": "AAPEN",
        "kid": "000000000000000017",
        "versjon": 1,
        **fields,
    }
    return {name: value for name, value in wire.items() if value is not ...}


def side(number: int, *given: dict[str, Any], neste: int | None = None, totalt: int = 3) -> Made:
    return answer({"krav": list(given), "side": number, "antall": 500, "totalt": totalt, "neste": neste})


async def listed(subject: Stub) -> list[str]:
    found = client(subject).list_krav([Kravtype.PARKERINGSGEBYR, Kravtype.KONTROLLSANKSJON], [Tilstand.AAPEN])
    return [each.krav.kravnr async for each in found]


async def test_the_example() -> None:
    subject = stub(answer(example("pilen/krav-side-200.json")))
    found = [each async for each in client(subject).list_krav(Kravtype, Tilstand)]
    assert found == [
        PilenKrav(
            Krav(
                "PI1000001",
                Kravtype.KONTROLLSANKSJON,
                Fagsystem.PILEN,
                "BYM",
                NUMBER,
                "AB12345",
                datetime(2025, 6, 1, 22, 30, tzinfo=UTC),
                date(2025, 6, 23),
                hovedstol=135000,
                kostnader=3800,
                renter=1205,
                saksnr="S101",
                steg="PURRING",
                tilstand=Tilstand.AAPEN,
                saksflyt=Saksflyt.ORDINAER,
                kid="000000000000000017",
                renter_beregnet_til=date(2025, 12, 31),
            ),
            versjon=3,
        ),
        PilenKrav(
            Krav(
                "PI1000002",
                Kravtype.PARKERINGSGEBYR,
                Fagsystem.PILEN,
                "BYM",
                "202063756",
                None,
                datetime(2025, 7, 1, 8, 0, tzinfo=UTC),
                date(2025, 7, 22),
                hovedstol=99000,
                kostnader=0,
                renter=0,
                saksnr="S102",
                steg="FORFALT",
                tilstand=Tilstand.KLAGE,
                saksflyt=Saksflyt.ORDINAER,
                kid="",
                opprinnelig_forfall=date(2025, 7, 8),
            ),
            versjon=1,
        ),
    ]


async def test_every_page_is_read() -> None:
    subject = stub(side(0, krav("A1"), krav("A2"), neste=1), side(1, krav("A3")))
    assert await listed(subject) == ["A1", "A2", "A3"]
    asked = [dict(request.url.params) for request in subject.requests]
    wanted = {"kravtype": "PARKERINGSGEBYR,KONTROLLSANKSJON", "tilstand": "AAPEN", "antall": "500"}
    assert asked == [{**wanted, "side": "0"}, {**wanted, "side": "1"}]
    assert subject.requests[0].headers["authorization"] == "Bearer t"


async def test_a_krav_that_slid_to_the_next_page_comes_once() -> None:
    assert await listed(stub(side(0, krav("A1"), krav("A2"), neste=1), side(1, krav("A2"), krav("A3")))) == [
        "A1",
        "A2",
        "A3",
    ]


async def test_no_type_is_no_krav() -> None:
    subject = stub(side(0, krav("A1")))
    assert [each async for each in client(subject).list_krav([], [Tilstand.AAPEN])] == []
    assert subject.requests == []


async def test_none_at_all() -> None:
    assert await listed(stub(side(0, totalt=0))) == []


@pytest.mark.parametrize(
    "pages",
    [
        [side(0, totalt=3)],
        [side(0, krav("A1"), neste=0)],
        [side(0, krav("A1"), neste=1), side(1, neste=2)],
        [side(0, krav("A1"), krav("A1", versjon=2))],
        [answer({"krav": [], "side": 0, "totalt": 0})],
    ],
)
async def test_pages_that_do_not_add_up(pages: list[Made]) -> None:
    with pytest.raises(SystemException) as raised:
        await listed(stub(*pages))
    assert (raised.value.system, raised.value.phase) == ("PILEN", "parse")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kravtype": "TYPE_FRA_FREMTIDEN"}, "krav A1: kravtype"),
        ({"tilstand": NUMBER}, "krav A1: tilstand"),
        ({"hovedstol": "990,00"}, "krav A1: hovedstol"),
        ({"renter": f"-{NUMBER}"}, "krav A1: renter"),
        ({"kravnr": NUMBER, "tilstand": "?"}, "a krav: tilstand"),
        ({"hovedstol": 990}, "krav.[].hovedstol"),
        ({"versjon": "1"}, "krav.[].versjon"),
        ({"ilagtTidspunkt": "2025-07-01T08:00:00"}, "krav.[].ilagtTidspunkt"),
        ({"forfall": "22.07.2025"}, "krav.[].forfall"),
        ({"saksnr": None}, "krav.[].saksnr"),
        ({"tilstand": ...}, "krav.[].tilstand"),
    ],
)
async def test_a_krav_that_cannot_be_read(fields: dict[str, Any], named: str) -> None:
    """What an unknown kravtype or tilstand is worth nobody has decided: no part of the list is used."""
    with pytest.raises(SystemException) as raised:
        await listed(stub(side(0, krav("A1", **fields))))
    assert raised.value.phase == "parse"
    assert named in raised.value.message
    assert NUMBER not in told_by(raised.value)


async def test_when_a_krav_has_left_meanwhile_the_list_is_read_again() -> None:
    """A1 is paid after the first page, so A3 slides to where it is not read; count and total agree all the same."""
    subject = stub(
        side(0, krav("A1"), krav("A2"), neste=1, totalt=4),
        side(1, krav("A4"), totalt=3),
        side(0, krav("A2"), krav("A3"), neste=1),
        side(1, krav("A4")),
    )
    assert await listed(subject) == ["A1", "A2", "A4", "A3"]
    assert [request.url.params["side"] for request in subject.requests] == ["0", "1", "0", "1"]


async def test_fewer_krav_than_are_counted() -> None:
    with pytest.raises(SystemException, match="GET /krav: 1 were read and 3 counted") as raised:
        await listed(stub(side(0, krav("A1"))))
    assert (raised.value.system, raised.value.phase) == ("PILEN", "answer")


async def test_an_instant_in_another_zone_is_the_same_instant() -> None:
    subject = stub(side(0, krav("A1", ilagtTidspunkt="2025-07-01T10:00:00+02:00"), totalt=1))
    found = [each async for each in client(subject).list_krav(Kravtype, Tilstand)]
    assert found[0].krav.ilagt_tidspunkt == datetime(2025, 7, 1, 8, 0, tzinfo=UTC)
    assert found[0].krav.ilagt_tidspunkt.tzinfo is UTC


async def test_lookup_by_number() -> None:
    subject = stub(answer({"krav": [krav("A1"), krav("A2", skyldner=None)], "ukjente": ["A3"]}))
    found = await client(subject).get_krav(["A1", "A2", "A3", "A1"])
    assert {kravnr: each.krav.skyldner for kravnr, each in found.items()} == {"A1": NUMBER, "A2": ""}
    assert (subject.requests[0].method, subject.requests[0].url.path) == ("POST", "/api/v1/krav/oppslag")
    assert json.loads(subject.requests[0].content) == {"kravnumre": ["A1", "A2", "A3"]}


async def test_five_hundred_at_a_time() -> None:
    numbers = [f"A{number}" for number in range(1001)]
    subject = stub(*[answer({"krav": [], "ukjente": numbers[start : start + 500]}) for start in (0, 500, 1000)])
    assert await client(subject).get_krav(numbers) == {}
    assert [len(json.loads(request.content)["kravnumre"]) for request in subject.requests] == [500, 500, 1]


@pytest.mark.parametrize(
    "oppslag",
    [
        {"krav": [], "ukjente": []},
        {"krav": [krav("A1"), krav("A2")], "ukjente": []},
        {"krav": [krav("A1"), krav("A1", versjon=2)], "ukjente": []},
        {"krav": [krav("A1")]},
    ],
)
async def test_a_lookup_must_answer_for_each_krav_and_no_other(oppslag: dict[str, Any]) -> None:
    with pytest.raises(SystemException) as raised:
        await client(stub(answer(oppslag))).get_krav(["A1"])
    assert raised.value.phase == "parse"


async def test_alike_krav_twice_are_one() -> None:
    subject = stub(answer({"krav": [krav("A1"), krav("A1")], "ukjente": []}))
    assert set(await client(subject).get_krav(["A1"])) == {"A1"}


async def test_hendelser() -> None:
    subject = stub(answer(example("pilen/hendelser-oppslag-200.json")))
    paid = Hendelse("PI1000001", date(2025, 9, 1), "INNBETALING", 10050)
    assert await client(subject).get_hendelser(["PI1000001", "PI1000002"]) == {
        "PI1000001": [
            Hendelse("PI1000001", date(2025, 8, 1), "PURRING", None),
            paid,
            paid,
            Hendelse("PI1000001", date(2025, 10, 1), "KODE_FRA_FREMTIDEN", None),
        ],
        "PI1000002": [],
    }


@pytest.mark.parametrize(
    "hendelse",
    [
        {"kravnr": "A2", "dato": "2025-08-01", "hendelse": "PURRING", "beloep": None},
        {"kravnr": "A1", "dato": "2025-08-01", "hendelse": "INNBETALING", "beloep": "100"},
        {"kravnr": "A1", "dato": "2025-13-01", "hendelse": "PURRING", "beloep": None},
        {"kravnr": "A1", "dato": "2025-08-01", "beloep": None},
    ],
)
async def test_hendelser_that_cannot_be_read(hendelse: dict[str, Any]) -> None:
    with pytest.raises(SystemException) as raised:
        await client(stub(answer({"hendelser": [hendelse]}))).get_hendelser(["A1"])
    assert raised.value.phase == "parse"


async def test_merge() -> None:
    subject = stub(
        answer({"saksnr": "S101", "krav": [krav("A1", saksnr="S101", versjon=4), krav("A2", saksnr="S101", versjon=2)]})
    )
    merged = await client(subject).merge_krav("S101", {"A1": 3, "A2": 1}, "nokkel-1")
    assert {kravnr: (each.krav.saksnr, each.versjon) for kravnr, each in merged.items()} == {
        "A1": ("S101", 4),
        "A2": ("S101", 2),
    }
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("POST", "/api/v1/saker/S101/sammenslaaing")
    assert request.headers["idempotency-key"] == "nokkel-1"
    assert json.loads(request.content) == {"krav": [{"kravnr": "A1", "versjon": 3}, {"kravnr": "A2", "versjon": 1}]}


CHANGES: dict[str, Callable[[PilenClient], Awaitable[object]]] = {
    "merge": lambda pilen: pilen.merge_krav("S101", {"A1": 3}, "nokkel-1"),
    "renter": lambda pilen: pilen.post_renter("A1", 3, 6150, date(2026, 11, 23), "nokkel-1"),
    "avskriving": lambda pilen: pilen.write_off("A1", 3, "FORELDET", "nokkel-1"),
}


async def test_posting_rente() -> None:
    subject = stub(answer(krav("A1", renter="61.50", renterBeregnetTil="2026-11-23", versjon=4)))
    posted = await client(subject).post_renter("A1", 3, 6150, date(2026, 11, 23), "nokkel-1")
    assert (posted.krav.renter, posted.krav.renter_beregnet_til, posted.versjon) == (6150, date(2026, 11, 23), 4)
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("POST", "/api/v1/krav/A1/renter")
    assert request.headers["idempotency-key"] == "nokkel-1"
    assert json.loads(request.content) == {"versjon": 3, "renter": "61.50", "renterBeregnetTil": "2026-11-23"}


async def test_writing_off() -> None:
    subject = stub(answer(krav("A1", tilstand="AVSKREVET", avskrivingskode="FORELDET", versjon=4)))
    written_off = await client(subject).write_off("A1", 3, "FORELDET", "nokkel-1")
    assert (written_off.krav.tilstand, written_off.avskrivingskode) == (Tilstand.AVSKREVET, "FORELDET")
    assert written_off.versjon == 4
    request = subject.requests[0]
    assert (request.method, request.url.path) == ("POST", "/api/v1/krav/A1/avskriving")
    assert request.headers["idempotency-key"] == "nokkel-1"
    assert json.loads(request.content) == {"versjon": 3, "kode": "FORELDET"}


async def test_a_kravnr_cannot_lead_to_another_address() -> None:
    subject = stub(answer(krav("A1/../A2", tilstand="AVSKREVET", versjon=4)))
    await client(subject).write_off("A1/../A2", 3, "FORELDET", "nokkel-1")
    assert subject.requests[0].url.raw_path == b"/api/v1/krav/A1%2F..%2FA2/avskriving"


@pytest.mark.parametrize("change", ["renter", "avskriving"])
async def test_a_change_answered_with_another_krav(change: str) -> None:
    with pytest.raises(SystemException, match="another krav") as raised:
        await CHANGES[change](client(stub(answer(krav("A2")))))
    assert (raised.value.phase, raised.value.nothing_done) == ("parse", False)


@pytest.mark.parametrize("answered", [[], [krav("A1"), krav("A2")]])
async def test_a_merge_answered_with_other_krav(answered: list[dict[str, Any]]) -> None:
    with pytest.raises(SystemException, match="other krav") as raised:
        await CHANGES["merge"](client(stub(answer({"saksnr": "S101", "krav": answered}))))
    assert raised.value.phase == "parse"


def problem(kode: str, status: int) -> Made:
    body = {"type": "urn:pilen:problem:x", "title": "t", "status": status, "detail": "d", "kode": kode}
    return answer(body, status, "application/problem+json")


@pytest.mark.parametrize(
    ("answered", "code"),
    [
        (problem("KRAV_UKJENT", 404), "KRAV_UNKNOWN"),
        (problem("SAK_UKJENT", 404), "SAK_UNKNOWN"),
        (problem("FORSKJELLIG_SKYLDNER", 422), "DEBTOR_DIFFERS"),
        (problem("FEIL_KRAVTYPE", 422), "NOT_KONTROLLSANKSJON"),
        (problem("FEIL_TILSTAND", 422), "KRAV_CLOSED"),
    ],
)
@pytest.mark.parametrize("change", CHANGES)
async def test_a_no_of_the_data_is_for_a_person(answered: Made, code: str, change: str) -> None:
    subject = stub(answered)
    with pytest.raises(BusinessException) as raised:
        await CHANGES[change](client(subject))
    assert (raised.value.code, raised.value.nothing_done, len(subject.requests)) == (code, True, 1)
    assert code in catalogue()


@pytest.mark.parametrize(
    ("answered", "phase", "nothing_done", "shown"),
    [
        (answer(example("pilen/problem-409.json"), 409, "application/problem+json"), "answer", True, "409 VERSJON"),
        (problem("SAK_LAAST", 409), "answer", True, "409 SAK_LAAST"),
        (problem("NOEKKEL_BRUKT", 422), "answer", True, "422 NOEKKEL_BRUKT"),
        (problem("NY_KODE", 404), "answer", False, "404 NY_KODE"),
        (problem("DELVIS_UTFOERT", 409), "answer", False, "409 DELVIS_UTFOERT"),
        (problem(f"ny {NUMBER}", 422), "answer", False, "no known code"),
        (problem("UGYLDIG_FORESPOERSEL", 400), "answer", False, "HTTP 400"),
        (answer("<html>404</html>", 404, "text/html"), "parse", False, "text/html"),
        (answer({"title": "uten kode"}, 409, "application/problem+json"), "parse", False, "kode"),
        (httpx.ReadTimeout(""), "send", False, "ReadTimeout"),
        (httpx.ConnectError("refused"), "connect", True, "refused"),
    ],
)
@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_sent_once_whatever_happens(
    answered: Made | Exception, phase: str, nothing_done: bool, shown: str, change: str
) -> None:
    subject = stub(answered)
    with pytest.raises(SystemException) as raised:
        await CHANGES[change](client(subject))
    assert (raised.value.phase, raised.value.nothing_done, len(subject.requests)) == (phase, nothing_done, 1)
    assert shown in raised.value.message
    assert NUMBER not in told_by(raised.value)
