"""The other API over real HTTP: each method is carried out by the simulator of Procasso, so the world is the same."""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]

KINDS = {
    "PARKERINGSGEBYR": "parking-fee",
    "KONTROLLSANKSJON": "fare-penalty",
    "PIGGDEKKGEBYR": "studded-tyre-fee",
    "KOMMUNALE_AVGIFTER": "municipal-charges",
    "EIENDOMSSKATT": "property-tax",
    "BARNEHAGE": "nursery",
    "SFO": "after-school",
    "HUSLEIE": "rent",
    "LAAN": "loan",
}
REASONS = {
    "UKJENT_KRAV": "NO_SUCH_CLAIM",
    "KRAV_AVSLUTTET": "CLAIM_CLOSED",
    "TILSTAND_IKKE_TILLATT": "STATUS_REFUSED",
    "UTDATERT_VERSJON": "STALE",
    "SAK_OPPTATT": "BUSY",
    "REFERANSE_BRUKT": "CONFLICT",
    "STATUS_ENDRET": "CONFLICT",
    "STATUS_AVSLUTTET": "CONFLICT",
}


class Refused(Exception):
    """The method is answered with an error."""


class Translator:
    """Methods of the other API as calls of Procasso's own. `served` counts them."""

    def __init__(self, procasso: str) -> None:
        self._http = httpx.AsyncClient(base_url=procasso, timeout=30, trust_env=False, verify=False)
        self.served: dict[str, int] = {}

    async def rpc(self, request: Request) -> Response:
        """POST /rpc."""
        asked = await request.json()
        method, params = asked["method"], asked["params"]
        self._http.headers["Authorization"] = request.headers.get("authorization", "")
        self.served[method] = self.served.get(method, 0) + 1
        try:
            result = await getattr(self, method.replace(".", "_").lower())(params)
        except Refused as refused:
            error = {"code": -32000, "message": "refused", "data": {"reason": str(refused)}}
            return JSONResponse({"jsonrpc": "2.0", "id": asked["id"], "error": error})
        return JSONResponse({"jsonrpc": "2.0", "id": asked["id"], "result": result})

    async def count(self, _request: Request) -> Response:
        """GET /served: how often each method was called, for whoever watches."""
        return JSONResponse(self.served)

    async def claims_find(self, params: Json) -> Json:
        kinds = [kravtype for kravtype, kind in KINDS.items() if kind in params["kinds"]]
        offset = int(params["after"] or 0)
        query = {"kravtype": kinds, "tilstand": params["statuses"], "offset": offset, "limit": params["count"]}
        page = await self._call("GET", "/krav", params=query)
        end = offset + len(page["elementer"])
        return {"claims": await self._claims(page["elementer"]), "next": str(end) if end < page["treff"] else None}

    async def claims_get(self, params: Json) -> Json:
        found = await self._call("POST", "/krav/bulkoppslag", json={"kravIder": params["ids"]})
        return {"claims": await self._claims(found["funnet"])}

    async def claims_update(self, params: Json) -> Json:
        asked = params["set"]
        body: Json = {"versjon": int(params["rev"][1:])}
        if "fees" in asked:
            body["beloep"] = {"kostnader": f"{asked['fees'] // 100}.{asked['fees'] % 100:02}"}
        dates = {"forfall": "due", "opprinneligForfall": "firstDue"}
        if dates := {ours: asked[theirs] for ours, theirs in dates.items() if theirs in asked}:
            body["frister"] = dates
        if "status" in asked:
            body["behandling"] = {"tilstand": asked["status"]}
        return await self._change("PATCH", "", params, json=body)

    async def claims_writeoff(self, params: Json) -> Json:
        body = {"versjon": int(params["rev"][1:]), "kode": params["reason"]}
        return await self._change("POST", "/avskrivning", params, json=body)

    async def notes_list(self, params: Json) -> Json:
        found = await self._call("GET", f"/krav/{params['id']}/notater")
        return {"notes": [{"ref": each["referanse"], "text": each["tekst"]} for each in found["notater"]]}

    async def notes_add(self, params: Json) -> Json:
        body = {"referanse": params["ref"], "tekst": params["text"]}
        made = await self._call("POST", f"/krav/{params['id']}/notater", json=body, headers=_key(params))
        return {"notes": [{"ref": made["referanse"], "text": made["tekst"]}]}

    async def files_list(self, params: Json) -> Json:
        found = await self._call("GET", f"/krav/{params['id']}/dokumenter")
        return {"files": [_file(each) for each in found["dokumenter"]]}

    async def files_add(self, params: Json) -> Json:
        what = {"referanse": params["ref"], "tittel": params["title"], "forsendelsesId": params["shipment"]}
        parts = {
            "metadata": (None, json.dumps(what), "application/json"),
            "fil": ("dokument.pdf", b64decode(params["content"]), "application/pdf"),
        }
        made = await self._call("POST", f"/krav/{params['id']}/dokumenter", files=parts, headers=_key(params))
        return {"files": [_file(made)]}

    async def shared_feed(self, params: Json) -> Json:
        refs, seq, more = [], params["since"], True
        while more:
            page = await self._call("GET", "/endringer", params={"etter": seq})
            refs += [each["kravnr"] for each in page["endringer"]]
            seq, more = page["siste"], page["flere"]
        return {"refs": refs, "seq": seq}

    async def shared_totals(self, _params: Json) -> Json:
        found = await self._call("GET", "/avstemming")
        totals = [
            {"creditor": each["fordringshaver"], "kind": KINDS[each["kravtype"]], "count": each["antall"]}
            | {"principal": _oere(each["hovedstol"]), "paid": _oere(each["innbetalt"])}
            | {"left": _oere(each["utestaaende"])}
            for each in found["summer"]
        ]
        return {"totals": totals, "seq": found["nr"]}

    async def shared_list(self, params: Json) -> Json:
        page = await self._call("GET", "/innfordringer", params={"offset": params["after"]})
        end = int(params["after"]) + len(page["elementer"])
        more = {"next": str(end)} if end < page["treff"] else {}
        return {"claims": [_shared(each) for each in page["elementer"]]} | more

    async def shared_get(self, params: Json) -> Json:
        found = await self._call("POST", "/innfordringer/bulkoppslag", json={"referanser": params["refs"]})
        return {"claims": [_shared(each) for each in found["funnet"]]}

    async def shared_open(self, params: Json) -> Json:
        claim, state = params["claim"], params["state"]
        (kravtype,) = [kravtype for kravtype, kind in KINDS.items() if kind == claim["kind"]]
        body = {"referanse": claim["ref"], "kreditor": claim["creditor"], "debitor": claim["debtor"], "type": kravtype}
        body |= {"ilagt": claim["incurred"].replace("+00:00", "Z"), "hovedstol": _kroner(claim["principal"])}
        body |= {"betalingsreferanse": claim["reference"], "tilstand": state["status"], "status": state["told"]}
        return await self._told("POST", "/innfordringer", params, body | _beloep(claim))

    async def shared_amounts(self, params: Json) -> Json:
        before = {f"{name}Foer": value for name, value in _beloep(params["was"]).items()}
        return await self._told("PATCH", f"/innfordringer/{params['ref']}", params, _beloep(params["set"]) | before)

    async def shared_pay(self, params: Json) -> Json:
        body = {"referanse": params["told"], "dato": params["on"], "beloep": _kroner(params["amount"])}
        return await self._told("POST", f"/innfordringer/{params['ref']}/innbetalinger", params, body)

    async def shared_status(self, params: Json) -> Json:
        body = {"referanse": params["told"], "tilstand": params["status"], "etter": params["after"]}
        return await self._told("POST", f"/innfordringer/{params['ref']}/statuser", params, body)

    async def _told(self, verb: str, route: str, params: Json, body: Json) -> Json:
        await self._call(verb, route, json=body, headers=_key(params))
        return {}

    async def _change(self, verb: str, below: str, params: Json, **body: Any) -> Json:
        changed = await self._call(verb, f"/krav/{params['id']}{below}", headers=_key(params), **body)
        return {"claims": await self._claims([changed])}

    async def _claims(self, krav: list[Json]) -> list[Json]:
        asked = {"kravIder": [each["kravId"] for each in krav]}
        logs = (await self._call("POST", "/hendelser/bulkoppslag", json=asked))["funnet"] if krav else []
        history = {log["kravId"]: log["hendelser"] for log in logs}
        return [_claim(each, history.get(each["kravId"], [])) for each in krav]

    async def _call(self, verb: str, route: str, **more: Any) -> Json:
        answer = await self._http.request(verb, route, **more)
        body: Json = answer.json()
        if answer.is_error:
            raise Refused(REASONS.get(body["feil"]["kode"], "OTHER"))
        return body


