"""From the register's many forms of address to the one on an envelope. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connectors.folkeregisteret.address import (
    Adresse,
    AdresseIFrittFormat,
    InternasjonalAdresse,
    InternasjonalAdresseIFrittFormat,
    Matrikkeladresse,
    Postboksadresse,
    Poststed,
    Vegadresse,
)
from connectors.folkeregisteret.contract import Folkeregisterperson
from connectors.folkeregisteret.element import gjeldende
from connectors.folkeregisteret.land import landnavn

MAX_LINJER = 3

_STED = re.compile(r"(\d{4})\s+(\S.*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Postadresse:
    """Lines, post code, place and country ("" in Norway)."""

    linjer: tuple[str, ...]
    postnummer: str
    poststed: str
    land: str = ""

    @property
    def usable(self) -> bool:
        """Whether post can be sent there: a place, and in Norway a post code."""
        return bool(self.poststed and (self.postnummer or self.land))


def postadresse(person: Folkeregisterperson) -> Postadresse | None:
    """Where the person's post goes: what the person has preferred, then postadresse, bostedsadresse and the others.

    The first that can be used; None when there is none.
    """
    return next((adresse for adresse in _candidates(person) if adresse.usable), None)


def _candidates(person: Folkeregisterperson) -> Iterator[Postadresse]:
    """In the order they are to be tried."""
    entities = {
        "postadresse": person.postadresse,
        "bostedsadresse": person.bostedsadresse,
        "oppholdsadresse": person.oppholdsadresse,
        "postadresseIUtlandet": person.postadresseIUtlandet,
    }
    for preferred in gjeldende(person.preferertKontaktadresse):
        if preferred.kontaktadresseIFrittFormat is not None:
            yield _free(preferred.kontaktadresseIFrittFormat)
        yield from _forms(gjeldende(entities.get(preferred.valg or "")))
    for adresser in entities.values():
        yield from _forms(gjeldende(adresser))


def _forms(adresser: Iterable[Adresse]) -> Iterator[Postadresse]:
    """The forms an entity may have, the structured ones before the free."""
    for adresse in adresser:
        if adresse.vegadresse is not None:
            yield _veg(adresse.vegadresse)
        if adresse.matrikkeladresse is not None:
            yield _matrikkel(adresse.matrikkeladresse)
        if adresse.postboksadresse is not None:
            yield _postboks(adresse.postboksadresse)
        if adresse.postadresseIFrittFormat is not None:
            free = adresse.postadresseIFrittFormat
            yield _norwegian(free.adresselinje or (), free.poststed)
        if adresse.utenlandskAdresse is not None:
            yield _abroad(adresse.utenlandskAdresse)
        if adresse.utenlandskAdresseIFrittFormat is not None:
            yield _abroad_free(adresse.utenlandskAdresseIFrittFormat)


def _veg(wire: Vegadresse) -> Postadresse:
    number = wire.adressenummer
    street = f"{wire.adressenavn or ''} {number.husnummer + (number.husbokstav or '') if number else ''}"
    return _norwegian((_co(wire.coAdressenavn), wire.adressetilleggsnavn, street), wire.poststed)


def _matrikkel(wire: Matrikkeladresse) -> Postadresse:
    number = wire.matrikkelnummer
    parts = [number.gaardsnummer, number.bruksnummer, number.festenummer or None]
    farm = "Gnr/bnr " + "/".join(str(part) for part in parts if part is not None)
    if wire.undernummer:
        farm += f"-{wire.undernummer}"
    return _norwegian((_co(wire.coAdressenavn), wire.adressetilleggsnavn, farm), wire.poststed)


def _postboks(wire: Postboksadresse) -> Postadresse:
    box = wire.postboks if wire.postboks.lower().startswith("postboks") else f"Postboks {wire.postboks}"
    return _norwegian((_co(wire.postbokseier), box), wire.poststed)


def _free(wire: AdresseIFrittFormat) -> Postadresse:
    *lines, last = _tidy(wire.adresselinje or ()) or [""]
    land = landnavn(wire.landkode or "")
    if land:
        return Postadresse(_fit(lines), "", last, land)
    sted = _STED.fullmatch(last)
    return Postadresse(_fit(lines), sted[1] if sted else "", sted[2] if sted else "")


def _abroad(wire: InternasjonalAdresse) -> Postadresse:
    lines = (
        _co(wire.coAdressenavn),
        " ".join(_tidy((wire.bygning, wire.etasjenummer, wire.boenhet))),
        wire.adressenavn,
        wire.postboks,
        " ".join(_tidy((wire.distriktsnavn, wire.region))),
    )
    return Postadresse(_fit(_tidy(lines)), wire.postkode or "", wire.byEllerStedsnavn or "", landnavn(wire.landkode))


def _abroad_free(wire: InternasjonalAdresseIFrittFormat) -> Postadresse:
    lines = _tidy(wire.adresselinje or ())
    place = (wire.byEllerStedsnavn or "").strip() or (lines.pop() if lines else "")
    return Postadresse(_fit(lines), wire.postkode or "", place, landnavn(wire.landkode))


def _norwegian(lines: Iterable[str | None], poststed: Poststed | None) -> Postadresse:
    sted = poststed or Poststed()
    return Postadresse(_fit(_tidy(lines)), sted.postnummer or "", (sted.poststedsnavn or "").strip())


def _co(name: str | None) -> str:
    """Some write the c/o themselves."""
    text = (name or "").strip()
    return text if not text or text.lower().startswith("c/o") else f"c/o {text}"


def _tidy(lines: Iterable[str | None]) -> list[str]:
    return [" ".join(line.split()) for line in lines if line and line.strip()]


def _fit(lines: list[str]) -> tuple[str, ...]:
    """At most three lines; what is more shares the last."""
    kept = lines[: MAX_LINJER - 1]
    rest = ", ".join(lines[MAX_LINJER - 1 :])
    return (*kept, rest) if rest else tuple(kept)
