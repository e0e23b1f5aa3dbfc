"""Logging in to the console: a login is ended once; and the names people go by."""

from __future__ import annotations

import threading

from hub.storage import logins
from tests.unit.hub.behaviours.house import House


def test_a_login_is_ended_once(house: House) -> None:
    assert logins.use_up(house.database, "word")
    assert not logins.use_up(house.database, "word")
    assert logins.use_up(house.database, "another")


def test_of_two_that_end_it_at_once_one_does(house: House) -> None:
    ended: list[bool] = []
    threads = [threading.Thread(target=lambda: ended.append(logins.use_up(house.database, "word"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [False, False, False, True]


def test_what_ended_long_ago_is_forgotten(house: House) -> None:
    logins.use_up(house.database, "old")
    house.sql("UPDATE login_ended SET at = at - 700")
    logins.use_up(house.database, "new")
    logins.sweep(house.database, 800.0)
    assert len(house.rows("login_ended")) == 2
    logins.sweep(house.database, 600.0)
    assert len(house.rows("login_ended")) == 1
    assert not logins.use_up(house.database, "new")


def test_of_what_a_browser_is_given_only_a_digest_is_stored(house: House) -> None:
    word = "a-word-that-nobody-guesses"
    logins.use_up(house.database, word)
    token = logins.open_session(house.database, "t:1", "Kari", ["drift"])
    stored = house.everything()
    assert not [secret for secret in (word, token) if secret in stored]


def test_a_name_is_kept_after_the_session_and_the_newest_one_holds(house: House) -> None:
    for person, name in (("t:1", "Kari"), ("t:2", "Ola"), ("t:1", "Kari Gift")):
        logins.close(house.database, logins.open_session(house.database, person, name, ["drift"]))
    with house.database.read() as c:
        assert logins.names(c) == {"t:1": "Kari Gift", "t:2": "Ola"}
