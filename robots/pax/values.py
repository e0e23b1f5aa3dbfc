"""From what stands on PAX's screens to values: dd.mm.yyyy, Oslo local time, and amounts such as 1 350,00."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from domain.kalender import OSLO
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from domain.oere import parse_oere
from robots.screens.values import ValueNotRead

Value = TypeVar("Value")

_NO_BREAK_SPACE = "\u00a0"

KRAVNR, SAKSNR = r"[A-Z]{2}\d{7}", r"[1-9]\d{0,6}"
"""How PAX writes them: a kravnr is like nothing else on its screens, a saksnr like any short number."""

AVSKRIVINGSAARSAK = {
    "FORELDET": "Foreldet",
    "DOEDSBO": "Dødsbo uten midler",
    "KONKURS": "Konkurs uten dividende",
    "ETTERGITT": "Ettergitt",
    "FEILREGISTRERT": "Feilregistrert",
}
"""Why a krav is written off: our code, and the words PAX has for it."""
_AVSKRIVINGSKODE = {words: kode for kode, words in AVSKRIVINGSAARSAK.items()}


@dataclass(frozen=True, slots=True)
class PaxKrav:
    """A krav as PAX shows it.

    tvetydig_tidspunkt: the local time of the ileggelse occurs twice, in the night summer time ends; the earlier
    instant was taken. The two are an hour apart and have the same Oslo date.
    avskrivingskode: why it was written off, UKJENT in words we have no code for, None when PAX says nothing.
    """

    krav: Krav
    hendelser: tuple[Hendelse, ...]
    tvetydig_tidspunkt: bool = False
    avskrivingskode: str | None = None


def parse_beloep(text: str) -> int:
    """`1 350,00` in øre. Raises ValueError."""
    return parse_oere(text.replace(_NO_BREAK_SPACE, "").replace(",", "."))


def parse_dato(text: str) -> date:
    """`24.12.2024`. Raises ValueError."""
    return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 (a date has no zone)


def is_dato(text: str) -> bool:
    try:
        parse_dato(text)
    except ValueError:
        return False
    return True


def parse_tidspunkt(text: str) -> tuple[datetime, bool]:
    """`24.12.2024 13:05:00`, Oslo local time, as an instant; and whether that local time occurs twice.

    Raises ValueError, also for a local time that never was.
    """
    local = datetime.strptime(text, "%d.%m.%Y %H:%M:%S").replace(tzinfo=OSLO)
    instant = local.astimezone(UTC)
    if instant.astimezone(OSLO).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError("a local time that summer time skips")
    return instant, local.utcoffset() != local.replace(fold=1).utcoffset()


def to_pax_krav(fields: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> PaxKrav:
    """A krav from the fields and hendelser of its page. Raises ValueNotRead."""

    def read(label: str, parse: Callable[[str], Value]) -> Value:
        return _read(fields, label, parse)

    ilagt, tvetydig = read("Ilagt tidspunkt", parse_tidspunkt)
    kravnr = read("Kravnr", _filled)
    krav = Krav(
        kravnr=kravnr,
        kravtype=read("Kravtype", Kravtype),
        fagsystem=Fagsystem.PAX,
        fordringshaver=read("Fordringshaver", _filled),
        skyldner=read("Fødselsnr/Orgnr", str),
        kjennemerke=read("Kjennemerke", str) or None,
        ilagt_tidspunkt=ilagt,
        forfall=read("Forfall", parse_dato),
        hovedstol=read("Hovedstol", parse_beloep),
        kostnader=read("Kostnader", parse_beloep),
        renter=read("Renter", parse_beloep),
        saksnr=read("Saksnr", _filled),
        steg=read("Steg", _filled),
        tilstand=read("Tilstand", Tilstand),
        saksflyt=read("Saksflyt", Saksflyt),
        kid=read("KID", str),
        opprinnelig_forfall=read("Opprinnelig forfall", lambda text: parse_dato(text) if text else None),
    )
    if krav.sum != read("Sum", parse_beloep):
        raise ValueNotRead("Sum")
    hendelser = tuple(_hendelse(kravnr, row) for row in rows)
    return PaxKrav(krav, hendelser, tvetydig, read("Avskrivingsårsak", _avskrivingskode))


def _avskrivingskode(words: str) -> str | None:
    """The words themselves are never passed on: in a column that has slipped they may be anything."""
    return _AVSKRIVINGSKODE.get(words, "UKJENT") if words else None


def _hendelse(kravnr: str, row: Mapping[str, str]) -> Hendelse:
    return Hendelse(
        kravnr=kravnr,
        dato=_read(row, "Dato", parse_dato),
        hendelse=_read(row, "Hendelse", _filled),
        beloep=_read(row, "Beløp", lambda text: parse_beloep(text) if text else None),
    )


def _read(cells: Mapping[str, str], label: str, parse: Callable[[str], Value]) -> Value:
    if label not in cells:
        raise ValueNotRead(label)
    try:
        return parse(cells[label])
    except ValueError:
        raise ValueNotRead(label) from None


def _filled(text: str) -> str:
    if not text:
        raise ValueError("empty")
    return text
