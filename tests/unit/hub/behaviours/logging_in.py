"""Logging in to the console: a login begun is ended once, in time; and the names people go by."""

from __future__ import annotations

import threading

import pytest

from hub.storage import logins
from tests.unit.hub.behaviours.house import House


def test_a_login_that_was_begun_is_ended_once(house: House) -> None:
    word = logins.begin(house.database, "path", 60.0)
    assert word.endswith(".path")
    assert logins.use_up(house.database, word)
    assert not logins.use_up(house.database, word)


def test_of_two_that_end_it_at_once_one_does(house: House) -> None:
    word = logins.begin(house.database, "", 60.0)
    ended: list[bool] = []
    threads = [threading.Thread(target=lambda: ended.append(logins.use_up(house.database, word))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [False, False, False, True]


def test_a_word_that_was_changed_ends_nothing(house: House) -> None:
    word = logins.begin(house.database, "path", 60.0)
    for other in ("", ".path", word + "x", word.replace(".path", ".other"), "' OR 1=1 --"):
        assert not logins.use_up(house.database, other)
    assert logins.use_up(house.database, word)


def test_a_login_that_took_too_long_is_over_and_forgotten(house: House) -> None:
    word = logins.begin(house.database, "", -1.0)
    assert not logins.use_up(house.database, word)
    logins.begin(house.database, "", 60.0)
    assert len(house.rows("login_attempt")) == 1


def test_more_logins_than_people_begin_are_not_written_down(house: House) -> None:
    for _ in range(logins.MOST_BEGUN):
        word = logins.begin(house.database, "", 60.0)
    with pytest.raises(logins.Crowded):
        logins.begin(house.database, "", 60.0)
    assert len(house.rows("login_attempt")) == logins.MOST_BEGUN
    assert logins.use_up(house.database, word), "those that were begun are ended"
    house.sql("UPDATE login_attempt SET expires_at = expires_at - :seconds", seconds=logins.RECENT)
    logins.begin(house.database, "", 60.0)


def test_only_logins_that_are_begun_and_ended_wait_for_a_writer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody can send any word, and begin too many."""
    monkeypatch.setattr(logins, "MOST_BEGUN", 1)
    logins.begin(house.database, "", 60.0)
    with monkeypatch.context() as patch:
        patch.setattr(house.database, "begin", lambda: pytest.fail("a transaction that writes"))
        assert not logins.use_up(house.database, "made-up")
        with pytest.raises(logins.Crowded):
            logins.begin(house.database, "", 60.0)


def test_of_what_a_browser_is_given_only_a_digest_is_stored(house: House) -> None:
    word = logins.begin(house.database, "path", 60.0)
    token = logins.open_session(house.database, "t:1", "Kari", ["drift"])
    stored = house.everything()
    assert not [secret for secret in (word, word.removesuffix(".path"), token) if secret in stored]


def test_a_name_is_kept_after_the_session_and_the_newest_one_holds(house: House) -> None:
    for person, name in (("t:1", "Kari"), ("t:2", "Ola"), ("t:1", "Kari Gift")):
        logins.close(house.database, logins.open_session(house.database, person, name, ["drift"]))
    with house.database.read() as c:
        assert logins.names(c) == {"t:1": "Kari Gift", "t:2": "Ola"}
