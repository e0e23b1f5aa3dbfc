"""A letter of the routines, ready to be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from domain.adressat import Adressat
from domain.doedsbo import Kontakt
from domain.errors import BusinessException
from flows.brev.doedsbo import krav_i_doedsbo
from flows.brev.fakta import Avsender, Kravfakta
from flows.brev.pdf import tegn_brev
from flows.brev.tekst import HOLD_GUARDIANS, TURNED_18_REISSUE, Tekst, innkreving_stanset, ny_frist


@dataclass(frozen=True, slots=True)
class Brev:
    """`tittel` and `filnavn` tell nothing of anybody: they are shown in mailboxes and notices."""

    tittel: str
    filnavn: str
    pdf: bytes = field(repr=False)


def lag_brev(
    flyt: str,
    krav: Kravfakta,
    adressat: Adressat,
    avsender: Avsender,
    as_of: date,
    forfall: date | None = None,
    *,
    til_verge: bool = False,
) -> Brev:
    """The letter of `flyt` (MIND-7) about the krav. `forfall`: the new deadline, for TURNED_18_REISSUE only.
    `til_verge`: to the verge, by a person's decision (MIND-10).

    The same facts give the same bytes. Raises BusinessException (NOTHING_LEFT_TO_PAY) when a new deadline would be
    for nothing, and ValueError for a flow that has no letter.
    """
    return _brev(_tekst(flyt, krav, avsender, forfall, til_verge=til_verge), krav, adressat, avsender, as_of)


def lag_doedsbobrev(krav: Kravfakta, kontakt: Kontakt, avsender: Avsender, as_of: date) -> Brev:
    """The letter that reports the krav to the estate (BO-2). The same facts give the same bytes.

    Raises BusinessException (NOTHING_LEFT_TO_PAY) when there is nothing to report.
    """
    _require_something_left(krav)
    return _brev(krav_i_doedsbo(krav, kontakt.skifteform, avsender), krav, kontakt.adressat, avsender, as_of)


def _brev(tekst: Tekst, krav: Kravfakta, adressat: Adressat, avsender: Avsender, as_of: date) -> Brev:
    return Brev(tekst.tittel, f"{tekst.filnavn}.pdf", tegn_brev(tekst, krav.saksnr, adressat, avsender, as_of))


def _tekst(flyt: str, krav: Kravfakta, avsender: Avsender, forfall: date | None, *, til_verge: bool) -> Tekst:
    if flyt == HOLD_GUARDIANS:
        return innkreving_stanset(krav, avsender, til_verge=til_verge)
    if flyt != TURNED_18_REISSUE or forfall is None:
        raise ValueError(f"no letter for {flyt}" + (" without forfall" if forfall is None else ""))
    _require_something_left(krav)
    return ny_frist(krav, avsender, forfall, til_verge=til_verge)


def _require_something_left(krav: Kravfakta) -> None:
    if krav.aa_betale == 0:
        raise BusinessException("NOTHING_LEFT_TO_PAY", krav.kravnr, nothing_done=True)
