"""Changes to ISY-PA by file: put down, and settled by its receipt.

The file's name is the idempotency key: ISY-PA takes a name once. What it refuses was not done, so the next try sends
just those rows, in a file with the next number. Which rows a file held follows from the receipts of those before it,
so nothing but the folder need be remembered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.isypa_filer.contract import SYSTEM
from connectors.isypa_filer.files import IsypaFiler
from connectors.isypa_filer.mapping import Endring
from domain.errors import BusinessException, SystemException
from hub.automation import Fence, Json, Look


@dataclass(frozen=True, slots=True)
class _Stand:
    """What the folder shows: where each effect was taken, why the others were refused, and the file that is next."""

    tatt: Mapping[str, Json]
    avvist: Mapping[str, str]
    rest: tuple[str, ...]
    fil: str
    """The file with the rest: one that waits to be taken, or is still to be put down."""
    venter: bool


@dataclass
class EndreIsypa:
    """The changes of one plan, by effect key. `stamme`: what its files are called, the same for every try at it."""

    endringer: Mapping[str, Endring] = field(repr=False)
    stamme: str
    files: IsypaFiler
    settle: float
    system: str = SYSTEM

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.endringer)

    async def look(self) -> Mapping[str, Look]:
        """What lies there and is not yet taken counts as brought about: putting it down once more changes nothing."""
        stand = await asyncio.to_thread(self._read)
        return {key: Look.ALL if key in stand.tatt or stand.venter else Look.NONE for key in self.keys}

    async def act(self, keys: Sequence[str], fence: Fence) -> None:
        """Raises BusinessException (ISYPA_ROWS_BY_HAND) when a person has settled some of the rows of the next file: it
        would write them once more, and a part of a file has no receipt."""
        stand = await asyncio.to_thread(self._read)
        if not stand.rest:
            return
        if set(stand.rest) != set(keys):
            raise BusinessException("ISYPA_ROWS_BY_HAND", ", ".join(sorted(keys)), nothing_done=True)
        fence.check()
        await asyncio.to_thread(self.files.put, stand.fil, [self.endringer[key] for key in stand.rest])

    async def verify(self, keys: Sequence[str]) -> Mapping[str, Json]:
        """Raises BusinessException (ISYPA_ROW_REFUSED) when ISY-PA says no to a row: nothing was done with it."""
        stand = await asyncio.to_thread(self._read)
        missing = [key for key in keys if key not in stand.tatt]
        if not missing:
            return {key: stand.tatt[key] for key in keys}
        if stand.venter or missing[0] not in stand.avvist:
            raise SystemException(SYSTEM, "verify", f"no receipt for {stand.fil}")
        raise BusinessException("ISYPA_ROW_REFUSED", f"{missing[0]} {stand.avvist[missing[0]]}")

    def _read(self) -> _Stand:
        tatt: dict[str, Json] = {}
        avvist: dict[str, str] = {}
        rest = self.keys
        for fil in self._names():
            venter = bool(rest) and self.files.is_waiting(fil)  # before its receipt: ISY-PA writes that, then takes it
            kvittering = self.files.read_kvittering(fil, len(rest)) if rest else None
            if kvittering is None:
                return _Stand(tatt, avvist, rest, fil, venter)
            svar = {key: kvittering.avvist(rad) for rad, key in enumerate(rest, start=1)}
            tatt |= {key: {"fil": fil} for key, kode in svar.items() if kode is None}
            avvist = {key: kode for key, kode in svar.items() if kode is not None}
            rest = tuple(avvist)
        raise AssertionError("the names do not end")

    def _names(self) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield f"{self.stamme}-{number}.csv"
