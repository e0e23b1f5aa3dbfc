"""From KRR's wire types to Kontaktinformasjon. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime

from connectors.krr.contract import AKTIV, KAN_VARSLES, RESERVERT, SYSTEM, KontaktinformasjonWire, PersonWire
from domain.errors import SystemException
from domain.kalender import oslo_date
from domain.kontaktinformasjon import Kontaktinformasjon

_MOBIL = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
"""With the country's code, as the register writes it: a number without one could be any country's."""


def map_personer(asked: Collection[str], personer: Iterable[PersonWire]) -> dict[str, Kontaktinformasjon]:
    """By number. One that was not asked for is left out, and one that was not answered is not there.

    Raises SystemException (parse) when one person comes twice and not alike, or a time cannot be read.
    """
    wanted = set(asked)
    found: dict[str, Kontaktinformasjon] = {}
    for wire in personer:
        if wire.personidentifikator not in wanted:
            continue
        kontakt = _map_person(wire)
        if found.setdefault(wire.personidentifikator, kontakt) != kontakt:
            raise SystemException(SYSTEM, "parse", "two different answers for one number")
    return found


def _map_person(wire: PersonWire) -> Kontaktinformasjon:
    """A status we do not know is one that does not say that she may be told."""
    kontakt = wire.kontaktinformasjon or KontaktinformasjonWire()
    return Kontaktinformasjon(
        reservert=wire.reservasjon == RESERVERT,
        kan_varsles=(wire.status, wire.varslingsstatus) == (AKTIV, KAN_VARSLES),
        mobiltelefonnummer=_mobil(kontakt.mobiltelefonnummer),
        mobiltelefonnummer_oppdatert=_dato("mobiltelefonnummer_oppdatert", kontakt.mobiltelefonnummer_oppdatert),
        mobiltelefonnummer_sist_verifisert=_dato(
            "mobiltelefonnummer_sist_verifisert", kontakt.mobiltelefonnummer_sist_verifisert
        ),
    )


def _mobil(text: str | None) -> str | None:
    return text if text and _MOBIL.fullmatch(text) else None


def _dato(field: str, text: str | None) -> date | None:
    """The Oslo date of an instant; the offset may be without minutes."""
    if not text:
        return None
    try:
        return oslo_date(datetime.fromisoformat(text))
    except ValueError:
        pass
    raise SystemException(SYSTEM, "parse", f"{field} is not an instant with its offset")
