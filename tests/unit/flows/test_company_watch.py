"""What company-watch proposes for one customer, from facts as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

import pytest

from domain.errors import BusinessException
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype
from domain.sats import MissingRate
from domain.skyldner import Enhet, Enhetsstatus
from flows.company_watch import AUTOMATION, KONKURS_AAPNET
from flows.facts import FerskKrav, Skyldnere
from flows.foretak.merknader import read_merknader
from flows.foretak.plan import Foretakssak, foreslaa, referanse
from flows.systems import Systems
from hub.automation import Forslag, Plan, WorkItem
from hub.beslutning import Beslutning
from tests.unit.flows.minor_world import KRAV as ANY_KRAV
from tests.unit.flows.minor_world import REGLER

NR = "202063756"
TODAY = date(2026, 11, 23)
KRAV = replace(ANY_KRAV, kravnr="PC1", skyldner=NR, kravtype=Kravtype.BARNEHAGE, fordringshaver="BYDEL03")
"""1 200,00 with 35,00 of costs, of 4 May 2026, due 1 June 2026."""
I_ISYPA = replace(
    KRAV, kravnr="IS1", fagsystem=Fagsystem.ISYPA, fordringshaver="VAV", kravtype=Kravtype.KOMMUNALE_AVGIFTER
)
KONKURS = Enhet(NR, "AS", Enhetsstatus.KONKURS, date(2026, 11, 9))
SLETTET = Enhet(NR, "AS", Enhetsstatus.SLETTET, date(2026, 9, 14))


@dataclass
class Lane:
    """What of Systems is used here. `i_filen`: the remarks of last night's file. `begun`: what the ledger tells.
    `enhet`: the customer of PC1 and IS1, whose owner nobody tells."""

    enhet: Enhet = SLETTET
    i_filen: set[tuple[str, str]] = field(default_factory=set)
    begun: list[tuple[str, Plan]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    regler = REGLER

    @property
    def isypa(self) -> Lane:
        return self

    @property
    def procasso(self) -> Lane:
        return self

    @property
    def enhetsregisteret(self) -> Lane:
        return self

    def read_krav(self) -> dict[str, Krav]:
        return {"IS1": I_ISYPA}

    async def get_krav(self, kravnumre: Iterable[str]) -> dict[str, FerskKrav]:
        return {"PC1": FerskKrav(KRAV, ())} if "PC1" in kravnumre else {}

    async def get_enhet(self, nummer: str) -> Enhet:
        return self.enhet

    async def get_skyldnere(self, numre: Iterable[str]) -> Skyldnere:
        return Skyldnere()

    def read_merknader(self) -> set[tuple[str, str]]:
        return set(self.i_filen)

    def read_begun(self, keys: Iterable[str]) -> list[tuple[str, Plan]]:
        wanted = set(keys)
        return [(key, plan) for key, plan in self.begun if key in wanted]

    def read_unfinished(self) -> frozenset[str]:
        return frozenset()

    def hmac(self, text: str) -> str:
        return f"hmac of {text}"


def plan(enhet: Enhet, *krav: Krav, hendelser: tuple[Hendelse, ...] = (), as_of: date = TODAY) -> Plan:
    ferske = [FerskKrav(each, hendelser if each.fagsystem is not Fagsystem.ISYPA else ()) for each in krav]
    return foreslaa(Foretakssak(enhet, ferske), cast(Systems, Lane()), as_of)


def forslag(made: Plan) -> Forslag:
    assert made.forslag is not None
    return made.forslag


def keys(made: Plan) -> list[tuple[str, str]]:
    return [(effect.system, effect.key) for effect in made.effects]


def test_a_note_in_procasso_and_a_remark_in_isypa_and_nothing_more() -> None:
    made = plan(SLETTET, KRAV, I_ISYPA)
    assert keys(made) == [("PROCASSO", "notat:PC1"), ("ISYPA", "merknad:IS1")]
    assert (made.result, made.rules) == ("PROPOSE_CLOSING", ("BO-3", "BO-4"))
    assert made.data == {"referanse": f"{NR}:SLETTET:2026-09-14", "enhet": NR, "anmeldelse": None}


def test_the_list_and_the_worth_of_a_proposal() -> None:
    assert (forslag(plan(SLETTET, KRAV)).fordringshaver, forslag(plan(SLETTET, KRAV)).kravtype) == (
        "BYDEL03",
        "BARNEHAGE",
    )
    several = forslag(plan(SLETTET, KRAV, I_ISYPA))
    assert (several.fordringshaver, several.kravtype, several.beloep_oere) == ("FLERE", "FLERE", 2 * 123_500)


def test_in_a_konkurs_the_draft_is_filed_before_the_note() -> None:
    """2 June to 30 June: 29 days at 12 %; 1 July to 9 November: 132 days at 12.25 %.

    120 000 x (0.12 x 29 + 0.1225 x 132) / 365 = 1 144.1 + 5 316.2 = 6 460.3.
    """
    made = plan(KONKURS, KRAV, I_ISYPA)
    assert keys(made) == [("PROCASSO", "anmeldelse:PC1"), ("PROCASSO", "notat:PC1"), ("ISYPA", "merknad:IS1")]
    linjer = [each["linje"] for each in made.data["anmeldelse"]["krav"]]
    assert linjer == [
        {"kravnr": "PC1", "hovedstol": 120_000, "rente": 6_460, "kostnader": 3_500},
        {"kravnr": "IS1", "hovedstol": 120_000, "rente": 6_460, "kostnader": 3_500},
    ]
    remark = made.effects[-1].after["tekst"]
    assert remark.endswith(
        "Meldes: hovedstol 1200.00, renter til og med konkursåpningen 64.60 og kostnader 35.00 kroner. "
        "Innbetalinger i ISY-PA er ikke trukket fra."
    )


def test_a_customer_with_nothing_to_report_gets_no_draft() -> None:
    opened_before = replace(KONKURS, statusdato=date(2026, 5, 3))
    made = plan(opened_before, KRAV)
    assert keys(made) == [("PROCASSO", "notat:PC1")]
    assert made.data["anmeldelse"] is None
    assert forslag(made).begrunnelse.endswith("Oppstått etter konkursåpningen, eller foreldet: PC1.")


def test_without_a_date_no_deadline_can_be_computed() -> None:
    with pytest.raises(BusinessException) as caught:
        plan(replace(KONKURS, statusdato=None), KRAV)
    assert (caught.value.code, caught.value.detail) == ("BANKRUPTCY_DATE_MISSING", "PC1")


def test_a_day_without_a_rate_is_for_a_person() -> None:
    with pytest.raises(MissingRate):
        plan(replace(KONKURS, statusdato=date(2027, 1, 5)), KRAV, as_of=date(2027, 1, 8))


def test_an_approval_stands_while_only_days_pass() -> None:
    assert plan(KONKURS, KRAV).hash == plan(KONKURS, KRAV, as_of=date(2026, 12, 24)).hash


@pytest.mark.parametrize(
    "other",
    [
        plan(replace(SLETTET, statusdato=date(2026, 9, 15)), KRAV),
        plan(replace(SLETTET, organisasjonsform="DA"), KRAV),
        plan(SLETTET, replace(KRAV, hovedstol=1)),
        plan(SLETTET, KRAV, I_ISYPA),
    ],
)
def test_an_approval_does_not_stand_when_the_facts_are_others(other: Plan) -> None:
    assert plan(SLETTET, KRAV).hash != other.hash


def test_the_reference_names_the_occasion() -> None:
    assert referanse(KONKURS) == f"{NR}:KONKURS:2026-11-09"
    assert referanse(replace(KONKURS, statusdato=None)) == f"{NR}:KONKURS:uten-dato"


def test_a_plan_can_be_stored_and_read_again() -> None:
    made: Any = plan(KONKURS, KRAV, I_ISYPA)
    assert Plan.from_json(made.to_json()).hash == made.hash


async def test_a_remark_that_is_ordered_is_there_before_the_file_shows_it() -> None:
    """A remark is ordered on IS1, and IS2 bears one in the file; of IS9 nothing is known."""
    ordered = [(effect.key, plan(SLETTET, I_ISYPA)) for effect in plan(SLETTET, I_ISYPA).effects]
    lane = cast(Systems, Lane(i_filen={("IS2", referanse(SLETTET))}, begun=ordered))
    both = {("IS1", referanse(SLETTET)), ("IS2", referanse(SLETTET))}
    assert await read_merknader(lane, ["IS1", "IS2"]) == both
    assert await read_merknader(lane, ["IS9"]) == {("IS2", referanse(SLETTET))}


async def made_anew(lane: Lane) -> Plan:
    payload = {"enhet": NR, "form": lane.enhet.organisasjonsform, "krav": ["PC1", "IS1"]}
    item = WorkItem(1, "company-watch", "PROCASSO", referanse(lane.enhet), 2, payload, 1, TODAY)
    return await AUTOMATION.plan(item, cast(Systems, lane), TODAY)


async def test_what_was_ordered_after_the_find_is_not_planned_again() -> None:
    """An item of before was still under way when this one was found, and has remarked on IS1 since."""
    assert keys(await made_anew(Lane())) == [("ISYPA", "merknad:IS1"), ("PROCASSO", "notat:PC1")]
    ordered = [("merknad:IS1", plan(SLETTET, I_ISYPA))]
    assert keys(await made_anew(Lane(begun=ordered))) == [("PROCASSO", "notat:PC1")]
    of_another_status = [("merknad:IS1", plan(KONKURS, I_ISYPA))]
    assert len((await made_anew(Lane(begun=of_another_status))).effects) == 2


async def test_of_a_removed_unit_of_no_known_form_nothing_is_proposed() -> None:
    """Not even when the find knew no better: it may be a protected person's (VERN-2)."""
    with pytest.raises(BusinessException) as caught:
        await made_anew(Lane(enhet=Enhet(NR, None, Enhetsstatus.FJERNET, date(2026, 8, 6))))
    assert caught.value.code == "OWNER_UNKNOWN"


