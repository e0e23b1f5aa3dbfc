"""Moving krav into a case, by the merge dialogue of that case."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from domain.errors import SystemException
from robots.pax.pages.frames import Frames
from robots.pax.pages.merge import MergeDialogue, Selection
from robots.pax.pages.receipt import Receipt
from robots.pax.reading import open_sak
from robots.pax.saving import Change
from robots.pax.verdicts import PAX, is_locked_case, locked_case


def merging(maalsak: str, kravnumre: Sequence[str]) -> Change:
    """Exactly these krav, which stand in other cases. Raises ValueError for none, or one named twice."""
    asked = frozenset(kravnumre)
    if not asked or len(asked) != len(kravnumre):
        raise ValueError("a merge needs krav, each of them once")
    return Change(
        step=f"merge {len(asked)} krav into case {maalsak}",
        case=maalsak,
        fill_in=partial(_choose, maalsak, asked),
        question=f"Slå sammen {len(asked)} krav med sak {maalsak}?",
        receipt=Receipt(f"{len(asked)} krav slått sammen med sak {maalsak}", asked),
    )


async def _choose(maalsak: str, asked: frozenset[str], frames: Frames) -> MergeDialogue:
    """Open the merge dialogue of the case and choose these krav; the dialogue, ready to be saved."""
    found = await open_sak(maalsak, frames)
    if found is None:
        raise SystemException(PAX, "answer", f"PAX has no case {maalsak}")
    sak, sight = found
    if is_locked_case(sight):
        raise locked_case(maalsak)
    dialogue = await sak.open_merge_dialogue()
    _check_selection(await dialogue.choose(asked), maalsak, asked)
    return dialogue


def _check_selection(selection: Selection, maalsak: str, asked: frozenset[str]) -> None:
    if missing := asked - selection.listed:
        kravnumre = ", ".join(sorted(missing))
        raise SystemException(PAX, "answer", f"PAX does not offer to merge {kravnumre} into case {maalsak}")
    if selection.chosen != asked or selection.counted != len(asked):
        raise SystemException(PAX, "parse", f"the dialogue of case {maalsak} shows another selection than was made")
