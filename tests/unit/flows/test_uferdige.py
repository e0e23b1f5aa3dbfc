"""Who becomes protected while work waits, in the automations whose candidates the krav has left (VERN-2)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

from connectors.enhetsregisteret.bulk import Utgave
from domain.krav import Fagsystem, Krav, Kravtype, Tilstand
from domain.skyldner import Enhet, Enhetsstatus, Gradering, Person
from flows.company_watch import AUTOMATION as COMPANY_WATCH
from flows.facts import FerskKrav, Skyldnere
from flows.sanction_interest import AUTOMATION as SANCTION_INTEREST
from flows.systems import Systems
from flows.uferdige import find_vernede, i_fil
from hub.automation import Arbeid, Line, Memo, Vernet
from tests.unit.flows.minor_world import KRAV, REGLER

AS_OF = date(2026, 11, 23)
HEMMELIG, ANE, ENK = "02827012345", "01817012345", "304999608"
PAID = replace(KRAV, kravnr="PI1", kravtype=Kravtype.KONTROLLSANKSJON, fagsystem=Fagsystem.PILEN, skyldner=HEMMELIG)


@dataclass
class Lane:
    """What of Systems is used here: every system has the same krav, and lists none that is closed."""

    krav: list[Krav]
    unfinished: frozenset[str] = frozenset()
    enhet: Enhet | None = None
    i_isypa: dict[str, Krav] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    regler = REGLER

    @property
    def pilen(self) -> Lane:
        return self

    @property
    def procasso(self) -> Any:
        return SimpleNamespace(client=self, get_krav=self.get_krav)

    @property
    def isypa(self) -> Lane:
        return self

    @property
    def enhetsregisteret(self) -> Any:
        return SimpleNamespace(bulkfil=self, oppdateringer=self, get_enheter=self.get_enheter)

    async def list_krav(self, _: object, tilstander: Iterable[Tilstand]) -> AsyncIterator[FerskKrav]:
        for krav in self.krav:
            if krav.tilstand in tilstander:
                yield FerskKrav(krav, ())

    async def get_krav(self, kravnumre: Sequence[str]) -> dict[str, FerskKrav]:
        return {krav.kravnr: FerskKrav(krav, ()) for krav in self.krav if krav.kravnr in kravnumre}

    async def list_notater(self, _: str) -> list[Any]:
        return []

    def read_krav(self) -> dict[str, Krav]:
        return self.i_isypa

    def read_merknader(self) -> set[tuple[str, str]]:
        return set()

    def read_begun(self, _: object) -> list[Any]:
        return []

    async def find(self, _: Collection[str]) -> tuple[Utgave, dict[str, Enhet]]:
        return Utgave(datetime(2026, 11, 23, tzinfo=UTC), ""), {}

    async def read(self, _: object) -> AsyncIterator[Any]:
        nothing: tuple[Any, ...] = ()
        for each in nothing:
            yield each

    async def get_enheter(self, numre: Iterable[str]) -> dict[str, Enhet]:
        return {nr: self.enhet for nr in numre if self.enhet}

    async def get_skyldnere(self, numre: Iterable[str]) -> Skyldnere:
        """One is protected, under her own number and as the owner of an ENK."""
        hidden = Person(HEMMELIG, date(1970, 1, 1), False, Gradering.FORTROLIG, "bosatt")
        ane = Person(ANE, date(1970, 1, 1), False, Gradering.UGRADERT, "bosatt")
        enk = Enhet(ENK, "ENK", Enhetsstatus.AKTIV)
        return Skyldnere({HEMMELIG: hidden, ANE: ane}, {ENK: enk}, {ENK: hidden})

    def read_memos(self) -> dict[str, str]:
        return {}

    def read_unfinished(self) -> frozenset[str]:
        return self.unfinished

    def hmac(self, text: str) -> str:
        return f"hmac of {text}"

    def alias(self, text: str) -> str:
        return f"alias of {text}"

    async def found(self, automation: Any) -> list[Line]:
        lines = [line async for line in automation.find(cast(Systems, self), AS_OF)]
        return [line for line in lines if not isinstance(line, Memo)]


async def test_only_what_the_find_has_not_seen_is_read_and_only_the_protected_are_told() -> None:
    open_to_all = replace(PAID, kravnr="PI2", skyldner=ANE)
    lane = Lane([PAID, open_to_all], frozenset({"PI1", "PI2", "GONE"}))
    systems = cast(Systems, lane)
    assert await find_vernede(systems, set(), lane.get_krav) == [Vernet("PI1")]
    assert await find_vernede(systems, {"PI1"}, lane.get_krav) == []
    assert await find_vernede(systems, set(), i_fil([FerskKrav(PAID, ())])) == [Vernet("PI1")]
    assert await find_vernede(systems, set(), i_fil([])) == []


async def test_sanction_interest_sees_it_though_the_krav_is_paid() -> None:
    lane = Lane([replace(PAID, tilstand=Tilstand.BETALT)])
    assert await lane.found(SANCTION_INTEREST) == []
    lane.unfinished = frozenset({"PI1"})
    assert await lane.found(SANCTION_INTEREST) == [Vernet("PI1")]


async def test_company_watch_sees_it_though_the_krav_is_paid_or_the_foretak_is_active_again() -> None:
    in_procasso = replace(KRAV, kravnr="PC1", skyldner=ENK, tilstand=Tilstand.BETALT)
    in_isypa = replace(KRAV, kravnr="IS1", skyldner=ENK, fagsystem=Fagsystem.ISYPA)
    lane = Lane([in_procasso], enhet=Enhet(ENK, "ENK", Enhetsstatus.AKTIV), i_isypa={"IS1": in_isypa})
    assert await lane.found(COMPANY_WATCH) == []
    lane.unfinished = frozenset({"PC1", "IS1"})
    assert await lane.found(COMPANY_WATCH) == [Vernet("PC1"), Vernet("IS1")]


async def test_of_a_konkurs_the_item_says_its_cases_and_by_when_it_is_to_be_reported() -> None:
    """Opened on Monday 9 November 2026: three weeks after is Monday the 30th. A file without cases tells none."""
    konkurs = Enhet("202063756", "AS", Enhetsstatus.KONKURS, date(2026, 11, 9))
    in_procasso = replace(KRAV, kravnr="PC1", skyldner="202063756")
    in_isypa = replace(in_procasso, kravnr="IS1", fagsystem=Fagsystem.ISYPA, saksnr="")
    lane = Lane([in_procasso], enhet=konkurs, i_isypa={"IS1": in_isypa})
    (work,) = [line for line in await lane.found(COMPANY_WATCH) if isinstance(line, Arbeid)]
    assert (work.krav, work.saker, work.frist) == (("IS1", "PC1"), ("S1",), date(2026, 11, 30))
