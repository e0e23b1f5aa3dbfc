"""A message as every channel is given it, and what a channel is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Melding:
    """Counts and names of routines only: it leaves our systems."""

    emne: str
    ingress: str
    linjer: tuple[tuple[str, str], ...]
    """What each is about, and how it stands."""
    lenke: str
    """Where to see more, and do something about it."""

    @property
    def text(self) -> str:
        lines = [f"{navn}: {stilling}" for navn, stilling in self.linjer]
        return "\n".join([self.ingress, "", *lines, "", f"Se mer i konsollet: {self.lenke}", ""])


class Kanal(Protocol):
    @property
    def navn(self) -> str:
        """What it is called in logs and to people."""
        ...

    async def send(self, melding: Melding) -> None:
        """Hand the message over, once. Raises SystemException."""
        ...
