"""The tables of a report: what stands on each sheet and in each CSV file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flows.rapport.avstemming_tabeller import avstemming_rows, avvik_rows
from flows.rapport.dagsrapport import Dagsrapport
from flows.rapport.krav_tabeller import oppgaver_rows, utelatt_rows, varsler_rows
from flows.rapport.ord import Forklar
from flows.rapport.sammendrag import balanse_rows, kjoeringer_rows, koder_rows, utfall_rows
from flows.rapport.tabell import Rad, Tabell

KOLONNER = {
    "Oppgaver": "Automatisering;Oppgave;Status;Resultat;Årsak;Hva kan gjøres;Krav;Antall krav;Forsøk",
    "Utelatt": "Automatisering;Krav;Kode;Grunn",
    "Varsler": "Automatisering;Krav;Kode;Hva det gjelder;Hva kan gjøres;Foreldes etter;Siste trygge virkedag;"
    "Dager igjen",
    "Avvik": "Automatisering;System;Oppgave;Krav;Felt;Avvik;Før;Skal være;Lest;Differanse;Kilde",
    "Avstemming": "Automatisering;System;Felt;Antall;Sum før;Sum skal være;Sum lest;Differanse;Antall avvik;Kilde",
    "Balanse": "Automatisering;Inn;Fullført;Venter;Til godkjenning;Håndtert manuelt;Avbrutt;Fortsatt åpne;"
    "Avsluttet senere;Differanse;Går opp",
    "Utfall": "Automatisering;Status;Resultat eller årsak;Antall",
    "Utelatt og varsler": "Automatisering;Kode;Grunn;Antall krav",
    "Kjøringer": "Automatisering;Kjøring;Startet;Sluttet;Utfall;Bestilt av",
}
OPPSUMMERING = frozenset({"Balanse", "Utfall", "Utelatt og varsler", "Kjøringer"})
"""Small tables that are read together."""


def make_tabeller(rapport: Dagsrapport, forklar: Forklar, navn: Mapping[str, str] | None = None) -> tuple[Tabell, ...]:
    """Every table in the order it is read. `forklar`: reason code -> its texts; `navn`: account -> who has it."""
    return (
        _tabell("Oppgaver", oppgaver_rows(rapport, forklar)),
        _tabell("Utelatt", utelatt_rows(rapport, forklar)),
        _tabell("Varsler", varsler_rows(rapport, forklar)),
        _tabell("Avvik", avvik_rows(rapport)),
        _tabell("Avstemming", avstemming_rows(rapport)),
        _tabell("Balanse", balanse_rows(rapport)),
        _tabell("Utfall", utfall_rows(rapport, forklar)),
        _tabell("Utelatt og varsler", koder_rows(rapport, forklar)),
        _tabell("Kjøringer", kjoeringer_rows(rapport, navn or {})),
    )


def _tabell(navn: str, rader: Iterable[Rad]) -> Tabell:
    return Tabell(navn, tuple(KOLONNER[navn].split(";")), tuple(rader))
