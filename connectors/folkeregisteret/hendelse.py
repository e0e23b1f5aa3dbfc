"""Wire types of the feed of events and of their documents, as published."""

from __future__ import annotations

from connectors.wire import Root, Wire

PAGE = 1000
"""Events on a page of the feed: fixed by the register."""


class Feedhendelse(Wire):
    """`hendelsetype` here, `hendelsestype` in the document. Types we do not know come without warning, and by the
    OpenAPI an event may name nobody."""

    folkeregisteridentifikator: str = ""
    hendelsetype: str
    hendelsesdokument: str | None = None


class LagretHendelse(Wire):
    sekvensnummer: int
    hendelse: Feedhendelse


class Feed(Root[list[LagretHendelse]]):
    """One page: a plain list, empty when there is nothing from that number on."""


class Sekvensnummer(Root[int]):
    """The newest event's."""


class Egenskapshendelse(Wire):
    """What was changed. `entitetsendring`: registrereNy, korrigere, annullere, … is not needed: the person is read."""

    entitet: str


class Dokumenthendelse(Wire):
    hendelsestype: str
    egenskapshendelse: list[Egenskapshendelse] | None = None


class Hendelsesdokument(Wire):
    dokumentidentifikator: str
    hendelse: Dokumenthendelse


class Hendelsesdokumenter(Root[list[Hendelsesdokument] | Hendelsesdokument]):
    """Answer to hendelser/bulkoppslag. The OpenAPI draws a single document; a list is what a bulk look-up gives."""

    @property
    def alle(self) -> list[Hendelsesdokument]:
        return self.root if isinstance(self.root, list) else [self.root]
