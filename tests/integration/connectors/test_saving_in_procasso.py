"""Changes, write-offs, notes and documents over the wire: done once, and when nothing can be known, said so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date
from hashlib import sha256

import httpx
import pytest

from connectors.credentials import BearerToken
from connectors.procasso.client import ProcassoClient
from connectors.procasso.mapping import Dokument, KravChanges, Notat, ProcassoKrav
from domain.errors import BusinessException, LoginRejected, SystemException
from domain.krav import Tilstand
from tests.integration.connectors.running import POLICY, Connectors, Sandbox

PDF = b"%PDF-1.7 et brev"
TEXT = "Skyldner er mindreårig, saksflyt satt etter MIND-7."
HELD: KravChanges = {"kostnader": 0, "tilstand": Tilstand.STOPPET}
"""What HOLD_GUARDIANS asks for, but for saksflyt."""

Saving = Callable[[ProcassoClient, str, int, str], Awaitable[object]]
SAVES: dict[str, Saving] = {
    "change": lambda c, kravnr, versjon, key: c.change_krav(kravnr, versjon, HELD, key),
    "write_off": lambda c, kravnr, versjon, key: c.write_off(kravnr, versjon, "FORELDET", key),
    "note": lambda c, kravnr, _versjon, key: c.add_notat(kravnr, "ref-1", TEXT, key),
    "document": lambda c, kravnr, _versjon, key: c.add_dokument(kravnr, "ref-1", "Nytt varsel", "F-1", PDF, key),
}
VERSIONED = ("change", "write_off")


async def read(connectors: Connectors, kravnr: str) -> ProcassoKrav:
    return (await connectors.procasso.get_krav([kravnr]))[kravnr]


async def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_a_reissue_and_back_again(connectors: Connectors, own_krav: str) -> None:
    """Every cell that can be changed, and what undoing it asks for."""
    before = (await read(connectors, own_krav)).krav
    moved: KravChanges = {
        "kostnader": 0,
        "forfall": date(2026, 12, 7),
        "opprinnelig_forfall": before.forfall,
        "tilstand": Tilstand.STOPPET,
    }
    changed = await connectors.procasso.change_krav(own_krav, 1, moved, f"{own_krav}-1")
    assert changed == await read(connectors, own_krav)
    assert (changed.versjon, changed.krav.kostnader, changed.krav.forfall) == (2, 0, date(2026, 12, 7))
    assert (changed.krav.opprinnelig_forfall, changed.krav.tilstand) == (before.forfall, Tilstand.STOPPET)
    undo: KravChanges = {
        "kostnader": before.kostnader,
        "forfall": before.forfall,
        "opprinnelig_forfall": None,
        "tilstand": Tilstand.AAPEN,
    }
    assert (await connectors.procasso.change_krav(own_krav, 2, undo, f"{own_krav}-2")).krav == before


async def test_a_write_off(connectors: Connectors, own_krav: str) -> None:
    written_off = await connectors.procasso.write_off(own_krav, 1, "FORELDET", f"{own_krav}-1")
    assert written_off == await read(connectors, own_krav)
    assert (written_off.krav.tilstand, written_off.avskrivningskode) == (Tilstand.AVSKREVET, "FORELDET")
    for closed in VERSIONED:
        with pytest.raises(BusinessException, match="KRAV_CLOSED") as raised:
            await SAVES[closed](connectors.procasso, own_krav, 2, f"{own_krav}-{closed}")
        assert raised.value.nothing_done


async def test_notes_and_documents_are_found_again_by_their_reference(connectors: Connectors, own_krav: str) -> None:
    procasso = connectors.procasso
    assert (await procasso.list_notater(own_krav), await procasso.list_dokumenter(own_krav)) == ([], [])
    note = await procasso.add_notat(own_krav, "ref-1", TEXT, f"{own_krav}-1")
    document = await procasso.add_dokument(own_krav, "ref-1", "Nytt varsel på krav", "F-1", PDF, f"{own_krav}-2")
    assert note == Notat("ref-1", TEXT)
    assert document == Dokument("F-1", "Nytt varsel på krav", "ref-1", sha256(PDF).hexdigest(), 16)
    assert (await procasso.list_notater(own_krav), await procasso.list_dokumenter(own_krav)) == ([note], [document])
    assert (await read(connectors, own_krav)).versjon == 1


@pytest.mark.parametrize("kind", SAVES)
async def test_the_same_once_more(sandbox: Sandbox, connectors: Connectors, own_krav: str, kind: str) -> None:
    first = await SAVES[kind](connectors.procasso, own_krav, 1, own_krav)
    assert await SAVES[kind](connectors.procasso, own_krav, 1, own_krav) == first
    assert sandbox.saves(own_krav) == [kind]


@pytest.mark.parametrize("kind", SAVES)
async def test_a_key_used_for_something_else(
    sandbox: Sandbox, connectors: Connectors, own_krav: str, kind: str
) -> None:
    await connectors.procasso.add_notat(own_krav, "ref-2", "noe annet", own_krav)
    with pytest.raises(SystemException, match="NOEKKEL_GJENBRUKT") as raised:
        await SAVES[kind](connectors.procasso, own_krav, 1, own_krav)
    assert raised.value.nothing_done
    assert sandbox.saves(own_krav) == ["note"]


@pytest.mark.parametrize("kind", VERSIONED)
async def test_a_krav_changed_since_it_was_read(
    sandbox: Sandbox, connectors: Connectors, own_krav: str, kind: str
) -> None:
    with pytest.raises(SystemException, match="UTDATERT_VERSJON") as raised:
        await SAVES[kind](connectors.procasso, own_krav, 2, own_krav)
    assert (raised.value.phase, raised.value.nothing_done) == ("answer", True)
    assert sandbox.saves(own_krav) == []


@pytest.mark.parametrize("kind", SAVES)
async def test_a_case_somebody_has_open(sandbox: Sandbox, connectors: Connectors, own_krav: str, kind: str) -> None:
    sandbox.lock((await read(connectors, own_krav)).krav.saksnr)
    with pytest.raises(SystemException, match="SAK_OPPTATT") as raised:
        await SAVES[kind](connectors.procasso, own_krav, 1, own_krav)
    assert raised.value.nothing_done
    assert sandbox.saves(own_krav) == []


@pytest.mark.parametrize("kind", SAVES)
async def test_what_procasso_does_not_have(connectors: Connectors, kind: str) -> None:
    with pytest.raises(BusinessException, match="KRAV_UNKNOWN"):
        await SAVES[kind](connectors.procasso, "finnes-ikke", 1, f"ukjent-{kind}")
    with pytest.raises(BusinessException, match="KRAV_UNKNOWN"):
        await connectors.procasso.list_notater("finnes-ikke")


async def test_a_krav_in_klage_is_not_stopped(sandbox: Sandbox, connectors: Connectors) -> None:
    kravnr = next(
        row["kravnr"] for row in sandbox.rows("krav") if (row["fagsystem"], row["tilstand"]) == ("PROCASSO", "KLAGE")
    )
    with pytest.raises(BusinessException, match="TILSTAND_REFUSED"):
        await connectors.procasso.change_krav(kravnr, 1, HELD, f"klage-{kravnr}")
    assert sandbox.saves(kravnr) == []


@pytest.mark.parametrize("kind", SAVES)
async def test_an_answer_lost_after_the_effect(
    sandbox: Sandbox, connectors: Connectors, own_krav: str, kind: str
) -> None:
    """The caller cannot know and is not told that it failed; with the same key it may ask again without harm."""
    sandbox.turn("PROCASSO", "answer_lost", times=1)
    with pytest.raises(SystemException) as raised:
        await SAVES[kind](connectors.procasso, own_krav, 1, own_krav)
    assert (raised.value.phase, raised.value.nothing_done) == ("send", False)
    assert sandbox.saves(own_krav) == [kind]
    await SAVES[kind](connectors.procasso, own_krav, 1, own_krav)
    assert sandbox.saves(own_krav) == [kind]


@pytest.mark.parametrize(
    ("knob", "phase"),
    [
        ("drop", "send"),
        ("server_error", "answer"),
        ("saves_half", "answer"),
        ("unavailable", "unavailable"),
        ("too_many_requests", "unavailable"),
    ],
)
@pytest.mark.parametrize("kind", ["write_off", "note", "document"])
async def test_a_save_that_meets_a_fault_is_not_sent_again(
    sandbox: Sandbox, connectors: Connectors, own_krav: str, kind: str, knob: str, phase: str
) -> None:
    sandbox.turn("PROCASSO", knob, times=5)
    with pytest.raises(SystemException) as raised:
        await SAVES[kind](connectors.procasso, own_krav, 1, own_krav)
    assert (raised.value.phase, raised.value.nothing_done) == (phase, False)
    assert sandbox.hits() == {knob: 1}
    assert sandbox.saves(own_krav) == []


async def test_half_of_a_change_saved(sandbox: Sandbox, connectors: Connectors, own_krav: str) -> None:
    sandbox.turn("PROCASSO", "saves_half", times=1)
    with pytest.raises(SystemException) as raised:
        await connectors.procasso.change_krav(own_krav, 1, HELD, own_krav)
    assert (raised.value.phase, raised.value.nothing_done) == ("answer", False)
    half = await read(connectors, own_krav)
    assert (half.krav.kostnader, half.krav.tilstand, half.versjon) == (0, Tilstand.AAPEN, 2)


@pytest.mark.parametrize("kind", SAVES)
async def test_a_late_save_looks_undone_at_first(
    sandbox: Sandbox, connectors: Connectors, own_krav: str, kind: str
) -> None:
    before = await read(connectors, own_krav)
    sandbox.turn("PROCASSO", "saves_late", times=1, saves_late_ms=500)
    await SAVES[kind](connectors.procasso, own_krav, 1, own_krav)
    assert await read(connectors, own_krav) == before
    assert sandbox.saves(own_krav) == []
    await eventually(lambda: sandbox.pending() == 0)
    assert sandbox.saves(own_krav) == [kind]


async def test_a_wrong_token_is_a_rejected_login(sandbox: Sandbox, http: httpx.AsyncClient, own_krav: str) -> None:
    procasso = ProcassoClient(f"{sandbox.base}/procasso/api/v1", http, POLICY, BearerToken("feil"))
    with pytest.raises(LoginRejected):
        await procasso.change_krav(own_krav, 1, HELD, own_krav)
    assert sandbox.saves(own_krav) == []
