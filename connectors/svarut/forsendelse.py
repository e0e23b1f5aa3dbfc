"""A letter to be sent: whom to, what it says, and the reference it is found again by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from connectors.svarut.contract import FORBIDDEN_IN_FILNAVN, MAX_FILNAVN, MAX_REFERANSE, MAX_TITTEL
from domain.adressat import Adressat

_ELEVEN_DIGITS = re.compile(r"\d{11}")


@dataclass(frozen=True, slots=True)
class Dokument:
    """One PDF. Raises ValueError for a name SvarUt refuses."""

    filnavn: str
    innhold: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 < len(self.filnavn) <= MAX_FILNAVN or FORBIDDEN_IN_FILNAVN & set(self.filnavn):
            raise ValueError("filnavn is too long, empty or has a character that SvarUt refuses")
        _refuse_number("filnavn", self.filnavn)


@dataclass(frozen=True, slots=True)
class Forsendelse:
    """One letter to one person.

    `tittel` is shown in the recipient's digital mailbox and in notices: it bears the case number and no name. SvarUt
    refuses the same title to the same recipient more than 25 times in two days, and the case number sets them apart.
    `ekstern_referanse` names the letter among all of ours, so that what became of it can be asked; it is searched for
    in the address of a call. Raises ValueError for what SvarUt refuses, and for a text with a person's number.
    """

    mottaker: Adressat
    tittel: str
    ekstern_referanse: str
    dokumenter: tuple[Dokument, ...]

    def __post_init__(self) -> None:
        _refuse_number("tittel", self.tittel)
        _refuse_number("ekstern_referanse", self.ekstern_referanse)
        if not 0 < len(self.tittel) <= MAX_TITTEL or not 0 < len(self.ekstern_referanse) <= MAX_REFERANSE:
            raise ValueError("tittel or ekstern_referanse is empty or too long")
        if not self.dokumenter or len({d.filnavn.lower() for d in self.dokumenter}) < len(self.dokumenter):
            raise ValueError("a letter needs a document, and its documents different names")


def _refuse_number(name: str, text: str) -> None:
    if _ELEVEN_DIGITS.search(text):
        raise ValueError(f"{name} holds what may be a person's number")
