"""What pages and terminals send back is never taken for a fødselsnummer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hub.letters import in_letters
from hub.proposal import digest, seen


def test_a_digest_is_in_letters_and_as_telling_as_before() -> None:
    assert in_letters("0123456789abcdef") == "ghijklmnopabcdef"
    lists: list[list[Any]] = [[SimpleNamespace(mark=f"{n}:1:a")] for n in range(5000)]
    words = {digest(str(n)) for n in range(5000)} | {seen(proposals) for proposals in lists}
    assert len(words) == 10_000
    assert all(len(word) == 12 and word.isalpha() for word in words)
