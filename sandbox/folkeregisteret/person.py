"""From a row of personer.csv to the register's document about that person.

Everything is a list but `doedsfall`. Beside what holds today stands what no longer does, drawn from the number so that
it is the same each time: a lifted protection, an annulled death, an earlier name. They mislead who skips `erGjeldende`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbox.folkeregisteret.adresse import (
    bostedsadresse,
    has_d_number,
    lives_in_norway,
    oppholdsadresse,
    postadresse_i_utlandet,
    utflytting,
)
from sandbox.folkeregisteret.element import Element, draw, gjeldende, historisk, in_register_order
from sandbox.folkeregisteret.relasjon import foreldreansvar, vergemaal
from sandbox.population import Row

Document = dict[str, Element | list[Element]]
Builder = Callable[[Row], Element | list[Element] | None]

UNKNOWN_BIRTH = "1970-01-01"
LATER = "2019-08-12"


def _born(row: Row) -> str:
    return row["foedselsdato"] or UNKNOWN_BIRTH


def _later(row: Row) -> str:
    """A day on which something in this life changed: never before it began."""
    return max(LATER, _born(row))


def _identifikasjonsnummer(row: Row) -> list[Element]:
    kind = "dNummer" if has_d_number(row) else "foedselsnummer"
    number = row["foedselsnummer"]
    return [gjeldende(_born(row), "Fødsel", status="iBruk", foedselsEllerDNummer=number, identifikatortype=kind)]


def _status(row: Row) -> list[Element]:
    number, status, born, later = row["foedselsnummer"], row["status"], _born(row), _later(row)
    since = row["doedsdato"] or later
    elements = [gjeldende(since, "Endring av status", status=status)]
    if status != "bosatt":
        elements.append(historisk(born, since, "Fødsel", status="bosatt"))
    elif _had_annulled_death(number):
        elements.append(historisk(born, later, "Dødsfall", status="doed"))
    elif draw(number, "returned", 6) == 0:
        elements.append(historisk(born, later, "Utflytting", status="utflyttet"))
    return in_register_order(number, "status", elements)


def _doedsfall(row: Row) -> Element | None:
    if row["status"] == "doed":
        date = {"doedsdato": row["doedsdato"]} if row["doedsdato"] else {}
        return gjeldende(row["doedsdato"] or _later(row), "Dødsfall", **date)
    if row["status"] == "bosatt" and _had_annulled_death(row["foedselsnummer"]):
        return historisk(_born(row), _later(row), "Dødsfall", doedsdato=_later(row))
    if row["doedsdato"]:
        return historisk(row["doedsdato"], row["doedsdato"], "Annullert", doedsdato=row["doedsdato"])
    return None


def _had_annulled_death(number: str) -> bool:
    return draw(number, "annulled death", 25) == 0


def _foedsel(row: Row) -> list[Element] | None:
    number, day = row["foedselsnummer"], row["foedselsdato"]
    if not day:
        return _foedsel_without_date(number)
    elements = [gjeldende(day, "Fødsel", foedselsdato=day, foedselsaar=day[:4])]
    if draw(number, "corrected birth", 8) == 0:
        wrong = f"{int(day[:4]) + (5 if draw(number, 'wrong way', 2) else -5)}-01-01"
        elements.append(historisk(day, _later(row), "Fødsel", foedselsdato=wrong, foedselsaar=wrong[:4]))
    return in_register_order(number, "foedsel", elements)


def _foedsel_without_date(number: str) -> list[Element] | None:
    """The register may know the year only, or nothing."""
    if draw(number, "year of birth", 2):
        return None
    century = "20" if number[6:9] >= "500" and number[4:6] < "40" else "19"
    return [gjeldende(UNKNOWN_BIRTH, "Fødsel", foedselsaar=century + number[4:6])]


def _navn(row: Row) -> list[Element]:
    number = row["foedselsnummer"]
    elements = [gjeldende(_later(row), "Navnevalg", fornavn=row["fornavn"], etternavn=row["etternavn"])]
    if draw(number, "earlier name", 5) == 0:
        elements.append(historisk(_born(row), _later(row), "Navnevalg", fornavn=row["fornavn"], etternavn="TIDLIGERE"))
    return in_register_order(number, "navn", elements)


def _adressebeskyttelse(row: Row) -> list[Element] | None:
    """Absent for most. Klientadresse may stand on the address alone (VERN-2): see `adresse.bostedsadresse`."""
    number, gradering = row["foedselsnummer"], row["gradering"]
    if gradering == "ugradert":
        return _lifted_protection(row)
    if gradering == "klientadresse" and lives_in_norway(row) and draw(number, "klientadresse", 2):
        return None
    elements = [gjeldende(_later(row), "Adressebeskyttelse", graderingsnivaa=gradering)]
    if draw(number, "protected later", 2):
        elements.append(historisk(_born(row), _later(row), "Adressebeskyttelse", graderingsnivaa="ugradert"))
    return in_register_order(number, "adressebeskyttelse", elements)


def _lifted_protection(row: Row) -> list[Element] | None:
    number = row["foedselsnummer"]
    case = draw(number, "lifted protection", 12)
    if case > 1:
        return None
    elements = [historisk(_born(row), _later(row), "Adressebeskyttelse", graderingsnivaa="fortrolig")]
    if case:
        elements.insert(0, gjeldende(_later(row), "Adressebeskyttelse", graderingsnivaa="ugradert"))
    return in_register_order(number, "adressebeskyttelse", elements)


PERSON_BASIS: dict[str, Builder] = {
    "status": _status,
    "foedsel": _foedsel,
    "doedsfall": _doedsfall,
    "navn": _navn,
    "adressebeskyttelse": _adressebeskyttelse,
    "bostedsadresse": bostedsadresse,
    "oppholdsadresse": oppholdsadresse,
    "postadresseIUtlandet": postadresse_i_utlandet,
    "utflytting": utflytting,
}
RELASJON_UTVIDET = ("foreldreansvar", "vergemaalEllerFremtidsfullmakt")
# Parts the register has and the population says nothing about: they may be asked for and come back empty.
WITHOUT_DATA = frozenset(
    {
        "identifikasjonsnummer", "identitetsgrunnlag", "sivilstand", "statsborgerskap", "kjoenn", "deltBosted",
        "postadresse", "familierelasjon", "historikk", "identitetsgrunnlag-utvidet",
        "innflytting", "foedselINorge", "utenlandskPersonidentifikasjon", "falskIdentitet", "opphold",
        "preferertKontaktadresse",
    }
)  # fmt: skip
KONTAKT = "kontaktinformasjonForDoedsbo"
GROUPS = {"person-basis": (*PERSON_BASIS, KONTAKT), "relasjon-utvidet": RELASJON_UTVIDET}
KNOWN_PARTS = frozenset({*PERSON_BASIS, *RELASJON_UTVIDET, *WITHOUT_DATA, *GROUPS, KONTAKT})


def selected(parts: Iterable[str]) -> frozenset[str]:
    """The elements that a `part` query asks for, groups resolved; none at all means person-basis."""
    asked = list(parts) or ["person-basis"]
    return frozenset(name for part in asked for name in GROUPS.get(part, (part,)))


def document(
    row: Row, names: frozenset[str], as_guardian: list[Element], doedsbo: list[Element] | None = None
) -> Document:
    """The document about the person of `row`, with the elements in `names` that the register holds.

    `as_guardian`: the foreldreansvar this person has for others; the register writes it at both ends. `doedsbo`: the
    contacts of the person's estate.
    """
    found: Document = {"identifikasjonsnummer": _identifikasjonsnummer(row)}
    for name, build in PERSON_BASIS.items():
        if name in names and (content := build(row)):
            found[name] = content
    if "foreldreansvar" in names and (content := foreldreansvar(row, as_guardian)):
        found["foreldreansvar"] = content
    if "vergemaalEllerFremtidsfullmakt" in names and (content := vergemaal(row)):
        found["vergemaalEllerFremtidsfullmakt"] = content
    if KONTAKT in names and doedsbo:
        found[KONTAKT] = doedsbo
    return found
