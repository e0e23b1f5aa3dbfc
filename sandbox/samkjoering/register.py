"""One system's own book of the krav it shares with the other: payments, statuses, and all that happens, in order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.world import World

CLOSED = ("BETALT", "AVSKREVET")
Entry = dict[str, Any]


class Register(ABC):
    """Whoever calls holds the world's lock. An id is of one entry for good: B a payment, T a status, K a krav."""

    system: str
    closes_when_told: bool
    """Whether a payment the other system took in may make a krav BETALT here."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.endringer: list[Entry] = []
        """The feed: entry number n stands at place n - 1."""
        self.innbetalinger: defaultdict[str, list[Entry]] = defaultdict(list)
        self.statuser: defaultdict[str, list[Entry]] = defaultdict(list)

    @abstractmethod
    def catch_up(self) -> None:
        """Write down what has happened in this system since last time, by other ways than this interface."""

    @abstractmethod
    def has(self, kravnr: str) -> bool:
        """Is it a krav of this register?"""

    @abstractmethod
    def cells(self, kravnr: str) -> Mapping[str, str]:
        """Its fordringshaver, kravtype, hovedstol, kostnader and renter, as krav.csv writes them."""

    @abstractmethod
    def shared(self) -> Iterable[str]:
        """The krav that are collected in Procasso, as this system knows it."""

    @abstractmethod
    def write_payment(self, kravnr: str, dato: str, beloep: str) -> None:
        """Let the payment show wherever else the system shows payments."""

    @abstractmethod
    def write_tilstand(self, kravnr: str, tilstand: str) -> None:
        """Let the tilstand show wherever else the system shows it."""

    def add_krav(self, kravnr: str) -> None:
        """The krav is new, or its amounts or dates are."""
        self._entry("KRAV", "K", kravnr)

    def add_payment(self, kravnr: str, dato: str, beloep: str, referanse: str | None = None) -> None:
        """`referanse`: the other system's id of a payment it has taken in; None for one of our own."""
        told = {"id": self._entry("INNBETALING", "B", kravnr), "dato": dato, "beloep": beloep, "referanse": referanse}
        self.innbetalinger[kravnr].append(told)

    def add_status(self, kravnr: str, tilstand: str, referanse: str | None = None) -> None:
        """`referanse`: the other system's id of the status that was told to us; None for one of our own."""
        told = {"id": self._entry("STATUS", "T", kravnr), "tilstand": tilstand, "referanse": referanse}
        self.statuser[kravnr].append(told)

    def book(self, kravnr: str, dato: str, beloep: str, referanse: str | None = None) -> None:
        """A payment comes in; one that covers what was left makes the krav BETALT, unless it is påklaget or closed, or
        another system has the money and the say."""
        self.catch_up()
        self.add_payment(kravnr, dato, beloep, referanse)
        self.write_payment(kravnr, dato, beloep)
        self.world.effect(self.system, "innbetaling", kravnr, beloep=beloep, dato=dato, referanse=referanse)
        may_close = self.closes_when_told or referanse is None
        if may_close and self.tilstand(kravnr) not in (*CLOSED, "KLAGE") and self.outstanding(kravnr) == 0:
            self.move(kravnr, "BETALT")

    def move(self, kravnr: str, tilstand: str, referanse: str | None = None) -> None:
        """The krav gets another tilstand, or the one it has is acknowledged."""
        self.catch_up()
        changed = tilstand != self.tilstand(kravnr)
        self.add_status(kravnr, tilstand, referanse)
        if changed:
            self.write_tilstand(kravnr, tilstand)

    def tilstand(self, kravnr: str) -> str:
        """As it is now."""
        return str(self.statuser[kravnr][-1]["tilstand"])

    def paid(self, kravnr: str) -> int:
        """Øre taken in by both systems, as far as this one knows."""
        return sum(oere(each["beloep"]) for each in self.innbetalinger[kravnr])

    def outstanding(self, kravnr: str) -> int:
        """Øre that are left, nothing of a closed krav."""
        if self.tilstand(kravnr) in CLOSED:
            return 0
        cells = self.cells(kravnr)
        total = sum(oere(cells[name]) for name in ("hovedstol", "kostnader", "renter"))
        return max(0, total - self.paid(kravnr))

    def sums(self) -> list[Entry]:
        """Of all shared krav, by fordringshaver and kravtype."""
        groups: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for kravnr in self.shared():
            cells = self.cells(kravnr)
            of_this = (1, oere(cells["hovedstol"]), self.paid(kravnr), self.outstanding(kravnr))
            group = groups[cells["fordringshaver"], cells["kravtype"]]
            group[:] = [a + b for a, b in zip(group, of_this, strict=True)]
        return [
            {
                "fordringshaver": who,
                "kravtype": what,
                "antall": antall,
                "hovedstol": kroner(hovedstol),
                "innbetalt": kroner(innbetalt),
                "utestaaende": kroner(utestaaende),
            }
            for (who, what), (antall, hovedstol, innbetalt, utestaaende) in sorted(groups.items())
        ]

    def _entry(self, slag: str, letter: str, kravnr: str) -> str:
        nr = len(self.endringer) + 1
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self.endringer.append({"nr": nr, "slag": slag, "id": f"{letter}{nr}", "kravnr": kravnr, "tidspunkt": at})
        return f"{letter}{nr}"


def oere(text: str) -> int:
    """1127.50 as 112750."""
    return int(text.replace(".", ""))


def kroner(amount: int) -> str:
    """112750 as 1127.50."""
    return f"{amount // 100}.{amount % 100:02d}"
