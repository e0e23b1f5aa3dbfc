"""From Folkeregisteret's wire types to a Person or an Adressat. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import TypeVar

from connectors.folkeregisteret.contract import SYSTEM, Folkeregisterperson, Oppslag
from connectors.folkeregisteret.element import gjeldende
from connectors.folkeregisteret.postal import postadresse
from domain.adressat import Adressat
from domain.errors import SystemException
from domain.skyldner import FALSK_IDENTITET, Gradering, Person

_BY_NAME = {level.lower(): level for level in Gradering}
_STRICTNESS = [Gradering.UGRADERT, Gradering.KLIENTADRESSE, Gradering.FORTROLIG, Gradering.STRENGT_FORTROLIG]

T = TypeVar("T")
Read = Callable[[str, Folkeregisterperson], T]
"""What is read of a person, from the number in use and the document."""


def map_oppslag(asked: Collection[str], oppslag: Iterable[Oppslag], read: Read[T]) -> tuple[dict[str, T], bool]:
    """What `read` makes of each person, by the number asked with, and whether one belongs to none of the numbers.

    An old number gives the continuing person, whose own number is another. A number is unknown when the register says
    so or says nothing. Raises SystemException: parse when an answer is neither person nor error or two contradict each
    other, answer when the register could not look one up just now.
    """
    wanted = set(asked)
    found: dict[str, T] = {}
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
        content = read(_current_number(item.foedselsEllerDNummer, wire), wire)
        if any(found.setdefault(number, content) != content for number in belongs_to):
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
    in_use = [e.foedselsEllerDNummer for e in gjeldende(wire.identifikasjonsnummer) if e.status == "iBruk"]
    return answered if answered in in_use or not in_use else in_use[0]


def map_person(foedselsnummer: str, wire: Folkeregisterperson) -> Person:
    """The person. Nobody has died under a false identity: what it says of a death is another's.

    Raises SystemException (parse) without a current status: nothing tells whether the person lives.
    """
    statuses = [element.status for element in gjeldende(wire.status)]
    doedsfall = wire.doedsfall is not None and wire.doedsfall.erGjeldende is not False
    if not statuses and not doedsfall:
        raise SystemException(SYSTEM, "parse", "a person without a current status")
    falsk = wire.falskIdentitet
    er_falsk = falsk is not None and falsk.erGjeldende is not False and falsk.erFalsk is not False
    doed = not er_falsk and (doedsfall or "doed" in statuses)
    return Person(
        foedselsnummer=foedselsnummer,
        foedselsdato=_foedselsdato(wire),
        doed=doed,
        gradering=strictest(_graderinger(wire)),
        status=FALSK_IDENTITET if er_falsk else "doed" if doed else statuses[0],
        foreldreansvar=_foreldreansvar(foedselsnummer, wire),
        har_verge=bool(gjeldende(wire.vergemaalEllerFremtidsfullmakt)),
        verger=_verger(wire),
    )


def map_adressat(foedselsnummer: str, wire: Folkeregisterperson) -> Adressat | None:
    """Whom and where to write to. None for the protected (VERN-2), the dead, an identity that is false or ended, and
    one without a name or an address there.

    Raises as `map_person`.
    """
    person = map_person(foedselsnummer, wire)
    navn, adresse = fullt_navn(wire), postadresse(wire)
    if person.beskyttet or person.doed or not person.finnes or navn is None or adresse is None:
        return None
    return Adressat(foedselsnummer, navn, adresse.linjer, adresse.postnummer, adresse.poststed, adresse.land)


def fullt_navn(wire: Folkeregisterperson) -> str | None:
    """The name as it is written on an envelope, or None when it was not told."""
    navn = (f"{e.fornavn} {e.mellomnavn or ''} {e.etternavn}" for e in gjeldende(wire.navn))
    return next((" ".join(each.split()) for each in navn), None)


def _foreldreansvar(foedselsnummer: str, wire: Folkeregisterperson) -> tuple[str, ...]:
    """Those who are responsible for this person, under whichever of the person's numbers it is written.

    The same list holds whom this person is responsible for. An ansvarlig without a number is left out.
    """
    own = {foedselsnummer, *_numbers(wire)}
    for_this_person = [e.ansvarlig for e in gjeldende(wire.foreldreansvar) if e.ansvarssubjekt in own]
    return tuple(sorted({ansvarlig for ansvarlig in for_this_person if ansvarlig}))


def _verger(wire: Folkeregisterperson) -> tuple[str, ...]:
    """Each that has a number; what each may do for the person is not read."""
    alle = [e.verge.foedselsEllerDNummer for e in gjeldende(wire.vergemaalEllerFremtidsfullmakt) if e.verge]
    return tuple(sorted({nummer for nummer in alle if nummer}))


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
    yield from (element.graderingsnivaa for element in gjeldende(wire.adressebeskyttelse))
    for addresses in (
        wire.bostedsadresse,
        wire.deltBosted,
        wire.oppholdsadresse,
        wire.postadresse,
        wire.postadresseIUtlandet,
    ):
        yield from (address.adressegradering for address in gjeldende(addresses))
    for preferred in gjeldende(wire.preferertKontaktadresse):
        if preferred.adressegradering is not None:
            yield preferred.adressegradering


def _foedselsdato(wire: Folkeregisterperson) -> date | None:
    return next((e.foedselsdato for e in gjeldende(wire.foedsel) if e.foedselsdato is not None), None)
