"""What is known of the properties of some customers: both registers' owners, the forms, and who they all are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from domain.eiendom import Eiendom, Matrikkelnummer, parse_matrikkelnummer
from domain.eierskifte import (
    Eierskifte,
    Eierskjema,
    RettEier,
    TilMenneske,
    avgjoer_eierskifte,
    er_skjema_til_side,
    finn_ny_eier,
    finn_rett_eier,
)
from domain.kunde import Kunde
from domain.skyldner import Enhet, Person
from domain.utelukkelse import Grunn, strengt_vern
from flows.facts import Skyldnere
from flows.systems import Systems


@dataclass(frozen=True, slots=True)
class Eierfakta:
    """On `as_of`. A property that is not here is unknown to the register. Everybody is known by the number she has now,
    in whatever register an old one of hers stands; the customers alone are as ISY-PA has them."""

    as_of: date
    grunnbok: dict[Matrikkelnummer, Eiendom]
    matrikkel: dict[Matrikkelnummer, Eiendom]
    skjemaer: dict[Matrikkelnummer, Eierskjema]
    kjente: Skyldnere = field(repr=False)

    def avgjoer(self, kunde: Kunde) -> Eierskifte | TilMenneske | None:
        """The decision on a customer."""
        kunde = self._current(kunde)
        return avgjoer_eierskifte(kunde, *self._eiendom(kunde), self._rett(kunde), self.as_of)

    def ny_eier(self, kunde: Kunde) -> str | None:
        """The right owner, when a machine may put her in; also when the customer has her already."""
        kunde = self._current(kunde)
        return finn_ny_eier(kunde, *self._eiendom(kunde), self._rett(kunde), self.as_of)

    def skjema_til_side(self, kunde: Kunde) -> Eierskjema | None:
        """The form about the property when it does not count any more, since another has been registered since."""
        kunde = self._current(kunde)
        *_, skjema = eiendom = self._eiendom(kunde)
        return skjema if er_skjema_til_side(kunde.eier, *eiendom) else None

    def _current(self, kunde: Kunde) -> Kunde:
        current = self.kjente.current
        return replace(kunde, eier=current(kunde.eier), fakturamottaker=current(kunde.fakturamottaker))

    def _rett(self, kunde: Kunde) -> Person | Enhet | None:
        rett = finn_rett_eier(kunde.eier, *self._eiendom(kunde))
        return self.kjente.get(rett.nummer) if isinstance(rett, RettEier) else None

    def vern(self, kunde: Kunde) -> Grunn | None:
        """Why a machine leaves the customer alone: anybody there, or who owns the property, is protected (VERN-2)."""
        grunner = {
            strengt_vern(self.kjente.get(nummer), self.kjente.get_innehaver(nummer)) for nummer in self.parter(kunde)
        }
        return next((grunn for grunn in (Grunn.PROTECTED, Grunn.OWNER_UNKNOWN) if grunn in grunner), None)

    def parter(self, kunde: Kunde) -> set[str]:
        """Everybody the customer and its property have to do with."""
        return {kunde.eier, kunde.fakturamottaker, *_eiere(*self._eiendom(kunde))} - {""}

    def _eiendom(self, kunde: Kunde) -> tuple[Eiendom | None, Eiendom | None, Eierskjema | None]:
        nummer = matrikkelnummer_of(kunde)
        if nummer is None:
            return None, None, None
        return self.grunnbok.get(nummer), self.matrikkel.get(nummer), self.skjemaer.get(nummer)


def matrikkelnummer_of(kunde: Kunde) -> Matrikkelnummer | None:
    """None also for one that cannot be read: no register knows such a property."""
    return parse_matrikkelnummer(kunde.matrikkelnummer or "")


async def fetch_eierfakta(
    kunder: Iterable[Kunde], skjemaer: dict[Matrikkelnummer, Eierskjema], systems: Systems, as_of: date
) -> Eierfakta:
    """Look the properties up in both registers, and everybody they tell of in theirs."""
    kunder = list(kunder)
    numre = sorted({nummer for kunde in kunder if (nummer := matrikkelnummer_of(kunde))})
    grunnbok = await systems.eiendom.grunnboken.get_eiendommer(numre)
    matrikkel = await systems.eiendom.matrikkelen.get_eiendommer(numre)
    fakta = Eierfakta(as_of, grunnbok, matrikkel, skjemaer, Skyldnere())
    alle = {nummer for kunde in kunder for nummer in fakta.parter(kunde)}
    kjente = await systems.get_skyldnere(sorted(alle))
    grunnbok, matrikkel = (
        {nummer: eiendom.med_numre(kjente.current) for nummer, eiendom in register.items()}
        for register in (grunnbok, matrikkel)
    )
    skjemaer = {nummer: replace(skjema, eier=kjente.current(skjema.eier)) for nummer, skjema in skjemaer.items()}
    return Eierfakta(as_of, grunnbok, matrikkel, skjemaer, kjente)


def _eiere(grunnbok: Eiendom | None, matrikkel: Eiendom | None, skjema: Eierskjema | None) -> Iterator[str]:
    for eiendom in (grunnbok, matrikkel):
        yield from (each.eier for each in (eiendom.eiere if eiendom else ()) if each.eier)
    if skjema:
        yield skjema.eier
