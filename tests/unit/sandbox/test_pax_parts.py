"""The parts of PAX: how it writes, pages, remembers and lets in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.entrance import Entrance, Login
from sandbox.pax.formats import beloep, dato, oere, tidspunkt
from sandbox.pax.paging import asked_page, page_of
from sandbox.pax.viewstate import ViewstateError, Viewstates


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0.00", "0,00"),
        ("0.05", "0,05"),
        ("1127.50", "1\u00a0127,50"),
        ("999.99", "999,99"),
        ("1234567.89", "1\u00a0234\u00a0567,89"),
    ],
)
def test_amounts_are_written_the_norwegian_way(amount: str, shown: str) -> None:
    assert beloep(oere(amount)) == shown


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2024-06-30T22:30:05Z", "01.07.2024 00:30:05"),  # summer, the next day and month
        ("2024-12-31T23:00:00Z", "01.01.2025 00:00:00"),  # winter, the next year
        ("2024-10-27T00:30:00Z", "27.10.2024 02:30:00"),  # the hour that comes twice, first
        ("2024-10-27T01:30:00Z", "27.10.2024 02:30:00"),  # and again
    ],
)
def test_instants_are_shown_in_oslo_time(instant: str, shown: str) -> None:
    assert tidspunkt(instant) == shown


def test_days_are_written_with_points() -> None:
    assert (dato("2025-03-09"), dato("")) == ("09.03.2025", "")


@given(st.lists(st.integers(), max_size=45))
def test_the_pages_of_a_list_are_the_list(items: list[int]) -> None:
    first = page_of(items, 1)
    pages = [page_of(items, number) for number in range(1, first.count + 1)]
    assert [item for page in pages for item in page.rows] == items
    assert all(len(page.rows) == 10 for page in pages[:-1])
    assert page_of(items, 99) == pages[-1]
    assert page_of(items, 0) == first


@pytest.mark.parametrize(("argument", "number"), [("Page$3", 3), ("", 2), ("Page$", 2), ("Page$x", 2), ("Select$3", 2)])
def test_a_postback_asks_for_a_page_or_stays(argument: str, number: int) -> None:
    assert asked_page(argument, 2) == number


def test_a_viewstate_comes_back_only_to_its_page_and_its_server() -> None:
    server, state = Viewstates(), {"page": 2, "ticked": ["PX1"]}
    text = server.write("sak", state)
    assert server.read("sak", text) == state
    for reader, page, sent in (
        (server, "krav", text),
        (Viewstates(), "sak", text),
        (server, "sak", text[:-4] + "AAA="),
        (server, "sak", ""),
        (server, "sak", "æ"),
    ):
        with pytest.raises(ViewstateError):
            reader.read(page, sent)


def test_a_session_lives_as_long_as_it_is_used() -> None:
    times = iter([0.0, 1200.0, 1200.0, 2400.0, 2400.0, 3600.5])  # opened; looked at and used, twice; looked at
    pax = Entrance.with_accounts({"robot1": "riktig-1"})
    pax.clock = lambda: next(times)
    key = pax.open_session("robot1")
    assert pax.use_session(key) is not None
    assert pax.use_session(key) is not None
    assert pax.use_session(key) is None
    assert pax.use_session(None) is None


def test_the_third_wrong_password_locks() -> None:
    pax = Entrance.with_accounts({"robot1": "riktig-1"})
    tries = ["feil", "feil", "riktig-1", "feil", "feil", "feil", "riktig-1"]
    assert [pax.try_login("robot1", password) for password in tries] == [
        Login.WRONG, Login.WRONG, Login.OK, Login.WRONG, Login.WRONG, Login.LOCKED, Login.LOCKED,
    ]  # fmt: skip
    assert pax.try_login("nobody", "riktig-1") is Login.WRONG


def test_passwords_stand_in_no_repr() -> None:
    pax = Entrance.with_accounts({"robot1": "riktig-1"})
    assert "riktig-1" not in repr(pax)
