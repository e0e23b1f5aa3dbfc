"""Whatever comes in where, and whichever calls are lost: in the end both have every payment once, equal to the øre.

The real actions and clients speak to the real simulators, in this process. Each morning plans anew and under a key of
its own, as if the hub had lost everything but its memos: then only the references stand between us and booking twice.
"""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.innfordring import Side
from flows.samkjoering.krav import read_delte
from tests.unit.flows.claims_world import FIRST_DAY, ONE, OTHER, Fates, Office

events = st.tuples(
    st.sampled_from(list(Side)), st.sampled_from([ONE, OTHER]), st.sampled_from([1, 25, 10050, 66000, 67342, 135000])
)
fates = st.tuples(
    st.one_of(st.just([]), st.lists(st.sampled_from(["ok", "ok", "ok", "refused", "lost"]), max_size=20)),
    st.sampled_from([None, None, None, "pilen", "procasso"]),
)
days = st.lists(st.tuples(st.lists(events, max_size=4), fates, fates), max_size=5)
Day = tuple[list[tuple[Side, str, int]], Fates, Fates]


@settings(max_examples=120, deadline=None)
@given(days)
def test_any_interleaving_of_payments_and_outages_ends_equal_to_the_oere(days: list[Day]) -> None:
    asyncio.run(run(days))


async def run(days: list[Day]) -> None:
    office = Office()
    for n, (paid, finding, working) in enumerate(days):
        for side, kravnr, oere in paid:
            office.pay(side, kravnr, oere)
        if n % 2:
            office.world.change_krav(ONE, renter=f"{14 + n}.00")
        await office.morning(finding, working)
    await office.morning()
    await office.morning()  # what one system made BETALT by itself when it was told of the last øre
    one, other = [await client.get_summer() for client in (office.systems.kontoer, office.systems.innfordringer)]
    assert one.summer == other.summer
    delte = await read_delte(office.systems, [ONE, OTHER], FIRST_DAY)
    for kravnr, delt in delte.items():
        assert delt.pilen is not None
        konti = [delt.pilen.konto] + ([delt.procasso.konto] if delt.procasso else [])
        for konto in konti:
            assert sorted(each.beloep for each in konto.innbetalinger) == sorted(office.paid[kravnr])
    before = len(office.world.effects())
    await office.morning()
    assert len(office.world.effects()) == before, "one more morning has nothing to tell"
