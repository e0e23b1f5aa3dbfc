"""owner-change in this process: who is the same person, which form still counts, and what no log tells of.

Every expectation is worked out by hand from EIER-1 to EIER-6. K1 stands in ISY-PA with a property that Kari owns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from types import SimpleNamespace
from typing import Any, cast

import pytest

from domain.eiendom import Eiendom, Eiendomsendringer, Eierandel, Matrikkelnummer
from domain.eierskifte import Eierskjema
from domain.errors import BusinessException
from domain.kunde import Kunde
from domain.skyldner import Enhet, Enhetsstatus, Person
from flows.facts import Skyldnere, fetch_skyldnere
from flows.owner_change import AUTOMATION
from flows.systems import LETTERS, Systems
from hub.automation import Arbeid, Line, Memo, Plan, Utelatt, Varsel, Vernet, WorkItem

KARI, KARI_FOER, OLA, PER = "01817328096", "01817328177", "02818518024", "03819012331"
"""Kari had another number before: Folkeregisteret answers it with the one she has now."""
FORETAK = "230582785"
EIENDOM = Matrikkelnummer("0301", 207, 412)
TODAY, KJOEPT, MELDT, RORT = date(2026, 11, 23), date(2020, 6, 15), date(2026, 11, 1), date(2026, 11, 20)


@dataclass
class Register:
    """Matrikkelen or Grunnboken: its properties, and what its log tells next."""

    eiendommer: dict[Matrikkelnummer, Eiendom] = field(default_factory=dict)
    endret: set[Matrikkelnummer] = field(default_factory=set)

    async def get_eiendommer(self, numre: Iterable[Matrikkelnummer]) -> dict[Matrikkelnummer, Eiendom]:
        return {nummer: self.eiendommer[nummer] for nummer in numre if nummer in self.eiendommer}

    async def find_siste(self) -> str:
        return "1"

    async def find_endringer(self, siste: str, kommune: str) -> Eiendomsendringer:
        return Eiendomsendringer(frozenset(self.endret), siste)


@dataclass
class Lane:
    """What of Systems is used here, over two registers, a folder of forms and ISY-PA's extract."""

    grunnboken: Register = field(default_factory=Register)
    matrikkelen: Register = field(default_factory=Register)
    kunder: list[Kunde] = field(default_factory=list)
    skjemaer: dict[Matrikkelnummer, Eierskjema] = field(default_factory=dict)
    personer: dict[str, Person] = field(default_factory=dict)
    enheter: dict[str, Enhet] = field(default_factory=dict)
    memos: dict[str, str] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()
    kommune: str = "0301"
    versions: dict[str, str] = field(default_factory=dict)
    regler: Any = field(default_factory=lambda: SimpleNamespace(owner_complete_days=30))

    def __post_init__(self) -> None:
        self.personer = {nr: person(nr) for nr in (KARI, OLA, PER)} | {KARI_FOER: person(KARI)}
        self.enheter = {FORETAK: Enhet(FORETAK, "AS", Enhetsstatus.AKTIV)}

    @property
    def isypa(self) -> Lane:
        return self

    @property
    def eiendom(self) -> Lane:
        return self

    def read_kunder(self) -> list[Kunde]:
        return self.kunder

    async def read_skjemaer(self, as_of: date) -> dict[Matrikkelnummer, Eierskjema]:
        return {nummer: each for nummer, each in self.skjemaer.items() if each.dato <= as_of}

    def read_memos(self) -> dict[str, str]:
        return self.memos

    def read_unfinished(self) -> frozenset[str]:
        return self.unfinished

    def hmac(self, text: str) -> str:
        return sha256(text.encode()).hexdigest()

    def alias(self, text: str) -> str:
        return self.hmac(text)[:16].translate(LETTERS)

    async def get_personer(self, numre: Iterable[str]) -> dict[str, Person]:
        return {nummer: self.personer[nummer] for nummer in numre if nummer in self.personer}

    async def get_enheter(self, numre: Iterable[str]) -> dict[str, Enhet]:
        return {nummer: self.enheter[nummer] for nummer in numre if nummer in self.enheter}

    async def get_innehaver(self, organisasjonsnummer: str) -> str | None:
        return None

    async def get_skyldnere(self, numre: Iterable[str]) -> Skyldnere:
        return await fetch_skyldnere(numre, cast(Any, self), cast(Any, self))

    def owned_by(
        self, *grunnbok: str, matrikkel: tuple[str, ...] | None = None, rort: date = KJOEPT, fra: date = KJOEPT
    ) -> None:
        """Owned in equal parts; `matrikkel`: by others there. `rort`: Grunnboken's date, `fra`: Matrikkelen's."""
        self.grunnboken.eiendommer[EIENDOM] = eid(grunnbok, rort)
        self.matrikkelen.eiendommer[EIENDOM] = eid(matrikkel or grunnbok, fra)

    async def morning(self, as_of: date = TODAY) -> list[Line]:
        """What is found, without the memos, which are kept."""
        lines = [line async for line in AUTOMATION.find(cast(Systems, self), as_of)]
        kept: dict[str, Any] = {line.key: line.value for line in lines if isinstance(line, Memo)}
        self.memos = {key: value for key, value in (self.memos | kept).items() if value is not None}
        return [line for line in lines if not isinstance(line, Memo)]

    async def plan(self, kundenr: str = "K1") -> Plan:
        item = WorkItem(1, "owner-change", "ISYPA", kundenr, 1, {"kundenr": kundenr}, 1, TODAY)
        return await AUTOMATION.plan(item, cast(Systems, self), TODAY)


