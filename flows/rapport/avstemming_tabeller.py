"""Rows of the reconciliation: its sums, and each krav that does not agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from domain.ord import FELT
from flows.rapport.dagsrapport import Dagsrapport
from flows.rapport.ord import GRUNN, KILDE
from flows.rapport.tabell import Beloep, Celle, Rad
from flows.rapport.virkninger import Verdi

DATOER = frozenset({"forfall", "opprinnelig_forfall", "renter_beregnet_til"})


def avvik_rows(rapport: Dagsrapport) -> Iterator[Rad]:
    for avvik in rapport.avstemming.avvik:
        yield (
            rapport.tittel(avvik.automation),
            avvik.system,
            avvik.referanse,
            avvik.krav.replace(";", ", "),
            FELT.get(avvik.felt, avvik.felt),
            GRUNN[avvik.grunn],
            _verdi(avvik.felt, avvik.foer),
            _verdi(avvik.felt, avvik.skal_vaere),
            _verdi(avvik.felt, avvik.lest),
            _beloep(avvik.differanse),
            KILDE[avvik.kilde],
        )


def avstemming_rows(rapport: Dagsrapport) -> Iterator[Rad]:
    for linje in rapport.avstemming.linjer:
        yield (
            rapport.tittel(linje.automation),
            linje.system,
            FELT.get(linje.felt, linje.felt),
            linje.antall,
            _beloep(linje.foer),
            _beloep(linje.skal_vaere),
            _beloep(linje.lest),
            _beloep(linje.differanse),
            linje.avvik,
            KILDE[linje.kilde],
        )


def _verdi(felt: str, verdi: Verdi | None) -> Celle:
    """Amounts as amounts and days as days; a text that is no day is shown as it is."""
    if isinstance(verdi, int):
        return Beloep(verdi)
    if felt in DATOER and verdi:
        with suppress(ValueError):
            return date.fromisoformat(verdi)
    return verdi


def _beloep(oere: int | None) -> Beloep | None:
    return None if oere is None else Beloep(oere)
