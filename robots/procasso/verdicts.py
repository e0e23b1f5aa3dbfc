"""What Procasso says when something is wrong."""

from __future__ import annotations

import re

from robots.procasso.pages.login import ChangePasswordPage, LoginPage
from robots.screens.screen import Sight
from robots.screens.verdicts import Verdicts

PROCASSO = "PROCASSO"

VERDICTS = Verdicts(
    system=PROCASSO,
    login=LoginPage.TITLE,
    new_password=ChangePasswordPage.TITLE,
    closed="Procasso - Driftsstans",
    program_error="Procasso - Systemfeil",
    elsewhere="Brukeren er pålogget fra en annen arbeidsstasjon.",
    expired="Økten er avsluttet",
    locked_account="Brukeren er sperret",
)

_LOCKED = re.compile(r"Kravet er låst av bruker \S+\.")


def is_locked(sight: Sight) -> bool:
    """Does the page say that somebody else has the krav open?"""
    return _LOCKED.search(sight.text) is not None
