"""What PAX says when something is wrong."""

from __future__ import annotations

import re

from domain.errors import SystemException
from robots.pax.pages.login import ChangePasswordPage, LoginPage
from robots.pax.pages.screen import Sight
from robots.screens.verdicts import Verdicts

PAX = "PAX"

VERDICTS = Verdicts(
    system=PAX,
    login=LoginPage.TITLE,
    new_password=ChangePasswordPage.TITLE,
    closed="PAX - Vedlikehold",
    program_error="PAX - Feil",
    elsewhere="Du er logget inn et annet sted",
    expired="Sesjonen er utløpt",
    locked_account="Kontoen er låst",
)

_LOCKED_CASE = re.compile(r"Saken er låst av bruker \S+\.")


def is_locked_case(sight: Sight) -> bool:
    """Does the page say that somebody else has the case open?"""
    return _LOCKED_CASE.search(sight.text) is not None


def locked_case(case: str) -> SystemException:
    """What a locked case means. `case`: its saksnr, or how else it can be found."""
    return SystemException(PAX, "answer", f"case is locked by another user: {case}; nothing was saved")
