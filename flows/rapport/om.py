"""What stands first in a report: of what it is, who made it when, what its words mean, and how to check it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.kalender import OSLO
from flows.rapport.csv_fil import to_csv
from flows.rapport.dagsrapport import Dagsrapport
from flows.rapport.linjer import Kilde
from flows.rapport.tabell import Rad, Tabell
from hub.seal import Seal

DEFINISJONER = {
    "Oppgave": "Én enhet arbeid i én automatisering. Referansen er den samme gjennom alle forsøk.",
    "Inn": "Oppgaver som var åpne da natten begynte, og de som kom til. Telles for seg, ikke som summen av resten.",
    "Går opp": (
        "Inn = fullført + venter + til godkjenning + håndtert manuelt + avbrutt + fortsatt åpne + avsluttet senere."
    ),
    "Avsluttet senere": "Åpne etter denne natten, avsluttet i en senere natt før rapporten ble laget.",
    "Utelatt": "Krav automatiseringen lot ligge, hvert med første grunn som passet.",
    "Siste trygge virkedag": "Siste virkedag som ikke er etter siste dag for å avbryte foreldelsen.",
    "Sum før, skal være, lest": "Det fagsystemet viste før endringen, det planen sa, og det som ble lest etterpå.",
    "Differanse": "Lest minus skal være, i kroner til øret. Et krav som ikke finnes igjen, er lest som null.",
    "Kilde": (
        "«Lest på nytt i fagsystemet»: spurt da rapporten ble laget. «Robotens egen kvittering»: lest tilbake av "
        "automatiseringen rett etter endringen."
    ),
    "Skjermede": "Krav mot personer med adressebeskyttelse telles bare. De står ikke i noen liste.",
    "Hva seglet viser": (
        "At ingen oppgave eller hendelse er fjernet fra revisjonssporet siden det ble tatt. Ta vare på rapporten "
        "utenfor Kraftverk, og kontroller seglet på siden Revisjonsspor."
    ),
    "Kontrollsum": "SHA-256 av CSV-filen med samme tabell.",
}


@dataclass(frozen=True, slots=True)
class Opphav:
    """Who made the report, and when. `utvalg`: what it is limited to, in words. `segl`: the newest by then."""

    laget_av: str
    laget: datetime
    utvalg: str
    segl: Seal | None


def checksums(tabeller: Sequence[Tabell]) -> dict[str, str]:
    """SHA-256 of each table, as its CSV file has it."""
    return {tabell.navn: hashlib.sha256(to_csv(tabell)).hexdigest() for tabell in tabeller}


def checksum(sums: Mapping[str, str]) -> str:
    """One for the whole report: SHA-256 of the tables' own, in their order."""
    return hashlib.sha256("".join(sums.values()).encode()).hexdigest()


def make_om(rapport: Dagsrapport, opphav: Opphav, tabeller: Sequence[Tabell]) -> Tabell:
    """The first sheet."""
    return Tabell("Om rapporten", ("Kontrollrapport", "Innhold"), tuple(_rows(rapport, opphav, tabeller)))


def _rows(rapport: Dagsrapport, opphav: Opphav, tabeller: Sequence[Tabell]) -> Iterator[Rad]:
    friske = sorted({linje.system for linje in rapport.avstemming.linjer if linje.kilde is Kilde.FAGSYSTEM})
    yield "Natten", rapport.as_of
    yield "Utvalg", opphav.utvalg
    yield "Laget av", opphav.laget_av
    yield "Laget", opphav.laget
    yield "Segl", str(opphav.segl.mark) if opphav.segl else "ikke tatt ennå"
    if opphav.segl:
        yield "Segl tatt", datetime.fromtimestamp(opphav.segl.at, OSLO)
    yield "Balansen går opp", "ja" if all(b.stemmer for b in rapport.balanser.values()) else "NEI"
    yield "Avvik", len(rapport.avstemming.avvik)
    yield "Lest på nytt i", ", ".join(friske) or "ingen fagsystemer; alt er avstemt mot robotens kvitteringer"
    yield "Skjermede krav tatt ut av listene", rapport.vernede
    sums = checksums(tabeller)
    for tabell in tabeller:
        yield f"{tabell.navn}: rader", len(tabell.rader)
        yield f"{tabell.navn}: kontrollsum", sums[tabell.navn]
    yield "Kontrollsum for rapporten", checksum(sums)
    yield from DEFINISJONER.items()
