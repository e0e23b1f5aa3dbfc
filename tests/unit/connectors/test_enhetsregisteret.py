"""Enhetsregisteret: the three ways of being gone, what weighs most, and the owner of an ENK."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from connectors.credentials import BearerToken
from connectors.enhetsregisteret.client import EnhetsregisterClient
from domain.errors import LoginRejected, SystemException
from domain.skyldner import Enhet, Enhetsstatus
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import Made, Stub, answer, example, hasty, stub

NR, ENK = "202063756", "230582785"
VENDOR = "application/vnd.brreg.enhetsregisteret.enhet.v2+json;charset=UTF-8"
UNKNOWN = answer(b"", 404, media_type="")
EMPTY_SEARCH = answer(example("enhetsregisteret/enheter-200-tomt.json"), media_type=VENDOR)
REFUSED = answer(example("enhetsregisteret/feil-400.json"), 400)


def client(subject: Stub, *, owners: bool = True) -> EnhetsregisterClient:
    return EnhetsregisterClient(
        "https://example.com/api", "https://example.com/autorisert-api", subject.client(), hasty(),
        BearerToken("t") if owners else None,
    )  # fmt: skip


def unit(nummer: str = NR, **fields: Any) -> dict[str, Any]:
    """A live unit; None leaves a field out."""
    wire = {
        "respons_klasse": "Enhet",
        "organisasjonsnummer": nummer,
        "organisasjonsform": {"kode": "AS"},
        "konkurs": False,
        "underAvvikling": False,
        "underTvangsavviklingEllerTvangsopplosning": False,
        **fields,
    }
    return {name: value for name, value in wire.items() if value is not None}


def search(*units: dict[str, Any]) -> Made:
    return answer({"_embedded": {"enheter": list(units)}, "page": {"totalElements": len(units)}}, media_type=VENDOR)


async def status_of(answered: Made) -> Enhetsstatus | None:
    enhet = await client(stub(answered)).get_enhet(NR)
    return None if enhet is None else enhet.status


async def test_the_examples() -> None:
    alive = answer(example("enhetsregisteret/enhet-200.json"), media_type=VENDOR)
    assert await client(stub(alive)).get_enhet(ENK) == Enhet(ENK, "ENK", Enhetsstatus.AKTIV)
    bankrupt = answer(example("enhetsregisteret/enhet-200-konkurs.json"), media_type=VENDOR)
    assert await client(stub(bankrupt)).get_enhet(NR) == Enhet(NR, "AS", Enhetsstatus.KONKURS, date(2026, 2, 3))
    struck_off = answer(example("enhetsregisteret/enhet-200-slettet.json"), media_type=VENDOR)
    assert await client(stub(struck_off)).get_enhet(NR) == Enhet(NR, "AS", Enhetsstatus.SLETTET, date(2025, 10, 29))
    removed = answer(example("enhetsregisteret/enhet-410-fjernet.json"), 410, media_type=VENDOR)
    assert await client(stub(removed)).get_enhet(NR) == Enhet(NR, None, Enhetsstatus.FJERNET, date(2026, 8, 6))
    assert await client(stub(UNKNOWN)).get_enhet(NR) is None


@pytest.mark.parametrize(
    ("wire", "status"),
    [
        (unit(slettedato="2024-03-09"), Enhetsstatus.SLETTET),
        (unit(slettedato="2024-03-09", respons_klasse=None), Enhetsstatus.SLETTET),
        (unit(respons_klasse="SlettetEnhet"), Enhetsstatus.SLETTET),
        (unit(slettedato="", konkursdato=""), Enhetsstatus.AKTIV),
        (unit(respons_klasse=None), Enhetsstatus.AKTIV),
        (unit(respons_klasse="KlasseFraFremtiden"), Enhetsstatus.AKTIV),
        (unit(konkurs=True, konkursdato=""), Enhetsstatus.KONKURS),
        (unit(konkursdato="2024-01-01"), Enhetsstatus.AKTIV),
        (unit(konkurs=True, underAvvikling=True, underTvangsavviklingEllerTvangsopplosning=True), Enhetsstatus.KONKURS),
        (unit(underAvvikling=True, underTvangsavviklingEllerTvangsopplosning=True), Enhetsstatus.TVANGSOPPLOSNING),
        (unit(underAvvikling=True), Enhetsstatus.UNDER_AVVIKLING),
        (unit(konkurs=True, slettedato="2024-03-09"), Enhetsstatus.SLETTET),
    ],
)
async def test_status(wire: dict[str, Any], status: Enhetsstatus) -> None:
    assert await status_of(answer(wire, media_type=VENDOR)) is status


@pytest.mark.parametrize(
    ("wire", "dato"),
    [
        (unit(), None),
        (unit(konkursdato="2026-02-03"), None),
        (unit(konkurs=True, konkursdato="2026-02-03", underAvviklingDato="2026-01-02"), date(2026, 2, 3)),
        (unit(konkurs=True, konkursdato="", underAvviklingDato="2026-01-02"), None),
        (unit(konkurs=True), None),
        (unit(underAvvikling=True, underAvviklingDato="2026-01-02"), date(2026, 1, 2)),
        (
            unit(
                underTvangsavviklingEllerTvangsopplosning=True,
                underAvvikling=True,
                underAvviklingDato="2026-01-01",
                tvangsopplostPgaManglendeRegnskapDato="2026-03-04",
                tvangsopplostPgaManglendeRevisorDato="2026-03-03",
            ),
            date(2026, 3, 3),
        ),
        (unit(underTvangsavviklingEllerTvangsopplosning=True), None),
        (unit(slettedato="2024-03-09", konkurs=True, konkursdato="2024-01-01"), date(2024, 3, 9)),
        (unit(respons_klasse="SlettetEnhet"), None),
    ],
)
async def test_since_when(wire: dict[str, Any], dato: date | None) -> None:
    enhet = await client(stub(answer(wire, media_type=VENDOR))).get_enhet(NR)
    assert enhet is not None
    assert enhet.statusdato == dato


async def test_a_date_that_is_none_is_no_answer() -> None:
    with pytest.raises(SystemException, match="a dato is not a date"):
        await client(stub(answer(unit(slettedato="09.03.2024"), media_type=VENDOR))).get_enhet(NR)


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (answer(b"", 410, media_type=""), Enhetsstatus.FJERNET),
        (answer({"message": ""}, 404), None),
        (REFUSED, None),
        (answer({"error": "Bad Request", "validationErrors": [{"errorMessage": "x"}]}, 400), None),
    ],
)
async def test_gone_and_unknown(answered: Made, expected: Enhetsstatus | None) -> None:
    assert await status_of(answered) is expected


@pytest.mark.parametrize(
    ("answered", "phase"),
    [
        (answer("<html>404</html>", 404, "text/html"), "parse"),
        (answer("<html>410</html>", 410, "text/html"), "parse"),
        (answer({"feilmelding": "Feilaktig forespørsel"}, 400), "answer"),
        (answer("<html>400</html>", 400, "text/html"), "parse"),
        (answer(unit(ENK), media_type=VENDOR), "parse"),
        (answer(unit(konkurs=None), media_type=VENDOR), "parse"),
        (answer(unit(konkurs="nei"), media_type=VENDOR), "parse"),
        (answer(unit(organisasjonsform=None), media_type=VENDOR), "parse"),
        (answer({"slettedato": "2024-03-09"}, media_type=VENDOR), "parse"),
    ],
)
async def test_answers_that_say_nothing_are_no_answer(answered: Made, phase: str) -> None:
    with pytest.raises(SystemException) as raised:
        await client(stub(answered)).get_enhet(NR)
    assert (raised.value.system, raised.value.phase) == ("ENHETSREGISTERET", phase)
    assert NR not in told_by(raised.value)


async def test_the_version_is_pinned() -> None:
    subject = stub(UNKNOWN)
    await client(subject).get_enhet(NR)
    assert subject.requests[0].headers["accept"] == VENDOR.partition(";")[0]
    assert str(subject.requests[0].url) == f"https://example.com/api/enheter/{NR}"
    assert "authorization" not in subject.requests[0].headers


async def test_many_are_searched_for_a_hundred_at_a_time_and_the_missing_asked_one_by_one() -> None:
    numbers = [f"{number:09d}" for number in range(200000000, 200000101)]
    subject = stub(
        search(*[unit(nummer) for nummer in numbers[:99]]),
        answer({"organisasjonsnummer": numbers[99], "slettedato": "2026-08-06"}, 410),
        EMPTY_SEARCH,
        UNKNOWN,
    )
    enheter = await client(subject).get_enheter([*numbers, numbers[0], "", "12345678x", "01817328004"])
    assert len(enheter) == 100
    assert enheter[numbers[99]].status is Enhetsstatus.FJERNET
    asked = [request.url.params.get("organisasjonsnummer") for request in subject.requests]
    assert asked == [",".join(numbers[:100]), None, numbers[100], None]
    assert subject.requests[0].url.params["size"] == "100"


async def test_a_number_the_register_refuses_does_not_spoil_the_others() -> None:
    subject = stub(REFUSED, answer(unit(NR), media_type=VENDOR), REFUSED)
    assert await client(subject).get_enheter([NR, "000000000"]) == {NR: Enhet(NR, "AS", Enhetsstatus.AKTIV)}


async def test_units_not_asked_for_and_repeats_are_nothing() -> None:
    subject = stub(search(unit(NR), unit(NR), unit(ENK)))
    assert set(await client(subject).get_enheter([NR])) == {NR}


def rolle(kode: str, number: str | None, **fields: Any) -> dict[str, Any]:
    person = {"fodselsdato": "1973-01-01"} if number is None else {"fodselsnummer": number}
    return {"type": {"kode": kode}, "person": person, **fields}


def roller(*given: dict[str, Any]) -> Made:
    return answer({"rollegrupper": [{"type": {"kode": "X"}, "roller": list(given)}]})


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (answer(example("enhetsregisteret/roller-200.json")), "01817328004"),
        (roller(rolle("INNH", "01817328004")), "01817328004"),
        (roller(rolle("INNH", "01817328004"), rolle("INNH", "01817328004")), "01817328004"),
        (roller(rolle("INNH", "01817328004"), rolle("INNH", "01818618022")), None),
        (roller(rolle("INNH", "01817328004", fratraadt=True)), None),
        (roller(rolle("INNH", "01817328004", avregistrert=True)), None),
        (roller(rolle("INNH", None)), None),
        (roller(rolle("KONT", "01817328004")), None),
        (roller({"type": {"kode": "INNH"}, "enhet": {"organisasjonsnummer": NR}}), None),
        (answer({"rollegrupper": []}), None),
        (UNKNOWN, None),
        (answer({"organisasjonsnummer": NR}, 410), None),
    ],
)
async def test_innehaver(answered: Made, expected: str | None) -> None:
    assert await client(stub(answered)).get_innehaver(ENK) == expected


async def test_innehaver_is_asked_for_with_a_token_at_the_authorised_address() -> None:
    subject = stub(UNKNOWN)
    await client(subject).get_innehaver(ENK)
    assert str(subject.requests[0].url) == f"https://example.com/autorisert-api/enheter/{ENK}/roller"
    assert subject.requests[0].headers["authorization"] == "Bearer t"


async def test_without_credentials_there_is_no_owner_and_no_call() -> None:
    subject = stub(UNKNOWN)
    assert await client(subject, owners=False).get_innehaver(ENK) is None
    assert subject.requests == []


@pytest.mark.parametrize(
    ("answered", "kind", "phase"),
    [
        (answer(status=401), LoginRejected, "auth"),
        (answer(status=403), SystemException, "auth"),
        (answer("<html>404</html>", 404, "text/html"), SystemException, "parse"),
        (
            answer(json.dumps({"rollegrupper": [{"roller": [{"person": {"fodselsnummer": "01817328004"}}]}]})),
            SystemException,
            "parse",
        ),
    ],
)
async def test_an_owner_not_told_for_technical_reasons_is_an_error(
    answered: Made, kind: type[SystemException], phase: str
) -> None:
    with pytest.raises(SystemException) as raised:
        await client(stub(answered)).get_innehaver(ENK)
    assert (type(raised.value), raised.value.phase) == (kind, phase)
    assert "01817328004" not in told_by(raised.value)
