"""Every reason code, as the automations and the catalogue have it: a person reads what it is and can end it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from config.aarsaker import catalogue, explain
from console.office import AutomationInfo
from console.roles import Role
from flows import registry
from hub.beslutning import Beslutningstype, Slag
from tests.unit.console.desk import Browser, Desk
from tests.unit.hub.behaviours.house import QUEUE

DECLARED = {name: registry.module(name).METADATA.beslutninger for name in registry.MODULES}
DECISIONS = [
    pytest.param(name, code, kind, id=f"{name}-{code}-{kind.kode}")
    for name, by_code in DECLARED.items()
    for code, kinds in by_code.items()
    for kind in kinds
]
ALWAYS = "RETTET"
SAK = "202600017"


@pytest.fixture
def browser(desk: Desk) -> Browser:
    desk.office = replace(desk.office, explain=explain)
    return desk.visitor(Role.SAKSBEHANDLER)


def ends() -> Iterator[tuple[str, dict[str, str], str]]:
    """Form -> what is filled in, and what the item becomes: put right, done by hand, not to be dealt with. Over and
    over."""
    while True:
        yield "beslutning", {"beslutning": ALWAYS}, "ready"
        yield "ferdig", {"hva": "registrert", "begrunnelse": "Ført i fagsystemet"}, "handled_manually"
        yield "ferdig", {"hva": "ikke", "begrunnelse": "Gjelder ikke oss"}, "handled_manually"


def test_every_reason_can_be_read_and_ended(desk: Desk, browser: Browser) -> None:
    for (code, aarsak), (form, fields, state) in zip(catalogue().items(), ends(), strict=False):
        item_id = desk.add(f"K-{code}", code=code)
        browser.get(f"/oppgave/{item_id}")
        assert aarsak.tekst in browser.text
        assert f"Forslag: {aarsak.forslag}" in browser.text
        actions = {form.action.rpartition("/")[2] for form in browser.forms() if form.action}
        assert actions >= {"beslutning", "ferdig"}, code
        browser.submit(f"/oppgave/{item_id}/{form}", **fields)
        (row,) = desk.house.rows("work_item", id=item_id)
        assert row.state == state, code
        desk._work.clear()


@pytest.mark.parametrize("name", DECLARED)
def test_what_is_declared_is_said_in_plain_words(name: str) -> None:
    for code, kinds in DECLARED[name].items():
        assert code in catalogue()
        assert len({kind.kode for kind in kinds}) == len(kinds)
        for kind in kinds:
            assert re.fullmatch(r"[A-Z_]+", kind.kode)
            assert kind.kode != ALWAYS
            assert re.fullmatch(r"[A-ZÆØÅ].*[^.]", kind.tekst)
            assert re.fullmatch(r"[A-ZÆØÅ].*\.", kind.forklaring)
            assert all(felt.valg for felt in kind.felter if felt.slag is Slag.VALG)


@pytest.mark.parametrize(("name", "code", "kind"), DECISIONS)
def test_each_decision_can_be_taken(desk: Desk, name: str, code: str, kind: Beslutningstype) -> None:
    info = AutomationInfo(QUEUE, name, "Power-teamet", "Lov", None, DECLARED[name])
    desk.office = replace(desk.office, explain=explain, automations={QUEUE: info})
    browser = desk.visitor(Role.SAKSBEHANDLER)
    item_id = desk.add("K1", "K2", code=code)
    browser.get(f"/oppgave/{item_id}")
    assert kind.tekst in browser.text
    assert ("En annen må godkjenne det" in browser.text) is any(each.to_personer for each in DECLARED[name][code])
    answers = {
        f"{kind.kode}.{felt.navn}": {
            Slag.KRAV: "K2",
            Slag.DATO: date(2026, 12, 31).isoformat(),
            Slag.VALG: next(iter(felt.valg or {}), ""),
            Slag.SAK: SAK,
        }[felt.slag]
        for felt in kind.felter
    }
    browser.submit(f"/oppgave/{item_id}/beslutning", beslutning=kind.kode, begrunnelse="Avklart", **answers)
    if any(felt.slag is Slag.SAK for felt in kind.felter):
        assert "velg en av mulighetene" in browser.text, "the items of this desk stand in no case"
        return
    assert "Beslutningen er lagret" in browser.text
    (row,) = desk.house.rows("beslutning")
    assert (row.kode, row.code, row.to_personer) == (kind.kode, code, int(kind.to_personer))