def person(nummer: str) -> Person:
    return Person(nummer, date(1985, 1, 2), doed=False, gradering="ugradert", status="bosatt")


def eid(eiere: tuple[str, ...], fra: date) -> Eiendom:
    return Eiendom(EIENDOM, utgaatt=False, eiere=tuple(Eierandel(nr, Fraction(1, len(eiere)), fra) for nr in eiere))


def kunde(eier: str = KARI, fakturamottaker: str | None = None, nummer: Matrikkelnummer = EIENDOM) -> Kunde:
    return Kunde("K1", "VAV", eier, fakturamottaker or eier, str(nummer))


def skjema(eier: str = OLA) -> Eierskjema:
    return Eierskjema(EIENDOM, eier, MELDT, "SK-1")


@pytest.fixture
def lane() -> Lane:
    made = Lane(kunder=[kunde()])
    made.owned_by(KARI)
    return made


@pytest.mark.parametrize(
    ("i_isypa", "grunnbok", "matrikkel"),
    [
        (KARI_FOER, KARI, KARI),
        (KARI, KARI_FOER, KARI_FOER),
        (KARI, KARI, KARI_FOER),
        (KARI_FOER, KARI_FOER, KARI_FOER),
    ],
)
async def test_a_number_of_before_is_the_same_person(lane: Lane, i_isypa: str, grunnbok: str, matrikkel: str) -> None:
    lane.kunder = [kunde(i_isypa)]
    lane.owned_by(grunnbok, matrikkel=(matrikkel,))
    assert await lane.morning() == []
    assert (await lane.plan()).result == "NOTHING_TO_DO"


async def test_two_shares_under_two_numbers_are_one_owner_s(lane: Lane) -> None:
    """Kari owns two thirds, under two numbers: more than Ola, though each number owns no more than he does."""
    lane.kunder = [kunde(OLA)]
    lane.owned_by(KARI, KARI_FOER, OLA)
    assert [effect.key for effect in (await lane.plan()).effects] == ["eier:K1", "fakturamottaker:K1"]


async def test_the_new_owner_gets_the_number_she_has_now(lane: Lane) -> None:
    """Also from a form. What ISY-PA has now is told as it has it, or it would refuse the row."""
    lane.kunder = [kunde(OLA)]
    for nummer in (KARI, KARI_FOER):
        lane.owned_by(nummer)
        (effect, _) = (await lane.plan()).effects
        assert effect.before == {"eier": lane.alias(f"K1:{OLA}")}
        assert effect.after == {"eier": lane.alias(f"K1:{KARI}")}
    lane.owned_by(OLA)
    lane.skjemaer[EIENDOM] = skjema(KARI_FOER)
    (effect, _) = (await lane.plan()).effects
    assert effect.after == {"eier": lane.alias(f"K1:{KARI}")}


async def test_a_payer_under_another_number_was_the_old_owner(lane: Lane) -> None:
    lane.kunder = [kunde(KARI_FOER, KARI)]
    lane.owned_by(OLA)
    eier, payer = (await lane.plan()).effects
    assert (eier.before, payer.before) == (
        {"eier": lane.alias(f"K1:{KARI_FOER}")},
        {"fakturamottaker": lane.alias(f"K1:{KARI}")},
    )


async def test_who_is_protected_under_another_number_is_counted_alone(lane: Lane) -> None:
    hidden = replace(person(KARI), gradering="fortrolig")
    lane.personer |= {KARI: hidden, KARI_FOER: hidden}
    lane.kunder = [kunde(OLA)]
    lane.owned_by(KARI_FOER)
    assert await lane.morning() == [Vernet("K1")]


async def test_a_removed_unit_may_be_a_protected_person_s(lane: Lane) -> None:
    """The register tells neither form nor owner of it: a person decides (VERN-2)."""
    lane.enheter[FORETAK] = Enhet(FORETAK, None, Enhetsstatus.FJERNET, date(2026, 8, 6))
    lane.kunder = [kunde(FORETAK)]
    assert await lane.morning() == [Utelatt("K1", "OWNER_UNKNOWN")]
    with pytest.raises(BusinessException, match="OWNER_UNKNOWN"):
        await lane.plan()


