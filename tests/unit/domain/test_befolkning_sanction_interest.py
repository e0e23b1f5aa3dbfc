"""Whole populations against their answers: sanction-interest, krav by krav."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.krav import Krav
from domain.oere import format_oere
from domain.sanksjonsrente import avgjoer_renter, is_rentekandidat
from domain.sats import MissingRate
from domain.satser import Satser
from domain.skyldner import Person

if TYPE_CHECKING:
    from tests.unit.domain.conftest import Verden


def er_vernet(verden: Verden, krav: Krav) -> bool:
    skyldner = verden.skyldner(krav)
    person = skyldner if isinstance(skyldner, Person) else verden.innehaver(krav)
    return person is not None and person.beskyttet


def linje(verden: Verden, krav: Krav, satser: Satser) -> tuple[str, str, str, str]:
    try:
        foering = avgjoer_renter(krav, verden.hendelser.get(krav.kravnr, []), verden.as_of, satser)
    except MissingRate as mangler:
        return "", "business", "", mangler.code
    if foering is None:
        return format_oere(krav.renter), "none", "", ""
    assert foering.beregnet_til == verden.as_of
    return format_oere(foering.renter), "completed", foering.resultat.value, ""


def test_sanction_interest_is_right_for_every_krav(verden: Verden, satser: Satser) -> None:
    kandidater = [krav for krav in verden.krav.values() if is_rentekandidat(krav, verden.as_of)]
    aapne = [krav for krav in kandidater if not er_vernet(verden, krav)]
    ventet = {
        rad["kravnr"]: (rad["renter"], rad["outcome"], rad["result"], rad["reason"])
        for rad in verden.forventet("sanction-interest")
    }
    assert {krav.kravnr: linje(verden, krav, satser) for krav in aapne} == ventet
    assert len(kandidater) - len(aapne) == verden.antall_vernet("sanction-interest")
