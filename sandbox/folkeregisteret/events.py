"""What the register tells of a day of a moving world: an event for each thing that changed, and a few besides.

Each day has also an event about a person this world does not have, and one of a type nobody has published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from sandbox.folkeregisteret.element import Element
from sandbox.population import Row
from sandbox.world import Happening

STRANGER = "03816543210"
"""In no population."""
OF_NO_TYPE = "personErBeroertAvFremtiden"
BY_STATUS = {"doed": "personErDoed", "utflyttet": "personErUtflyttet"}
BY_COLUMN = {
    "fornavn": ("endringINavn", "navn"),
    "etternavn": ("endringINavn", "navn"),
    "foedselsdato": ("endringIFoedsel", "foedsel"),
    "doedsdato": ("endringIDoedsfall", "doedsfall"),
    "gradering": ("endringIAdressebeskyttelse", "adressebeskyttelse"),
    "adresse": ("endringIBostedsadresse", "bostedsadresse"),
    "postnummer": ("endringIBostedsadresse", "bostedsadresse"),
    "poststed": ("endringIBostedsadresse", "bostedsadresse"),
    "foreldreansvar": ("endringIForeldreansvar", "foreldreansvar"),
    "verge": ("endringIVergemaal", "vergemaalEllerFremtidsfullmakt"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event: about whom, of which type, and the entities its document names."""

    number: str = field(repr=False)
    kind: str
    entities: tuple[str, ...]
    day: date

    def document_id(self, sequence: int, of: str = "event") -> str:
        """The id of the event's document, or of the person's as it became."""
        text = f"{of}:{sequence}:{self.number}:{self.kind}"
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    @property
    def at(self) -> str:
        return f"{self.day}T03:11:28.711+01:00"

    def document(self, identifier: str) -> Element:
        """The document: the key is `hendelsestype` here and `hendelsetype` in the feed."""
        return {
            "dokumentidentifikator": identifier,
            "skjemaversjon": "1.0",
            "hendelse": {
                "folkeregisteridentifikator": self.number,
                "hendelsestype": self.kind,
                "ajourholdstidspunkt": self.at,
                "egenskapshendelse": [{"entitet": entity, "entitetsendring": "korrigere"} for entity in self.entities],
            },
        }


def first(today: date) -> Event:
    """What the register told last before this world began."""
    return Event(STRANGER, "personErOppdatert", ("navn",), today)


def events(history: Iterable[Happening]) -> Iterator[Event]:
    """The events of these happenings, which are whole days."""
    for day, happenings in groupby(history, key=lambda happening: happening.day):
        yield Event(STRANGER, "personErDoed", ("doedsfall", "status"), day)
        of_the_day = [event for happening in happenings for event in _of(happening)]
        yield from of_the_day
        someone = of_the_day[0].number if of_the_day else STRANGER
        yield Event(someone, OF_NO_TYPE, ("egenskapFraFremtiden",), day)


def _of(happening: Happening) -> Iterator[Event]:
    number, day, before, after = happening.key, happening.day, happening.before, happening.after
    if happening.file == "doedsbo":
        yield Event(number, "endringIKontaktopplysningerForDoedsbo", ("kontaktinformasjonForDoedsbo",), day)
    if happening.file != "personer":
        return
    if before is None:
        yield Event(number, "personErOpprettet", ("identifikasjonsnummer", "status", "navn"), day)
        return
    changed = [column for column in after if before[column] != after[column]]
    if "status" in changed:
        yield _of_status(number, before, after, day)
        changed = [column for column in changed if column != "doedsdato"]
    for kind, entity in dict.fromkeys(BY_COLUMN[column] for column in changed if column in BY_COLUMN):
        yield Event(number, kind, (entity,), day)


def _of_status(number: str, before: Row, after: Row, day: date) -> Event:
    """A death that was annulled is told as an update and nothing more: what it was stands in the document."""
    if before["status"] == "doed":
        return Event(number, "personErOppdatert", ("doedsfall", "status"), day)
    kind = BY_STATUS.get(after["status"], "endringIStatus")
    entities: Sequence[str] = ("doedsfall", "status") if kind == "personErDoed" else ("status",)
    return Event(number, kind, tuple(entities), day)
