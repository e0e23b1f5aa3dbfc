"""The letters SvarUt has taken in. There is no idempotency key: the same letter sent twice is two letters."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sandbox.population import Rows
from sandbox.svarut.errors import Refused

MAX_ALIKE = 25
GUARDED_DAYS = 2


@dataclass(frozen=True, slots=True)
class Dokument:
    """What is kept of a document: enough to recognise it."""

    filnavn: str
    mime_type: str
    dokument_type: str
    storrelse: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Brev:
    """One letter. `day`: the world's date when it came in; `at`: the instant, by the machine's clock."""

    id: str
    konto: str
    day: date
    at: str
    forsendelse: dict[str, Any] = field(repr=False)
    dokumenter: tuple[Dokument, ...] = ()

    @property
    def ekstern_referanse(self) -> str:
        """The sender's own reference, "" for none."""
        return str(self.forsendelse.get("eksternReferanse", ""))

    @property
    def mottaker(self) -> str:
        """The number the letter is delivered to digitally, "" for paper only."""
        return str(self.forsendelse["mottaker"].get("digitalId", ""))

    @property
    def kravnr(self) -> str:
        """What the reference begins with, up to the first colon."""
        return self.ekstern_referanse.partition(":")[0]


def new_brev(konto: str, day: date, forsendelse: dict[str, Any], contents: list[bytes]) -> Brev:
    """The letter with an id of its own, and of each document its size and hash."""
    dokumenter = [
        Dokument(
            dokument["filnavn"],
            dokument["mimeType"],
            dokument.get("dokumentType", ""),
            len(content),
            hashlib.sha256(content).hexdigest(),
        )
        for dokument, content in zip(forsendelse.get("dokumenter", []), contents, strict=True)
    ]
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Brev(str(uuid.uuid4()), konto, day, at, forsendelse, tuple(dokumenter))


class Archive:
    """Every letter since the sandbox started, and which of them are of the present night."""

    def __init__(self) -> None:
        self._all: dict[str, Brev] = {}
        self._earlier = 0

    def add(self, brev: Brev) -> None:
        """Take the letter in."""
        self._all[brev.id] = brev

    def get(self, forsendelse_id: str) -> Brev | None:
        """One letter by its id."""
        return self._all.get(forsendelse_id)

    def find(self, konto: str, ekstern_referanse: str) -> list[Brev]:
        """The letters the konto sent under this reference, oldest first."""
        return [b for b in self._all.values() if b.konto == konto and b.ekstern_referanse == ekstern_referanse]

    def refuse_one_too_many(self, konto: str, day: date, forsendelse: dict[str, Any]) -> None:
        """Same sender, title and recipient with the whole address more than 25 times in two days. Raises `Refused`."""
        alike = [
            brev
            for brev in self._all.values()
            if brev.konto == konto
            and (day - brev.day).days < GUARDED_DAYS
            and brev.forsendelse["tittel"] == forsendelse["tittel"]
            and brev.forsendelse["mottaker"] == forsendelse["mottaker"]
        ]
        if len(alike) >= MAX_ALIKE:
            raise Refused(400, f"Samme tittel er sendt til {forsendelse['mottaker']['navn']} for mange ganger.")

    def begin_night(self) -> None:
        """What has come in until now is of earlier nights."""
        self._earlier = len(self._all)

    def of_tonight(self) -> list[Brev]:
        """The letters of this night, in order."""
        return list(self._all.values())[self._earlier :]


def status(brev: Brev, today: date, personer: Rows) -> str:
    """Accepted on its own day; after that told of digitally, or printed for who is not known or has reserved."""
    if today <= brev.day:
        return "AKSEPTERT"
    reader = personer.get(brev.mottaker)
    digital = reader is not None and reader["reservert"] != "JA" and reader["status"] != "doed"
    if brev.forsendelse.get("kunDigitalLevering"):
        return "VARSLET" if digital else "IKKE_LEVERT"
    return "VARSLET" if digital else "SENDT_PRINT"
