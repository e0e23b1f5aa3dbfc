"""What Procasso knows of a krav that stands in no population: its notes, its documents, and why it was written off."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sandbox.population import Row
from sandbox.procasso.bodies import DocumentMetadata, Note
from sandbox.procasso.saving import SYSTEM
from sandbox.world import World

Entry = dict[str, Any]
Shelf = defaultdict[str, list[Entry]]


@dataclass(slots=True)
class Archive:
    """By kravnr. Kept when the world goes on to another day."""

    notater: Shelf = field(default_factory=lambda: defaultdict(list))
    dokumenter: Shelf = field(default_factory=lambda: defaultdict(list))
    avskrivningskoder: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntrySave:
    """A note or a document of a krav, open or closed. The krav itself is not changed. Nothing stops the same twice."""

    world: World
    shelf: Shelf
    kind: str
    kravnr: str
    entry: Entry

    @property
    def content(self) -> tuple[Any, ...]:
        """The entry and what it is of."""
        return self.kind, self.kravnr, self.entry

    def check(self, row: Row) -> None:
        """Every krav may have one more."""

    def answer(self) -> Entry:
        """The entry, dated today."""
        return {**self.entry, "dato": self.world.as_of.isoformat()}

    def execute(self, *, half: bool = False) -> None:
        """An entry has no halves."""
        if not half:
            self.world.effect(SYSTEM, self.kind, self.kravnr, referanse=self.entry["referanse"])
            self.shelf[self.kravnr].append(self.answer())


def note_save(world: World, archive: Archive, kravnr: str, body: Note) -> EntrySave:
    """To save a note."""
    return EntrySave(world, archive.notater, "note", kravnr, body.model_dump())


def document_save(world: World, archive: Archive, kravnr: str, body: DocumentMetadata, pdf: bytes) -> EntrySave:
    """To save a document; of the PDF only its digest and size (in bytes) are kept."""
    entry = {**body.model_dump(), "sha256": sha256(pdf).hexdigest(), "stoerrelse": len(pdf)}
    return EntrySave(world, archive.dokumenter, "document", kravnr, entry)
