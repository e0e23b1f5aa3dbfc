"""Telling people how the night went: each message goes out by a channel once."""

from __future__ import annotations

from hub.storage import notices
from tests.unit.hub.behaviours.house import NIGHT, House, night


def test_a_message_is_sent_by_a_channel_once(house: House) -> None:
    told = ("morgenmelding", NIGHT, "epost")
    assert notices.claim(house.database, *told)
    assert not notices.claim(house.database, *told)
    assert notices.claim(house.database, "morgenmelding", NIGHT, "teams")
    assert notices.claim(house.database, "morgenmelding", night(1), "epost")


def test_a_message_that_was_not_sent_may_be_tried_again(house: House) -> None:
    told = ("vakthund natten", NIGHT, "teams")
    assert notices.claim(house.database, *told)
    notices.give_back(house.database, *told)
    assert notices.claim(house.database, *told)
