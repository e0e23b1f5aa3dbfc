"""Properties by matrikkelnummer with those who hold the title, and which of them have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import httpx

from connectors.batches import batches
from connectors.grunnboken.contract import (
    REGISTER,
    SYSTEM,
    WSDL,
    Id,
    IdsForIds,
    Objekt,
    RegisterenhetIds,
)
from connectors.grunnboken.mapping import map_eiendom, map_matrikkelnummer, read_ident, write_ident
from connectors.kartverket.client import KartverketClient
from connectors.kartverket.contract import MAX_PER_CALL, SNAPSHOT
from connectors.retry import CallPolicy
from connectors.soap import Soap, UsernameToken
from domain.eiendom import Eiendom, Eiendomsendringer, Matrikkelnummer


class GrunnbokClient(KartverketClient[str, Objekt]):
    """`klient` names us to Kartverket; `system_version` picks the version of the answers."""

    def __init__(
        self,
        base_url: str,
        http: httpx.AsyncClient,
        policy: CallPolicy,
        token: UsernameToken,
        *,
        klient: str,
        system_version: str,
    ) -> None:
        context = {
            "systemVersion": system_version,
            "clientIdentification": klient,
            "locale": "no_578",
            "snapshotVersion": {"timestamp": SNAPSHOT},
        }
        super().__init__(REGISTER, Soap(SYSTEM, base_url, WSDL, http, policy, token=token), context)

    async def get_eiendommer(self, numre: Iterable[Matrikkelnummer]) -> dict[Matrikkelnummer, Eiendom]:
        """The properties with those who hold the title; those it does not have are left out. Raises SystemException."""
        found: dict[Matrikkelnummer, Eiendom] = {}
        for batch in batches(numre, MAX_PER_CALL):
            ids = await self._find_ids(batch)
            enheter = await self._get(ids.values())
            retter = await self._find_retter(ids.values())
            andel_ids = await self._find_andeler(each for rett in retter.values() for each in rett)
            andeler = await self._get(each for rett in andel_ids.values() for each in rett)
            personer = await self._get(each.rettighetshaverId for each in andeler.values() if each.rettighetshaverId)
            for nummer, enhet_id in ids.items():
                if enhet := enheter.get(enhet_id.value):
                    i_retter = [andel_ids.get(rett.value, []) for rett in retter.get(enhet_id.value, [])]
                    holdt = [[andeler.get(each.value) for each in rett] for rett in i_retter]
                    found[nummer] = map_eiendom(nummer, enhet, holdt, personer)
        return found

    async def find_endringer(self, siste: str, kommune: str) -> Eiendomsendringer:
        """Where title has changed in the kommune since `siste`, to the end of the log. Raises SystemException."""
        endret, neste = await self._read_log(siste, kommune)
        andeler = await self._get(endret.values())
        retter = await self._get(each.registerenhetsrettId for each in andeler.values() if each.registerenhetsrettId)
        enheter = await self._get(each.registerenhetId for each in retter.values() if each.registerenhetId)
        numre = frozenset(map_matrikkelnummer(each, kommune) for each in enheter.values() if each.gaardsnummer)
        return Eiendomsendringer(numre, neste, uplassert=_is_incomplete(endret, andeler, retter, enheter))

    async def _find_ids(self, numre: list[Matrikkelnummer]) -> dict[Matrikkelnummer, Id]:
        idents = {"item": [write_ident(nummer) for nummer in numre]}
        answer = await self._read("IdentServiceWS", "findRegisterenhetIdsForIdents", RegisterenhetIds, idents=idents)
        found = {read_ident(each.key): each.value for each in (answer.ids.entry if answer.ids else [])}
        return {nummer: found_id for nummer in numre if (found_id := found.get(nummer)) is not None}

    async def _find_retter(self, enheter: Iterable[Id]) -> dict[str, list[Id]]:
        return await self._find("RegisterenhetsrettServiceWS", "findRetterForEnheter", "registerenhetIds", enheter)

    async def _find_andeler(self, retter: Iterable[Id]) -> dict[str, list[Id]]:
        return await self._find("RegisterenhetsrettsandelServiceWS", "findAndelerIRetter", "rettIds", retter)

    async def _find(self, service: str, operation: str, name: str, ids: Iterable[Id]) -> dict[str, list[Id]]:
        """What belongs to each id, by its value."""
        found: dict[str, list[Id]] = {}
        for batch in self._askable(ids):
            answer = await self._read(service, operation, IdsForIds, **{name: self._write(batch)})
            for each in answer.ids.entry if answer.ids else []:
                found[each.key.value] = each.value.item if each.value else []
        return found


def _is_incomplete(
    endret: Mapping[str, Id], andeler: Mapping[str, Objekt], retter: Mapping[str, Objekt], enheter: Mapping[str, Objekt]
) -> bool:
    """Whether some change cannot be placed: what has been deleted cannot be read, and nobody tells where it was."""
    rett_ids = {each.registerenhetsrettId.value for each in andeler.values() if each.registerenhetsrettId}
    enhet_ids = {each.registerenhetId.value for each in retter.values() if each.registerenhetId}
    return len(andeler) < len(endret) or len(retter) < len(rett_ids) or len(enheter) < len(enhet_ids)
