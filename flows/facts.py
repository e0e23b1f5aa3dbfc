"""Facts as an automation reads them: a krav with its hendelser, and the people and enheter that owe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.enhetsregisteret.client import EnhetsregisterClient
from connectors.folkeregisteret.client import FolkeregisterClient
from domain.krav import Hendelse, Krav
from domain.skyldner import Enhet, Person, is_enhetsnummer
from domain.utelukkelse import Grunn, vern
from hub.automation import Line, Utelatt, Vernet


@dataclass(frozen=True, slots=True)
class FerskKrav:
    krav: Krav
    hendelser: tuple[Hendelse, ...]
    versjon: int = 0
    """The owning system's own version of the krav; 0 where it has none."""


@dataclass(frozen=True, slots=True)
class Skyldnere:
    """What the registers know of those asked for; a number that is not here is unknown to them.

    `personer`: by the number asked with, and by the one each has now.
    """

    personer: dict[str, Person] = field(default_factory=dict, repr=False)
    enheter: dict[str, Enhet] = field(default_factory=dict)
    innehavere: dict[str, Person] = field(default_factory=dict, repr=False)

    def get(self, nummer: str) -> Person | Enhet | None:
        return self.enheter.get(nummer) if is_enhetsnummer(nummer) else self.personer.get(nummer)

    def current(self, nummer: str) -> str:
        """The number this person has now: an old one of hers may stand in another register. Any other as it is."""
        person = self.personer.get(nummer)
        return person.foedselsnummer if person else nummer

    def get_innehaver(self, nummer: str) -> Person | None:
        return self.innehavere.get(nummer)

    def outside(self, krav: Krav) -> Line | None:
        """The line of a krav that leaves every automatic track because of whose it is (VERN-2), or None."""
        match vern(self.get(krav.skyldner), self.get_innehaver(krav.skyldner)):
            case None:
                return None
            case Grunn.PROTECTED:
                return Vernet(krav.kravnr)
            case grunn:
                return Utelatt(krav.kravnr, grunn.value)


async def fetch_skyldnere(
    numre: Iterable[str], folkeregisteret: FolkeregisterClient, enhetsregisteret: EnhetsregisterClient
) -> Skyldnere:
    """Look everybody up in bulk, and the innehaver of each ENK."""
    wanted = {nummer for nummer in numre if nummer.isascii() and nummer.isdigit()}
    enheter = await enhetsregisteret.get_enheter(sorted(n for n in wanted if is_enhetsnummer(n)))
    owners: dict[str, str] = {}
    for nummer in sorted(n for n, enhet in enheter.items() if enhet.kan_vaere_enk):
        innehaver = await enhetsregisteret.get_innehaver(nummer)
        if innehaver is not None:
            owners[nummer] = innehaver
    personer = await folkeregisteret.get_personer(
        sorted({n for n in wanted if not is_enhetsnummer(n)} | set(owners.values()))
    )
    innehavere = {nummer: personer[innehaver] for nummer, innehaver in owners.items() if innehaver in personer}
    personer |= {person.foedselsnummer: person for person in personer.values()}
    return Skyldnere(personer, enheter, innehavere)
