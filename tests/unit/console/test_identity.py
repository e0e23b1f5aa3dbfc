"""A login that has been begun: what follows from its word, and for whom."""

from __future__ import annotations

import pytest

from console.identity import Attempt

KEY = b"k" * 32
BEGUN = Attempt.begin(KEY, "/oppfoelging?vis=ledige", 1_800_000_000.9)


def test_the_word_holds_when_it_was_begun_and_the_page_that_was_wanted() -> None:
    assert (BEGUN.begun_at, BEGUN.wanted) == (1_800_000_000, "/oppfoelging?vis=ledige")


def test_the_same_follows_from_the_same_word_and_key() -> None:
    again = Attempt(BEGUN.word, bytes(KEY))
    assert (again.state, again.nonce, again.verifier) == (BEGUN.state, BEGUN.nonce, BEGUN.verifier)
    assert again.is_answered_by(BEGUN.state)


def test_nothing_of_it_follows_from_the_word_alone() -> None:
    """Whoever sees both the cookie and the redirect cannot use a code that was caught."""
    other = Attempt(BEGUN.word, b"o" * 32)
    parts = [part for each in (BEGUN, other) for part in (each.state, each.nonce, each.verifier)]
    assert len({*parts}) == 6
    assert not other.is_answered_by(BEGUN.state)


def test_no_two_logins_have_the_same_word() -> None:
    assert Attempt.begin(KEY, "/", 0.0).word != Attempt.begin(KEY, "/", 0.0).word


@pytest.mark.parametrize(
    "word",
    [
        "",
        "x" + BEGUN.word,
        BEGUN.word + "x",
        BEGUN.word.replace(".1800000000.", ".1800000600."),
        BEGUN.word.rpartition(".")[0] + ".L2Fubm",
    ],
    ids=["nothing", "before it", "after it", "another time", "another page"],
)
def test_a_word_that_is_not_as_we_gave_it_has_no_answer(word: str) -> None:
    changed = Attempt(word, KEY)
    assert not changed.is_answered_by(BEGUN.state)
    assert not changed.is_answered_by("")


def test_the_key_is_not_shown() -> None:
    assert str(KEY) not in repr(BEGUN)
