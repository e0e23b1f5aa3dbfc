"""Following the register: the whole of it once, then what its feed tells, and what is remembered in between."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, cast

from connectors.enhetsregisteret.bulk import Utgave
from connectors.enhetsregisteret.feed import Oppdatering, Posisjon
from domain.skyldner import Enhet, Enhetsstatus
from flows.foretak.kunder import Registerstand, follow_register, memos_of
from flows.systems import Systems

A, B, C, ENK = "202063756", "263955455", "295496568", "304999608"
MADE = datetime(2026, 11, 23, 3, 12, 7, tzinfo=UTC)


@dataclass
class Register:
    """Enhetsregisteret in this process: what it has, which of it stands in its file, and what its feed tells."""

    enheter: dict[str, Enhet]
    i_fil: set[str] = field(default_factory=set)
    feed: list[Oppdatering] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    read_from: list[Posisjon] = field(default_factory=list)
    fetched: int = 0

    @property
    def bulkfil(self) -> Register:
        return self

    @property
    def oppdateringer(self) -> Register:
        return self

    async def find(self, numre: Collection[str]) -> tuple[Utgave, dict[str, Enhet]]:
        self.fetched += 1
        return Utgave(MADE, ""), {nr: self.enheter[nr] for nr in numre if nr in self.i_fil}

    async def read(self, fra: Posisjon) -> AsyncIterator[Oppdatering]:
        self.read_from.append(fra)
        for each in self.feed:
            if not isinstance(fra, int) or each.oppdateringsid >= fra:
                yield each

    async def get_enheter(self, numre: Iterable[str]) -> dict[str, Enhet]:
        self.asked.append(list(numre))
        return {nr: self.enheter[nr] for nr in self.asked[-1] if nr in self.enheter}


@dataclass
class Lane:
    """What of Systems is used here."""

    enhetsregisteret: Register

    def hmac(self, text: str) -> str:
        return hmac.new(b"key", text.encode(), "sha256").hexdigest()


def aktiv(nummer: str, form: str = "AS") -> Enhet:
    return Enhet(nummer, form, Enhetsstatus.AKTIV)


async def follow(register: Register, memos: dict[str, str], *kunder: str) -> Registerstand:
    return await follow_register(cast(Systems, Lane(register)), memos, kunder)


def kept(register: Register, memos: dict[str, str], stand: Registerstand, *vernede: str) -> dict[str, str]:
    """The memos as they are after this morning."""
    after: dict[str, Any] = memos | {
        memo.key: memo.value for memo in memos_of(cast(Systems, Lane(register)), memos, stand, vernede)
    }
    return {key: value for key, value in after.items() if value is not None}


def changed(register: Register, memos: dict[str, str], stand: Registerstand) -> set[str]:
    return {memo.key for memo in memos_of(cast(Systems, Lane(register)), memos, stand, ())}


async def test_the_first_time_the_file_is_read_and_what_is_not_in_it_is_asked_for() -> None:
    register = Register({nr: aktiv(nr) for nr in (A, B)}, i_fil={A})
    stand = await follow(register, {}, A, B, C)
    assert stand.enheter == {A: aktiv(A), B: aktiv(B)}
    assert (register.fetched, register.asked) == (1, [[B, C]])
    assert register.read_from == [datetime(2026, 11, 22, 3, 12, 7, tzinfo=UTC)]
    assert kept(register, {}, stand) == {
        "feed": "2026-11-22T03:12:07+00:00",
        f"enhet:{A}": "aktiv;;AS",
        f"enhet:{B}": "aktiv;;AS",
    }


async def test_what_the_feed_tells_of_a_customer_in_the_file_is_looked_up_the_same_morning() -> None:
    konkurs = Enhet(A, "AS", Enhetsstatus.KONKURS, date(2026, 11, 23))
    register = Register({A: konkurs}, i_fil={A}, feed=[Oppdatering(7, A, "Endring"), Oppdatering(9, C, "Ny")])
    stand = await follow(register, {}, A)
    assert register.asked == [[A]]
    assert stand == Registerstand({A: konkurs}, feed=10)


async def test_later_only_the_changed_and_the_new_are_looked_up() -> None:
    memos = {"feed": "10", f"enhet:{A}": "aktiv;;AS", f"enhet:{B}": "slettet;2026-09-14;DA"}
    slettet = Enhet(A, "AS", Enhetsstatus.SLETTET, date(2026, 11, 24))
    register = Register({A: slettet, C: aktiv(C)}, feed=[Oppdatering(9, B, "Endring"), Oppdatering(12, A, "Sletting")])
    stand = await follow(register, memos, A, B, C)
    assert (register.fetched, register.read_from, register.asked) == (0, [10], [[A, C]])
    assert stand.enheter == {A: slettet, B: Enhet(B, "DA", Enhetsstatus.SLETTET, date(2026, 9, 14)), C: aktiv(C)}
    assert changed(register, memos, stand) == {"feed", f"enhet:{A}", f"enhet:{C}"}
    assert kept(register, memos, stand)["feed"] == "13"


async def test_a_quiet_morning_changes_nothing_that_is_kept() -> None:
    memos = {"feed": "10", f"enhet:{A}": "konkurs;;AS"}
    register = Register({})
    stand = await follow(register, memos, A)
    assert stand.enheter == {A: Enhet(A, "AS", Enhetsstatus.KONKURS)}
    assert changed(register, memos, stand) == set()


async def test_until_the_feed_has_told_anything_it_is_read_from_the_same_instant() -> None:
    memos = {"feed": "2026-11-22T03:12:07+00:00", f"enhet:{A}": "aktiv;;AS"}
    register = Register({})
    stand = await follow(register, memos, A)
    assert register.read_from == [datetime(2026, 11, 22, 3, 12, 7, tzinfo=UTC)]
    assert changed(register, memos, stand) == set()


async def test_of_a_removed_unit_the_form_is_remembered() -> None:
    memos = {"feed": "1", f"enhet:{A}": "aktiv;;DA"}
    register = Register(
        {A: Enhet(A, None, Enhetsstatus.FJERNET, date(2026, 11, 24))}, feed=[Oppdatering(1, A, "Fjernet")]
    )
    stand = await follow(register, memos, A)
    assert stand.enheter[A] == Enhet(A, "DA", Enhetsstatus.FJERNET, date(2026, 11, 24))
    assert kept(register, memos, stand)[f"enhet:{A}"] == "fjernet;2026-11-24;DA"


async def test_a_customer_who_owes_no_more_and_one_the_register_has_lost_are_forgotten() -> None:
    memos = {"feed": "1", f"enhet:{A}": "aktiv;;AS", f"enhet:{B}": "aktiv;;AS"}
    register = Register({}, feed=[Oppdatering(1, B, "Ukjent")])
    stand = await follow(register, memos, B)
    assert stand.enheter == {}
    assert kept(register, memos, stand) == {"feed": "2"}


async def test_an_enk_is_kept_under_a_word_and_a_protected_one_not_at_all() -> None:
    register = Register({ENK: aktiv(ENK, "ENK")}, i_fil={ENK})
    memos = kept(register, {}, await follow(register, {}, ENK))
    assert list(memos) == ["feed", f"enk:{Lane(register).hmac(ENK)}"]
    register.asked.clear()
    stand = await follow(register, memos, ENK)
    assert (stand.enheter, register.asked) == ({ENK: aktiv(ENK, "ENK")}, [[]])
    assert kept(register, memos, stand, ENK).keys() == {"feed"}
