"""Whole populations against their answers: limitation row by row, and parking-merge from extract to merged cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.foreldelse import beregn_foreldelse, is_foreldelseskandidat
from domain.krav import Fagsystem, Krav
from domain.sammenslaaing import (
    Grunn,
    Gruppe,
    Sammenslaaing,
    er_kandidat,
    frisk_gruppe,
    grupper,
    merge_key,
    utelukkelse,
)
from domain.skyldner import Person

if TYPE_CHECKING:
    from tests.unit.domain.conftest import Verden


def er_vernet(verden: Verden, krav: Krav) -> bool:
    skyldner = verden.skyldner(krav)
    person = skyldner if isinstance(skyldner, Person) else verden.innehaver(krav)
    return person is not None and person.beskyttet


def test_limitation_is_right_for_every_krav(verden: Verden) -> None:
    kandidater = [krav for krav in verden.krav.values() if is_foreldelseskandidat(krav)]
    aapne = [krav for krav in kandidater if not er_vernet(verden, krav)]
    funnet = {}
    for krav in aapne:
        f = beregn_foreldelse(krav, verden.hendelser.get(krav.kravnr, []), verden.as_of, warn_days=90)
        funnet[krav.kravnr] = (f.tiltak.value, f.siste_avbruddsdag, f.siste_trygge_virkedag)
    ventet = {
        rad["kravnr"]: (rad["action"], rad["last_interrupt_date"], rad["last_safe_workday"])
        for rad in verden.forventet("limitation")
    }
    assert {nr: (tiltak, str(frist or ""), str(dag or "")) for nr, (tiltak, frist, dag) in funnet.items()} == ventet
    assert len(kandidater) - len(aapne) == verden.antall_vernet("limitation")


def grunn_for(verden: Verden, krav: Krav) -> Grunn | None:
    hendelser = verden.hendelser.get(krav.kravnr, [])
    return utelukkelse(krav, verden.skyldner(krav), hendelser, verden.as_of, verden.innehaver(krav))


def funne_kandidater(verden: Verden) -> list[Krav]:
    """PAX krav as the nightly extract shows them, PILEN's own as they are."""
    pilen = [krav for krav in verden.krav.values() if krav.fagsystem is Fagsystem.PILEN]
    return [krav for krav in [*verden.uttrekk, *pilen] if er_kandidat(krav)]


def frisk(verden: Verden, gruppe: Gruppe) -> Sammenslaaing | None:
    ferske = [(verden.krav[nr], grunn_for(verden, verden.krav[nr])) for nr in gruppe.funnet]
    kanonisk = gruppe.noekkel.kanonisk()
    return frisk_gruppe(gruppe.funnet, ferske, lambda krav: merge_key(krav).kanonisk() == kanonisk)


def alle_grupper(verden: Verden) -> list[Gruppe]:
    return grupper(krav for krav in funne_kandidater(verden) if grunn_for(verden, krav) is None)


def test_what_stays_outside_a_merge_and_why(verden: Verden) -> None:
    grunner = {krav.kravnr: grunn_for(verden, krav) for krav in funne_kandidater(verden)}
    funnet = {kravnr: grunn.value for kravnr, grunn in grunner.items() if grunn is not None}
    assert funnet == {rad["kravnr"]: rad["reason"] for rad in verden.forventet("parking-merge-excluded")}
    assert list(funnet.values()).count("PROTECTED") == verden.antall_vernet("parking-merge")


def test_every_merge_and_nothing_more(verden: Verden) -> None:
    funnet = set()
    for gruppe in alle_grupper(verden):
        fagsystem = gruppe.noekkel.fagsystem.value
        match frisk(verden, gruppe):
            case None:
                funnet.add((fagsystem, gruppe.maalsak, ";".join(sorted(gruppe.funnet)), "NOTHING_TO_DO"))
            case sammenslaaing:
                funnet.add((fagsystem, sammenslaaing.maalsak, ";".join(sammenslaaing.kravnumre), "MERGED"))
    assert funnet == {
        (rad["fagsystem"], rad["target_saksnr"], rad["kravnumre"], rad["result"])
        for rad in verden.forventet("parking-merge")
    }


def test_case_numbers_and_sums_after_the_merges(verden: Verden) -> None:
    saksnr = {kravnr: krav.saksnr for kravnr, krav in verden.krav.items()}
    for gruppe in alle_grupper(verden):
        if (plan := frisk(verden, gruppe)) is not None:
            assert plan.sum_oere == sum(verden.krav[nr].sum for nr in plan.kravnumre)
            saksnr |= dict.fromkeys(plan.flyttes, plan.maalsak)
    assert saksnr == {rad["kravnr"]: rad["saksnr"] for rad in verden.forventet("krav")}
