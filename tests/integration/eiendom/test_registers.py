"""The connectors of Matrikkelen and Grunnboken against their simulators, also where these show the published WSDL."""

from __future__ import annotations

import logging
from datetime import date
from fractions import Fraction
from pathlib import Path

import httpx
import pytest
from lxml import etree

from domain.eiendom import Eiendom, Eierandel, Matrikkelnummer, parse_matrikkelnummer
from domain.errors import LoginRejected, SystemException
from sandbox.soap.service import published_schema
from tests.integration.eiendom.conftest import PASSORD, SHARED, Registers
from tests.integration.eiendom.world import (
    BORTE,
    FORETAK,
    GAMMEL,
    HUS,
    KARI,
    LEILIGHET,
    OLA,
    TOMT,
    new_row,
    write_day,
)

HALV, HEL = Fraction(1, 2), Fraction(1)


def nummer(text: str) -> Matrikkelnummer:
    parsed = parse_matrikkelnummer(text)
    assert parsed is not None
    return parsed


ALLE = [nummer(each) for each in (HUS, TOMT, LEILIGHET, BORTE, GAMMEL)]


async def test_matrikkelen_tells_what_it_has_copied(registers: Registers, http: httpx.AsyncClient) -> None:
    found = await registers.matrikkelen(http).get_eiendommer(ALLE)
    kari, ola = (Eierandel(eier, HALV, date(2015, 3, 1)) for eier in (KARI, OLA))
    assert found == {
        nummer(HUS): Eiendom(nummer(HUS), False, (kari, ola)),
        nummer(TOMT): Eiendom(nummer(TOMT), False, (Eierandel(FORETAK, HEL, date(2020, 6, 15)),)),
        nummer(LEILIGHET): Eiendom(nummer(LEILIGHET), False, (Eierandel(KARI, HEL, date(2009, 1, 2)),)),
        nummer(GAMMEL): Eiendom(nummer(GAMMEL), True, (Eierandel(KARI, HEL, date(2001, 1, 1)),)),
    }


async def test_grunnboken_tells_who_holds_the_title_today(registers: Registers, http: httpx.AsyncClient) -> None:
    found = await registers.grunnboken(http).get_eiendommer(ALLE)
    kari, ola = (Eierandel(eier, HALV, date(2015, 3, 1)) for eier in (KARI, OLA))
    assert found == {
        nummer(HUS): Eiendom(nummer(HUS), False, (kari, ola)),
        nummer(TOMT): Eiendom(nummer(TOMT), False, (Eierandel(FORETAK, HEL, date(2020, 6, 15)),)),
        nummer(LEILIGHET): Eiendom(nummer(LEILIGHET), False, (Eierandel(OLA, HEL, date(2024, 5, 5)),)),
        nummer(GAMMEL): Eiendom(nummer(GAMMEL), True, (Eierandel(KARI, HEL, date(2001, 1, 1)),)),
    }


async def test_none_asked_for_is_none(registers: Registers, http: httpx.AsyncClient) -> None:
    assert await registers.matrikkelen(http).get_eiendommer([]) == {}
    assert await registers.grunnboken(http).get_eiendommer([nummer(BORTE)]) == {}


async def test_the_logs_tell_what_has_changed_since(moving: Registers, http: httpx.AsyncClient, tmp_path: Path) -> None:
    matrikkelen, grunnboken = moving.matrikkelen(http), moving.grunnboken(http)
    m, g = await matrikkelen.find_siste(), await grunnboken.find_siste()
    assert (await matrikkelen.find_endringer(m, "0301")).eiendommer == frozenset()
    sold = [
        ("eierforhold.csv", "E3", "til", "2026-11-24"),
        new_row("eierforhold.csv", f"E9,{TOMT},{KARI},1,1,2026-11-24,,JA,BEGGE"),
        ("eierforhold.csv", "E5", "teller", "1"),
    ]
    moving.go_on(write_day(tmp_path / "1", 1, sold))
    of_m = await matrikkelen.find_endringer(m, "0301")
    of_g = await grunnboken.find_endringer(g, "0301")
    assert (of_m.eiendommer, of_m.uplassert) == (frozenset({nummer(TOMT)}), False)
    assert (of_g.eiendommer, of_g.uplassert) == (frozenset({nummer(TOMT)}), False)
    assert (await matrikkelen.find_endringer(m, "1103")).eiendommer == frozenset()
    only_copied = [("eierforhold.csv", "E6", "til", "2026-11-25")]
    moving.go_on(write_day(tmp_path / "2", 2, only_copied))
    later = await matrikkelen.find_endringer(of_m.siste, "0301")
    assert nummer(LEILIGHET) in later.eiendommer
    assert nummer(HUS) not in later.eiendommer
    assert nummer(LEILIGHET) not in (await grunnboken.find_endringer(of_g.siste, "0301")).eiendommer
    eier = (await grunnboken.get_eiendommer([nummer(TOMT)]))[nummer(TOMT)].eiere
    assert eier == (Eierandel(KARI, HEL, date(2026, 11, 24)),)


@pytest.mark.needs_shared
async def test_every_answer_is_as_the_published_schema_says(
    moving: Registers, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    """So that a connector which reads the simulator reads the register."""
    wrong: dict[str, str] = {}
    seen: set[str] = set()

    async def judge(response: httpx.Response) -> None:
        folder = SHARED / response.request.url.path.split("/")[1]
        answer = etree.fromstring(await response.aread()).find("{*}Body")[0]
        schema = published_schema(folder, response.request.url.path.rpartition("/")[2])
        seen.add(answer.tag)
        if not schema.validate(answer):
            wrong[answer.tag] = str(schema.error_log.last_error)

    http.event_hooks["response"].append(judge)
    started = [("M", await moving.matrikkelen(http).find_siste()), ("G", await moving.grunnboken(http).find_siste())]
    changes = [("eierforhold.csv", "E3", "teller", "2"), ("eiendommer.csv", GAMMEL, "utgaatt", "NEI")]
    moving.go_on(write_day(tmp_path / "1", 1, changes))
    for register, siste in started:
        client = moving.matrikkelen(http) if register == "M" else moving.grunnboken(http)
        await client.get_eiendommer(ALLE)
        await client.find_endringer(siste, "0301")
    assert wrong == {}
    assert len(seen) == 10


async def test_a_wrong_password_is_a_rejected_login(registers: Registers, http: httpx.AsyncClient) -> None:
    for client in (registers.matrikkelen(http, "feil"), registers.grunnboken(http, "feil")):
        with pytest.raises(LoginRejected) as raised:
            await client.find_siste()
        assert "feil" not in str(raised.value)


async def test_a_register_that_is_down(registers: Registers, http: httpx.AsyncClient) -> None:
    for system, client in (
        ("MATRIKKELEN", registers.matrikkelen(http)),
        ("GRUNNBOKEN", registers.grunnboken(http)),
    ):
        registers.turn(system, "unavailable", 1.0, times=1)
        with pytest.raises(SystemException) as raised:
            await client.find_siste()
        assert (raised.value.system, raised.value.phase) == (system, "unavailable")


async def test_nobody_is_told_of_in_the_log(
    registers: Registers, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await registers.matrikkelen(http).get_eiendommer(ALLE)
    await registers.grunnboken(http).get_eiendommer(ALLE)
    told = "\n".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    assert "MATRIKKELEN POST /StoreServiceWS getObjectsIgnoreMissing -> 200 in" in told
    for secret in (KARI, OLA, FORETAK, PASSORD, "EIER ETTER", "EKSEMPELHAUGEN", "Envelope"):
        assert secret not in told
