"""Cases of sammenslåing and what it costs (MERGE-2 to MERGE-4, MERGE-8, INK-4, INK-6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from domain.krav import Fagsystem, Krav, Kravtype, Saksflyt, Tilstand
from domain.oere import format_oere
from domain.sakskostnad import Kostnadsgrunnlag, Kostnadsmodell, beregn_hver_for_seg, beregn_sakskostnad
from domain.sammenslaaing import MergeKey, merge_key
from domain.satser import Satser
from domain.utelukkelse import Grunn
from kraftverk.rules.answers import AMOUNT, PARTS, Kind
from kraftverk.rules.casefile import Row, parse_amount, parse_date, words_of

CLAIM = "write claims as id:kroner:debtor:creditor:type:stage:state:due with | between"
SHORT_TYPES = {"PG": Kravtype.PARKERINGSGEBYR, "KS": Kravtype.KONTROLLSANKSJON}
STATES: dict[str, Grunn | None] = {"open": None, **words_of(Grunn)}
"""A claim's state in the file, and the reason it stays outside (MERGE-4)."""


def answer(row: Row, satser: Satser) -> Mapping[str, Any]:
    claims = row.several("claims", _claim, CLAIM)
    grunnlag = Kostnadsgrunnlag(
        modell=row.choice("fee_model", words_of(Kostnadsmodell)),
        on=row.date("fee_date"),
        forbruker=row.choice("debtor_kind", {"consumer": True, "business": False}),
        mva_fradrag=row.flag("creditor_vat_deductible"),
    )
    groups = _groups([krav for krav, grunn in claims if grunn is None])
    fees = {name: beregn_sakskostnad(krav, grunnlag, satser) for name, krav in groups.items()}
    separate = sum(beregn_hver_for_seg(krav, grunnlag, satser) for krav in groups.values())
    total = sum(fees.values())
    return {
        "expected_groups": set(groups) or None,
        "expected_excluded": {f"{krav.kravnr}:{grunn}" for krav, grunn in claims if grunn} or None,
        "expected_fee_per_group": {f"{name}={format_oere(fee)}" for name, fee in fees.items()} or None,
        "expected_fee_total": total,
        "fee_if_separate": separate,
        "expected_saving": separate - total,
    }


def _groups(krav: list[Krav]) -> dict[str, list[Krav]]:
    """The claims that share a merge key, named A+B."""
    etter_noekkel: defaultdict[MergeKey, list[Krav]] = defaultdict(list)
    for ett in krav:
        etter_noekkel[merge_key(ett)].append(ett)
    return {"+".join(ett.kravnr for ett in flere): flere for flere in etter_noekkel.values()}


def _claim(text: str) -> tuple[Krav, Grunn | None]:
    name, kroner, debtor, creditor, kind, stage, state, due = text.split(":")
    kravtype = SHORT_TYPES.get(kind) or Kravtype(kind)
    if state not in STATES:
        raise ValueError("no such state")
    krav = _krav(name, kravtype, parse_amount(kroner), parse_date(due), stage.upper(), debtor, creditor)
    return krav, STATES[state]


def _krav(name: str, kravtype: Kravtype, hovedstol: int, due: date, stage: str, debtor: str, creditor: str) -> Krav:
    """A krav with the columns of a case; it was ilagt three weeks before it fell due."""
    return Krav(
        kravnr=name,
        kravtype=kravtype,
        fagsystem=Fagsystem.PILEN,
        fordringshaver=creditor,
        skyldner=debtor,
        kjennemerke=None,
        ilagt_tidspunkt=datetime.combine(due - timedelta(weeks=3), time(12), UTC),
        forfall=due,
        hovedstol=hovedstol,
        kostnader=0,
        renter=0,
        saksnr=name,
        steg=stage,
        tilstand=Tilstand.AAPEN,
        saksflyt=Saksflyt.ORDINAER,
        kid="",
    )


MERGING = Kind(
    name="merging",
    given=("fee_model", "debtor_kind", "creditor_vat_deductible", "fee_date", "claims"),
    expected={
        "expected_groups": PARTS,
        "expected_excluded": PARTS,
        "expected_fee_per_group": PARTS,
        "expected_fee_total": AMOUNT,
        "fee_if_separate": AMOUNT,
        "expected_saving": AMOUNT,
    },
    answer=answer,
)
