"""Grunnboken's questions, read as strictly as the register reads them, and their answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sandbox.eiendom import Endring, Register, parts_of
from sandbox.eiendom.register import FIRST
from sandbox.grunnboken.names import (
    ANDEL_SERVICE,
    BASIS,
    ENDRINGSLOGG,
    ENHET,
    IDENT_SERVICE,
    IDENTER,
    PERSON,
    RETT_SERVICE,
    STORE,
)
from sandbox.grunnboken.objects import andel_id, enhet_id, enhet_kind, everything, id_element, make, rett_id
from sandbox.population import Row
from sandbox.soap import Element, Fault, Operation, fields, items, kind_of, text_of

MAX = 5000
IDS = {
    ENHET: {
        "RegisterenhetId", "MatrikkelenhetId", "FestegrunnId", "SeksjonId", "RegisterenhetsrettId",
        "RegisterenhetsrettsandelId",
    },
    PERSON: {"PersonId", "FysiskPersonId", "JuridiskPersonId"},
}  # fmt: skip


class Questions:
    """Reads the register; changes nothing."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def operations(self) -> Mapping[str, Mapping[str, Operation]]:
        """By service, then by the tag of the question."""
        return {
            "IdentServiceWS": {f"{{{IDENT_SERVICE}}}findRegisterenhetIdsForIdents": self.find_ids},
            "RegisterenhetsrettServiceWS": {f"{{{RETT_SERVICE}}}findRetterForEnheter": self.find_retter},
            "RegisterenhetsrettsandelServiceWS": {f"{{{ANDEL_SERVICE}}}findAndelerIRetter": self.find_andeler},
            "StoreServiceWS": {f"{{{STORE}}}getObjectsIgnoreMissing": self.get_objects},
            "EndringsloggServiceWS": {
                f"{{{ENDRINGSLOGG}}}findSisteEndringId": self.find_siste,
                f"{{{ENDRINGSLOGG}}}findEndringer": self.find_endringer,
            },
        }

    def find_ids(self, question: Element) -> Element:
        """An entry for every property it has."""
        idents, context = fields(question, IDENT_SERVICE, "idents", "grunnbokContext")
        check_context(context)
        numre = [_read_ident(item) for item in items(idents, IDENTER)]
        entries = [
            make("t:entry", _ident(nummer), id_element("t:value", f"r:{enhet_kind(row)}Id", enhet_id(nummer)))
            for nummer in numre
            if (row := self._register.eiendom(nummer))
        ]
        return make("si:findRegisterenhetIdsForIdentsResponse", make("si:return", *entries))

    def find_retter(self, question: Element) -> Element:
        ids, context = fields(question, RETT_SERVICE, "registerenhetIds", "grunnbokContext")
        check_context(context)
        wanted = {_read_id(item) for item in items(ids, ENHET)}
        entries = [
            make(
                "t:entry",
                id_element("t:key", f"r:{enhet_kind(row)}Id", enhet_id(nummer)),
                make("t:value", id_element("r:item", "r:RegisterenhetsrettId", rett_id(nummer))),
            )
            for row in self._register.eiendommer()
            if enhet_id(nummer := row["matrikkelnummer"]) in wanted
        ]
        return make("sr:findRetterForEnheterResponse", make("sr:return", *entries))

    def find_andeler(self, question: Element) -> Element:
        ids, context = fields(question, ANDEL_SERVICE, "rettIds", "grunnbokContext")
        check_context(context)
        wanted = {_read_id(item, (ENHET, "RegisterenhetsrettId")) for item in items(ids, ENHET)}
        entries = [
            make(
                "t:entry",
                id_element("t:key", "r:RegisterenhetsrettId", rett_id(nummer)),
                make("t:value", *self._andeler(nummer)),
            )
            for row in self._register.eiendommer()
            if rett_id(nummer := row["matrikkelnummer"]) in wanted
        ]
        return make("sa:findAndelerIRetterResponse", make("sa:return", *entries))

    def get_objects(self, question: Element) -> Element:
        """Those of the ids that are there, in the register's own order."""
        ids, context = fields(question, STORE, "ids", "grunnbokContext")
        check_context(context)
        wanted = {_read_id(item) for item in items(ids, BASIS)}
        found = [element for value, element in everything(self._register) if value in wanted]
        return make("ss:getObjectsIgnoreMissingResponse", make("ss:return", *found))

    def find_siste(self, question: Element) -> Element:
        (context,) = fields(question, ENDRINGSLOGG, "grunnbokContext")
        check_context(context)
        return make("se:findSisteEndringIdResponse", make("se:return", make("b:value", str(self._last()))))

    def find_endringer(self, question: Element) -> Element:
        """From the id on, itself counted."""
        names = ("id", "domainklasse", "filter", "returnerBobler", "maksAntall", "grunnbokContext")
        siste, klasse, kommuner, bobler, maks, context = fields(question, ENDRINGSLOGG, *names)
        check_context(context)
        if (text_of(klasse), text_of(bobler)) != ("Registerenhetsrettsandel", "Aldri"):
            raise Fault("this simulator has Registerenhetsrettsandel and Aldri alone", code="S:Client")
        (value,) = fields(siste, BASIS, "value")
        antall, fra = int(text_of(maks)), int(text_of(value))
        if not 0 < antall <= MAX:
            raise Fault(f"maksAntall is at most {MAX}", code="S:Client")
        told = [(each, row) for each, row in self._andelsendringer() if row["matrikkelnummer"][:4] in _read(kommuner)]
        left = [(each, row) for each, row in told if each.number >= fra]
        page = left[:antall]
        last = page[-1][0].number if page else max(self._last(), fra)
        linjer = [
            make(
                "e:item",
                id_element("b:id", "e:EndringId", str(each.number)),
                make("e:endringstidspunkt", make("b:timestamp", f"{each.day}T10:00:00+01:00")),
                make("e:endringstype", each.kind),
                id_element("e:endretBubbleId", "r:RegisterenhetsrettsandelId", andel_id(row["eierforhold"])),
            )
            for each, row in page
        ]
        answer = make(
            "se:return",
            make("e:endringList", *linjer),
            make("e:alleEndringerFunnet", "true" if len(left) <= antall else "false"),
            make("e:sisteEndringIdProsessert", make("b:value", str(last))),
            make("e:objects"),
        )
        return make("se:findEndringerResponse", answer)

    def _andeler(self, nummer: str) -> Iterable[Element]:
        return [
            id_element("r:item", "r:RegisterenhetsrettsandelId", andel_id(each["eierforhold"]))
            for each in self._register.eierforhold(nummer)
            if each["tinglyst"] == "JA"
        ]

    def _last(self) -> int:
        endringer = self._register.endringer()
        return endringer[-1].number if endringer else FIRST

    def _andelsendringer(self) -> list[tuple[Endring, Row]]:
        return [
            (each, row)
            for each in self._register.endringer()
            if each.fil == "eierforhold"
            and (row := self._register.ett_eierforhold(each.key))
            and row["tinglyst"] == "JA"
        ]