async def test_a_technical_update_in_grunnboken_leaves_a_form_standing(lane: Lane) -> None:
    """The andel was touched after the form; Matrikkelen says that Kari has owned it since 2020."""
    lane.skjemaer[EIENDOM] = skjema()
    lane.owned_by(KARI_FOER, matrikkel=(KARI,), rort=RORT)
    (work,) = await lane.morning()
    assert isinstance(work, Arbeid)
    plan = await lane.plan()
    assert plan.effects[0].after == {"eier": lane.alias(f"K1:{OLA}")}
    assert plan.forslag is not None
    assert plan.forslag.begrunnelse.startswith(f"Det er meldt en ny, ikke tinglyst eier av {EIENDOM}.")


async def test_a_form_that_is_set_aside_is_told_of_once(lane: Lane) -> None:
    """Per was registered after the form. It is told of the first morning, and when another form comes too late."""
    lane.skjemaer[EIENDOM] = skjema()
    lane.owned_by(PER, matrikkel=(KARI,), rort=RORT)
    work, told = await lane.morning()
    assert isinstance(work, Arbeid)
    assert told == Varsel("K1", "FORM_SET_ASIDE")
    plan = await lane.plan()
    assert plan.forslag is not None
    assert plan.forslag.begrunnelse == (
        f"En annen enn eieren i ISY-PA er tinglyst som eier av {EIENDOM}. "
        "Skjemaet om en ikke tinglyst eier er eldre og gjelder ikke lenger. "
        "Fakturamottakeren var den gamle eieren og følger med."
    )
    assert [type(line) for line in await lane.morning(TODAY + timedelta(1))] == [Arbeid]
    lane.kunder = [kunde(PER)]
    assert await lane.morning(TODAY + timedelta(2)) == []
    assert await lane.morning(TODAY + timedelta(30)) == [], "nor when all are looked up again"
    lane.skjemaer[EIENDOM] = replace(skjema(), dato=MELDT + timedelta(1), referanse="SK-2")
    assert await lane.morning(TODAY + timedelta(31)) == [Varsel("K1", "FORM_SET_ASIDE")]


async def test_a_form_whose_owner_has_been_registered_is_nothing_to_tell(lane: Lane) -> None:
    lane.skjemaer[EIENDOM] = skjema()
    lane.kunder = [kunde(OLA)]
    lane.owned_by(OLA, rort=RORT, fra=RORT)
    assert await lane.morning() == []


async def test_of_the_protected_no_form_is_told_of(lane: Lane) -> None:
    lane.personer[PER] = replace(person(PER), gradering="strengtFortrolig")
    lane.skjemaer[EIENDOM] = skjema()
    lane.owned_by(PER, rort=RORT, fra=RORT)
    assert await lane.morning() == [Vernet("K1")]
    assert [key for key in lane.memos if key.endswith(":K1")] == []


async def test_a_customer_who_is_gone_is_forgotten(lane: Lane) -> None:
    lane.skjemaer[EIENDOM] = skjema(PER)
    lane.kunder = [kunde(OLA)]
    lane.owned_by(OLA, rort=RORT, fra=RORT)
    await lane.morning()
    assert {key for key in lane.memos if key.endswith(":K1")} == {"i-orden:K1", "til-side:K1"}
    lane.kunder = []
    await lane.morning(TODAY + timedelta(1))
    assert [key for key in lane.memos if key.endswith(":K1")] == []


async def test_a_property_that_was_renumbered_is_seen_when_all_are_looked_up_again(lane: Lane) -> None:
    """The logs name the new number, which no customer has. All were looked up on 23 November, and are 30 days later."""
    assert await lane.morning() == []
    assert lane.memos["complete"] == "2026-11-23"
    renumbered = Matrikkelnummer("0301", 207, 900)
    for register in (lane.grunnboken, lane.matrikkelen):
        register.eiendommer = {renumbered: replace(register.eiendommer[EIENDOM], matrikkelnummer=renumbered)}
        register.endret = {renumbered}
    assert await lane.morning(TODAY + timedelta(29)) == []
    (line,) = await lane.morning(TODAY + timedelta(30))
    assert isinstance(line, Arbeid)
    assert line.reference == "K1:OWNER_UNCLEAR"
    assert lane.memos["complete"] == "2026-12-23"
    with pytest.raises(BusinessException, match="OWNER_UNCLEAR"):
        await lane.plan()


async def test_who_becomes_protected_while_a_change_is_in_doubt_is_seen_though_all_is_in_order(lane: Lane) -> None:
    """The row was taken, nobody knows that, and the customer has been in order since: no log tells of a gradering."""
    lane.owned_by(KARI)
    lane.kunder = [kunde(KARI)]
    assert await lane.morning() == []
    lane.personer[KARI] = replace(person(KARI), gradering="fortrolig")
    assert await lane.morning() == [], "it is not looked up again for nothing"
    lane.unfinished = frozenset({"K1"})
    assert await lane.morning() == [Vernet("K1")]
