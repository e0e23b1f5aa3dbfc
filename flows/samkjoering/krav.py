"""What Pilen and Procasso show of the krav they share, read together, and what the last find has kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from connectors.samkjoering.client import SamkjoeringClient
from domain import samkjoering
from domain.avstemming import Gruppe, Sum, Summer, differanse, sum_pilen, sum_procasso
from domain.errors import SystemException
from domain.innfordring import Innfordring, IPilen, Side, skal_innfordres
from domain.krav import Kravtype, Tilstand
from domain.samkjoering import Samkjoering
from flows.facts import FerskKrav
from flows.foreldelse import is_foreldet
from flows.komplett import COMPLETE, is_due
from flows.systems import Systems
from hub.automation import Memo

KRAVTYPER = (Kravtype.PARKERINGSGEBYR, Kravtype.KONTROLLSANKSJON)
TILSTANDER = (Tilstand.AAPEN, Tilstand.KLAGE, Tilstand.BETALINGSAVTALE)
ROUNDS = 3
"""How many times what has come meanwhile is read too, before a find goes on without sums that fit."""
FEED, OPEN = "feed:", "open:"


@dataclass(frozen=True, slots=True)
class Delt:
    """One krav as the two systems have it. `foreldet`: by the law, or as a person has decided (FORELD-12)."""

    kravnr: str
    fersk: FerskKrav | None
    pilen: IPilen | None
    procasso: Innfordring | None
    foreldet: bool

    @property
    def skal_innfordres(self) -> bool:
        return self.fersk is not None and skal_innfordres(self.fersk.krav, foreldet=self.foreldet)

    @property
    def er_delt(self) -> bool:
        """Whether it is collected in Procasso, as either of them says."""
        return self.procasso is not None or (self.pilen is not None and self.pilen.innfordring is not None)

    @property
    def samkjoering(self) -> Samkjoering:
        """A krav that Pilen does not know is nothing a machine can settle."""
        if self.pilen is None:
            return Samkjoering(konflikt=self.procasso is not None)
        return samkjoering.samkjoer(self.pilen, self.procasso, skal_innfordres=self.skal_innfordres)

    @property
    def saker(self) -> tuple[str, ...]:
        """The case it stands in; Procasso tells none of what it collects for Pilen."""
        return (self.pilen.krav.saksnr,) if self.pilen else ()

    @property
    def skyldnere(self) -> frozenset[str]:
        """Everybody either of them says it is."""
        return frozenset(
            ([self.pilen.krav.skyldner] if self.pilen else []) + ([self.procasso.skyldner] if self.procasso else [])
        )


@dataclass(frozen=True, slots=True)
class Husk:
    """What the find before has asked to have kept: how far each feed was read, and which krav did not agree."""

    siste: Mapping[Side, int]
    aapne: frozenset[str] = frozenset()
    komplett: date | None = None
    """When every krav was last compared."""

    @classmethod
    def read(cls, memos: Mapping[str, str]) -> Husk:
        siste = {side: int(memos[FEED + side]) for side in Side if FEED + side in memos}
        aapne = frozenset(key.removeprefix(OPEN) for key in memos if key.startswith(OPEN))
        return cls(siste, aapne, date.fromisoformat(memos[COMPLETE]) if COMPLETE in memos else None)

    def is_complete_due(self, as_of: date, days: int) -> bool:
        """Whether everything is to be compared: nothing is remembered, or it is long ago."""
        return self.siste.keys() != set(Side) or is_due(self.komplett, as_of, days)

    def memos(self, bilde: Bilde, aapne: Iterable[str], as_of: date) -> Iterator[Memo]:
        """What is to be kept after this find."""
        now = set(aapne)
        yield from (Memo(FEED + side, str(nr)) for side, nr in bilde.siste.items())
        yield from (Memo(OPEN + kravnr, None) for kravnr in sorted(self.aapne - now))
        yield from (Memo(OPEN + kravnr, as_of.isoformat()) for kravnr in sorted(now - self.aapne))
        if bilde.komplett:
            yield Memo(COMPLETE, as_of.isoformat())


@dataclass
class Bilde:
    """The krav that were looked at, how far the feeds were read, and the sums both systems gave just then."""

    delte: dict[str, Delt]
    siste: dict[Side, int]
    komplett: bool
    summer: dict[Side, dict[Gruppe, Sum]] | None = field(default=None)
    """None: there was never a quiet moment, so the sums are of another time than the krav."""

    @property
    def uforklart(self) -> Summer:
        """What the sums differ by, but for what is seen of the krav here: those not here should all agree."""
        if self.summer is None:
            return {}
        delte = self.delte.values()
        her = differanse(
            sum_pilen(delt.pilen for delt in delte if delt.pilen), sum_procasso(d.procasso for d in delte if d.procasso)
        )
        return differanse(differanse(self.summer[Side.PILEN], self.summer[Side.PROCASSO]), her)


async def look(systems: Systems, husk: Husk, uferdige: Set[str], as_of: date) -> Bilde:
    """What there is news of, what did not agree, and `uferdige`, the krav of work not finished; everything when it is
    time, or when the sums say more is wrong, or are of another feed than the one that was read.

    Raises SystemException: then nothing of it is kept, and the next find begins where this one did.
    """
    ventet = husk.aapne | uferdige
    if not husk.is_complete_due(as_of, systems.regler.complete_days):
        bilde = Bilde({}, dict(husk.siste), komplett=False)
        await _read(systems, bilde, set(ventet), as_of)
        if bilde.summer is not None and not bilde.uforklart:
            return bilde
    bilde = Bilde({}, {side: (await _client(systems, side).get_summer()).nr for side in Side}, komplett=True)
    await _read(systems, bilde, {*ventet, *await _everything(systems, as_of)}, as_of)
    return bilde


async def read_delte(systems: Systems, kravnumre: Iterable[str], as_of: date) -> dict[str, Delt]:
    """These krav as both systems have them. Raises SystemException."""
    numre = sorted(kravnumre)
    ferske = await systems.pilen.get_krav(numre)
    kontoer = await systems.kontoer.get_kontoer(numre)
    innfordringer = await systems.innfordringer.get_innfordringer(numre)
    if ferske.keys() != kontoer.keys():
        raise SystemException("PILEN", "answer", "a krav came without its konto, or a konto without its krav")
    return {
        kravnr: Delt(
            kravnr,
            ferske.get(kravnr),
            IPilen(ferske[kravnr].krav, *kontoer[kravnr]) if kravnr in ferske else None,
            innfordringer.get(kravnr),
            kravnr in ferske and is_foreldet(ferske[kravnr], systems, as_of),
        )
        for kravnr in numre
    }


async def _read(systems: Systems, bilde: Bilde, kravnumre: set[str], as_of: date) -> None:
    """Read these and whatever the feeds tell of, until nothing has come while we read."""
    for _ in range(ROUNDS):
        for side in Side:
            nytt = await _client(systems, side).list_endringer(bilde.siste[side])
            bilde.siste[side] = nytt.siste
            kravnumre |= nytt.kravnumre
        bilde.delte |= await read_delte(systems, kravnumre, as_of)
        summer = {side: await _client(systems, side).get_summer() for side in Side}
        if all(summer[side].nr == bilde.siste[side] for side in Side):
            bilde.summer = {side: avstemt.summer for side, avstemt in summer.items()}
            return
        kravnumre = set()


async def _everything(systems: Systems, as_of: date) -> set[str]:
    """Every krav that is collected in Procasso, or should be."""
    listed = systems.pilen.list_krav(KRAVTYPER, TILSTANDER)
    i_pilen = {
        fersk.krav.kravnr
        async for fersk in listed
        if skal_innfordres(fersk.krav, foreldet=is_foreldet(fersk, systems, as_of))
    }
    return i_pilen | {each.kravnr async for each in systems.innfordringer.list_innfordringer()}


def _client(systems: Systems, side: Side) -> SamkjoeringClient:
    return systems.kontoer if side is Side.PILEN else systems.innfordringer