async def decided(dato: str) -> Plan:
    """A konkurs of which the register has no date, opened that day by a person's word."""
    said = Beslutning(KONKURS_AAPNET.kode, {"dato": dato}, "kari", "saksbehandler", "Kunngjøringen", 0.0, True)
    payload = {"krav": ["PC1"], "enhet": NR, "form": "AS"}
    item = WorkItem(1, "company-watch", "PROCASSO", f"{NR}:KONKURS:uten-dato", 1, payload, 2, TODAY, (said,))
    return await AUTOMATION.plan(item, cast(Systems, Lane(replace(KONKURS, statusdato=None))), TODAY)


async def test_a_konkurs_without_a_date_is_proposed_from_the_date_a_person_found() -> None:
    made = await decided("2026-11-09")
    assert made.result == "REPORT_BANKRUPTCY"
    assert "30.11.2026" in forslag(made).begrunnelse, "three weeks after 9 November"
    assert made.data["anmeldelse"] == plan(KONKURS, KRAV).data["anmeldelse"], "as if the register had told"
    assert made.data["referanse"] == f"{NR}:KONKURS:uten-dato", "so that the note is known again tomorrow"
    assert (made.data["beslutning"]["person"], made.rules) == ("kari", ("BO-3", "BO-4", "BO-5"))


async def test_a_konkurs_is_not_opened_in_the_future() -> None:
    with pytest.raises(BusinessException, match="DECIDED_DATE_AHEAD"):
        await decided("2026-11-24")
