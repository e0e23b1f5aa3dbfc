"""Procasso over a real socket: reading krav, changing them, writing them off, and each way a save can go wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

KARI = "01817328004"
NextKrav = Callable[[], str]
STOP = {"behandling": {"tilstand": "STOPPET"}}
REISSUE = {
    "beloep": {"kostnader": "0.00"},
    "frister": {"opprinneligForfall": "2025-08-22", "forfall": "2026-12-07"},
    "behandling": {"tilstand": "AAPEN"},
}


def change(
    procasso: httpx.Client, kravnr: str, parts: dict[str, Any], versjon: int = 1, key: str | None = None
) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return procasso.patch(f"/krav/{kravnr}", json={"versjon": versjon, **parts}, headers=headers)


def write_off(
    procasso: httpx.Client, kravnr: str, versjon: int = 1, key: str | None = None, kode: str = "FORELDET"
) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return procasso.post(f"/krav/{kravnr}/avskrivning", json={"versjon": versjon, "kode": kode}, headers=headers)


def read(procasso: httpx.Client, kravnr: str) -> dict[str, Any]:
    [found] = procasso.post("/krav/bulkoppslag", json={"kravIder": [kravnr]}).json()["funnet"]
    return dict(found)


def kode(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["feil"]["kode"]


def test_the_pages_hold_every_krav_of_procasso_once_in_order(sandbox: Any, procasso: httpx.Client) -> None:
    found: list[str] = []
    treff = 1
    while len(found) < treff:
        page = procasso.get("/krav", params={"limit": 17, "offset": len(found)}).json()
        assert (page["offset"], page["limit"]) == (len(found), 17)
        assert 0 < len(page["elementer"]) <= 17
        found += [krav["kravId"] for krav in page["elementer"]]
        treff = page["treff"]
    assert found == sorted(kravnr for kravnr, row in sandbox.truth().items() if row["fagsystem"] == "PROCASSO")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kravtype=SFO", ["PC9000002", "PC9000003"]),
        ("kravtype=SFO&tilstand=STOPPET", ["PC9000002"]),
        ("kravtype=SFO&kravtype=HUSLEIE&tilstand=KLAGE&tilstand=BETALT", ["PC9000003", "PC9000004"]),
        ("tilstand=STOPPET&saksflyt=MINDREAARIG&saksflyt=MYNDIG_NYTT_VARSEL", ["PC9000002"]),
        ("kravtype=KONTROLLSANKSJON&kravtype=LAAN", []),
    ],
)
def test_the_filters_may_be_repeated(procasso: httpx.Client, query: str, found: list[str]) -> None:
    page = procasso.get(f"/krav?{query}").json()
    numbers = [krav["kravId"] for krav in page["elementer"]]
    # Other tests stop krav of type BARNEHAGE.
    assert [kravnr for kravnr in numbers if kravnr.startswith("PC9")] == found


@pytest.mark.parametrize(
    "query",
    [
        "kravtype=BOT",
        "kravtype=SFO,HUSLEIE",
        "tilstand=aapen",
        "saksflyt=X",
        "offset=-1",
        "limit=0",
        "limit=201",
        "limit=x",
        "side=1",
    ],
)
def test_a_query_outside_the_contract_is_refused(procasso: httpx.Client, query: str) -> None:
    assert kode(procasso.get(f"/krav?{query}")) == (400, "UGYLDIG_INNHOLD")


def test_a_krav_on_the_wire(procasso: httpx.Client) -> None:
    assert read(procasso, "PC9000001") == {
        "kravId": "PC9000001", "versjon": 1, "saksnummer": "C900", "kreditor": "BYDEL03",
        "debitor": {"ident": "202063756", "art": "ENHET"}, "betalingsreferanse": None,
        "grunnlag": {"type": "BARNEHAGE", "ilagt": "2025-08-01T22:30:05Z", "kjennemerke": None},
        "frister": {"forfall": "2025-08-22", "opprinneligForfall": "2025-08-10"},
        "beloep": {"hovedstol": "3090.13", "kostnader": "38.00", "renter": "0.00"},
        "behandling": {"steg": "PURRING", "tilstand": "AAPEN", "saksflyt": "ORDINAER", "avskrivningskode": None},
    }  # fmt: skip


def test_a_look_up_tells_the_unknown_from_the_known(procasso: httpx.Client) -> None:
    asked = {"kravIder": ["PC9000002", "PI9000001", "PC9000001", "PC0000000"]}
    body = procasso.post("/krav/bulkoppslag", json=asked).json()
    assert [krav["kravId"] for krav in body["funnet"]] == ["PC9000002", "PC9000001"]
    assert body["ikkeFunnet"] == ["PI9000001", "PC0000000"]


def test_events_by_krav(procasso: httpx.Client) -> None:
    asked = {"kravIder": ["PC9000001", "PI9000004", "PC9000002"]}
    assert procasso.post("/hendelser/bulkoppslag", json=asked).json() == {
        "funnet": [
            {
                "kravId": "PC9000001",
                "hendelser": [
                    {"kode": "INNBETALING", "dato": "2025-09-05", "beloep": "100.50"},
                    {"kode": "X17", "dato": "2025-09-06", "beloep": None},
                ],
            },
            {"kravId": "PC9000002", "hendelser": []},
        ],
        "ikkeFunnet": ["PI9000004"],
    }


@pytest.mark.parametrize("path", ["/krav/bulkoppslag", "/hendelser/bulkoppslag"])
@pytest.mark.parametrize(
    "body",
    [
        {"kravIder": None},
        {"kravIder": "PC9000001"},
        {"kravIder": [1]},
        {"kravIder": ["PC9000001"] * 201},
        {"kravIder": [], "mer": 1},
        [],
    ],
)
def test_a_look_up_outside_the_contract_is_refused(procasso: httpx.Client, path: str, body: Any) -> None:
    assert kode(procasso.post(path, json=body)) == (400, "UGYLDIG_INNHOLD")


@pytest.mark.parametrize("authorization", ["", "Bearer feil", "Bearer pilen-test", "procasso-test"])
def test_without_the_token_nobody_gets_in(procasso: httpx.Client, authorization: str) -> None:
    assert kode(procasso.get("/krav", headers={"Authorization": authorization})) == (401, "TOKEN_AVVIST")


def test_a_change_writes_its_cells_and_no_other(sandbox: Any, procasso: httpx.Client, next_krav: NextKrav) -> None:
    kravnr = next_krav()
    before = sandbox.truth()
    answer = change(procasso, kravnr, REISSUE)
    assert (answer.status_code, answer.json()) == (200, read(procasso, kravnr))
    assert answer.json()["versjon"] == 2
    cells = {"kostnader": "0.00", "opprinnelig_forfall": "2025-08-22", "forfall": "2026-12-07", "tilstand": "AAPEN"}
    assert sandbox.truth() == {**before, kravnr: {**before[kravnr], **cells}}
    [effect] = sandbox.effects(kravnr)
    assert effect["kind"] == "change"
    fra = {"kostnader": "38.00", "opprinnelig_forfall": "", "forfall": "2025-08-22", "tilstand": "AAPEN"}
    assert effect["detail"] == {**cells, "fra": fra}


def test_an_opprinnelig_forfall_can_be_taken_away_again(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav
) -> None:
    kravnr = next_krav()
    change(procasso, kravnr, {"frister": {"opprinneligForfall": "2025-08-01"}})
    answer = change(procasso, kravnr, {"frister": {"opprinneligForfall": None}}, versjon=2)
    assert answer.json()["frister"] == {"forfall": "2025-08-22", "opprinneligForfall": None}
    assert sandbox.truth()[kravnr]["opprinnelig_forfall"] == ""


def test_tilstand_goes_between_open_and_stopped(sandbox: Any, procasso: httpx.Client, next_krav: NextKrav) -> None:
    kravnr = next_krav()
    for versjon, tilstand in enumerate(("STOPPET", "STOPPET", "AAPEN"), 1):
        answer = change(procasso, kravnr, {"behandling": {"tilstand": tilstand}}, versjon)
        assert answer.json()["behandling"]["tilstand"] == tilstand
    assert sandbox.saves(kravnr) == ["change"] * 3


@pytest.mark.parametrize("tilstand", ["KLAGE", "BETALINGSAVTALE", "BETALT", "AVSKREVET"])
def test_tilstand_goes_nowhere_else(sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, tilstand: str) -> None:
    kravnr = next_krav()
    assert kode(change(procasso, kravnr, {"behandling": {"tilstand": tilstand}})) == (422, "TILSTAND_IKKE_TILLATT")
    assert sandbox.saves(kravnr) == []


@pytest.mark.parametrize(
    ("kravnr", "expected"),
    [
        ("PC9000003", "TILSTAND_IKKE_TILLATT"),
        ("PC9000006", "TILSTAND_IKKE_TILLATT"),
        ("PC9000004", "KRAV_AVSLUTTET"),
        ("PC9000005", "KRAV_AVSLUTTET"),
    ],
    ids=["klage", "betalingsavtale", "betalt", "avskrevet"],
)
def test_a_krav_that_is_neither_open_nor_stopped_stays_so(
    sandbox: Any, procasso: httpx.Client, kravnr: str, expected: str
) -> None:
    assert kode(change(procasso, kravnr, STOP)) == (422, expected)
    assert sandbox.saves(kravnr) == []


@pytest.mark.parametrize("kravnr", ["PC9000004", "PC9000005"])
def test_a_closed_krav_does_not_change_at_all(sandbox: Any, procasso: httpx.Client, kravnr: str) -> None:
    assert kode(change(procasso, kravnr, {"beloep": {"kostnader": "0.00"}})) == (422, "KRAV_AVSLUTTET")
    assert sandbox.saves(kravnr) == []


@pytest.mark.parametrize("saksflyt", ["MINDREAARIG", "ORDINAER", None])
def test_saksflyt_belongs_to_the_screens(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, saksflyt: str | None
) -> None:
    kravnr = next_krav()
    answer = change(procasso, kravnr, {"behandling": {"tilstand": "STOPPET", "saksflyt": saksflyt}})
    assert kode(answer) == (422, "SAKSFLYT_KUN_I_SKJERMBILDE")
    assert sandbox.saves(kravnr) == []


@pytest.mark.parametrize(
    "body",
    [
        {"versjon": 1},
        {"versjon": 1, "beloep": {}},
        {"versjon": 1, "beloep": None},
        {"beloep": {"kostnader": "0.00"}},
        {"versjon": "1", "beloep": {"kostnader": "0.00"}},
        {"versjon": 0, "beloep": {"kostnader": "0.00"}},
        {"versjon": 1, "beloep": {"kostnader": 0}},
        {"versjon": 1, "beloep": {"kostnader": "0"}},
        {"versjon": 1, "beloep": {"kostnader": "-1.00"}},
        {"versjon": 1, "beloep": {"kostnader": None}},
        {"versjon": 1, "beloep": {"hovedstol": "0.00"}},
        {"versjon": 1, "frister": {"forfall": "2026-02-30"}},
        {"versjon": 1, "frister": {"forfall": None}},
        {"versjon": 1, "frister": {"opprinneligForfall": ""}},
        {"versjon": 1, "behandling": {"tilstand": "aapen"}},
        {"versjon": 1, "behandling": {"steg": "LETT"}},
        {"versjon": 1, "kostnader": "0.00"},
        [],
    ],
)
def test_a_change_outside_the_contract_is_refused(sandbox: Any, procasso: httpx.Client, body: Any) -> None:
    answer = procasso.patch("/krav/PC9000001", json=body, headers={"Idempotency-Key": "k"})
    assert kode(answer) == (400, "UGYLDIG_INNHOLD")
    assert sandbox.saves("PC9000001") == []


@pytest.mark.parametrize("idempotency_key", ["", "x" * 101])
def test_a_save_needs_an_idempotency_key(sandbox: Any, procasso: httpx.Client, idempotency_key: str) -> None:
    headers = {"Idempotency-Key": idempotency_key}
    answers = [
        procasso.patch("/krav/PC9000001", json={"versjon": 1, **STOP}, headers=headers),
        procasso.post("/krav/PC9000001/avskrivning", json={"versjon": 1, "kode": "FORELDET"}, headers=headers),
        procasso.post("/krav/PC9000001/notater", json={"referanse": "a", "tekst": "b"}, headers=headers),
    ]
    assert [kode(answer) for answer in answers] == [(400, "UGYLDIG_NOEKKEL")] * 3
    assert sandbox.saves("PC9000001") == []


@pytest.mark.parametrize("tilstand", ["AAPEN", "STOPPET"])
def test_a_write_off(sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, tilstand: str) -> None:
    kravnr = next_krav()
    change(procasso, kravnr, {"behandling": {"tilstand": tilstand}})
    before = sandbox.truth()
    answer = write_off(procasso, kravnr, versjon=2)
    assert (answer.status_code, answer.json()) == (200, read(procasso, kravnr))
    assert answer.json()["behandling"]["avskrivningskode"] == "FORELDET"
    assert answer.json()["versjon"] == 3
    assert sandbox.truth() == {**before, kravnr: {**before[kravnr], "tilstand": "AVSKREVET"}}
    assert sandbox.effects(kravnr)[1]["kind"] == "write_off"
    assert sandbox.effects(kravnr)[1]["detail"] == {"kode": "FORELDET", "fra": tilstand}
    assert kode(write_off(procasso, kravnr, versjon=3)) == (422, "KRAV_AVSLUTTET")


def test_a_krav_in_klage_or_betalingsavtale_can_be_written_off(sandbox: Any, procasso: httpx.Client) -> None:
    for kravnr in ("PC9000103", "PC9000106"):
        assert write_off(procasso, kravnr).json()["behandling"]["tilstand"] == "AVSKREVET"
        assert sandbox.saves(kravnr) == ["write_off"]


def test_a_closed_krav_is_not_written_off(sandbox: Any, procasso: httpx.Client) -> None:
    for kravnr in ("PC9000004", "PC9000005"):
        assert kode(write_off(procasso, kravnr)) == (422, "KRAV_AVSLUTTET")
        assert sandbox.saves(kravnr) == []


def test_a_write_off_needs_a_reason_that_procasso_knows(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav
) -> None:
    kravnr = next_krav()
    assert kode(write_off(procasso, kravnr, kode="KULANSE")) == (422, "UKJENT_AVSKRIVNINGSKODE")
    assert sandbox.saves(kravnr) == []


Saving = Callable[[httpx.Client, str, int, str | None], httpx.Response]
SAVES: dict[str, Saving] = {
    "change": lambda procasso, kravnr, versjon, key: change(procasso, kravnr, REISSUE, versjon, key),
    "write_off": lambda procasso, kravnr, versjon, key: write_off(procasso, kravnr, versjon, key),
}


@pytest.mark.parametrize("kind", SAVES)
def test_the_same_key_and_content_is_answered_again_without_a_second_save(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, kind: str
) -> None:
    kravnr, key = next_krav(), str(uuid.uuid4())
    first, again = (SAVES[kind](procasso, kravnr, 1, key) for _ in range(2))
    assert (again.status_code, again.json()) == (200, first.json())
    assert sandbox.saves(kravnr) == [kind]


def test_the_same_key_for_something_else_is_refused(sandbox: Any, procasso: httpx.Client, next_krav: NextKrav) -> None:
    kravnr, other, key = next_krav(), next_krav(), str(uuid.uuid4())
    assert change(procasso, kravnr, STOP, 1, key).status_code == 200
    for answer in (
        change(procasso, kravnr, STOP, 2, key),
        change(procasso, kravnr, {"behandling": {"tilstand": "AAPEN"}}, 1, key),
        change(procasso, other, STOP, 1, key),
        write_off(procasso, kravnr, 1, key),
    ):
        assert kode(answer) == (422, "NOEKKEL_GJENBRUKT")
    assert (sandbox.saves(kravnr), sandbox.saves(other)) == (["change"], [])


@pytest.mark.parametrize("kind", SAVES)
def test_a_refusal_leaves_everything_as_it_was_and_does_not_bind_the_key(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, kind: str
) -> None:
    kravnr, key = next_krav(), str(uuid.uuid4())
    before = sandbox.truth()
    assert kode(SAVES[kind](procasso, kravnr, 7, key)) == (409, "UTDATERT_VERSJON")
    for unknown in ("PC0000000", "PI9000001"):
        assert kode(SAVES[kind](procasso, unknown, 1, key)) == (404, "UKJENT_KRAV")
    sandbox.control.post("/pax", json={"locked_cases": [before[kravnr]["saksnr"]]})
    locked = SAVES[kind](procasso, kravnr, 1, key)
    assert kode(locked) == (409, "SAK_OPPTATT")
    assert KARI not in locked.text
    assert sandbox.truth() == before
    sandbox.control.post("/pax", json={"locked_cases": []})
    assert SAVES[kind](procasso, kravnr, 1, key).status_code == 200
    assert sandbox.saves(kravnr) == [kind]


@pytest.mark.parametrize("kind", SAVES)
def test_an_answer_lost_after_the_save_can_be_had_with_the_same_key(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, kind: str
) -> None:
    kravnr, key = next_krav(), str(uuid.uuid4())
    sandbox.turn("PROCASSO", "answer_lost", times=1)
    with pytest.raises(httpx.TransportError):
        SAVES[kind](procasso, kravnr, 1, key)
    assert sandbox.saves(kravnr) == [kind]
    assert SAVES[kind](procasso, kravnr, 1, key).json() == read(procasso, kravnr)
    assert sandbox.saves(kravnr) == [kind]


def test_a_read_never_loses_its_answer(sandbox: Any, procasso: httpx.Client) -> None:
    sandbox.turn("PROCASSO", "answer_lost")
    assert procasso.post("/krav/bulkoppslag", json={"kravIder": []}).status_code == 200


@pytest.mark.parametrize("kind", SAVES)
def test_a_late_save_is_answered_at_once_and_seen_later(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, eventually: Callable[..., bool], kind: str
) -> None:
    kravnr = next_krav()
    before = read(procasso, kravnr)
    sandbox.turn("PROCASSO", "saves_late", saves_late_ms=400)
    answer = SAVES[kind](procasso, kravnr, 1, None)
    assert (answer.status_code, answer.json()["versjon"]) == (200, 2)
    assert read(procasso, kravnr) == before
    assert sandbox.saves(kravnr) == []
    assert eventually(lambda: sandbox.saves(kravnr) == [kind])
    assert answer.json() == read(procasso, kravnr)


def test_half_a_change_ends_in_500_and_the_rest_can_be_tried_with_the_same_key(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav
) -> None:
    kravnr, key = next_krav(), str(uuid.uuid4())
    sandbox.turn("PROCASSO", "saves_half", times=1)
    assert kode(change(procasso, kravnr, REISSUE, 1, key)) == (500, "INTERN_FEIL")
    # The first two of kostnader, forfall, opprinneligForfall and tilstand.
    half = read(procasso, kravnr)
    assert half["beloep"]["kostnader"] == "0.00"
    assert half["frister"] == {"forfall": "2026-12-07", "opprinneligForfall": None}
    assert half["versjon"] == 2
    assert change(procasso, kravnr, REISSUE, 2, key).json()["frister"] == REISSUE["frister"]
    assert sandbox.saves(kravnr) == ["change"] * 2


def test_half_of_one_cell_is_none(sandbox: Any, procasso: httpx.Client, next_krav: NextKrav) -> None:
    kravnr = next_krav()
    sandbox.turn("PROCASSO", "saves_half", times=2)
    assert change(procasso, kravnr, STOP).status_code == 500
    assert write_off(procasso, kravnr).status_code == 500
    assert read(procasso, kravnr)["versjon"] == 1
    assert sandbox.saves(kravnr) == []


@pytest.mark.parametrize(
    ("knob", "status", "expected"),
    [
        ("too_many_requests", 429, "FOR_MANGE_KALL"),
        ("unavailable", 503, "STENGT"),
        ("server_error", 500, "INTERN_FEIL"),
    ],
)
def test_overload_and_failure_change_nothing(
    sandbox: Any, procasso: httpx.Client, next_krav: NextKrav, knob: str, status: int, expected: str
) -> None:
    kravnr = next_krav()
    sandbox.turn("PROCASSO", knob, times=1, retry_after_ms=1500)
    answer = change(procasso, kravnr, STOP)
    assert kode(answer) == (status, expected)
    # Whole seconds, and never less than asked for.
    assert answer.headers.get("Retry-After") == ("2" if status == 429 else None)
    assert sandbox.saves(kravnr) == []
