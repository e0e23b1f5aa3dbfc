"""What each kind of Playwright error becomes, and that nothing of its text comes along."""

from __future__ import annotations

import pytest
from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeout

from robots.errors import is_gone, system_exception

PERSON = "01817328004 Kari Nordmann"


@pytest.mark.parametrize(
    ("error", "phase"),
    [
        (Error("Page.goto: net::ERR_CONNECTION_REFUSED at http://pax/?q=" + PERSON), "connect"),
        (Error("Page.goto: net::ERR_NAME_NOT_RESOLVED at http://pax/"), "connect"),
        (Error("Page.goto: net::ERR_ADDRESS_UNREACHABLE at http://pax/"), "connect"),
        (Error("Page.goto: net::ERR_CERT_DATE_INVALID at https://pax/"), "connect"),
        (Error("Page.goto: net::ERR_CONNECTION_RESET at http://pax/"), "answer"),
        (Error("Page.goto: net::ERR_EMPTY_RESPONSE at http://pax/"), "answer"),
        (PlaywrightTimeout("Page.goto: Timeout 5000ms exceeded."), "answer"),
        (PlaywrightTimeout(f"Locator.click: Timeout 5000ms exceeded.\n <td>{PERSON}</td>"), "parse"),
        (Error(f"Locator.click: Error: strict mode violation: resolved to 2: <td>{PERSON}</td>"), "parse"),
        (Error("Target page, context or browser has been closed"), "connect"),
        (Error("Connection closed while reading from the driver"), "connect"),
        (Error("Page.goto: Page crashed"), "connect"),
        (Error(f"something new about {PERSON}"), "parse"),
    ],
)
def test_phase(error: Error, phase: str) -> None:
    told = system_exception("PAX", error, "read krav PX1234567")
    assert (told.system, told.phase) == ("PAX", phase)
    assert "read krav PX1234567" in str(told)
    assert "http" not in str(told)
    assert not set(PERSON.split()) & set(str(told).split())


def test_gone_is_not_said_of_a_page_that_only_misbehaves() -> None:
    assert is_gone(Error("Target page, context or browser has been closed"))
    assert not is_gone(PlaywrightTimeout("Locator.click: Timeout 5000ms exceeded."))
