"""Whole populations against their answers: minors and the letters it sends, krav by krav."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.foreldelse import Foreldelsesstatus, beregn_foreldelse
from domain.krav import Krav
from domain.minoravgjoerelse import (
    Ingenting,
    Minoravgjoerelse,
    Minorgrunn,
    Saksflytendring,
    TilMenneske,
    avgjoer_saksflyt,
    is_hold_stale,
    is_minorkandidat,
)
from domain.oere import format_oere
from domain.skyldner import Person

if TYPE_CHECKING:
    from tests.unit.domain.conftest import Verden


def person(verden: Verden, krav: Krav) -> Person | None:
    return verden.personer.get(krav.skyldner)


def avgjoerelse(verden: Verden, krav: Krav) -> Minoravgjoerelse:
    hendelser = verden.hendelser.get(krav.kravnr, [])
    foreldelse = beregn_foreldelse(krav, hendelser, verden.as_of, warn_days=90)
    return avgjoer_saksflyt(
        krav,
        person(verden, krav),
        verden.personer,
        verden.as_of,
        foreldet=foreldelse.status is Foreldelsesstatus.FORELDET,
        reissue_days=14,
    )


def alle(verden: Verden) -> dict[str, Minoravgjoerelse]:
    return {krav.kravnr: avgjoerelse(verden, krav) for krav in verden.krav.values() if is_minorkandidat(krav)}


def rapport(verden: Verden, krav: Krav) -> str:
    hendelser = verden.hendelser.get(krav.kravnr, [])
    er_stale = is_hold_stale(krav, person(verden, krav), hendelser, verden.as_of, hold_stale_days=90)
    return "HOLD_STALE" if er_stale else ""


def linje(avgjort: Minoravgjoerelse) -> tuple[str, str, str]:
    match avgjort:
        case Ingenting(flyt, grunn):
            return flyt.value if flyt else "", "none", grunn.value if grunn else ""
        case TilMenneske(flyt, grunn):
            return flyt.value if flyt else "", "business", grunn.value
        case Saksflytendring():
            return avgjort.flyt.value, "completed", ""


def test_minors_is_right_for_every_krav(verden: Verden) -> None:
    vernet = Ingenting(None, Minorgrunn.PROTECTED)
    funnet = alle(verden)
    aapne = {
        nr: (*linje(avgjort), rapport(verden, verden.krav[nr])) for nr, avgjort in funnet.items() if avgjort != vernet
    }
    assert aapne == {
        rad["kravnr"]: (rad["flow"], rad["outcome"], rad["reason"], rad["report"]) for rad in verden.forventet("minors")
    }
    assert len(funnet) - len(aapne) == verden.antall_vernet("minors")


def test_who_gets_a_letter(verden: Verden) -> None:
    brev = [
        (nr, mottaker)
        for nr, avgjort in alle(verden).items()
        if isinstance(avgjort, Saksflytendring)
        for mottaker in avgjort.mottakere
    ]
    assert sorted(brev) == sorted((rad["kravnr"], rad["mottaker"]) for rad in verden.forventet("brev"))


def test_what_every_krav_becomes(verden: Verden) -> None:
    """Limitation, which runs later, changes none of these columns before somebody has approved."""
    kolonner = ("saksflyt", "tilstand", "kostnader", "forfall", "opprinnelig_forfall")
    ventet = {rad["kravnr"]: tuple(rad[kolonne] for kolonne in kolonner) for rad in verden.forventet("krav")}
    for nr, avgjort in alle(verden).items():
        blir = avgjort if isinstance(avgjort, Saksflytendring) else verden.krav[nr]
        kostnader = 0 if isinstance(avgjort, Saksflytendring) else verden.krav[nr].kostnader
        assert ventet[nr] == (
            blir.saksflyt.value,
            blir.tilstand.value,
            format_oere(kostnader),
            str(blir.forfall),
            str(blir.opprinnelig_forfall or ""),
        ), nr
