"""What each page that was not expected means."""

from __future__ import annotations

import pytest

from domain.errors import LoginRejected, SystemException
from robots.pax.verdicts import VERDICTS
from robots.screens.screen import Sight, UnexpectedPage
from robots.screens.verdicts import Passing, SessionLost

LOGIN = "PAX - Innlogging"


@pytest.mark.parametrize(
    ("sight", "kind", "phase"),
    [
        (Sight(LOGIN, text="Sesjonen er utløpt. Logg inn på nytt."), SessionLost, "auth"),
        (Sight(LOGIN), SessionLost, "auth"),
        (Sight("PAX - Melding", 200, text="Du er logget inn et annet sted"), SessionLost, "auth"),
        (Sight("PAX - Bytt passord", 200), LoginRejected, "auth"),
        (Sight("PAX - Vedlikehold", 503), Passing, "unavailable"),
        (Sight("PAX - Vedlikehold"), Passing, "unavailable"),
        (Sight("", 503, text="503"), Passing, "unavailable"),
        (Sight("", 429, text="429"), Passing, "unavailable"),
        (Sight("", 500), Passing, "answer"),
        (Sight("PAX - Feil", 500, text="Uventet feil (ORA-01013)"), Passing, "answer"),
        (Sight("", None, blank=True), Passing, "answer"),
        (Sight("PAX - Melding", 200, text="Kravet finnes ikke."), SystemException, "parse"),
        (Sight("Noe nytt", 200, text="5000 kroner"), SystemException, "parse"),
    ],
)
def test_meaning(sight: Sight, kind: type[SystemException], phase: str) -> None:
    told = VERDICTS.exception_for(UnexpectedPage("PAX - Krav", sight), "read krav PX1234567", "robot1")
    assert type(told) is kind
    assert (told.system, told.phase) == ("PAX", phase)
    assert sight.text == "" or sight.text not in str(told)


def test_a_sight_shows_nothing_of_the_page() -> None:
    sight = Sight("PAX - Krav", 200, text="Kari", fields={"Navn": "Kari"}, rows=[{"Navn": "Kari"}])
    assert "Kari" not in repr(sight) + repr(UnexpectedPage("PAX - Søk", sight))


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("Feil bruker eller passord.", LoginRejected, "was rejected"),
        ("Kontoen er låst etter tre feil passord. Kontakt brukerstøtte.", LoginRejected, "is locked"),
        ("Noe helt nytt", LoginRejected, "was rejected"),
        ("Sesjonen er utløpt. Logg inn på nytt.", SessionLost, "ended at once"),
    ],
)
def test_the_login_page_after_the_password(text: str, kind: type[SystemException], said: str) -> None:
    told = VERDICTS.rejected_login(Sight(LOGIN, 200, text=text), "robot1")
    assert type(told) is kind
    assert said in told.message
