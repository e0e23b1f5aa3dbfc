"""Properties by matrikkelnummer, and which of them have changed."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from connectors.batches import batches
from connectors.credentials import Credentials
from connectors.kartverket.client import KartverketClient
from connectors.kartverket.contract import MAX_PER_CALL, SNAPSHOT
from connectors.matrikkelen.contract import (
    KOORDINATSYSTEM,
    REGISTER,
    SYSTEM,
    WSDL,
    Id,
    MatrikkelenhetIds,
    Objekt,
)
from connectors.matrikkelen.mapping import eier_ids, map_eiendom, map_matrikkelnummer, read_ident, write_ident
from connectors.retry import CallPolicy
from connectors.soap import Soap
from domain.eiendom import Eiendom, Eiendomsendringer, Matrikkelnummer


class MatrikkelClient(KartverketClient[int, Objekt]):
    """`klient` names us to Kartverket; `system_version` picks the version of the answers."""

    def __init__(
        self,
        base_url: str,
        http: httpx.AsyncClient,
        policy: CallPolicy,
        credentials: Credentials,
        *,
        klient: str,
        system_version: str,
    ) -> None:
        context = {
            "locale": "no_NO_B",
            "brukOriginaleKoordinater": False,
            "koordinatsystemKodeId": {"value": KOORDINATSYSTEM},
            "systemVersion": system_version,
            "klientIdentifikasjon": klient,
            "snapshotVersion": {"timestamp": SNAPSHOT},
        }
        super().__init__(REGISTER, Soap(SYSTEM, base_url, WSDL, http, policy, credentials=credentials), context)

    async def get_eiendommer(self, numre: Iterable[Matrikkelnummer]) -> dict[Matrikkelnummer, Eiendom]:
        """The properties with their tinglyste owners; those it does not have are left out. Raises SystemException."""
        found: dict[Matrikkelnummer, Eiendom] = {}
        for batch in batches(numre, MAX_PER_CALL):
            ids = await self._find_ids(batch)
            objekter = await self._get(ids.values())
            enheter = {nummer: objekter[each.value] for nummer, each in ids.items() if each.value in objekter}
            personer = await self._get(each for enhet in enheter.values() for each in eier_ids(enhet))
            found |= {nummer: map_eiendom(nummer, enhet, personer) for nummer, enhet in enheter.items()}
        return found

    async def find_endringer(self, siste: str, kommune: str) -> Eiendomsendringer:
        """What has changed in the kommune since `siste`, to the end of the log. Raises SystemException."""
        endret, neste = await self._read_log(siste, kommune)
        objekter = await self._get(endret.values())
        numre = {map_matrikkelnummer(each, kommune) for each in objekter.values()}
        # A deleted one cannot be read: nobody tells which it was.
        uplassert = None in numre or len(objekter) < len(endret)
        return Eiendomsendringer(frozenset(nummer for nummer in numre if nummer), neste, uplassert)

    async def _find_ids(self, numre: list[Matrikkelnummer]) -> dict[Matrikkelnummer, Id]:
        answer = await self._read(
            "MatrikkelenhetServiceWS",
            "findMatrikkelenhetIdsForIdents",
            MatrikkelenhetIds,
            matrikkelenhetIdentList={"item": [write_ident(nummer) for nummer in numre]},
        )
        found = {read_ident(each.key): each.value for each in (answer.ids.entry if answer.ids else []) if each}
        return {nummer: found_id for nummer in numre if (found_id := found.get(nummer)) is not None}
