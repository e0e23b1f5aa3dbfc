"""Procasso's screens: what they show, what a save does, and what it is refused for."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.integration.sandbox.procasso_user import HttpUser, http_user, saves

TAB = "Procasso - Krav - Saksflyt"


@pytest.fixture
def user(procasso_sandbox: Any) -> Iterator[HttpUser]:
    """Logged in, with all knobs off before and after."""
    calm(procasso_sandbox)
    with http_user(procasso_sandbox.base) as user:
        user.log_in(1)
        yield user
    calm(procasso_sandbox)


def calm(sandbox: Any) -> None:
    sandbox.control.delete("/faults")
    sandbox.procasso(locked_cases=[])


def saksflyt(sandbox: Any, kravnr: str) -> str:
    rows = csv.DictReader(sandbox.control.get("/krav.csv").text.splitlines())
    return next(row["saksflyt"] for row in rows if row["kravnr"] == kravnr)


def test_search(user: HttpUser) -> None:
    page = user.search(f1=" pc1000001 ")
    assert page.said == "Søket ga 1 treff."
    assert page.cells[-8:] == [
        "PC1000001", "C0001", "BARNEHAGE", "018173 28004", "Prøve, Kari", "24.06.2024", "1.234.605,89", "AAPEN",
    ]  # fmt: skip
    many = user.search(f3="018173 28004")
    assert (many.said, many.text.count("visKrav('PC")) == ("Søket ga 30 treff.", 20)
    assert "Bare de 20 første vises." in many.text
    assert "Ingen krav funnet." in user.search(f2="C9999").text
    assert user.search().said == "Fyll ut minst ett felt."
    assert "Ingen krav funnet." in user.search(f1="PX1000001").text  # of PAX


def test_the_tabs_of_a_krav(user: HttpUser) -> None:
    shown = user.open("PC1000001", "KRAV").cells
    values = dict(pairwise(shown))
    assert {label: values[label] for label in ("Skyldner:", "Navn:", "Ilagt:", "Opprinnelig forfall:", "Sum:")} == {
        "Skyldner:": "018173 28004", "Navn:": "Prøve, Kari", "Ilagt:": "01.07.2024", "Opprinnelig forfall:": "",
        "Sum:": "1.234.605,89",
    }  # fmt: skip
    assert user.open("PC1000001", "HENDELSER").cells[-3:] == ["31.07.2024", "INNBETALING", "1.500,50"]
    assert "Ingen hendelser registrert." in user.open("PC1000002", "HENDELSER").text
    titles = [user.open("PC1000001", tab).title for tab in ("SAKSFLYT", "NOTATER", "DOK", "NOE ANNET")]
    assert titles == [f"Procasso - Krav - {name}" for name in ("Saksflyt", "Notater", "Dokumenter", "Krav")]
    assert user.open("PX1000001").red == ["Kravet finnes ikke."]


def test_the_krav_opened_last_and_the_registers(user: HttpUser) -> None:
    for kravnr in ("PC1000002", "PC1000003", "PC1000002"):
        user.open(kravnr)
    listed = [cell for cell in user.get("/siste.do").cells if cell.startswith("PC")]
    assert listed[:2] == ["PC1000002", "PC1000003"]
    assert user.get("/register.do?navn=saksflyter").cells == [
        "10", "Ordinær", "20", "Mindreårig", "30", "Myndig, nytt varsel",
    ]  # fmt: skip
    assert user.get("/register.do?navn=fordringshavere").cells == ["BYDEL03", ""]


def test_what_the_api_has_filed_is_shown(procasso_sandbox: Any, user: HttpUser) -> None:
    headers = {"Authorization": "Bearer procasso-test", "Idempotency-Key": "1"}
    note = {"referanse": "prøve:1", "tekst": "Holdt etter MIND-7"}
    api = f"{procasso_sandbox.base}/procasso/api/v1/krav/PC1000013"
    assert httpx.post(f"{api}/notater", json=note, headers=headers).status_code == 201
    letter = {"referanse": "prøve:1", "tittel": "Nytt varsel", "forsendelsesId": "F-1"}
    files: dict[str, tuple[str | None, str | bytes, str]] = {
        "metadata": (None, json.dumps(letter), "application/json"),
        "fil": ("a.pdf", b"%PDF-1.7", "application/pdf"),
    }
    headers["Idempotency-Key"] = "2"
    assert httpx.post(f"{api}/dokumenter", files=files, headers=headers).status_code == 201
    assert user.open("PC1000013", "NOTATER").cells[-2:] == ["23.11.2026", "Holdt etter MIND-7"]
    assert user.open("PC1000013", "DOK").cells[-3:] == ["23.11.2026", "Nytt varsel", "1 kB"]
    assert "Ingen notater registrert." in user.open("PC1000002", "NOTATER").text


def test_no_control_keeps_its_name(user: HttpUser) -> None:
    assert user.open("PC1000002").controls != user.open("PC1000002").controls


def test_a_save(procasso_sandbox: Any, user: HttpUser) -> None:
    assert "Ordinær" in user.open("PC1000004").cells
    page = user.save("PC1000004", flow="30", fra="01.12.2026", reason="Fylte 18")
    receipt = r"Saksflyt for krav PC1000004 er satt til Myndig, nytt varsel fra 01\.12\.2026 kl\. \d\d:\d\d:\d\d"
    assert re.fullmatch(receipt, page.said)
    assert page.title == TAB
    reason = page.cells.index("Fylte 18")
    assert page.cells[reason - 2 : reason + 2] == ["Myndig, nytt varsel", "01.12.2026", "Fylte 18", "bruker1"]
    detail = {"fra": "ORDINAER", "til": "MYNDIG_NYTT_VARSEL", "gjelder_fra": "2026-12-01", "bruker": "bruker1"}
    assert saves(procasso_sandbox, "PC1000004") == [detail]
    assert saksflyt(procasso_sandbox, "PC1000004") == "MYNDIG_NYTT_VARSEL"
    user.save("PC1000004", flow="30", fra="01.12.2026")
    assert saves(procasso_sandbox, "PC1000004") == [detail, detail | {"fra": "MYNDIG_NYTT_VARSEL"}]


@pytest.mark.parametrize(
    ("kravnr", "fields", "said"),
    [
        ("PC1000030", {}, "Krav PC1000030 er avsluttet."),
        ("PC1000005", {"flow": "40"}, "Velg saksflyt."),
        ("PC1000005", {"fra": ""}, "Gjelder fra må fylles ut."),
        ("PC1000005", {"fra": "31.11.2026"}, "Gjelder fra må fylles ut."),
        ("PC1000005", {"reason": " "}, "Årsak må fylles ut."),
    ],
)
def test_a_save_that_is_refused(
    procasso_sandbox: Any, user: HttpUser, kravnr: str, fields: dict[str, str], said: str
) -> None:
    page = user.save(kravnr, **fields)
    assert (page.title, page.red, page.said) == (TAB, [said], said)
    assert 'style="display: block;"' in page.text  # the dialogue stands open again
    assert saves(procasso_sandbox, kravnr) == []


def test_a_krav_somebody_has_open(procasso_sandbox: Any, user: HttpUser) -> None:
    locked = "Kravet er låst av bruker MARHAU."
    procasso_sandbox.procasso(locked_cases=["C0006"])
    assert user.open("PC1000006").red == [locked]
    assert user.save("PC1000006").red == [locked, locked]
    procasso_sandbox.procasso(locked_cases=[])
    procasso_sandbox.turn("locked_case", system="PROCASSO", times=1)
    assert user.save("PC1000006").red == [locked]
    assert saves(procasso_sandbox, "PC1000006") == []
    user.save("PC1000006")
    assert len(saves(procasso_sandbox, "PC1000006")) == 1


def test_a_save_that_takes_place_later(procasso_sandbox: Any, user: HttpUser, eventually: Callable[..., bool]) -> None:
    procasso_sandbox.turn("saves_late", system="PROCASSO", saves_late_ms=500)
    assert user.save("PC1000007").said.startswith("Saksflyt for krav PC1000007 er satt til Mindreårig")
    assert (saves(procasso_sandbox, "PC1000007"), saksflyt(procasso_sandbox, "PC1000007")) == ([], "ORDINAER")
    assert eventually(lambda: len(saves(procasso_sandbox, "PC1000007")) == 1)
    assert saksflyt(procasso_sandbox, "PC1000007") == "MINDREAARIG"


def test_a_save_that_fails_or_whose_answer_is_lost(procasso_sandbox: Any, user: HttpUser) -> None:
    procasso_sandbox.turn("saves_half", system="PROCASSO", times=1)
    page = user.save("PC1000008")
    assert (page.status, page.red) == (500, ["En uventet feil har oppstått (JDBC-17002)"])
    assert saves(procasso_sandbox, "PC1000008") == []
    procasso_sandbox.turn("answer_lost", system="PROCASSO", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        user.save("PC1000008")
    assert len(saves(procasso_sandbox, "PC1000008")) == 1


def test_a_session_that_ends_at_the_save_saves_nothing(procasso_sandbox: Any, user: HttpUser) -> None:
    procasso_sandbox.turn("session_expiry", system="PROCASSO", times=1)
    assert user.save("PC1000009").red == ["Økten er avsluttet. Logg på igjen."]
    assert saves(procasso_sandbox, "PC1000009") == []
