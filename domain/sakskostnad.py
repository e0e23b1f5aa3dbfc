"""Inkassokostnadene i en sak med ett eller flere krav (MERGE-2, MERGE-8, INK-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.gebyr import Regime, regime
from domain.inkasso import Brev, beregn_salaer, brevgebyr
from domain.krav import Krav
from domain.satser import Satser

_TUNGT_STEG = "TUNGT"


class Kostnadsmodell(StrEnum):
    """Hvordan kostnadene kreves: salær som et inkassoforetak, eller ett brev i egeninkasso. Innstilling (INK-7)."""

    MAX_SALAER = "max_salaer"
    EGENINKASSO_BO = "egeninkasso_bo"
    EGENINKASSO_PURRING = "egeninkasso_purring"


@dataclass(frozen=True, slots=True)
class Kostnadsgrunnlag:
    """Det kostnadene regnes av, utenom kravene. `on`: dagen brevet sendes eller hovedstolen betales."""

    modell: Kostnadsmodell
    on: date
    forbruker: bool
    mva_fradrag: bool


def beregn_sakskostnad(krav: Sequence[Krav], grunnlag: Kostnadsgrunnlag, satser: Satser) -> int:
    """Kostnadene i øre for kravene samlet i én sak; aldri mer enn sakene hver for seg ville kostet.

    Ett sett brev, og salær av summen av hovedstol (inkassoloven § 17, MERGE-2). Har kravene forfall på hver sin side av
    1. oktober 2020, gjelder de trinnene som koster minst. Raises MissingRate.
    """
    return min(_samlet(krav, grunnlag, satser), beregn_hver_for_seg(krav, grunnlag, satser))


def beregn_hver_for_seg(krav: Sequence[Krav], grunnlag: Kostnadsgrunnlag, satser: Satser) -> int:
    """Summen i øre av kostnadene når hvert krav er sin egen sak. Raises MissingRate."""
    return sum(_samlet([ett], grunnlag, satser) for ett in krav)


def _samlet(krav: Sequence[Krav], grunnlag: Kostnadsgrunnlag, satser: Satser) -> int:
    med_kostnader = [ett for ett in krav if regime(ett.kravtype, ett.ilagt_dato) is Regime.INKASSO]
    if not med_kostnader:
        return 0  # gebyr har ingen inkassokostnader: GEBYR-3, INK-9
    match grunnlag.modell:
        case Kostnadsmodell.EGENINKASSO_BO:
            return brevgebyr(Brev.BETALINGSOPPFORDRING, grunnlag.on, satser)
        case Kostnadsmodell.EGENINKASSO_PURRING:
            return brevgebyr(Brev.PURRING, grunnlag.on, satser)
        case Kostnadsmodell.MAX_SALAER:
            return _salaer(med_kostnader, grunnlag, satser)


def _salaer(krav: Sequence[Krav], grunnlag: Kostnadsgrunnlag, satser: Satser) -> int:
    hovedstol = sum(ett.hovedstol for ett in krav)
    return min(
        beregn_salaer(
            hovedstol,
            ett.forfall,
            grunnlag.on,
            satser,
            tungt=ett.steg == _TUNGT_STEG,
            forbruker=grunnlag.forbruker,
            mva_fradrag=grunnlag.mva_fradrag,
        )
        for ett in krav
    )
