"""From Folkeregisteret's wire types to a Person. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from connectors.folkeregisteret.contract import SYSTEM, Element, Folkeregisterperson, Oppslag
from domain.errors import SystemException
from domain.skyldner import Gradering, Person

_BY_NAME = {level.lower(): level for level in Gradering}
_STRICTNESS = [Gradering.UGRADERT, Gradering.KLIENTADRESSE, Gradering.FORTROLIG, Gradering.STRENGT_FORTROLIG]

E = TypeVar("E", bound=Element)


def map_oppslag(asked: Collection[str], oppslag: Iterable[Oppslag]) -> tuple[dict[str, Person], bool]:
    """The persons by the number asked with, and whether there is one that cannot be told to belong to any of them.

    An old number gives the continuing person, whose own number is another. A number is unknown when the register says
    so or says nothing. Raises SystemException: parse when an answer is neither person nor error or two contradict each
    other, answer when the register could not look one up just now.
    """
    wanted = set(asked)
    found: dict[str, Person] = {}
    unplaced = False
    for item in oppslag:
        wire = item.folkeregisterperson
        if wire is None:
            _require_unknown(item)
            continue
        belongs_to = wanted & {item.foedselsEllerDNummer, *_numbers(wire)}
        if len(wanted) == 1:
            belongs_to = wanted
        unplaced = unplaced or not belongs_to
        person = map_person(_current_number(item.foedselsEllerDNummer, wire), wire)
        if any(found.setdefault(number, person) != person for number in belongs_to):
            raise SystemException(SYSTEM, "parse", "two different answers for one number")
    return found, unplaced


def _require_unknown(item: Oppslag) -> None:
    """Every error text for a number means that there is no such person, but for the one published for a fault."""
    if item.feilmelding is None:
        raise SystemException(SYSTEM, "parse", "a lookup with neither person nor error")
    if "prøv igjen" in item.feilmelding.feilmelding.lower():
        raise SystemException(SYSTEM, "answer", "the register could not look up one of the numbers now")


def _numbers(wire: Folkeregisterperson) -> set[str]:
    return {element.foedselsEllerDNummer for element in wire.identifikasjonsnummer or ()}


def _current_number(answered: str, wire: Folkeregisterperson) -> str:
    """The number in use, or the one of the answer when the register names no other."""
    in_use = [e.foedselsEllerDNummer for e in _gjeldende(wire.identifikasjonsnummer) if e.status == "iBruk"]
    return answered if answered in in_use or not in_use else in_use[0]


def map_person(foedselsnummer: str, wire: Folkeregisterperson) -> Person:
    """The person. Raises SystemException (parse) without a current status: nothing tells whether the person lives."""
    statuses = [element.status for element in _gjeldende(wire.status)]
    doedsfall = wire.doedsfall is not None and wire.doedsfall.erGjeldende is not False
    if not statuses and not doedsfall:
        raise SystemException(SYSTEM, "parse", "a person without a current status")
    doed = doedsfall or "doed" in statuses
    return Person(
        foedselsnummer=foedselsnummer,
        foedselsdato=_foedselsdato(wire),
        doed=doed,
        gradering=strictest(_graderinger(wire)),
        status="doed" if doed else statuses[0],
    )


def strictest(levels: Iterable[str]) -> Gradering | str:
    """The strictest level; none at all is ugradert. One we do not know is kept as it is, and counts as the strictest.

    The register's documentation writes them in capitals in places (UGRADERT, STRENGT_FORTROLIG).
    """
    known = [_BY_NAME.get(level.replace("_", "").lower(), level) for level in levels]
    return max(known, key=_strictness, default=Gradering.UGRADERT)


def _strictness(level: str) -> int:
    return _STRICTNESS.index(level) if isinstance(level, Gradering) else len(_STRICTNESS)


def _graderinger(wire: Folkeregisterperson) -> Iterator[str]:
    """The person's own marking and that of every kind of address: either alone protects."""
    yield from (element.graderingsnivaa for element in _gjeldende(wire.adressebeskyttelse))
    for addresses in (
        wire.bostedsadresse,
        wire.deltBosted,
        wire.oppholdsadresse,
        wire.postadresse,
        wire.postadresseIUtlandet,
    ):
        yield from (address.adressegradering for address in _gjeldende(addresses))
    for preferred in _gjeldende(wire.preferertKontaktadresse):
        if preferred.adressegradering is not None:
            yield preferred.adressegradering


def _foedselsdato(wire: Folkeregisterperson) -> date | None:
    return next((e.foedselsdato for e in _gjeldende(wire.foedsel) if e.foedselsdato is not None), None)


def _gjeldende(elements: Sequence[E] | None) -> list[E]:
    return [element for element in elements or () if element.erGjeldende is not False]
