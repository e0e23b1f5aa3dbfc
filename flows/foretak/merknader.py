"""Remarks on krav of ISY-PA. Its file of them is a night old: what we have ordered since counts too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from flows.systems import Systems

MERKNAD = "merknad"
"""What the effect that orders one is called, before its kravnr."""


async def read_merknader(systems: Systems, kravnumre: Iterable[str]) -> set[tuple[str, str]]:
    """kravnr and reference of each remark: those of the file, and on these krav those the ledger says we have ordered.

    One that nobody has settled counts as ordered: it is not repeated on a guess.
    """
    i_filen = await asyncio.to_thread(systems.isypa.read_merknader)
    bestilt = await asyncio.to_thread(systems.read_begun, [f"{MERKNAD}:{kravnr}" for kravnr in kravnumre])
    return i_filen | {(key.partition(":")[2], plan.data["referanse"]) for key, plan in bestilt}
