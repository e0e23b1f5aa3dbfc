"""Why a person does something, as commands ask for it: kept for years in the history, and shown to others."""

from __future__ import annotations

from typing import Annotated

import typer


def _checked(reason: str) -> str:
    from datetime import datetime

    from console.security import is_text
    from domain.foedselsnummer import contains_foedselsnummer
    from domain.kalender import OSLO

    said = reason.strip()
    if not said:
        raise typer.BadParameter("Say why: what is done must be understood by whoever reads the history.")
    if not is_text(said):
        raise typer.BadParameter("Write letters alone: there is a sign in it that only a machine would send.")
    if contains_foedselsnummer(said, datetime.now(OSLO).date()):
        raise typer.BadParameter("Write no fødselsnummer: name the krav instead.")
    return said


Reason = Annotated[str, typer.Option(help="Why; kept in the history.", prompt=True, callback=_checked)]
"""The option of every command a person acts by. Refused, before anything is done, when it says nothing, or holds a
fødselsnummer or a sign that is no text."""
