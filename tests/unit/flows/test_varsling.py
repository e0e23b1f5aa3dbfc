"""What people are told of a night, and that they are told once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

import pytest

from connectors.varsling.melding import Melding
from domain.errors import SystemException
from domain.kalender import OSLO
from flows.varsling import tekst
from flows.varsling.runder import Runde, in_time
from flows.varsling.sending import Sent, send_once
from hub.storage.database import Database
from hub.storage.night_status import Found, NightStatus
from tests.unit.hub.conftest import new_database, shelf, template

__all__ = ["new_database", "shelf", "template"]

DAY = date(2026, 11, 30)
TITLER = {"minors": "Mindreårige", "limitation": "Foreldede bilag", "parking-merge": "Sammenslåing"}
URL = "https://kraftverk.example.com"
MELDING = Melding("emne", "ingress", (), URL)


def status(name: str, found: Found, done: int = 0, waits: int = 0, overdue: int = 0, proposals: int = 0) -> NightStatus:
    began = datetime(2026, 11, 30, 6, 2, tzinfo=OSLO).timestamp() if found is Found.UNDER_WAY else None
    return NightStatus(name, found, done, waits, overdue, proposals, began)


def test_what_has_not_run_is_told_first() -> None:
    night = [
        status("minors", Found.DONE, 12, 3, 1, 2),
        status("limitation", Found.FAILED, waits=4),
        status("parking-merge", Found.DRY),
    ]
    melding = tekst.morgenmelding(night, TITLER, DAY, URL)
    assert melding.emne == "Kraftverk 30.11.2026: 1 rutine er ikke kjørt, 7 til oppfølging, 1 over frist"
    assert melding.ingress == "2 av 3 rutiner er kjørt for 30.11.2026."
    assert melding.linjer == (
        ("Foreldede bilag", "IKKE KJØRT (stanset av en feil). 4 til oppfølging"),
        ("Mindreårige", "12 gjort, 3 til oppfølging, 1 over frist, 2 til godkjenning"),
        ("Sammenslåing", "bare tørrkjøring, ingenting å gjøre"),
    )
    assert melding.lenke == URL


def test_a_good_night_is_told_as_one() -> None:
    melding = tekst.morgenmelding([status("minors", Found.DONE)], TITLER, DAY, URL)
    assert melding.emne == "Kraftverk 30.11.2026: alle rutinene er kjørt, 0 til oppfølging"
    assert melding.linjer == (("Mindreårige", "ingenting å gjøre"),)


def test_what_is_running_is_not_told_as_not_run() -> None:
    night = [
        status("minors", Found.DONE),
        status("limitation", Found.UNDER_WAY, waits=4),
        status("parking-merge", Found.NOT_BEGUN),
    ]
    melding = tekst.morgenmelding(night, TITLER, DAY, URL, {*TITLER})
    assert melding.emne == "Kraftverk 30.11.2026: 2 rutiner pågår, 4 til oppfølging"
    assert melding.ingress == "1 av 3 rutiner er kjørt for 30.11.2026."
    assert melding.linjer == (
        ("Foreldede bilag", "pågår, begynte kl. 06.02. 4 til oppfølging"),
        ("Sammenslåing", "venter på tur, runden pågår"),
        ("Mindreårige", "ingenting å gjøre"),
    )


def test_what_should_have_come_through_long_ago_is_told_so() -> None:
    night = [status("limitation", Found.UNDER_WAY), status("parking-merge", Found.NOT_BEGUN)]
    melding = tekst.morgenmelding(night, TITLER, DAY, URL, set())
    assert melding.emne == "Kraftverk 30.11.2026: 1 rutine er ikke kjørt, 1 pågår, 0 til oppfølging"
    assert melding.linjer == (
        ("Sammenslåing", "IKKE KJØRT (ikke startet)"),
        ("Foreldede bilag", "pågår fortsatt, eller ble avbrutt: begynte kl. 06.02"),
    )


@pytest.mark.parametrize(
    ("found", "now", "expected"),
    [
        ((Found.UNDER_WAY, Found.NOT_BEGUN), time(6, 30), {"minors", "limitation"}),
        ((Found.DONE, Found.NOT_BEGUN), time(6, 59), {"minors", "limitation"}),
        ((Found.UNDER_WAY, Found.NOT_BEGUN), time(7, 0), set()),
        ((Found.NOT_BEGUN, Found.NOT_BEGUN), time(6, 30), set()),
    ],
)
def test_a_round_that_has_begun_has_until_its_hour(found: tuple[Found, Found], now: time, expected: set[str]) -> None:
    rounds = [Runde("morgenrunden", ("minors", "limitation"), time(7)), Runde("natten", ("parking-merge",), time(5))]
    night = [status("minors", found[0]), status("limitation", found[1]), status("parking-merge", Found.UNDER_WAY)]
    assert in_time(rounds, night, now) == expected


def test_the_alarm_says_which_and_since_when() -> None:
    missing = [status("minors", Found.UNDER_WAY), status("limitation", Found.NOT_BEGUN)]
    melding = tekst.vakthund("nattens kjøring", missing, TITLER, DAY, time(5, 30), URL)
    assert melding.emne == "Kraftverk 30.11.2026: nattens kjøring er ikke kjørt som den skal"
    assert melding.ingress.startswith(
        "Nattens kjøring skulle vært kommet gjennom kl. 05.30. 1 rutine er ikke kjørt, 1 pågår fortsatt, eller ble "
        "avbrutt."
    )
    assert melding.linjer == (
        ("Mindreårige", "pågår fortsatt, eller ble avbrutt: begynte kl. 06.02"),
        ("Foreldede bilag", "ikke startet"),
    )


def test_the_alarm_of_what_is_only_slow_does_not_say_that_it_has_not_run() -> None:
    slow = [status("minors", Found.UNDER_WAY), status("limitation", Found.UNDER_WAY)]
    melding = tekst.vakthund("morgenrunden", slow, TITLER, DAY, time(7), URL)
    assert melding.emne == "Kraftverk 30.11.2026: morgenrunden er ikke ferdig"
    assert "kl. 07.00. 2 rutiner pågår fortsatt, eller ble avbrutt." in melding.ingress


@dataclass
class Channel:
    navn: str
    faults: list[Exception] = field(default_factory=list)
    """Met one by one; then it works."""
    sent: list[Melding] = field(default_factory=list)

    async def send(self, melding: Melding) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(melding)


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Database:
    return new_database()


async def test_a_night_is_told_once_unless_somebody_asks(database: Database) -> None:
    post = Channel("e-post")
    assert await send_once(database, "morgenmelding", DAY, MELDING, [post]) == [Sent("e-post")]
    assert await send_once(database, "morgenmelding", DAY, MELDING, [post]) == [Sent("e-post", already=True)]
    assert len(post.sent) == 1
    assert await send_once(database, "morgenmelding", DAY, MELDING, [post], again=True) == [Sent("e-post")]
    await send_once(database, "morgenmelding", date(2026, 12, 1), MELDING, [post])
    await send_once(database, "vakthund", DAY, MELDING, [post])
    assert len(post.sent) == 4, "another night, and another kind of message, are told"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (SystemException("EPOST", "connect", "away"), "EPOST (connect): away"),
        (ValueError("https://hemmelig.example.com is no address"), "ValueError"),
    ],
)
async def test_a_channel_that_fails_is_told_stops_no_other_and_is_tried_again(
    database: Database, fault: Exception, told: str
) -> None:
    post, teams = Channel("e-post", [fault]), Channel("Teams")
    first = await send_once(database, "morgenmelding", DAY, MELDING, [post, teams])
    assert first == [Sent("e-post", fault=told), Sent("Teams")]
    second = await send_once(database, "morgenmelding", DAY, MELDING, [post, teams])
    assert second == [Sent("e-post"), Sent("Teams", already=True)]
    assert (len(post.sent), len(teams.sent)) == (1, 1)


async def test_what_went_out_stays_so_when_sending_it_again_fails(database: Database) -> None:
    post = Channel("e-post")
    await send_once(database, "morgenmelding", DAY, MELDING, [post])
    post.faults.append(SystemException("EPOST", "connect", "away"))
    await send_once(database, "morgenmelding", DAY, MELDING, [post], again=True)
    assert await send_once(database, "morgenmelding", DAY, MELDING, [post]) == [Sent("e-post", already=True)]
