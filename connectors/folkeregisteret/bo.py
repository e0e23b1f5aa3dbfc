"""From kontaktinformasjonForDoedsbo to the estate as a letter addresses it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from connectors.folkeregisteret.contract import Folkeregisterperson
from connectors.folkeregisteret.doedsbo import KontaktinformasjonForDoedsbo
from connectors.folkeregisteret.element import gjeldende
from connectors.folkeregisteret.land import landnavn
from connectors.folkeregisteret.mapping import fullt_navn, map_person
from domain.adressat import Adressat
from domain.doedsbo import Doedsbo, Kontakt


@dataclass(frozen=True, slots=True)
class Boopplysning:
    """What the register tells of one estate, before a contact known by number alone has got a name."""

    doedsdato: date | None
    navn: str | None = field(repr=False)
    kontakt: KontaktinformasjonForDoedsbo | None = field(repr=False)

    @property
    def arving(self) -> str | None:
        """The number of a contact who must be looked up: for a name, and for whether a machine may write there."""
        person = self.kontakt.person if self.kontakt else None
        return person.foedselsEllerDNummer if person else None


def map_boopplysning(foedselsnummer: str, wire: Folkeregisterperson) -> Boopplysning | None:
    """None of somebody alive or protected (VERN-2). The contact is the newest that holds. Raises as `map_person`."""
    person = map_person(foedselsnummer, wire)
    if person.beskyttet or not person.doed:
        return None
    doedsfall = wire.doedsfall
    doedsdato = doedsfall.doedsdato if doedsfall and doedsfall.erGjeldende is not False else None
    kontakter = gjeldende(wire.kontaktinformasjonForDoedsbo)
    kontakt = max(kontakter, key=lambda each: each.attestutstedelsesdato, default=None)
    return Boopplysning(doedsdato, fullt_navn(wire), kontakt)


def map_doedsbo(opplysning: Boopplysning, navn: Mapping[str, str]) -> Doedsbo:
    """The estate. `navn`: of the contacts known by number alone, those a machine may write to.

    Without a contact that has a name there is none: a person finds out who answers for the estate.
    """
    wire = opplysning.kontakt
    hvem = wire and _hvem(wire, navn)
    if wire is None or not hvem or opplysning.navn is None:
        return Doedsbo(opplysning.doedsdato, None)
    linjer = [" ".join(linje.split()) for linje in wire.adresse.adresselinje if linje.strip()]
    adressat = Adressat(
        foedselsnummer="",
        navn=f"Dødsboet etter {opplysning.navn}",
        linjer=(f"v/ {hvem}", *linjer[:1], *([", ".join(linjer[1:])] if linjer[1:] else [])),
        postnummer=wire.adresse.postnummer,
        poststed=wire.adresse.poststedsnavn,
        land=landnavn(wire.adresse.landkode or ""),
    )
    return Doedsbo(opplysning.doedsdato, Kontakt(wire.attestutstedelsesdato, wire.skifteform, adressat))


def _hvem(wire: KontaktinformasjonForDoedsbo, navn: Mapping[str, str]) -> str | None:
    """Who is written to for the estate; None when the register does not name exactly one."""
    named: list[str | None] = []
    if wire.person:
        person = wire.person
        known = person.personnavn.helt if person.personnavn else None
        named.append(navn.get(person.foedselsEllerDNummer) if person.foedselsEllerDNummer else known)
    if wire.advokat:
        named.append(_sammen(f"advokat {wire.advokat.personnavn.helt}", wire.advokat.organisasjonsnavn))
    if wire.organisasjon:
        kontaktperson = wire.organisasjon.kontaktpersonnavn
        named.append(_sammen(wire.organisasjon.organisasjonsnavn, kontaktperson.helt if kontaktperson else None))
    return named[0] if len(named) == 1 else None


def _sammen(*navn: str | None) -> str:
    return ", ".join(each.strip() for each in navn if each and each.strip())
