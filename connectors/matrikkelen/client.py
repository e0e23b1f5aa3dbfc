"""Properties by matrikkelnummer, and which of them have changed."""

from __future__ import annotations

import json
from collections.abc import Iterable

import httpx

from connectors.batches import batches
from connectors.credentials import Credentials
from connectors.matrikkelen.contract import (
    ALDRI,
    DOMAINKLASSE,
    ID_TYPES,
    KOORDINATSYSTEM,
    MAX_ENDRINGER,
    MAX_PER_CALL,
    SNAPSHOT,
    SYSTEM,
    WSDL,
    Endringer,
    EndringerWire,
    Id,
    MatrikkelenhetIds,
    Objekt,
    Objekter,
    SisteEndringId,
)
from connectors.matrikkelen.mapping import (
    eier_ids,
    map_eiendom,
    map_matrikkelnummer,
    read_ident,
    write_ident,
    write_ids,
)
from connectors.retry import CallPolicy
from connectors.soap import Soap
from domain.eiendom import Eiendom, Eiendomsendringer, Matrikkelnummer
from domain.errors import SystemException


class MatrikkelClient:
    """Reads alone. `klient` names us to Kartverket; `system_version` picks the version of the answers."""

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
        self._soap = Soap(SYSTEM, base_url, WSDL, http, policy, credentials=credentials)
        self._context = {
            "locale": "no_NO_B",
            "brukOriginaleKoordinater": False,
            "koordinatsystemKodeId": {"value": KOORDINATSYSTEM},
            "systemVersion": system_version,
            "klientIdentifikasjon": klient,
            "snapshotVersion": {"timestamp": SNAPSHOT},
        }

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

    async def find_siste(self) -> str:
        """The newest change there is: where to follow the log from. Raises SystemException."""
        answer = await self._soap.read(
            "EndringsloggServiceWS", "findSisteEndringId", SisteEndringId, matrikkelContext=self._context
        )
        return str(answer.id.value)

    async def find_endringer(self, siste: str, kommune: str) -> Eiendomsendringer:
        """What has changed in the kommune since `siste`, to the end of the log. Raises SystemException.

        Whether the log begins at `siste` or after it does not matter: the last change may come once more.
        """
        endret: dict[int, Id] = {}
        while True:
            side = await self._page(siste, kommune)
            for endring in side.endringList.item if side.endringList else []:
                if endring is not None:
                    endret[endring.endretBubbleId.value] = endring.endretBubbleId
            neste = str(side.sisteEndringIdProsessert.value) if side.sisteEndringIdProsessert else siste
            if side.alleEndringerFunnet:
                break
            if neste == siste:
                raise SystemException(SYSTEM, "parse", "the log says there is more, and does not get further")
            siste = neste
        objekter = await self._get(endret.values())
        numre = {map_matrikkelnummer(each, kommune) for each in objekter.values()}
        # A deleted one cannot be read: nobody tells which it was.
        uplassert = None in numre or len(objekter) < len(endret)
        return Eiendomsendringer(frozenset(nummer for nummer in numre if nummer), neste, uplassert)

    async def _page(self, siste: str, kommune: str) -> EndringerWire:
        answer = await self._soap.read(
            "EndringsloggServiceWS",
            "findEndringer",
            Endringer,
            id={"value": int(siste)},
            domainklasse=DOMAINKLASSE,
            filter=json.dumps({"kommunefilter": [kommune]}),
            returnerBobler=ALDRI,
            maksAntall=MAX_ENDRINGER,
            matrikkelContext=self._context,
        )
        return answer.endringer

    async def _find_ids(self, numre: list[Matrikkelnummer]) -> dict[Matrikkelnummer, Id]:
        answer = await self._soap.read(
            "MatrikkelenhetServiceWS",
            "findMatrikkelenhetIdsForIdents",
            MatrikkelenhetIds,
            matrikkelenhetIdentList={"item": [write_ident(nummer) for nummer in numre]},
            matrikkelContext=self._context,
        )
        found = {read_ident(each.key): each.value for each in (answer.ids.entry if answer.ids else []) if each}
        return {nummer: found_id for nummer in numre if (found_id := found.get(nummer)) is not None}

    async def _get(self, ids: Iterable[Id]) -> dict[int, Objekt]:
        """The objects that are there, by id. One of a kind we do not know is not."""
        wanted = {each.value: each for each in ids if each.type_ in ID_TYPES}
        found: dict[int, Objekt] = {}
        for batch in batches(wanted, MAX_PER_CALL):
            answer = await self._soap.read(
                "StoreServiceWS",
                "getObjectsIgnoreMissing",
                Objekter,
                ids=write_ids(wanted[value] for value in batch),
                matrikkelContext=self._context,
            )
            objekter = answer.objekter.item if answer.objekter else []
            found |= {each.id.value: each for each in objekter if each is not None and each.id.value in wanted}
        return found
