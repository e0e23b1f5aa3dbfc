"""Properties by matrikkelnummer with those who hold the title, and which of them have changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import httpx

from connectors.batches import batches
from connectors.grunnboken.contract import (
    ALDRI,
    DOMAINKLASSE,
    ID_TYPES,
    MAX_ENDRINGER,
    MAX_PER_CALL,
    SNAPSHOT,
    SYSTEM,
    WSDL,
    Endringer,
    EndringerWire,
    Id,
    IdsForIds,
    Objekt,
    Objekter,
    RegisterenhetIds,
    SisteEndringId,
)
from connectors.grunnboken.mapping import map_eiendom, map_matrikkelnummer, read_ident, write_ident, write_ids
from connectors.retry import CallPolicy
from connectors.soap import Soap, UsernameToken
from domain.eiendom import Eiendom, Eiendomsendringer, Matrikkelnummer
from domain.errors import SystemException


class GrunnbokClient:
    """Reads alone. `klient` names us to Kartverket; `system_version` picks the version of the answers."""

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
        self._soap = Soap(SYSTEM, base_url, WSDL, http, policy, token=token)
        self._context = {
            "systemVersion": system_version,
            "clientIdentification": klient,
            "locale": "no_578",
            "snapshotVersion": {"timestamp": SNAPSHOT},
        }

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

    async def find_siste(self) -> str:
        """The newest change there is: where to follow the log from. Raises SystemException."""
        answer = await self._soap.read(
            "EndringsloggServiceWS", "findSisteEndringId", SisteEndringId, grunnbokContext=self._context
        )
        return answer.id.value

    async def find_endringer(self, siste: str, kommune: str) -> Eiendomsendringer:
        """Where title has changed in the kommune since `siste`, to the end of the log. Raises SystemException.

        Whether the log begins at `siste` or after it does not matter: the last change may come once more.
        """
        endret: dict[str, Id] = {}
        while True:
            side = await self._page(siste, kommune)
            for endring in side.endringList.item if side.endringList else []:
                endret[endring.endretBubbleId.value] = endring.endretBubbleId
            neste = side.sisteEndringIdProsessert.value if side.sisteEndringIdProsessert else siste
            if side.alleEndringerFunnet:
                break
            if neste == siste:
                raise SystemException(SYSTEM, "parse", "the log says there is more, and does not get further")
            siste = neste
        andeler = await self._get(endret.values())
        retter = await self._get(each.registerenhetsrettId for each in andeler.values() if each.registerenhetsrettId)
        enheter = await self._get(each.registerenhetId for each in retter.values() if each.registerenhetId)
        numre = frozenset(map_matrikkelnummer(each, kommune) for each in enheter.values() if each.gaardsnummer)
        return Eiendomsendringer(numre, neste, uplassert=_is_incomplete(endret, andeler, retter, enheter))

    async def _page(self, siste: str, kommune: str) -> EndringerWire:
        answer = await self._soap.read(
            "EndringsloggServiceWS",
            "findEndringer",
            Endringer,
            id={"value": siste},
            domainklasse=DOMAINKLASSE,
            filter=json.dumps({"kommunefilter": [kommune]}),
            returnerBobler=ALDRI,
            maksAntall=MAX_ENDRINGER,
            grunnbokContext=self._context,
        )
        return answer.endringer

    async def _find_ids(self, numre: list[Matrikkelnummer]) -> dict[Matrikkelnummer, Id]:
        answer = await self._soap.read(
            "IdentServiceWS",
            "findRegisterenhetIdsForIdents",
            RegisterenhetIds,
            idents={"item": [write_ident(nummer) for nummer in numre]},
            grunnbokContext=self._context,
        )
        found = {read_ident(each.key): each.value for each in (answer.ids.entry if answer.ids else [])}
        return {nummer: found_id for nummer in numre if (found_id := found.get(nummer)) is not None}

    async def _find_retter(self, enheter: Iterable[Id]) -> dict[str, list[Id]]:
        return await self._find("RegisterenhetsrettServiceWS", "findRetterForEnheter", "registerenhetIds", enheter)

    async def _find_andeler(self, retter: Iterable[Id]) -> dict[str, list[Id]]:
        return await self._find("RegisterenhetsrettsandelServiceWS", "findAndelerIRetter", "rettIds", retter)

    async def _find(self, service: str, operation: str, name: str, ids: Iterable[Id]) -> dict[str, list[Id]]:
        """What belongs to each id, by its value."""
        wanted = {each.value: each for each in ids if each.type_ in ID_TYPES}
        found: dict[str, list[Id]] = {}
        for batch in batches(wanted, MAX_PER_CALL):
            asked: dict[str, object] = {name: write_ids(wanted[value] for value in batch)}
            answer = await self._soap.read(service, operation, IdsForIds, **asked, grunnbokContext=self._context)
            for each in answer.ids.entry if answer.ids else []:
                found[each.key.value] = each.value.item if each.value else []
        return found

    async def _get(self, ids: Iterable[Id]) -> dict[str, Objekt]:
        """The objects that are there, by id. One of a kind we do not know is not."""
        wanted = {each.value: each for each in ids if each.type_ in ID_TYPES}
        found: dict[str, Objekt] = {}
        for batch in batches(wanted, MAX_PER_CALL):
            answer = await self._soap.read(
                "StoreServiceWS",
                "getObjectsIgnoreMissing",
                Objekter,
                ids=write_ids(wanted[value] for value in batch),
                grunnbokContext=self._context,
            )
            objekter = answer.objekter.item if answer.objekter else []
            found |= {each.id.value: each for each in objekter if each.id.value in wanted}
        return found


def _is_incomplete(
    endret: Mapping[str, Id], andeler: Mapping[str, Objekt], retter: Mapping[str, Objekt], enheter: Mapping[str, Objekt]
) -> bool:
    """Whether some change cannot be placed: what has been deleted cannot be read, and nobody tells where it was."""
    rett_ids = {each.registerenhetsrettId.value for each in andeler.values() if each.registerenhetsrettId}
    enhet_ids = {each.registerenhetId.value for each in retter.values() if each.registerenhetId}
    return len(andeler) < len(endret) or len(retter) < len(rett_ids) or len(enheter) < len(enhet_ids)
