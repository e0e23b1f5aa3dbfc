"""What a letter is made of: the krav, and the office that sends it. The recipient is a `domain.adressat.Adressat`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from domain.innbetalinger import sum_innbetalt
from domain.krav import Hendelse, Krav, Kravtype


@dataclass(frozen=True, slots=True)
class Avsender:
    """The office, as it presents itself. `kontonummer`: eleven digits, written in groups in the letter."""

    navn: str
    adresselinjer: tuple[str, ...]
    telefon: str
    nettside: str
    kontonummer: str


@dataclass(frozen=True, slots=True)
class Kravfakta:
    """What a letter says of a krav. Amounts in øre. `kostnader` is 0 in the letters of minors: a minor pays none
    (MIND-3)."""

    kravnr: str
    saksnr: str
    kravtype: Kravtype
    fordringshaver: str
    ilagt_dato: date
    hovedstol: int
    renter: int
    innbetalt: int
    kid: str = field(repr=False)
    kostnader: int = 0

    @classmethod
    def of(cls, krav: Krav, hendelser: Iterable[Hendelse], as_of: date, *, kostnader: int = 0) -> Kravfakta:
        """From a krav and its hendelser up to `as_of`; `hovedstol` of a krav is the original amount.

        Raises MissingAmount.
        """
        return cls(
            kravnr=krav.kravnr,
            saksnr=krav.saksnr,
            kravtype=krav.kravtype,
            fordringshaver=krav.fordringshaver,
            ilagt_dato=krav.ilagt_dato,
            hovedstol=krav.hovedstol,
            renter=krav.renter,
            innbetalt=sum_innbetalt(hendelser, as_of),
            kid=krav.kid,
            kostnader=kostnader,
        )

    @property
    def aa_betale(self) -> int:
        """Hovedstol, kostnader and renter less what has been paid, never less than nothing."""
        return max(0, self.hovedstol + self.kostnader + self.renter - self.innbetalt)
