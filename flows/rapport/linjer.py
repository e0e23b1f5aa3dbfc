"""The outcome of a reconciliation, as plain values: whoever reads it needs no pandas. Amounts in whole øre."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from flows.rapport.virkninger import Verdi


class Kilde(StrEnum):
    """Where the values that were read back come from."""

    FAGSYSTEM = "FAGSYSTEM"
    """Read anew in the system, after the night."""
    KVITTERING = "KVITTERING"
    """What the automation itself read back right after the change."""


class Avviksgrunn(StrEnum):
    VERDI = "VERDI"
    """What was read back is not what was planned."""
    MANGLER = "MANGLER"
    """The system does not know the krav, or not all of them."""
    IKKE_LEST = "IKKE_LEST"
    """Said to be done, and never read back."""


@dataclass(frozen=True, slots=True)
class Avstemmingslinje:
    """One field of one automation in one system. Sums are None for fields that are no amounts, or not all known."""

    automation: str
    system: str
    felt: str
    kilde: Kilde
    antall: int
    foer: int | None
    skal_vaere: int | None
    lest: int | None
    """What was not found counts as nothing, so that the difference shows it."""
    differanse: int | None
    """Read back less planned."""
    avvik: int


@dataclass(frozen=True, slots=True)
class Avvik:
    automation: str
    referanse: str
    system: str
    krav: str
    felt: str
    grunn: Avviksgrunn
    kilde: Kilde
    foer: Verdi | None
    skal_vaere: Verdi | None
    lest: Verdi | None
    differanse: int | None


@dataclass(frozen=True, slots=True)
class Avstemming:
    linjer: tuple[Avstemmingslinje, ...] = ()
    avvik: tuple[Avvik, ...] = ()

    def of(self, automations: Collection[str]) -> Avstemming:
        """What concerns these automations."""
        return replace(
            self,
            linjer=tuple(linje for linje in self.linjer if linje.automation in automations),
            avvik=tuple(avvik for avvik in self.avvik if avvik.automation in automations),
        )
