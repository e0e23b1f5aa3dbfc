"""What is known of a krav whose skyldner is dead, or was held to be: her estate, and what we have done already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.doedsbo import Doedsbo, Spor
from domain.krav import Krav, Tilstand
from domain.skyldner import Person
from flows.facts import FerskKrav
from flows.systems import Systems


@dataclass(frozen=True, slots=True)
class Bofakta:
    """`bo` is None of somebody who lives, or is protected."""

    fersk: FerskKrav
    skyldner: Person = field(repr=False)
    bo: Doedsbo | None
    spor: Spor

    @property
    def krav(self) -> Krav:
        return self.fersk.krav


async def fetch_boer(personer: Mapping[str, Person], systems: Systems) -> dict[str, Doedsbo]:
    """The estates of those among them who are dead and not protected."""
    doede = sorted(nummer for nummer, person in personer.items() if person.doed and not person.beskyttet)
    return await systems.folkeregisteret.get_doedsboer(doede) if doede else {}


async def fetch_bofakta(
    ferske: Iterable[FerskKrav], personer: Mapping[str, Person], boer: Mapping[str, Doedsbo], systems: Systems
) -> list[Bofakta]:
    """Of the krav in Procasso whose skyldner is among `personer`, by number."""
    return [
        Bofakta(fersk, personer[skyldner], boer.get(skyldner), await _read_spor(fersk.krav, systems))
        for fersk in ferske
        if (skyldner := fersk.krav.skyldner) in personer
    ]


def notatreferanse(kravnr: str, oppgave: str = "") -> str:
    """How a note of ours on an estate, and the letter that goes with it, are found again."""
    return f"{kravnr}:ESTATE:{oppgave}"


async def _read_spor(krav: Krav, systems: Systems) -> Spor:
    """By the last note of ours: a krav that a person has opened may be stopped again, for the same death or another."""
    if krav.tilstand is not Tilstand.STOPPET:
        return Spor()
    notater = await systems.procasso.client.list_notater(krav.kravnr)
    vaare = [notat.referanse for notat in notater if notat.referanse.startswith(notatreferanse(krav.kravnr))]
    if not vaare:
        return Spor()
    dokumenter = await systems.procasso.client.list_dokumenter(krav.kravnr)
    return Spor(vaare[-1], any(dokument.referanse == vaare[-1] for dokument in dokumenter))
