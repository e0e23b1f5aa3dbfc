"""Who Procasso's screens let in, and when they are closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.sandbox.procasso_user import HttpUser, http_user

PAGES = ("hovedbilde", "topp", "tre", "statuslinje", "kravsok", "siste", "krav", "register", "passord", "avlogging")
LOCKED = "Brukeren er sperret etter tre feil passord. Kontakt systemansvarlig."


@pytest.fixture
def user(procasso_sandbox: Any) -> Iterator[HttpUser]:
    with http_user(procasso_sandbox.base) as user:
        yield user


def account(sandbox: Any, n: int) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.control.get("/procasso").json()["accounts"][f"bruker{n}"]
    return found


def test_three_wrong_passwords_lock_the_account(procasso_sandbox: Any, user: HttpUser) -> None:
    said = [user.log_in(1, password).red for password in ("feil", "feil", "feil", "riktig-1")]
    wrong = "Ukjent bruker eller feil passord."
    assert said == [[wrong], [wrong], [LOCKED], [LOCKED]]
    assert account(procasso_sandbox, 1) == {"locked": True, "wrong_passwords": 3, "force_password_change": False}
    assert user.log_in(2).title == "Procasso"


def test_pax_has_other_accounts(procasso_sandbox: Any) -> None:
    assert procasso_sandbox.control.get("/pax").json()["accounts"] == {}


def test_a_new_password_is_asked_for_before_anything_else(procasso_sandbox: Any, user: HttpUser) -> None:
    procasso_sandbox.procasso(force_password_change=["bruker3"])
    assert user.log_in(3).title == "Procasso - Passordbytte"
    assert user.get("/krav.do").title == "Procasso - Passordbytte"
    same = "Nytt passord må ha minst 8 tegn og kan ikke være det samme som før."
    for old, new, again, said in (
        ("feil", "ny-og-lang", "ny-og-lang", "Nåværende passord er feil."),
        ("riktig-3", "ny-og-lang", "noe-annet", "Bekreftelsen er ikke lik det nye passordet."),
        ("riktig-3", "kort", "kort", same),
        ("riktig-3", "riktig-3", "riktig-3", same),
    ):
        assert user.change_password(old, new, again).red == [said]
    assert user.change_password("riktig-3", "ny-og-lang", "ny-og-lang").title == "Procasso"
    assert user.log_in(3).red == ["Ukjent bruker eller feil passord."]
    assert user.log_in(3, "ny-og-lang").title == "Procasso"


def test_a_new_login_ends_the_older_session_of_the_same_user_only(procasso_sandbox: Any, user: HttpUser) -> None:
    with http_user(procasso_sandbox.base) as second, http_user(procasso_sandbox.base) as other:
        for one, n in ((user, 4), (other, 5), (second, 4)):
            one.log_in(n)
        assert user.get("/kravsok.do").red == ["Brukeren er pålogget fra en annen arbeidsstasjon."]
        assert [one.get("/kravsok.do").title for one in (second, other)] == ["Procasso - Kravsøk"] * 2


def test_a_session_that_timed_out_leads_to_the_login_page(procasso_sandbox: Any, user: HttpUser) -> None:
    user.log_in(5)
    procasso_sandbox.procasso(session_ttl_s=0)
    assert user.get("/kravsok.do").red == ["Økten er avsluttet. Logg på igjen."]
    procasso_sandbox.procasso(session_ttl_s=1200)
    assert user.log_in(5).title == "Procasso"


def test_without_a_login_every_page_leads_to_it(user: HttpUser) -> None:
    shown = [user.get(f"/{page}.do") for page in PAGES]
    assert {(page.title, *page.red) for page in shown} == {("Procasso - Pålogging",)}


def test_logging_out_ends_the_session(user: HttpUser) -> None:
    user.log_in(6)
    assert user.get("/avlogging.do").title == "Procasso - Pålogging"
    assert user.get("/kravsok.do").title == "Procasso - Pålogging"


def test_closed_by_control_and_by_knob(procasso_sandbox: Any, user: HttpUser) -> None:
    procasso_sandbox.procasso(maintenance=True)
    closed = [user.get("/palogging.do")]
    procasso_sandbox.procasso(maintenance=False)
    procasso_sandbox.turn("maintenance", system="PROCASSO", times=1)
    closed.append(user.get("/palogging.do"))
    assert [(page.status, *page.red) for page in closed] == [(503, "Procasso er stengt for vedlikehold")] * 2
    assert user.get("/palogging.do").status == 200
