"""Pilen over a real socket: reading, merging, and each way a merge can go wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

KARI = "01817328004"
NextSet = Callable[[], list[str]]


def case_of(kravnr: str) -> str:
    """The case each krav of a set is in from the start."""
    return f"S{kravnr[2:4]}{kravnr[-1]}"


def versions(pilen: httpx.Client, kravnumre: list[str]) -> dict[str, int]:
    found = pilen.post("/krav/oppslag", json={"kravnumre": kravnumre}).json()["krav"]
    return {krav["kravnr"]: krav["versjon"] for krav in found}


def merge(pilen: httpx.Client, saksnr: str, versjoner: dict[str, int], key: str | None = None) -> httpx.Response:
    body = {"krav": [{"kravnr": kravnr, "versjon": versjon} for kravnr, versjon in versjoner.items()]}
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return pilen.post(f"/saker/{saksnr}/sammenslaaing", json=body, headers=headers)


def cases(pilen: httpx.Client, kravnumre: list[str]) -> list[str]:
    found = pilen.post("/krav/oppslag", json={"kravnumre": kravnumre}).json()["krav"]
    return [krav["saksnr"] for krav in found]


def test_the_pages_hold_every_krav_of_pilen_once_in_order(sandbox: Any, pilen: httpx.Client) -> None:
    found: list[str] = []
    side: int | None = 0
    while side is not None:
        page = pilen.get("/krav", params={"antall": 7, "side": side}).json()
        assert len(page["krav"]) <= 7
        found += [krav["kravnr"] for krav in page["krav"]]
        side = page["neste"]
    assert found == sorted(kravnr for kravnr, row in sandbox.truth().items() if row["fagsystem"] == "PILEN")
    assert page["totalt"] == len(found)


def test_the_filters_are_lists(pilen: httpx.Client) -> None:
    def found(**query: str) -> list[str]:
        """Among those that no test changes."""
        kravnumre = [krav["kravnr"] for krav in pilen.get("/krav", params=query).json()["krav"]]
        return [kravnr for kravnr in kravnumre if kravnr.startswith("PI90")]

    assert found(kravtype="KONTROLLSANKSJON") == ["PI9000003", "PI9000004"]
    assert found(kravtype="KONTROLLSANKSJON", tilstand="AAPEN,STOPPET") == ["PI9000004"]
    assert found(kravtype="SFO,HUSLEIE") == []


@pytest.mark.parametrize(
    "query", ["kravtype=BOT", "tilstand=aapen", "side=-1", "antall=0", "antall=1001", "antall=x", "sort=kravnr"]
)
def test_a_query_outside_the_contract_is_refused(pilen: httpx.Client, query: str) -> None:
    answer = pilen.get(f"/krav?{query}")
    assert (answer.status_code, answer.json()["kode"]) == (400, "UGYLDIG_FORESPOERSEL")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_krav_on_the_wire(pilen: httpx.Client) -> None:
    assert pilen.get("/krav/PI9000004").json() == {
        "kravnr": "PI9000004", "kravtype": "KONTROLLSANKSJON", "fordringshaver": "BYM", "skyldner": KARI,
        "kjennemerke": None, "ilagtTidspunkt": "2025-08-01T22:30:05Z", "forfall": "2025-08-22",
        "opprinneligForfall": "2025-08-10", "hovedstol": "1350.00", "kostnader": "113.00", "renter": "52.26",
        "renterBeregnetTil": "2026-08-01", "saksnr": "S9004", "steg": "LETT", "tilstand": "AAPEN",
        "avskrivingskode": None, "kid": None, "versjon": 1,
    }  # fmt: skip


@pytest.mark.parametrize("kravnr", ["PI0000000", "PX9000005"])
def test_a_krav_that_is_not_in_pilen_is_unknown(pilen: httpx.Client, kravnr: str) -> None:
    answer = pilen.get(f"/krav/{kravnr}")
    assert (answer.status_code, answer.json()["kode"]) == (404, "KRAV_UKJENT")


def test_a_look_up_tells_the_unknown_from_the_known(pilen: httpx.Client) -> None:
    body = pilen.post("/krav/oppslag", json={"kravnumre": ["PI9000002", "PX9000005", "PI9000001"]}).json()
    assert [krav["kravnr"] for krav in body["krav"]] == ["PI9000002", "PI9000001"]
    assert body["ukjente"] == ["PX9000005"]


def test_events_of_pilen_only(pilen: httpx.Client) -> None:
    body = pilen.post("/hendelser/oppslag", json={"kravnumre": ["PI9000004", "PX9000005", "PI9000003"]}).json()
    assert body["hendelser"] == [
        {"kravnr": "PI9000004", "dato": "2025-09-02", "hendelse": "INNBETALING", "beloep": "100.50"},
        {"kravnr": "PI9000004", "dato": "2025-09-03", "hendelse": "X17", "beloep": None},
        {"kravnr": "PI9000003", "dato": "2025-09-01", "hendelse": "KLAGE", "beloep": None},
    ]


@pytest.mark.parametrize("path", ["/krav/oppslag", "/hendelser/oppslag"])
@pytest.mark.parametrize("kravnumre", [None, "PI9000001", [1], ["PI9000001"] * 501])
def test_a_look_up_outside_the_contract_is_refused(pilen: httpx.Client, path: str, kravnumre: Any) -> None:
    assert pilen.post(path, json={"kravnumre": kravnumre}).status_code == 400


@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "Bearer feil"}])
def test_without_the_token_nobody_gets_in(pilen: httpx.Client, headers: dict[str, str]) -> None:
    answer = pilen.get("/krav", headers=headers)
    assert (answer.status_code, answer.json()["kode"]) == (401, "UAUTENTISERT")


def test_a_merge_moves_the_krav_and_nothing_else_of_them(sandbox: Any, pilen: httpx.Client, next_set: NextSet) -> None:
    kravnumre = next_set()
    before, target = sandbox.truth(), case_of(kravnumre[0])
    answer = merge(pilen, target, dict.fromkeys(kravnumre, 1))
    assert answer.status_code == 200
    assert answer.json()["saksnr"] == target
    assert answer.json()["krav"] == [pilen.get(f"/krav/{kravnr}").json() for kravnr in kravnumre]
    assert versions(pilen, kravnumre) == dict.fromkeys(kravnumre, 2)
    expected = {**before, **{kravnr: {**before[kravnr], "saksnr": target} for kravnr in kravnumre}}
    assert sandbox.truth() == expected
    assert sandbox.merges(*kravnumre) == kravnumre


def test_the_same_key_and_content_is_answered_again_without_a_second_save(
    sandbox: Any, pilen: httpx.Client, next_set: NextSet
) -> None:
    kravnumre, key = next_set(), str(uuid.uuid4())
    first = merge(pilen, case_of(kravnumre[0]), dict.fromkeys(kravnumre, 1), key)
    again = merge(pilen, case_of(kravnumre[0]), dict.fromkeys(reversed(kravnumre), 1), key)
    assert (again.status_code, again.json()) == (200, first.json())
    assert sandbox.merges(*kravnumre) == kravnumre


def test_a_repeat_with_another_key_is_seen_as_a_second_save(
    sandbox: Any, pilen: httpx.Client, next_set: NextSet
) -> None:
    kravnumre = next_set()
    for versjon in (1, 2):
        assert merge(pilen, case_of(kravnumre[0]), dict.fromkeys(kravnumre, versjon)).status_code == 200
    assert sandbox.merges(*kravnumre) == kravnumre * 2


def test_the_same_key_for_something_else_is_refused(sandbox: Any, pilen: httpx.Client, next_set: NextSet) -> None:
    kravnumre, key = next_set(), str(uuid.uuid4())
    merge(pilen, case_of(kravnumre[0]), {kravnumre[1]: 1}, key)
    for saksnr, versjoner in [
        (case_of(kravnumre[0]), {kravnumre[2]: 1}),
        (case_of(kravnumre[0]), {kravnumre[1]: 2}),
        (case_of(kravnumre[2]), {kravnumre[1]: 1}),
    ]:
        answer = merge(pilen, saksnr, versjoner, key)
        assert (answer.status_code, answer.json()["kode"]) == (422, "NOEKKEL_BRUKT")
    assert sandbox.merges(*kravnumre) == [kravnumre[1]]


@pytest.mark.parametrize("idempotency_key", ["", "x" * 101])
def test_a_merge_needs_an_idempotency_key(pilen: httpx.Client, idempotency_key: str) -> None:
    answer = pilen.post(
        "/saker/S9001/sammenslaaing", json={"krav": [{"kravnr": "PI9000001", "versjon": 1}]},
        headers={"Idempotency-Key": idempotency_key},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["kode"]) == (400, "NOEKKEL_MANGLER")


@pytest.mark.parametrize(
    "krav",
    [
        None,
        [],
        ["PI9000001"],
        [{"kravnr": "PI9000001"}],
        [{"kravnr": "PI9000001", "versjon": "1"}],
        [{"kravnr": "PI9000001", "versjon": 1}] * 2,
    ],
)
def test_a_merge_outside_the_contract_is_refused(pilen: httpx.Client, krav: Any) -> None:
    answer = pilen.post("/saker/S9001/sammenslaaing", json={"krav": krav}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["kode"]) == (400, "UGYLDIG_FORESPOERSEL")


def test_each_refusal_leaves_everything_as_it_was(sandbox: Any, pilen: httpx.Client, next_set: NextSet) -> None:
    first, second, _third = next_set()
    before = sandbox.truth()
    refusals = [
        (case_of(first), {first: 1, second: 7}, 409, "VERSJON"),
        (case_of(first), {second: 1, "PI0000000": 1}, 404, "KRAV_UKJENT"),
        (case_of(first), {second: 1, "PX9000005": 1}, 404, "KRAV_UKJENT"),
        ("S0", {second: 1}, 404, "SAK_UKJENT"),
        ("9005", {second: 1}, 404, "SAK_UKJENT"),
        (case_of(first), {second: 1, "PI9000001": 1}, 422, "FORSKJELLIG_SKYLDNER"),
        (case_of(first), {second: 1, "PI9000002": 1}, 422, "FORSKJELLIG_SKYLDNER"),
    ]
    for saksnr, versjoner, status, kode in refusals:
        answer = merge(pilen, saksnr, versjoner)
        assert (answer.status_code, answer.json()["kode"]) == (status, kode)
        assert KARI not in answer.text
    assert sandbox.truth() == before
    assert sandbox.merges(first, second) == []


def test_a_refusal_does_not_bind_the_key(pilen: httpx.Client, next_set: NextSet) -> None:
    first, second, _third = next_set()
    key = str(uuid.uuid4())
    assert merge(pilen, case_of(first), {second: 9}, key).status_code == 409
    assert merge(pilen, case_of(first), {second: 1}, key).status_code == 200


@pytest.mark.parametrize("locked", [0, 1], ids=["the target", "a case left"])
def test_a_case_somebody_else_has_open_is_locked(
    sandbox: Any, pilen: httpx.Client, next_set: NextSet, locked: int
) -> None:
    kravnumre = next_set()
    sandbox.control.post("/pax", json={"locked_cases": [case_of(kravnumre[locked])]})
    answer = merge(pilen, case_of(kravnumre[0]), {kravnumre[1]: 1})
    assert (answer.status_code, answer.json()["kode"]) == (409, "SAK_LAAST")
    assert sandbox.merges(*kravnumre) == []


def test_an_answer_lost_after_the_save_can_be_had_with_the_same_key(
    sandbox: Any, pilen: httpx.Client, next_set: NextSet
) -> None:
    kravnumre, key = next_set(), str(uuid.uuid4())
    sandbox.turn("PILEN", "answer_lost", times=1)
    with pytest.raises(httpx.TransportError):
        merge(pilen, case_of(kravnumre[0]), dict.fromkeys(kravnumre, 1), key)
    assert sandbox.merges(*kravnumre) == kravnumre
    assert merge(pilen, case_of(kravnumre[0]), dict.fromkeys(kravnumre, 1), key).status_code == 200
    assert sandbox.merges(*kravnumre) == kravnumre


def test_a_read_never_loses_its_answer(sandbox: Any, pilen: httpx.Client) -> None:
    sandbox.turn("PILEN", "answer_lost")
    assert pilen.post("/krav/oppslag", json={"kravnumre": []}).status_code == 200


def test_a_late_save_is_answered_at_once_and_seen_later(
    sandbox: Any, pilen: httpx.Client, next_set: NextSet, eventually: Callable[..., bool]
) -> None:
    kravnumre = next_set()
    target = case_of(kravnumre[0])
    sandbox.turn("PILEN", "saves_late", saves_late_ms=400)
    answer = merge(pilen, target, dict.fromkeys(kravnumre, 1))
    assert answer.status_code == 200
    assert [krav["saksnr"] for krav in answer.json()["krav"]] == [target] * 3
    assert cases(pilen, kravnumre) == [case_of(kravnr) for kravnr in kravnumre]
    assert sandbox.merges(*kravnumre) == []
    assert eventually(lambda: cases(pilen, kravnumre) == [target] * 3)
    assert sandbox.merges(*kravnumre) == kravnumre
    assert answer.json()["krav"] == [pilen.get(f"/krav/{kravnr}").json() for kravnr in kravnumre]


def test_who_does_not_wait_for_a_late_save_saves_twice(
    sandbox: Any, pilen: httpx.Client, next_set: NextSet, eventually: Callable[..., bool]
) -> None:
    kravnumre = next_set()
    sandbox.turn("PILEN", "saves_late", saves_late_ms=400)
    for _ in range(2):
        assert merge(pilen, case_of(kravnumre[0]), {kravnumre[1]: 1}).status_code == 200
    assert eventually(lambda: sandbox.merges(*kravnumre) == [kravnumre[1]] * 2)


def test_half_a_save_ends_in_500_and_the_rest_can_be_tried_with_the_same_key(
    sandbox: Any, pilen: httpx.Client, next_set: NextSet
) -> None:
    kravnumre, key = next_set(), str(uuid.uuid4())
    target = case_of(kravnumre[0])
    sandbox.turn("PILEN", "saves_half", times=1)
    answer = merge(pilen, target, dict.fromkeys(reversed(kravnumre), 1), key)
    assert (answer.status_code, answer.json()["kode"]) == (500, "INTERN_FEIL")
    assert sandbox.merges(*kravnumre) == [kravnumre[2]]
    assert cases(pilen, kravnumre) == [target, case_of(kravnumre[1]), target]
    assert merge(pilen, target, {kravnumre[1]: 1}, key).status_code == 200
    assert sandbox.merges(*kravnumre) == [kravnumre[2], kravnumre[1]]


def test_half_of_one_krav_is_none(sandbox: Any, pilen: httpx.Client, next_set: NextSet) -> None:
    first, second, _third = next_set()
    sandbox.turn("PILEN", "saves_half", times=1)
    assert merge(pilen, case_of(first), {second: 1}).status_code == 500
    assert sandbox.merges(first, second) == []


@pytest.mark.parametrize(
    ("knob", "status", "kode"),
    [
        ("too_many_requests", 429, "FOR_MANGE_KALL"),
        ("unavailable", 503, "UTILGJENGELIG"),
        ("server_error", 500, "INTERN_FEIL"),
    ],
)
def test_overload_and_failure_are_problems_and_change_nothing(
    sandbox: Any, pilen: httpx.Client, next_set: NextSet, knob: str, status: int, kode: str
) -> None:
    kravnumre = next_set()
    sandbox.turn("PILEN", knob, times=1, retry_after_ms=1500)
    answer = merge(pilen, case_of(kravnumre[0]), dict.fromkeys(kravnumre, 1))
    assert (answer.status_code, answer.json()["kode"]) == (status, kode)
    # Whole seconds, and never less than asked for.
    assert answer.headers.get("Retry-After") == ("2" if status == 429 else None)
    assert sandbox.merges(*kravnumre) == []
