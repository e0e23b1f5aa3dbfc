"""One morning of claims-sync or payments-sync: the shared krav that are looked at, whose they are, what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.errors import BusinessException
from domain.innfordring import Side
from domain.utelukkelse import Grunn, skyldnerens_grunn, vern
from flows.facts import Skyldnere
from flows.samkjoering.krav import Bilde, Delt, Husk, look, read_delte
from flows.systems import Systems
from hub.automation import Effect, Memo, ProtectedFound

NEEDS = ("PILEN", "PROCASSO", "FOLKEREGISTERET", "ENHETSREGISTERET", "MASKINPORTEN")
IKKE_OVER = (Grunn.INVALID_DEBTOR, Grunn.ESTATE, Grunn.MINOR)
"""Whose krav are not handed over by a machine."""


@dataclass(frozen=True, slots=True)
class Morgen:
    as_of: date
    bilde: Bilde
    delte: list[Delt]
    """Those that are shared, are to be, or have work that is not finished."""
    _husk: Husk
    _skyldnere: Skyldnere = field(repr=False)

    def grunn(self, delt: Delt) -> Grunn | None:
        return _outside(delt, self._skyldnere, self.as_of)

    def memos(self) -> Iterator[Memo]:
        """What is to be kept: of the krav of a protected person nothing."""
        uenige = [d.kravnr for d in self.delte if not d.samkjoering.i_orden and self.grunn(d) is not Grunn.PROTECTED]
        return self._husk.memos(self.bilde, uenige, self.as_of)


async def read_morgen(systems: Systems, as_of: date) -> Morgen:
    """Raises SystemException: then nothing of it is kept, and the next find begins where this one did."""
    husk, uferdige = Husk.read(systems.read_memos()), systems.read_unfinished()
    bilde = await look(systems, husk, uferdige, as_of)
    delte = [d for d in bilde.delte.values() if d.er_delt or d.skal_innfordres or d.kravnr in uferdige]
    skyldnere = await systems.get_skyldnere(nummer for delt in delte for nummer in delt.skyldnere)
    return Morgen(as_of, bilde, delte, husk, skyldnere)


async def read_fresh(kravnr: str, systems: Systems, as_of: date) -> tuple[Delt, Grunn | None]:
    """The krav as it is now, and why a machine leaves it alone. Raises ProtectedFound, SystemException."""
    delt = (await read_delte(systems, [kravnr], as_of))[kravnr]
    return delt, await ask_grunn(delt, systems, as_of)


async def ask_grunn(delt: Delt, systems: Systems, as_of: date) -> Grunn | None:
    """Why a machine leaves the krav alone, as the registers say now. Raises ProtectedFound, SystemException."""
    grunn = _outside(delt, await systems.get_skyldnere(delt.skyldnere), as_of)
    if grunn is Grunn.PROTECTED:
        raise ProtectedFound
    return grunn


async def refuse_outside(delt: Delt, systems: Systems, as_of: date) -> None:
    """Raise BusinessException when a machine leaves the krav alone, ProtectedFound when nothing is to be kept of it."""
    grunn = await ask_grunn(delt, systems, as_of)
    if grunn is not None:
        raise BusinessException(grunn.value, delt.kravnr)


def target_of(effects: Sequence[Effect]) -> str:
    """Procasso when anything is told there: its hours and its pauses decide."""
    return Side.PROCASSO.value if any(effect.system == Side.PROCASSO for effect in effects) else Side.PILEN.value


def _outside(delt: Delt, skyldnere: Skyldnere, as_of: date) -> Grunn | None:
    """Why a machine leaves the krav alone: whose it is (VERN-2), whoever of the two says so; and nobody we do not know,
    no child and nobody who is dead is handed over to be collected from, where no other routine watches the krav."""
    grunner = {vern(skyldnere.get(nummer), skyldnere.get_innehaver(nummer)) for nummer in delt.skyldnere}
    for grunn in (Grunn.PROTECTED, Grunn.OWNER_UNKNOWN):
        if grunn in grunner:
            return grunn
    if delt.er_delt or delt.fersk is None:
        return None
    krav = delt.fersk.krav
    grunn_nye = skyldnerens_grunn(krav, skyldnere.get(krav.skyldner), as_of)
    return grunn_nye if grunn_nye in IKKE_OVER else None
