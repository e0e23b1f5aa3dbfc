"""The reconciliation: what was done against what is read back, to the øre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.krav import Krav, Tilstand
from flows.rapport.linjer import Avstemming, Avstemmingslinje, Avviksgrunn, Kilde
from hub.report import NightReport
from tests.unit.flows.rapport.nights import KRAV, Change, done, natt, rapport

FIRST = ("kostnader:PR1", {"kostnader": 3500}, {"kostnader": 0})
SECOND = ("kostnader:PR2", {"kostnader": 10500}, {"kostnader": 0})
ZERO = {"kostnader": 0}


def avstemming(*netter: NightReport, **lest: Sequence[Krav]) -> Avstemming:
    return rapport(*netter, lest=lest).avstemming


def krav(kravnr: str, **values: Any) -> Krav:
    return replace(KRAV, kravnr=kravnr, **values)


def test_sums_before_planned_and_read_back_agree() -> None:
    night = natt(done((*FIRST, ZERO)), done((*SECOND, ZERO)))
    made = avstemming(night, PROCASSO=[krav("PR1"), krav("PR2")])
    assert made.linjer == (
        Avstemmingslinje("minors", "PROCASSO", "kostnader", Kilde.FAGSYSTEM, 2, 14000, 0, 0, 0, avvik=0),
    )
    assert made.avvik == ()


def test_one_oere_too_much_is_found() -> None:
    night = natt(done((*FIRST, ZERO)), done((*SECOND, ZERO), reference="R2"))
    made = avstemming(night, PROCASSO=[krav("PR1"), krav("PR2", kostnader=1)])
    (linje,), (avvik,) = made.linjer, made.avvik
    assert (linje.lest, linje.differanse, linje.avvik) == (1, 1, 1)
    assert (avvik.referanse, avvik.krav, avvik.felt, avvik.grunn) == ("R2", "PR2", "kostnader", Avviksgrunn.VERDI)
    assert (avvik.foer, avvik.skal_vaere, avvik.lest, avvik.differanse) == (10500, 0, 1, 1)


def test_two_errors_that_outweigh_each_other_are_found() -> None:
    posted = [
        ("renter:PL1", {"renter": 0}, {"renter": 500}, None),
        ("renter:PL2", {"renter": 0}, {"renter": 700}, None),
    ]
    made = avstemming(natt(done(*posted, system="PILEN")), PILEN=[krav("PL1", renter=499), krav("PL2", renter=701)])
    assert [(linje.differanse, linje.avvik) for linje in made.linjer] == [(0, 2)]
    assert [avvik.krav for avvik in made.avvik] == ["PL1", "PL2"]


def test_a_krav_the_system_does_not_know_counts_as_nothing() -> None:
    posted = [("renter:PL1", {"renter": 0}, {"renter": 1342}, {"renter": 1342})]
    posted += [("renter:PL2", {"renter": 100}, {"renter": 5000}, {"renter": 5000})]
    made = avstemming(natt(done(*posted, system="PILEN")), PILEN=[krav("PL1", renter=1342)])
    assert [(x.foer, x.skal_vaere, x.lest, x.differanse) for x in made.linjer] == [(100, 6342, 1342, -5000)]
    assert [(x.krav, x.grunn, x.lest) for x in made.avvik] == [("PL2", Avviksgrunn.MANGLER, None)]


def test_nothing_found_at_all() -> None:
    made = avstemming(natt(done((*FIRST, ZERO))), PROCASSO=[])
    assert [(x.lest, x.grunn) for x in made.avvik] == [(None, Avviksgrunn.MANGLER)]


def test_a_system_that_was_not_read_is_judged_by_the_robots_receipts() -> None:
    right = ("kostnader:PX1", {"kostnader": 100}, {"kostnader": 0}, {"kostnader": 0})
    wrong = ("kostnader:PX2", {"kostnader": 100}, {"kostnader": 0}, {"kostnader": 1})
    made = avstemming(natt(done(right, wrong, system="PAX")), PILEN=[])
    assert [(x.system, x.kilde, x.lest, x.avvik) for x in made.linjer] == [("PAX", Kilde.KVITTERING, 1, 1)]
    assert [(x.krav, x.kilde, x.differanse) for x in made.avvik] == [("PX2", Kilde.KVITTERING, 1)]


def test_what_a_person_said_was_done_is_unread_until_the_system_is_asked() -> None:
    night = natt(done((*FIRST, None)))
    assert [(x.grunn, x.lest) for x in avstemming(night).avvik] == [(Avviksgrunn.IKKE_LEST, None)]
    assert avstemming(night, PROCASSO=[krav("PR1")]).avvik == ()


def test_a_receipt_without_the_field_is_no_receipt_of_it() -> None:
    made = avstemming(natt(done((*FIRST, {"saksnr": "S1"}))))
    assert [avvik.grunn for avvik in made.avvik] == [Avviksgrunn.IKKE_LEST]


@pytest.mark.parametrize("kvittert", [0.0, "0.00", True])
def test_a_receipt_in_anything_but_whole_oere_is_no_receipt(kvittert: object) -> None:
    made = avstemming(natt(done((*FIRST, {"kostnader": kvittert}))))
    assert [avvik.grunn for avvik in made.avvik] == [Avviksgrunn.IKKE_LEST]


def test_codes_and_dates_are_compared_and_have_no_sums() -> None:
    before = {"tilstand": "STOPPET", "forfall": "2025-04-01", "opprinnelig_forfall": None}
    after = {"tilstand": "AAPEN", "forfall": "2026-12-07", "opprinnelig_forfall": "2025-04-01"}
    there = krav("PR1", forfall=date(2026, 12, 7), opprinnelig_forfall=date(2025, 4, 1))
    night = natt(done(("brev:PR1", before, after, after)))
    made = avstemming(night, PROCASSO=[there])
    assert {(x.felt, x.antall, x.foer, x.lest, x.differanse, x.avvik) for x in made.linjer} == {
        (felt, 1, None, None, None, 0) for felt in after
    }
    moved = avstemming(night, PROCASSO=[replace(there, tilstand=Tilstand.STOPPET, opprinnelig_forfall=None)])
    assert [(x.felt, x.skal_vaere, x.lest) for x in moved.avvik] == [
        ("tilstand", "AAPEN", "STOPPET"),
        ("opprinnelig_forfall", "2025-04-01", ""),
    ]


def test_a_letter_changes_no_field_and_is_counted() -> None:
    letters: list[Change] = [(f"brev:PR1:{n}", {}, {}, {"forsendelse": "F"} if n == 1 else None) for n in (1, 2)]
    made = avstemming(natt(done(*letters, system="SVARUT")), PROCASSO=[])
    assert [(x.felt, x.antall, x.foer, x.lest, x.kilde) for x in made.linjer] == [
        ("brev", 2, None, None, Kilde.KVITTERING)
    ]
    assert [(x.krav, x.grunn) for x in made.avvik] == [("PR1", Avviksgrunn.IKKE_LEST)]


def test_a_field_changed_twice_is_held_to_the_last_change() -> None:
    once = done(("renter:PL1", {"renter": 0}, {"renter": 500}, {"renter": 500}), system="PILEN")
    again = done(("renter:PL1", {"renter": 500}, {"renter": 600}, {"renter": 600}), system="PILEN")
    made = avstemming(natt(once, automation="a"), natt(again, automation="b"), PILEN=[krav("PL1", renter=600)])
    assert made.avvik == ()
    assert [(x.automation, x.lest, x.kilde) for x in made.linjer] == [
        ("a", 500, Kilde.KVITTERING),
        ("b", 600, Kilde.FAGSYSTEM),
    ]


def test_moving_krav_leaves_their_sum_to_the_oere() -> None:
    moves = [
        (f"merge:PL{n}", {"saksnr": f"S{n}"}, {"saksnr": "S1"}, {"saksnr": "S1", "sum_oere": 200_300}) for n in (1, 2)
    ]
    night = natt(done(*moves, system="PILEN", data={"sum_oere": 200_300}), automation="parking-merge")
    assert {(x.felt, x.antall, x.lest, x.avvik) for x in avstemming(night).linjer} == {
        ("saksnr", 2, None, 0),
        ("sum", 1, 200_300, 0),
    }
    there = [krav("PL1", kostnader=100), krav("PL2", renter=199)]
    (avvik,) = avstemming(night, PILEN=there).avvik
    assert (avvik.krav, avvik.felt, avvik.skal_vaere, avvik.lest, avvik.differanse) == (
        "PL1;PL2",
        "sum",
        200_300,
        200_299,
        -1,
    )
    assert [x.grunn for x in avstemming(night, PILEN=there[:1]).avvik] == [Avviksgrunn.MANGLER, Avviksgrunn.MANGLER]


def test_a_sum_of_which_a_part_is_not_known_is_not_shown() -> None:
    made = avstemming(natt(done((*FIRST, ZERO), ("kostnader:PR2", {}, ZERO, ZERO))))
    assert [(x.foer, x.skal_vaere, x.lest) for x in made.linjer] == [(None, 0, 0)]


def test_no_night_no_lines() -> None:
    assert avstemming() == Avstemming()


def test_a_krav_that_was_read_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="many-to-one"):
        avstemming(natt(done((*FIRST, ZERO))), PROCASSO=[krav("PR1"), krav("PR1")])


OERE = st.integers(min_value=0, max_value=2**60 // 20)


@settings(deadline=None, max_examples=60)  # pandas takes its time on a busy machine
@given(st.lists(st.tuples(OERE, OERE, st.integers(-2, 2), st.booleans()), min_size=1, max_size=20))
def test_every_oere_is_accounted_for(rows: list[tuple[int, int, int, bool]]) -> None:
    """Sums are exact far beyond what a float can hold, and a krav is listed if and only if it does not agree."""
    posted = [
        (f"renter:K{n}", {"renter": before}, {"renter": after}, None) for n, (before, after, *_) in enumerate(rows)
    ]
    there = {f"K{n}": max(after + off, 0) for n, (_, after, off, found) in enumerate(rows) if found}
    made = avstemming(natt(done(*posted)), PROCASSO=[krav(nr, renter=renter) for nr, renter in there.items()])
    (linje,) = made.linjer
    planned = {f"K{n}": after for n, (_, after, *_) in enumerate(rows)}
    assert linje.foer == sum(before for before, *_ in rows)
    assert linje.skal_vaere == sum(planned.values())
    assert linje.lest == sum(there.values())
    assert linje.differanse == linje.lest - linje.skal_vaere
    assert {avvik.krav for avvik in made.avvik} == {nr for nr, after in planned.items() if there.get(nr) != after}
    differences = [x.differanse for x in made.avvik if x.differanse is not None]
    missing = sum(x.skal_vaere for x in made.avvik if x.grunn is Avviksgrunn.MANGLER and isinstance(x.skal_vaere, int))
    assert sum(differences) - missing == linje.differanse
