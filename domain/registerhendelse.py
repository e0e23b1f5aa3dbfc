"""Noe som har hendt en person i Folkeregisteret, slik feeden forteller det."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Registerhendelse:
    """`hendelsetype` er registerets eget ord, kanskje et vi ikke kjenner. I `dokument` står det hva som er endret."""

    sekvensnummer: int
    foedselsnummer: str = field(repr=False)
    hendelsetype: str
    dokument: str | None = None
