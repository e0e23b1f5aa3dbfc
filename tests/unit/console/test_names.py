"""People are called by name: an account is what the hub knows them by, and nobody else does."""

from __future__ import annotations

import io

import openpyxl

from console.roles import Role
from tests.unit.console.desk import Desk
from tests.unit.console.everywhere import everywhere

ACCOUNT = "11111111-aaaa-4aaa-8aaa-111111111111:22222222-bbbb-4bbb-8bbb-222222222222"
NAME = "Kari Nordmann"


def test_no_page_shows_an_account(desk: Desk) -> None:
    everywhere(desk, NAME, ACCOUNT)
    desk.house.sql("UPDATE run SET ordered_by = :who", who=ACCOUNT)
    desk.house.sql("UPDATE work_item SET ordered_by = :who", who=ACCOUNT)
    desk.scheduler.change(desk.scheduler.plans["morning"], None, True, ACCOUNT)
    browser = desk.visitor(*Role)
    seen = []
    for path in browser.pages():
        assert ACCOUNT not in browser.text, path
        seen += [path] if NAME in browser.text else []
    assert {path.split("?")[0] for path in seen} >= {
        "/kjoeringer",
        "/kjoeringer/1",
        "/koer",
        "/oppgave/1",
        "/proev-flere",
    }


def test_only_the_trail_has_the_account_beside_the_name(desk: Desk) -> None:
    everywhere(desk, NAME, ACCOUNT)
    desk.house.sql("UPDATE work_item SET ordered_by = :who", who=ACCOUNT)
    browser = desk.visitor(*Role)
    for page, action, accounts in (
        ("/godkjenninger/liste?liste=Kari+Nordmann&rutine=move", "/godkjenninger/excel", set()),
        ("/oversikt", "/oversikt/excel", set()),
        ("/revisjonsspor", "/revisjonsspor/eksport", {"Konto"}),
    ):
        browser.get(page)
        (form,) = [form for form in browser.forms() if form.action == action]
        answer = browser.send(action, dict(form.form_values()) | {"form": "excel"})
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        told = set()
        for sheet in book.worksheets:
            header, *rows = sheet.iter_rows(values_only=True)
            told |= {name for row in rows for name, value in zip(header, row, strict=True) if ACCOUNT in str(value)}
        assert told == accounts, action
