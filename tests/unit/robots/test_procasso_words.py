"""What the words on Procasso's screens mean."""

from __future__ import annotations

from datetime import date

import pytest

from domain.errors import LoginRejected, SystemException
from domain.krav import Saksflyt
from robots.procasso.pages.frames import Receipt, read_receipt
from robots.procasso.pages.krav import shown_kravnr
from robots.procasso.values import parse_dato, parse_saksflyt
from robots.procasso.verdicts import VERDICTS, is_locked
from robots.screens.screen import Sight, UnexpectedPage
from robots.screens.values import ValueNotRead
from robots.screens.verdicts import Passing, SessionLost

LOGIN = "Procasso - Pålogging"


@pytest.mark.parametrize(
    ("sight", "kind", "phase"),
    [
        (Sight(LOGIN, text="Økten er avsluttet. Logg på igjen."), SessionLost, "auth"),
        (
            Sight("Procasso - Melding", 200, text="Brukeren er pålogget fra en annen arbeidsstasjon."),
            SessionLost,
            "auth",
        ),
        (Sight("Procasso - Passordbytte", 200), LoginRejected, "auth"),
        (Sight("Procasso - Driftsstans", 503), Passing, "unavailable"),
        (Sight("", 429), Passing, "unavailable"),
        (Sight("Procasso - Systemfeil", 500), Passing, "answer"),
        (Sight("", None, blank=True), Passing, "answer"),
        (Sight("Procasso - Melding", 200, text="Kravet finnes ikke."), SystemException, "parse"),
    ],
)
def test_a_page_that_was_not_expected(sight: Sight, kind: type[SystemException], phase: str) -> None:
    told = VERDICTS.exception_for(UnexpectedPage("Procasso - Krav - Krav", sight), "read krav PC1234567", "robot1")
    assert type(told) is kind
    assert (told.system, told.phase) == ("PROCASSO", phase)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("Ukjent bruker eller feil passord.", LoginRejected, "was rejected"),
        ("Brukeren er sperret etter tre feil passord. Kontakt systemansvarlig.", LoginRejected, "is locked"),
        ("Økten er avsluttet. Logg på igjen.", SessionLost, "ended at once"),
    ],
)
def test_the_login_page_after_the_password(text: str, kind: type[SystemException], said: str) -> None:
    told = VERDICTS.rejected_login(Sight(LOGIN, 200, text=text), "robot1")
    assert type(told) is kind
    assert said in told.message


def test_a_receipt_is_read_whole() -> None:
    said = "Saksflyt for krav PC1234567 er satt til Myndig, nytt varsel fra 01.12.2026 kl. 09:05:59"
    assert read_receipt(Sight("", text=f"{said}\tPC0203\trobot1")) == Receipt(
        "PC1234567", Saksflyt.MYNDIG_NYTT_VARSEL, date(2026, 12, 1)
    )


@pytest.mark.parametrize(
    "said",
    [
        "Klar.",
        "Saksflyt for krav PC1234567 er satt til Under 15 fra 01.12.2026 kl. 09:05:59",
        "Saksflyt for krav PC1234567 er satt til Ordinær fra 01.12.2026",
    ],
)
def test_anything_else_is_no_receipt(said: str) -> None:
    assert read_receipt(Sight("", text=said)) is None


def test_a_day_that_does_not_exist_is_not_read() -> None:
    with pytest.raises(ValueNotRead, match="Gjelder fra"):
        parse_dato("31.11.2026")
    assert parse_dato("30.11.2026") == date(2026, 11, 30)


def test_every_saksflyt_has_a_name_on_the_screens() -> None:
    names = ("Ordinær", "Mindreårig", "Myndig, nytt varsel")
    assert [parse_saksflyt(name) for name in names] == list(Saksflyt)
    with pytest.raises(ValueNotRead, match="Saksflyt"):
        parse_saksflyt("MINDREAARIG")


def test_the_head_of_a_krav() -> None:
    sight = Sight("", text="Krav\nPC0203\nKrav PC1234567\tSak C123\tPrøve, Kari\nKravet er låst av bruker MARHAU.")
    assert shown_kravnr(sight) == "PC1234567"
    assert is_locked(sight)
    assert shown_kravnr(Sight("", text="Krav\nPC0110")) is None