def check_context(context: Element) -> None:
    """All of it, in order. Raises Fault."""
    names = ("systemVersion", "clientIdentification", "locale", "snapshotVersion", "clientTraceInfo?")
    _, klient, _, snapshot, _ = fields(context, BASIS, *names)
    (when,) = fields(snapshot, BASIS, "timestamp")
    if not text_of(klient):
        raise Fault("clientIdentification mangler", code="S:Client")
    if text_of(when) != "9999-01-01T00:00:00+01:00":
        raise Fault("Mangler rettighet til historiske data", category=":ServiceException:ApplicationException:")


def _read(kommuner: Element) -> set[str]:
    try:
        return set(json.loads(text_of(kommuner))["kommunefilter"])
    except (ValueError, TypeError, KeyError):
        raise Fault("filter is a JSON object with kommunefilter", code="S:Client") from None


def _read_ident(item: Element) -> str:
    if kind_of(item) != (IDENTER, "MatrikkelenhetIdent"):
        raise Fault("Error mapping from RegisterenhetIdent: it says nothing of which")
    names = ("kommunenummer", "gaardsnummer", "bruksnummer", "festenummer", "seksjonsnummer")
    kommune, *rest = (text_of(each) for each in fields(item, IDENTER, *names))
    return f"{kommune}-{'/'.join(rest)}"


def _read_id(item: Element, declared: tuple[str, str] | None = None) -> str:
    """`declared`: the type it has when none is said, where the schema promises one that is concrete."""
    kind = kind_of(item) or declared
    if kind is None or kind[1] not in IDS.get(kind[0], ()):
        raise Fault(f"Error mapping from {'GrunnbokBubbleObjectId' if kind is None else kind[1]}: no such id")
    (value,) = fields(item, BASIS, "value")
    return text_of(value)


def _ident(nummer: str) -> Element:
    kommune, gnr, bnr, fnr, snr = parts_of(nummer)
    return make(
        "t:key",
        make("i:kommunenummer", kommune),
        make("i:gaardsnummer", gnr),
        make("i:bruksnummer", bnr),
        make("i:festenummer", fnr),
        make("i:seksjonsnummer", snr),
        kind="i:MatrikkelenhetIdent",
    )
