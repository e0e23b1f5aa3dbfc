"""The login page."""

from __future__ import annotations

from robots.masking import Safe
from robots.pax.pages.screen import Screen
from robots.screens.login import LoginScreen


class LoginPage(Screen, LoginScreen):
    TITLE = "PAX - Innlogging"
    LABELS = ("Bruker", "Passord")
    BUTTONS = ("Logg inn",)
    SAFE = Safe(
        labels=frozenset(
            {
                "PAX Parkeringskrav - Innlogging",
                "Bruker:",
                "Passord:",
                "Logg inn",
                "Feil bruker eller passord.",
                "Kontoen er låst etter tre feil passord. Kontakt brukerstøtte.",
                "Sesjonen er utløpt. Logg inn på nytt.",
            }
        )
    )


class ChangePasswordPage(Screen):
    """Forced on an account whose password is too old. Only recognised: a robot chooses no passwords."""

    TITLE = "PAX - Bytt passord"
    SAFE = Safe(
        labels=frozenset(
            {
                "PAX Parkeringskrav - Passordet er utløpt og må byttes",
                "Gammelt passord:",
                "Nytt passord:",
                "Gjenta nytt passord:",
                "Bytt passord",
            }
        )
    )
