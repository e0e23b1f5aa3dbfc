"""What became of each krav that a person asked an automation to take: a pure decision over what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hub.automation import Arbeid, Line, Utelatt, Varsel


class Answer(StrEnum):
    TAKEN = "taken"
    """It is work, and stands in the queue now."""
    OPEN = "open"
    """It is part of an item that was open already, or belongs together with one."""
    CLOSED = "closed"
    """It is work, and has been done tonight, or a person has closed it on these very facts."""
    LEFT_OUT = "left out"
    """The automation leaves it to somebody else, or only warns about it; a code says why."""
    UNKNOWN = "unknown"
    """The automation says nothing of it; so too when nothing may be said (VERN-2)."""


@dataclass(frozen=True, slots=True)
class Told:
    answer: Answer
    code: str | None = None
    item_id: int | None = None


def tell(
    asked: Iterable[str], lines: Iterable[Line], taken: Mapping[str, int], standing: Mapping[str, int]
) -> dict[str, Told]:
    """`taken`: the items that krav have become part of now. `standing`: those that were open already, by their krav
    and by their reference."""
    found: dict[str, Arbeid] = {}
    codes: dict[str, str] = {}
    for line in lines:
        if isinstance(line, Arbeid):
            found |= dict.fromkeys(line.krav, line)
        elif isinstance(line, Utelatt):
            codes[line.krav] = line.reason
        elif isinstance(line, Varsel):
            codes.setdefault(line.krav, line.code)
    return {krav: _of(krav, found.get(krav), codes.get(krav), taken, standing) for krav in asked}


def _of(
    krav: str, work: Arbeid | None, code: str | None, taken: Mapping[str, int], standing: Mapping[str, int]
) -> Told:
    if krav in taken:
        return Told(Answer.TAKEN, item_id=taken[krav])
    in_its_way = (krav,) if work is None else (krav, *work.krav, work.reference)
    if already := [standing[name] for name in in_its_way if name in standing]:
        return Told(Answer.OPEN, item_id=already[0])
    if work is not None:
        return Told(Answer.CLOSED)
    return Told(Answer.UNKNOWN) if code is None else Told(Answer.LEFT_OUT, code)
