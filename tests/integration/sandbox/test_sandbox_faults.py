"""The knobs every system has, met by a real HTTP client on a real connection."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

PAX_PAGE = "/pax/Login.aspx"
NAME = "ctl00$Main$"


def test_every_system_answers_and_every_system_can_be_ill(start_sandbox: Callable[..., Any], small_world: Path) -> None:
    sandbox = start_sandbox(small_world)
    pages = {
        "PAX": PAX_PAGE,
        "PILEN": "/pilen/api/v1/krav",
        "PROCASSO": "/procasso/api/v1/krav",
        "FOLKEREGISTERET": "/freg/folkeregisteret/offentlig-med-hjemmel/api/v1/personer/0",
        "MASKINPORTEN": "/maskinporten/token",
        "ENHETSREGISTERET": "/brreg/enhetsregisteret/api/enheter/202063756",
        "SVARUT": "/svarut/api/v2/kontoer/x/forsendelser",
        "KRR": "/krr/rest/v2/personer",
        "ALTINN": "/altinn/notifications/api/v1/future/shipment/feed",
    }
    for system, page in pages.items():
        for knob, status in (("server_error", 500), ("unavailable", 503), ("too_many_requests", 429)):
            sandbox.turn(knob, system=system, times=1)
            assert httpx.get(sandbox.base + page).status_code == status
            assert httpx.get(sandbox.base + page).status_code not in (status, 500, 503, 429)
    assert {(knob["system"], knob["hits"]) for knob in sandbox.control.get("/faults").json()["faults"]} == {
        (system, 1) for system in pages
    }


def test_one_turn_for_all_systems(start_sandbox: Callable[..., Any], small_world: Path) -> None:
    sandbox = start_sandbox(small_world)
    sandbox.turn("unavailable", system="*")
    sandbox.turn("popup", system="*")
    turned = {(knob["system"], knob["knob"]) for knob in sandbox.control.get("/faults").json()["faults"]}
    systems = {"PAX", "PILEN", "PROCASSO", "FOLKEREGISTERET", "ENHETSREGISTERET", "MASKINPORTEN", "SVARUT"}
    systems |= {"KRR", "ALTINN", "ISYPA"}
    assert turned == {("PAX", "popup"), ("PROCASSO", "popup"), *((system, "unavailable") for system in systems)}
    assert sandbox.control.get("/health").status_code == 200
    assert sandbox.control.delete("/faults").json() == {"faults": []}
    assert httpx.get(sandbox.base + PAX_PAGE).status_code == 200


def test_retry_after_is_in_the_unit_of_the_system(start_sandbox: Callable[..., Any], small_world: Path) -> None:
    sandbox = start_sandbox(small_world)
    sandbox.turn("too_many_requests", system="*", retry_after_ms=2500)
    freg = httpx.get(f"{sandbox.base}/freg/folkeregisteret/offentlig-med-hjemmel/api/v1/personer/0")
    assert freg.headers["Retry-After"] == "2500"
    assert httpx.get(f"{sandbox.base}/pilen/api/v1/krav").headers["Retry-After"] == "3"


def test_a_dropped_connection_is_closed_without_an_answer(start_sandbox: Callable[..., Any], small_world: Path) -> None:
    sandbox = start_sandbox(small_world)
    sandbox.turn("drop", times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        httpx.post(sandbox.base + PAX_PAGE, data={"x": "y"})
    assert httpx.get(sandbox.base + PAX_PAGE).status_code == 200
    assert sandbox.log.read_text() == ""


def test_latency_comes_before_the_answer(start_sandbox: Callable[..., Any], small_world: Path) -> None:
    sandbox = start_sandbox(small_world)
    sandbox.turn("latency_ms", times=1, latency_ms=400)
    begun = time.monotonic()
    assert httpx.get(sandbox.base + PAX_PAGE).status_code == 200
    assert time.monotonic() - begun >= 0.4


def test_a_rate_hits_that_share_and_the_same_calls_again_next_time(
    start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    def series() -> list[int]:
        sandbox = start_sandbox(small_world)
        sandbox.turn("server_error", rate=0.3)
        with httpx.Client() as client:
            return [client.get(sandbox.base + PAX_PAGE).status_code for _call in range(100)]

    first = series()
    assert first == series()
    assert 15 <= first.count(500) <= 45
    assert set(first) == {200, 500}


def test_a_lost_answer_is_a_save_done_and_a_connection_closed(
    start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    with httpx.Client(base_url=sandbox.base, follow_redirects=True) as client:
        log_in(client)
        sandbox.turn("answer_lost", times=1)
        dialogue = post(client, "/pax/SlaaSammen.aspx?saksnr=500013", txtKravnr="PX1000002", btnLeggTil="Legg til")
        assert dialogue.status_code == 200
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            post(client, "/pax/SlaaSammen.aspx?saksnr=500013", dialogue, gvKrav_ctl03_chkVelg="on", btnLagre="Lagre")
    assert sandbox.merged() == [("PX1000002", "500002", "500013")]


def test_what_went_wrong_leaves_no_number_of_a_person_in_what_the_sandbox_writes(
    start_sandbox: Callable[..., Any], small_world: Path
) -> None:
    sandbox = start_sandbox(small_world)
    with httpx.Client(base_url=sandbox.base, follow_redirects=True) as client:
        log_in(client)
        found = post(client, "/pax/Soek.aspx", txtSkyldner="01817328004", btnSoek="Søk")
        assert "15 treff" in found.text
        sandbox.turn("drop", times=1)
        with pytest.raises(httpx.TransportError):
            post(client, "/pax/Soek.aspx", found, txtSkyldner="01817328004", btnSoek="Søk")
    assert sandbox.log.read_text() == ""


def log_in(client: httpx.Client) -> None:
    page = post(client, PAX_PAGE, txtBruker="robot1", txtPassord="riktig-1", btnLogin="Logg inn")
    assert str(page.url).endswith("/pax/Default.aspx")


def post(client: httpx.Client, address: str, form: httpx.Response | None = None, **controls: str) -> httpx.Response:
    """Send the form of a page, fetched first when none is given; `_` in a control's name stands for `$`."""
    page = form or client.get(address)
    viewstate = re.search(r'name="__VIEWSTATE" value="([^"]+)"', page.text)
    assert viewstate is not None
    fields = {NAME + name.replace("_", "$"): value for name, value in controls.items()}
    return client.post(
        address, data={"__VIEWSTATE": viewstate[1], "__EVENTTARGET": "", "__EVENTARGUMENT": "", **fields}
    )
