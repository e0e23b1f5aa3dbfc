"""What a seal is over, how it is signed, and how it is written down: pure, with no database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.audit import Chain
from hub.seal import FIRST, Head, Mark, Seal

GROUPS = ":aaaa" * 16
CHAIN = Chain(b"key")
SEAL = Seal.sign(CHAIN, 2, "a" * 64, 1764000000.25, 3, 7, "b" * 64)


@pytest.mark.parametrize(
    "changed",
    [{"no": 3}, {"previous": FIRST}, {"at": 1764000000.5}, {"heads": 4}, {"events": 8}, {"root": "c" * 64}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_seal_holds_as_it_was_signed_and_no_other_way(changed: dict[str, object]) -> None:
    assert SEAL.holds(CHAIN)
    assert not SEAL.holds(Chain(b"other"))
    assert not replace(SEAL, **changed).holds(CHAIN)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        Head.of(2, 3, "chain", [1.0, 2.0]),
        Head.of(1, 4, "chain", [1.0, 2.0]),
        Head.of(1, 3, "another", [1.0, 2.0]),
        Head.of(1, 3, "chain", [1.5, 2.0]),
        Head.of(1, 3, "chain", [2.0]),
    ],
    ids=["item", "number", "link", "time", "fewer events"],
)
def test_a_leaf_tells_the_item_its_newest_event_and_the_times(other: Head) -> None:
    assert other.leaf != Head.of(1, 3, "chain", [1.0, 2.0]).leaf


def test_a_seal_is_read_as_it_was_written_down() -> None:
    assert str(Mark(12, "0123456789abcdef" * 4)) == "12" + ":0123:4567:89ab:cdef" * 4
    assert Mark.read(f" {SEAL.mark}\n") == SEAL.mark


@pytest.mark.parametrize(
    "text", ["", "1", f"0{GROUPS}", f"1{GROUPS[:-1]}", f"1{GROUPS.upper()}", f"x{GROUPS}", "1:" + "a" * 64, f"{GROUPS}"]
)
def test_what_is_no_seal(text: str) -> None:
    with pytest.raises(ValueError, match="is no seal"):
        Mark.read(text)
