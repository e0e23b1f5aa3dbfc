"""What pages and terminals send back is never taken for a fødselsnummer."""

from __future__ import annotations

from hub.letters import in_letters
from hub.proposal import digest


def test_a_digest_is_in_letters_and_as_telling_as_before() -> None:
    assert in_letters("0123456789abcdef") == "ghijklmnopabcdef"
    words = {digest(str(n)) for n in range(5000)}
    assert len(words) == 5000
    assert all(len(word) == 12 and word.isalpha() for word in words)
