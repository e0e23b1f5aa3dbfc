"""What a person has decided about a foreldelse that the law does not settle: every automation goes by it (FORELD-12).

It is asked for and carried out by limitation, and holds for as long as the facts it was decided on.
"""

from __future__ import annotations

from datetime import date

from domain import foreldelse
from domain.foreldelse import Foreldelse, Foreldelsestiltak, beregn_foreldelse
from flows.facts import FerskKrav
from flows.systems import Systems
from hub.beslutning import Beslutning, Beslutningstype, Felt, Slag

LIMITATION = "limitation"
IKKE_FORELDET = Beslutningstype(
    "IKKE_FORELDET",
    "Ikke foreldet, ny frist",
    "Roboten regner med dagen du skriver: den varsler når dagen er nær, og foreslår avskriving når den er gått.",
    (Felt("frist", "Siste dag foreldelsen kan avbrytes", Slag.DATO),),
)
ER_FORELDET = Beslutningstype(
    "ER_FORELDET",
    "Foreldet, foreslå avskriving",
    "Roboten foreslår å avskrive kravet.",
    to_personer=True,
)


def is_foreldet(fersk: FerskKrav, systems: Systems, as_of: date) -> bool:
    """Whether the krav is foreldet, by the law or as a person has decided."""
    return foreldelse.is_foreldet(fersk.krav, fersk.hendelser, as_of, bestemt_frist(fersk, systems, as_of))


def bestemt_frist(fersk: FerskKrav, systems: Systems, as_of: date) -> date | None:
    """The last day a person has decided, where the law settles nothing and somebody has."""
    loven = beregn_foreldelse(fersk.krav, fersk.hendelser, as_of, warn_days=0)
    if loven.tiltak is not Foreldelsestiltak.MANUAL_REVIEW:
        return None
    said = systems.find_beslutning(LIMITATION, fingerprint(fersk, loven, systems))
    return said.dato("frist") if said is not None and said.kode == IKKE_FORELDET.kode else None


def newest(systems: Systems) -> dict[str, Beslutning]:
    """The newest decision on each set of facts. It holds for as long as they do, whatever item it was made in."""
    return {said.fingerprint: said for said in systems.read_beslutninger(LIMITATION)}


def fingerprint(fersk: FerskKrav, loven: Foreldelse, systems: Systems) -> str:
    """What the decision stands on; that a day has passed is no new fact, nor are the renter of that day."""
    krav = fersk.krav
    events = sorted((h.dato, h.hendelse, h.beloep) for h in fersk.hendelser)
    worth = (krav.hovedstol, krav.kostnader)
    facts = (krav.kravnr, krav.skyldner, krav.tilstand.value, worth, loven.tiltak.value)
    return systems.hmac(repr((*facts, loven.siste_avbruddsdag, events)))
