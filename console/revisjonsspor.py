"""The trail as it is read: who did what, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console import words
from console.office import Office
from console.roles import Role
from console.workbook import Ark, Celle
from hub.audit import MACHINE
from hub.storage.queues import EVERYTHING
from hub.storage.trail import OF_A_QUEUE, PEOPLE, Entry

ROLES = {PEOPLE: "Alle mennesker", MACHINE.role: "Roboten"} | {role.value: role.value.capitalize() for role in Role}
TEXTS = ("action", "from", "to", "actor", "role", "reason")
ERASED = "Innholdet er slettet"
WRONG = {
    "the link does not follow the one before it": "hendelsen henger ikke sammen med den forrige",
    "the content was changed": "innholdet er endret etter at det ble skrevet",
    "the newest events are missing": "de nyeste hendelsene mangler",
    "it, or an earlier time, is not as it was sealed": "hendelsen eller en tidligere tid er endret etter forseglingen",
    "it is missing": "det mangler",
    "it was changed": "det er endret",
    "it does not follow the one before it": "det henger ikke sammen med det forrige",
    "the list of what it is over was changed": "listen over det seglet dekker, er endret",
    "it is not here: the database is older than it": "det finnes ikke her: databasen er eldre enn seglet",
    "it is another here: the history was written anew": "det er et annet her: historikken er skrevet på nytt",
}
PATTERNS = (
    (r"event (\d+) is missing", r"hendelse \1 mangler foran den"),
    (r"it is missing, and seal (\d+) is over it", r"hendelsen mangler, og segl \1 dekker den"),
    (r"the whole item is missing, and seal (\d+) is over it", r"hele oppgaven mangler, og segl \1 dekker den"),
)
KOLONNER = (
    *("Tid", "Gjelder", "Rutine", "Hendelse", "Hvem", "Konto", "Rolle"),
    *("Fra", "Til", "Begrunnelse", "Mer", "Løpenummer"),
)
BREDDER = (17, 22, 36, 30, 24, 24, 16, 20, 20, 60, 60, 12)


@dataclass(frozen=True, slots=True)
class Linje:
    """One entry of the trail."""

    tid: datetime
    item_id: int
    """0 of what was done to a queue, a system or the trail itself."""
    seq: int
    gjelder: str
    rutine: str
    hendelse: str
    hvem: str
    konto: str
    """What the event knows the person by."""
    rolle: str
    fra: str
    til: str
    begrunnelse: str
    mer: str

    @property
    def celler(self) -> tuple[Celle, ...]:
        return (
            self.tid,
            self.gjelder,
            self.rutine,
            self.hendelse,
            self.hvem,
            self.konto,
            self.rolle,
            self.fra,
            self.til,
            self.begrunnelse,
            self.mer,
            self.seq,
        )


def linje(entry: Entry, office: Office, names: Mapping[str, str]) -> Linje:
    """`names`: what people are called whom events know by a key."""
    told = entry.told
    tid, of_a_queue = words.instant(entry.at), entry.item_id == OF_A_QUEUE
    gjelder = _queue(entry.queue, office) if of_a_queue else f"Oppgave {entry.item_id}"
    rutine = "" if of_a_queue else office.tittel(entry.queue)
    if told is None:
        return Linje(tid, entry.item_id, entry.seq, gjelder, rutine, ERASED, "", "", "", "", "", "", "")
    action, role, reason = told["action"], told["role"], told.get("reason") or ""
    is_code = bool(reason) and role == MACHINE.role and not of_a_queue
    return Linje(
        tid,
        entry.item_id,
        entry.seq,
        gjelder,
        rutine,
        words.queue_act(action) if of_a_queue else words.act(action, role),
        "Roboten" if role == MACHINE.role else names.get(told["actor"], told["actor"]),
        told["actor"],
        role,
        _state(told.get("from")),
        _state(told.get("to")),
        office.explain(reason).kort if is_code else reason,
        "" if of_a_queue else _more(action, told, names),
    )


def ark(entries: Iterator[Entry], office: Office, names: Mapping[str, str]) -> Ark:
    return Ark("Revisjonsspor", KOLONNER, (linje(entry, office, names).celler for entry in entries), BREDDER)


def wrong(what: str) -> str:
    """What is the matter with an event or a seal, for a person to read."""
    for pattern, said in PATTERNS:
        if found := re.fullmatch(pattern, what):
            return found.expand(said)
    return WRONG[what]


def _queue(queue: str, office: Office) -> str:
    return "Hele Kraftverk" if queue == EVERYTHING else words.system(office.tittel(queue))


def _state(word: str | None) -> str:
    return words.state(word) if word else ""


def _more(action: str, told: Mapping[str, Any], names: Mapping[str, str]) -> str:
    detail = {name: value for name, value in told.items() if name not in TEXTS and value is not None}
    said = [words.told(action, detail)] if detail else []
    if "ordered_by" in detail:
        said.append(f"bestilt av {words.bestiller(names.get(detail['ordered_by'], detail['ordered_by']))}")
    if "plan" in detail:
        said.append(f"planen {detail['plan'][:12]}")
    return "; ".join(each for each in said if each)
