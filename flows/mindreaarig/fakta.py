"""Who a krav's skyldner is, and who has foreldreansvar: no more is asked of Folkeregisteret than each step needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from connectors.folkeregisteret.client import FolkeregisterClient
from domain.krav import Krav
from domain.mindreaarig import Flyt, find_flyt
from domain.skyldner import Person


@dataclass(frozen=True, slots=True)
class Minorfakta:
    """By fødselsnummer; who is not here is unknown to the register. Relations are known of those they matter for."""

    personer: dict[str, Person] = field(repr=False)
    foresatte: dict[str, Person] = field(repr=False)


async def fetch_minorfakta(krav: Iterable[Krav], register: FolkeregisterClient, as_of: date) -> Minorfakta:
    """The skyldnere; of those who were minors at the event also foreldreansvar and verge, which are taushetsbelagt and
    need a rettighetspakke of their own (MIND-8); and those who have the foreldreansvar today."""
    alle = list(krav)
    personer = await register.get_personer(sorted({ett.skyldner for ett in alle}))
    beroert = sorted({ett.skyldner for ett in alle if _was_minor(ett, personer.get(ett.skyldner), as_of)})
    if beroert:
        personer |= await register.get_personer(beroert, relasjoner=True)
    foresatte = {nummer for barn in beroert for nummer in personer[barn].foreldreansvar}
    return Minorfakta(personer, await register.get_personer(sorted(foresatte)) if foresatte else {})


def _was_minor(krav: Krav, skyldner: Person | None, as_of: date) -> bool:
    if skyldner is None or skyldner.beskyttet:
        return False
    flyt = find_flyt(skyldner.foedselsdato, krav.ilagt_dato, as_of)
    return flyt in (Flyt.HOLD_GUARDIANS, Flyt.TURNED_18_REISSUE)
