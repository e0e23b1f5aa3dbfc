"""kontaktinformasjonForDoedsbo: whom an estate has named, by doedsbo.csv or, in a population without it, drawn.

Drawn by the number of who has died, so that it is the same each time: two estates of three have a contact from three
weeks after the death on, when the district court has issued its certificate. A third of those had another one before.
"""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.folkeregisteret.element import Element, draw, gjeldende, historisk, in_register_order
from sandbox.population import Population, Row

CERTIFICATE = timedelta(days=21)
AARSAK = "Registrering av kontaktinformasjon for dødsbo"
KINDS = ("person", "advokat", "organisasjon")


def contacts(row: Row, population: Population) -> list[Element] | None:
    """The element that holds today, and perhaps one that does no more; None when the estate has named nobody."""
    if row["status"] != "doed":
        return None
    number = row["foedselsnummer"]
    given = population.doedsbo.get(number)
    if given is not None:
        return None if given["kontakt"] == "ingen" else [_element(given)]
    return _drawn(row, population.as_of) if population.doedsbo_is_drawn else None


def _drawn(row: Row, today: date) -> list[Element] | None:
    number = row["foedselsnummer"]
    if not row["doedsdato"] or draw(number, "estate", 3) == 0:
        return None
    certificate = date.fromisoformat(row["doedsdato"]) + CERTIFICATE
    if certificate > today:
        return None
    made = _made_up(number, certificate.isoformat())
    elements = [_element(made)]
    if draw(number, "earlier contact", 3) == 0:
        earlier = _element({**made, "kontakt": "organisasjon", "organisasjonsnavn": "Tidligere Bostyrer AS"})
        elements.append({**earlier, **historisk(row["doedsdato"], made["attestdato"], AARSAK)})
    return in_register_order(number, "doedsbo", elements)


def _made_up(number: str, certificate: str) -> Row:
    return {
        "foedselsnummer": number,
        "skifteform": "offentlig" if draw(number, "skifteform", 2) else "annet",
        "attestdato": certificate,
        "kontakt": KINDS[draw(number, "kind of contact", 3)],
        "kontakt_foedselsnummer": "",
        "fornavn": "Bo",
        "etternavn": "Bestyrer",
        "organisasjonsnummer": "",
        "organisasjonsnavn": "Eksempel Bobehandling AS",
        "adresselinje1": f"Boveien {draw(number, 'house', 80) + 1}",
        "adresselinje2": "",
        "postnummer": "0150",
        "poststed": "OSLO",
        "landkode": "NOR",
    }


def _element(given: Row) -> Element:
    return gjeldende(
        given["attestdato"],
        AARSAK,
        skifteform=given["skifteform"],
        attestutstedelsesdato=given["attestdato"],
        adresse=_address(given),
        **{given["kontakt"]: _contact(given)},
    )


def _contact(given: Row) -> Element:
    name = {"fornavn": given["fornavn"], "etternavn": given["etternavn"]}
    if given["kontakt"] == "person":
        number = given["kontakt_foedselsnummer"]
        return {"foedselsEllerDNummer": number} if number else {"personnavn": name}
    organisation = {field: given[field] for field in ("organisasjonsnavn", "organisasjonsnummer") if given[field]}
    if given["kontakt"] == "advokat":
        return {"personnavn": name, **organisation}
    return {**organisation, **({"kontaktpersonnavn": name} if given["etternavn"] else {})}


def _address(given: Row) -> Element:
    lines = [given[line] for line in ("adresselinje1", "adresselinje2") if given[line]]
    address = {"adresselinje": lines, "postnummer": given["postnummer"], "poststedsnavn": given["poststed"]}
    return {**address, **({"landkode": given["landkode"]} if given["landkode"] else {})}
