"""Posting rente and writing off in Pilen over a real socket: done once, refused, and each way it can go wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

CONTENT: dict[str, dict[str, Any]] = {
    "renter": {"renter": "61.50", "renterBeregnetTil": "2026-11-23"},
    "avskriving": {"kode": "FORELDET"},
}
AFTER: dict[str, dict[str, str]] = {
    "renter": {"renter": "61.50", "renter_beregnet_til": "2026-11-23"},
    "avskriving": {"tilstand": "AVSKREVET"},
}
EFFECT: dict[str, tuple[str, dict[str, str]]] = {
    "renter": ("renter", {"renter": "61.50", "til": "2026-11-23", "fra": "52.26"}),
    "avskriving": ("avskriving", {"kode": "FORELDET", "fra": "AAPEN"}),
}
both = pytest.mark.parametrize("change", CONTENT)


def make(
    pilen: httpx.Client, change: str, kravnr: str, versjon: Any = 1, key: str | None = None, **content: Any
) -> httpx.Response:
    return pilen.post(
        f"/krav/{kravnr}/{change}",
        json={"versjon": versjon, **(content or CONTENT[change])},
        headers={"Idempotency-Key": key or str(uuid.uuid4())},
    )


def kode(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["kode"]


@both
def test_a_change_and_nothing_else_of_the_world(sandbox: Any, pilen: httpx.Client, sanksjon: str, change: str) -> None:
    before = sandbox.truth()
    answer = make(pilen, change, sanksjon)
    assert (answer.status_code, answer.json()) == (200, pilen.get(f"/krav/{sanksjon}").json())
    assert answer.json()["versjon"] == 2
    assert sandbox.truth() == {**before, sanksjon: {**before[sanksjon], **AFTER[change]}}
    assert sandbox.pilen_effects(sanksjon) == [EFFECT[change]]


def test_why_a_krav_was_written_off_can_be_read(pilen: httpx.Client, sanksjon: str) -> None:
    assert make(pilen, "avskriving", sanksjon).json()["avskrivingskode"] == "FORELDET"
    assert pilen.get(f"/krav/{sanksjon}").json()["avskrivingskode"] == "FORELDET"
    assert pilen.get("/krav/T-AVSKREVET").json()["avskrivingskode"] is None


@both
def test_the_same_key_and_content_is_answered_again(
    sandbox: Any, pilen: httpx.Client, sanksjon: str, change: str
) -> None:
    first = make(pilen, change, sanksjon, key=f"igjen-{change}")
    again = make(pilen, change, sanksjon, key=f"igjen-{change}")
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(sandbox.pilen_effects(sanksjon)) == 1


def test_a_key_is_bound_whatever_the_kind_of_change(sandbox: Any, pilen: httpx.Client, sanksjon: str) -> None:
    make(pilen, "renter", sanksjon, key="bundet")
    for answer in [
        make(pilen, "avskriving", sanksjon, 2, "bundet"),
        make(pilen, "renter", sanksjon, 2, "bundet"),
        make(pilen, "renter", "PI9000004", 1, "bundet"),
        make(pilen, "renter", sanksjon, 1, "bundet", renter="61.51", renterBeregnetTil="2026-11-23"),
    ]:
        assert kode(answer) == (422, "NOEKKEL_BRUKT")
    assert sandbox.pilen_effects(sanksjon) == [EFFECT["renter"]]


def test_rente_is_posted_anew_from_the_version_it_left(sandbox: Any, pilen: httpx.Client, sanksjon: str) -> None:
    make(pilen, "renter", sanksjon)
    answer = make(pilen, "renter", sanksjon, 2, renter="0.00", renterBeregnetTil="2026-11-24")
    assert (answer.json()["renter"], answer.json()["versjon"]) == ("0.00", 3)
    assert [detail["fra"] for _, detail in sandbox.pilen_effects(sanksjon)] == ["52.26", "61.50"]


@both
@pytest.mark.parametrize("kravnr", ["PI0000000", "PX9000005"])
def test_a_krav_pilen_does_not_have(pilen: httpx.Client, change: str, kravnr: str) -> None:
    assert kode(make(pilen, change, kravnr)) == (404, "KRAV_UKJENT")


@both
def test_a_krav_written_since_it_was_read(sandbox: Any, pilen: httpx.Client, sanksjon: str, change: str) -> None:
    assert kode(make(pilen, change, sanksjon, 7, f"ledig-{change}")) == (409, "VERSJON")
    assert sandbox.pilen_effects(sanksjon) == []
    assert make(pilen, change, sanksjon, 1, f"ledig-{change}").status_code == 200


@both
def test_a_case_somebody_else_has_open(sandbox: Any, pilen: httpx.Client, sanksjon: str, change: str) -> None:
    sandbox.control.post("/pax", json={"locked_cases": [f"SK{sanksjon[2:]}"]})
    assert kode(make(pilen, change, sanksjon)) == (409, "SAK_LAAST")
    assert sandbox.pilen_effects(sanksjon) == []


def test_only_a_kontrollsanksjon_has_rente_posted(pilen: httpx.Client) -> None:
    assert kode(make(pilen, "renter", "PI9000001")) == (422, "FEIL_KRAVTYPE")


def test_no_rente_on_a_krav_that_is_not_open(sandbox: Any, pilen: httpx.Client) -> None:
    assert pilen.get("/krav/PI9000003").json()["tilstand"] == "KLAGE"
    assert kode(make(pilen, "renter", "PI9000003")) == (422, "FEIL_TILSTAND")
    assert sandbox.pilen_effects("PI9000003") == []


@pytest.mark.parametrize(
    ("tilstand", "written_off"),
    [("KLAGE", True), ("BETALINGSAVTALE", True), ("STOPPET", True), ("BETALT", False), ("AVSKREVET", False)],
)
def test_what_can_be_written_off(sandbox: Any, pilen: httpx.Client, tilstand: str, written_off: bool) -> None:
    answer = make(pilen, "avskriving", f"T-{tilstand}")
    assert answer.status_code == (200 if written_off else 422)
    expected = [("avskriving", {"kode": "FORELDET", "fra": tilstand})]
    assert sandbox.pilen_effects(f"T-{tilstand}") == (expected if written_off else [])


@pytest.mark.parametrize(
    ("change", "content"),
    [
        ("renter", {"renter": "61.5", "renterBeregnetTil": "2026-11-23"}),
        ("renter", {"renter": 61.5, "renterBeregnetTil": "2026-11-23"}),
        ("renter", {"renter": "61.50", "renterBeregnetTil": "2026-02-30"}),
        ("renter", {"renter": "61.50"}),
        ("avskriving", {"kode": "GAMMEL"}),
        ("avskriving", {"kode": ["FORELDET"]}),
        ("avskriving", {"versjon": "1", "kode": "FORELDET"}),
        ("renter", {"versjon": True, **CONTENT["renter"]}),
    ],
)
def test_a_change_outside_the_contract_is_refused(pilen: httpx.Client, change: str, content: dict[str, Any]) -> None:
    answer = make(pilen, change, "PI9000004", content.pop("versjon", 1), **content)
    assert kode(answer) == (400, "UGYLDIG_FORESPOERSEL")


@both
def test_a_change_needs_an_idempotency_key(pilen: httpx.Client, change: str) -> None:
    assert kode(make(pilen, change, "PI9000004", key="x" * 101)) == (400, "NOEKKEL_MANGLER")


@both
def test_an_answer_lost_after_the_save_can_be_had_with_the_same_key(
    sandbox: Any, pilen: httpx.Client, sanksjon: str, change: str
) -> None:
    sandbox.turn("PILEN", "answer_lost", times=1)
    with pytest.raises(httpx.TransportError):
        make(pilen, change, sanksjon, key=f"tapt-{change}")
    assert sandbox.pilen_effects(sanksjon) == [EFFECT[change]]
    assert make(pilen, change, sanksjon, key=f"tapt-{change}").status_code == 200
    assert sandbox.pilen_effects(sanksjon) == [EFFECT[change]]


@both
def test_a_late_save_is_answered_at_once_and_seen_later(
    sandbox: Any, pilen: httpx.Client, sanksjon: str, change: str, eventually: Callable[..., bool]
) -> None:
    before = pilen.get(f"/krav/{sanksjon}").json()
    sandbox.turn("PILEN", "saves_late", saves_late_ms=400)
    answer = make(pilen, change, sanksjon)
    assert answer.status_code == 200
    assert (pilen.get(f"/krav/{sanksjon}").json(), sandbox.pilen_effects(sanksjon)) == (before, [])
    assert eventually(lambda: sandbox.pilen_effects(sanksjon) == [EFFECT[change]])
    assert pilen.get(f"/krav/{sanksjon}").json() == answer.json()


@both
def test_half_of_one_krav_is_none(sandbox: Any, pilen: httpx.Client, sanksjon: str, change: str) -> None:
    sandbox.turn("PILEN", "saves_half", times=1)
    assert kode(make(pilen, change, sanksjon)) == (500, "INTERN_FEIL")
    assert sandbox.pilen_effects(sanksjon) == []
