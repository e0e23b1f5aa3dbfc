"""The report of one night: of every automation together, or of the run of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.krav import Krav
from flows.rapport.balanse import Balanse
from flows.rapport.linjer import Avstemming
from flows.rapport.vern import kravnumre_in, without_vernede
from flows.rapport.virkninger import list_virkninger
from hub.report import NightReport


@dataclass(frozen=True, slots=True)
class Dagsrapport:
    as_of: date
    netter: tuple[NightReport, ...]
    """One for each automation, in the night's order."""
    titler: Mapping[str, str]
    """Automation -> its name in Norwegian."""
    avstemming: Avstemming
    vernede: int
    """Krav of persons found protected when the report was made: they stand in no list of it."""

    @property
    def automations(self) -> tuple[str, ...]:
        return tuple(natt.control.automation for natt in self.netter)

    @property
    def balanser(self) -> dict[str, Balanse]:
        return {natt.control.automation: Balanse.of(natt) for natt in self.netter}

    @property
    def stemmer(self) -> bool:
        """Every oppgave is accounted for, and what was done stands in the systems as planned."""
        return all(balanse.stemmer for balanse in self.balanser.values()) and not self.avstemming.avvik

    def tittel(self, automation: str) -> str:
        return self.titler.get(automation, automation)

    def of(self, automation: str) -> Dagsrapport:
        """The run of one automation."""
        netter = tuple(natt for natt in self.netter if natt.control.automation == automation)
        return replace(self, netter=netter, avstemming=self.avstemming.of([automation]))


def make_dagsrapport(
    as_of: date,
    netter: Sequence[NightReport],
    titler: Mapping[str, str],
    lest: Mapping[str, Sequence[Krav]] | None = None,
    vernede: Collection[str] = (),
) -> Dagsrapport:
    """`netter`: every automation of the night in its order, so that a later change of the same field is known.

    `lest`: system -> krav read there after the night. `vernede`: kravnumre of persons found to be protected now.
    """
    from flows.rapport.avstemming import make_avstemming  # pandas: a second and 60 MB, for whoever makes a report

    named = set().union(*(kravnumre_in(natt) for natt in netter))
    shown = tuple(without_vernede(natt, vernede) for natt in netter)
    avstemming = make_avstemming(list_virkninger(shown), lest or {})
    return Dagsrapport(as_of, shown, titler, avstemming, len(named.intersection(vernede)))
