"""What is proposed for one customer that is gone or going, and what will be written when it is approved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.errors import BusinessException
from domain.foretaksstatus import Foretakstiltak, finn_tiltak
from domain.frister import anmeldelsesfrist
from domain.kalender import previous_bankdag
from domain.konkursanmeldelse import Anmeldelseslinje, beregn_linje, kan_meldes
from domain.krav import Fagsystem, Krav
from domain.oere import format_oere
from domain.skyldner import Enhet
from flows.brev.anmeldelse import Anmeldelse, MeldtKrav
from flows.facts import FerskKrav
from flows.foreldelse import bestemt_frist
from flows.foretak.merknader import MERKNAD
from flows.foretak.tekst import skriv_forslag
from flows.systems import Systems
from hub.automation import Effect, Forslag, Plan

REGLER = ("BO-3", "BO-4")
FLERE = "FLERE"
"""Fordringshaver or kravtype of a customer who has krav of several."""


@dataclass(frozen=True, slots=True)
class Foretakssak:
    """A customer and its krav as they are now, by kravnr. Those of ISY-PA come without hendelser."""

    enhet: Enhet
    krav: Sequence[FerskKrav]
    aapnet: date | None = None
    """When the konkurs was opened, by a person's word, where the register does not say (BO-5)."""


def referanse(enhet: Enhet) -> str:
    """The occasion, and what our notes, remarks and documents of it are known by."""
    return f"{enhet.organisasjonsnummer}:{enhet.status.name}:{enhet.statusdato or 'uten-dato'}"


def fingerprint(enhet: Enhet, krav: Iterable[Krav], systems: Systems) -> str:
    """What the proposal stands on."""
    worth = [(each.kravnr, each.hovedstol, each.kostnader, each.tilstand.value) for each in krav]
    return systems.hmac(repr((referanse(enhet), enhet.organisasjonsform, worth)))


def foreslaa(sak: Foretakssak, systems: Systems, as_of: date) -> Plan:
    """The proposal for a customer that is not active.

    Raises BusinessException: BANKRUPTCY_DATE_MISSING when the register does not say when the konkurs was opened, so
    that no deadline can be computed, and RATE_MISSING.
    """
    tiltak = finn_tiltak(sak.enhet)
    assert tiltak is not None, "an active customer has no proposal"
    anmeldelse = _anmeldelse(sak, systems, as_of) if tiltak is Foretakstiltak.REPORT_BANKRUPTCY else None
    meldt = {krav.linje.kravnr: krav.linje for krav in anmeldelse.krav} if anmeldelse else {}
    kravnumre = [fersk.krav.kravnr for fersk in sak.krav]
    utenfor = [nr for nr in kravnumre if nr not in meldt] if anmeldelse else []
    tekst = skriv_forslag(sak.enhet, tiltak, anmeldelse, utenfor)
    krav = [fersk.krav for fersk in sak.krav]
    return Plan(
        result=tiltak.value,
        krav=tuple(kravnumre),
        as_of=as_of,
        effects=tuple(effect for each in krav for effect in _effects(each, tekst, meldt.get(each.kravnr))),
        data={
            "referanse": referanse(sak.enhet),
            "enhet": sak.enhet.organisasjonsnummer,
            "anmeldelse": anmeldelse.to_json() if meldt and anmeldelse else None,
        },
        rules=REGLER,
        versions=systems.versions,
        fingerprint=fingerprint(sak.enhet, krav, systems),
        forslag=Forslag(
            _one_or_many(each.fordringshaver for each in krav),
            _one_or_many(each.kravtype.value for each in krav),
            sum(each.sum for each in krav),
            tekst,
        ),
    )


def _anmeldelse(sak: Foretakssak, systems: Systems, as_of: date) -> Anmeldelse:
    aapnet = sak.enhet.statusdato or sak.aapnet
    if aapnet is None:
        raise BusinessException("BANKRUPTCY_DATE_MISSING", sak.krav[0].krav.kravnr)
    regler = systems.regler
    frist = anmeldelsesfrist(aapnet, regler.konkurs_uker)
    meldt = tuple(
        MeldtKrav(
            beregn_linje(
                fersk.krav,
                fersk.hendelser,
                aapnet,
                regler.satser,
                day_count=regler.day_count,
                allocation=regler.allocation,
            ),
            fersk.krav.kravtype,
            fersk.krav.fordringshaver,
            fersk.krav.forfall,
        )
        for fersk in sak.krav
        if kan_meldes(fersk.krav, fersk.hendelser, aapnet, as_of, bestemt_frist(fersk, systems, as_of))
    )
    return Anmeldelse(sak.enhet.organisasjonsnummer, aapnet, frist, previous_bankdag(frist), meldt)


def _effects(krav: Krav, tekst: str, meldt: Anmeldelseslinje | None) -> Iterator[Effect]:
    """The draft before the note: a krav that bears the note has been dealt with."""
    kravnr, system = krav.kravnr, krav.fagsystem.value
    skrevet = {"tekst": tekst if meldt is None else f"{tekst} {_beloep(meldt, krav.fagsystem)}"}
    if krav.fagsystem is Fagsystem.ISYPA:
        yield Effect(f"{MERKNAD}:{kravnr}", system, {}, skrevet)
        return
    if meldt is not None:
        yield Effect(f"anmeldelse:{kravnr}", system, {}, {})
    yield Effect(f"notat:{kravnr}", system, {}, skrevet)


def _beloep(linje: Anmeldelseslinje, fagsystem: Fagsystem) -> str:
    meldes = (
        f"Meldes: hovedstol {format_oere(linje.hovedstol)}, renter til og med konkursåpningen "
        f"{format_oere(linje.rente)} og kostnader {format_oere(linje.kostnader)} kroner."
    )
    if fagsystem is Fagsystem.ISYPA:
        return f"{meldes} Innbetalinger i ISY-PA er ikke trukket fra."
    return meldes


def _one_or_many(values: Iterable[str]) -> str:
    different = set(values)
    return different.pop() if len(different) == 1 else FLERE