def _claim(krav: Json, history: list[Json]) -> Json:
    return {
        "id": krav["kravId"],
        "rev": f"r{krav['versjon']}",
        "case": krav["saksnummer"],
        "creditor": krav["kreditor"],
        "debtor": krav["debitor"]["ident"],
        "kind": KINDS[krav["grunnlag"]["type"]],
        "vehicle": krav["grunnlag"]["kjennemerke"],
        "incurred": krav["grunnlag"]["ilagt"],
        "due": krav["frister"]["forfall"],
        "firstDue": krav["frister"]["opprinneligForfall"],
        "amounts": {
            "principal": _oere(krav["beloep"]["hovedstol"]),
            "fees": _oere(krav["beloep"]["kostnader"]),
            "interest": _oere(krav["beloep"]["renter"]),
        },
        "stage": krav["behandling"]["steg"],
        "status": krav["behandling"]["tilstand"],
        "track": krav["behandling"]["saksflyt"],
        "reference": krav["betalingsreferanse"],
        "writtenOffFor": krav["behandling"]["avskrivningskode"],
        "history": [
            {"kind": each["kode"], "on": each["dato"], "amount": each["beloep"] and _oere(each["beloep"])}
            for each in history
        ],
    }


def _shared(innfordring: Json) -> Json:
    names = {"id": "id", "ref": "referanse", "creditor": "kreditor", "debtor": "debitor", "incurred": "ilagt"}
    names |= {"due": "forfall", "reference": "betalingsreferanse"}
    amounts = {"principal": "hovedstol", "fees": "kostnader", "interest": "renter"}
    return {theirs: innfordring[ours] for theirs, ours in names.items()} | {
        "kind": KINDS[innfordring["type"]],
        "amounts": {theirs: _oere(innfordring[ours]) for theirs, ours in amounts.items()},
        "payments": [
            {"id": each["id"], "on": each["dato"], "amount": _oere(each["beloep"]), "told": each["referanse"]}
            for each in innfordring["innbetalinger"]
        ],
        "states": [
            {"id": each["id"], "status": each["tilstand"], "told": each["referanse"]}
            for each in innfordring["statuser"]
        ],
    }


def _beloep(amounts: Json) -> Json:
    told = {"kostnader": _kroner(amounts["fees"]), "renter": _kroner(amounts["interest"])}
    return {"forfall": amounts["due"], **told}


def _kroner(oere: int) -> str:
    return f"{oere // 100}.{oere % 100:02}"


def _file(dokument: Json) -> Json:
    names = {"ref": "referanse", "title": "tittel", "shipment": "forsendelsesId", "bytes": "stoerrelse"}
    return {theirs: dokument[ours] for theirs, ours in names.items()} | {"sha256": dokument["sha256"]}


def _key(params: Json) -> dict[str, str]:
    return {"Idempotency-Key": params["requestId"]}


def _oere(kroner: str) -> int:
    whole, _, rest = kroner.partition(".")
    return int(whole) * 100 + int(rest)


def main(procasso: str, port: int) -> None:
    """Serve the other API in front of the one at `procasso`."""
    translator = Translator(procasso)
    routes = [Route("/rpc", translator.rpc, methods=["POST"]), Route("/served", translator.count)]
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
