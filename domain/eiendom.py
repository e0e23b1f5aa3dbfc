"""En fast eiendom slik et register kjenner den: nummeret, og de tinglyste eierne."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

_NUMMER = re.compile(r"(\d{4})-(\d{1,5})/(\d{1,5})(?:/(\d{1,5}))?(?:/(\d{1,5}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Matrikkelnummer:
    """Kommune, gårdsnummer, bruksnummer, festenummer og seksjonsnummer; 0 der nummeret ikke har det leddet."""

    kommune: str
    gnr: int
    bnr: int
    fnr: int = 0
    snr: int = 0

    def __str__(self) -> str:
        return f"{self.kommune}-{self.gnr}/{self.bnr}/{self.fnr}/{self.snr}"


def parse_matrikkelnummer(text: str) -> Matrikkelnummer | None:
    """`0301-207/412/0/3`; de to siste leddene kan mangle. None når teksten ikke er et matrikkelnummer."""
    found = _NUMMER.fullmatch(text)
    if found is None:
        return None
    gnr, bnr, fnr, snr = (int(ledd or 0) for ledd in found.groups()[1:])
    return Matrikkelnummer(found[1], gnr, bnr, fnr, snr) if gnr and bnr else None


@dataclass(frozen=True, slots=True)
class Eierandel:
    """En tinglyst andel. `eier` er fødselsnummer eller organisasjonsnummer.

    `eier` er None når registeret ikke oppgir et nummer (eieren er en annen eiendom, eller en uten norsk nummer), og
    `andel` er None når brøken mangler eller er umulig.
    """

    eier: str | None = field(repr=False)
    andel: Fraction | None
    fra: date | None


@dataclass(frozen=True, slots=True)
class Eiendom:
    """`utgaatt`: nummeret er ikke lenger i bruk (slått sammen, delt eller omnummerert)."""

    matrikkelnummer: Matrikkelnummer
    utgaatt: bool
    eiere: tuple[Eierandel, ...]

    def med_numre(self, gjeldende: Callable[[str], str]) -> Eiendom:
        """Den samme, med nummeret hver eier har nå: et register kan ennå ha et nummer Folkeregisteret har byttet ut."""
        eiere = (replace(each, eier=gjeldende(each.eier)) if each.eier else each for each in self.eiere)
        return replace(self, eiere=tuple(eiere))


@dataclass(frozen=True, slots=True)
class Eiendomsendringer:
    """Hva en endringslogg har fortalt siden sist.

    `siste`: hvor langt den er lest. `uplassert`: noe er endret som ikke lar seg knytte til en eiendom, så hvilken som
    helst kan være endret.
    """

    eiendommer: frozenset[Matrikkelnummer]
    siste: str
    uplassert: bool = False
