"""The login page."""

from __future__ import annotations

from robots.masking import Safe
from robots.procasso.pages.screen import Screen
from robots.screens.login import LoginScreen

_NAME = frozenset({"PROCASSO", "Innfordring og regnskap"})


class LoginPage(Screen, LoginScreen):
    TITLE = "Procasso - Pålogging"
    LABELS = ("Brukerident", "Passord")
    BUTTONS = ("Logg på",)
    SAFE = Safe(
        labels=_NAME
        | {
            "Brukerident:",
            "Passord:",
            "Logg på",
            "Ukjent bruker eller feil passord.",
            "Brukeren er sperret etter tre feil passord. Kontakt systemansvarlig.",
            "Økten er avsluttet. Logg på igjen.",
        }
    )


class ChangePasswordPage(Screen):
    """Forced on an account whose password is too old. Only recognised: a robot chooses no passwords."""

    TITLE = "Procasso - Passordbytte"
    SAFE = Safe(
        labels=frozenset(
            {
                "Passordet er gått ut og må byttes",
                "Nåværende passord:",
                "Nytt passord:",
                "Bekreft nytt passord:",
                "Bytt",
            }
        )
    )
