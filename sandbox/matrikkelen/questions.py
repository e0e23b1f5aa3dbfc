"""Matrikkelen's questions, read as strictly as the register reads them, and their answers."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sandbox.eiendom import Endring, Register
from sandbox.matrikkelen import objects
from sandbox.matrikkelen.names import (
    DOMAIN,
    ENDRINGSLOGG,
    KOMMUNE,
    MATRIKKELENHET,
    MATRIKKELENHET_SERVICE,
    PERSON,
    STORE,
)
from sandbox.matrikkelen.objects import enhet_id, id_element, make, person_id
from sandbox.population import Row
from sandbox.soap import Element, Fault, Operation, fields, items, kind_of, text_of

MAX = 5000
FUTURE = "9999-01-01T00:00:00+01:00"
IDS = {
    MATRIKKELENHET: {"MatrikkelenhetId", "GrunneiendomId", "FestegrunnId", "SeksjonId"},
    PERSON: {"PersonId", "FysiskPersonId", "JuridiskPersonId"},
}


class Questions:
    """Reads the register; changes nothing."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def operations(self) -> Mapping[str, Mapping[str, Operation]]:
        """By service, then by the tag of the question."""
        return {
            "MatrikkelenhetServiceWS": {
                f"{{{MATRIKKELENHET_SERVICE}}}findMatrikkelenhetIdsForIdents": self.find_ids,
            },
            "StoreServiceWS": {f"{{{STORE}}}getObjectsIgnoreMissing": self.get_objects},
            "EndringsloggServiceWS": {
                f"{{{ENDRINGSLOGG}}}findSisteEndringId": self.find_siste,
                f"{{{ENDRINGSLOGG}}}findEndringer": self.find_endringer,
            },
        }

    def find_ids(self, question: Element) -> Element:
        """An entry for every ident; without a value when there is no such property."""
        idents, context = fields(question, MATRIKKELENHET_SERVICE, "matrikkelenhetIdentList", "matrikkelContext")
        check_context(context)
        entries = []
        for item in items(idents, MATRIKKELENHET):
            nummer = _read_ident(item)
            row = self._register.eiendom(nummer)
            value = [id_element("m:value", f"m:{row['type']}Id", enhet_id(row))] if row else make.nil("m:value")
            entries.append(make("m:entry", _ident(nummer), *value))
        return make("sm:findMatrikkelenhetIdsForIdentsResponse", make("sm:return", *entries))

    def get_objects(self, question: Element) -> Element:
        """Those of the ids that are there, in the register's own order."""
        ids, context = fields(question, STORE, "ids", "matrikkelContext")
        check_context(context)
        wanted = {_read_id(item) for item in items(ids, DOMAIN)}
        enheter = [row for row in self._register.eiendommer() if enhet_id(row) in wanted]
        eiere = sorted(nummer for nummer in self._register.eiere() if person_id(nummer) in wanted)
        found = [objects.enhet("d:item", row, self._register) for row in enheter]
        found += [objects.person("d:item", nummer) for nummer in eiere]
        return make("ss:getObjectsIgnoreMissingResponse", make("ss:return", *found))

    def find_siste(self, question: Element) -> Element:
        (context,) = fields(question, ENDRINGSLOGG, "matrikkelContext")
        check_context(context)
        siste = make("se:return", make("d:value", str(self._last())))
        return make("se:findSisteEndringIdResponse", siste)

    def find_endringer(self, question: Element) -> Element:
        """From the id on, itself counted."""
        names = ("id", "domainklasse", "filter", "returnerBobler", "maksAntall", "matrikkelContext")
        siste, klasse, kommuner, bobler, maks, context = fields(question, ENDRINGSLOGG, *names)
        check_context(context)
        if (text_of(klasse), text_of(bobler)) != ("Matrikkelenhet", "Aldri"):
            raise Fault("this simulator has Matrikkelenhet and Aldri alone", code="S:Client")
        (value,) = fields(siste, DOMAIN, "value")
        antall = int(text_of(maks))
        if not 0 < antall <= MAX:
            raise Fault(f"maksAntall is at most {MAX}", code="S:Client")
        left = [each for each in self._in(_kommuner(text_of(kommuner))) if each.number >= int(text_of(value))]
        page = left[:antall]
        last = page[-1].number if page else max(self._last(), int(text_of(value)))
        answer = make(
            "se:return",
            make("e:endringList", *(self._endring(each) for each in page)),
            make("e:alleEndringerFunnet", "true" if len(left) <= antall else "false"),
            make("e:sisteEndringIdProsessert", make("d:value", str(last))),
            make("e:objects"),
        )
        return make("se:findEndringerResponse", answer)

    def _last(self) -> int:
        endringer = self._register.endringer()
        return endringer[-1].number if endringer else 1000

    def _in(self, kommuner: set[str]) -> list[Endring]:
        return [each for each in self._register.endringer() if self._nummer(each)[:4] in kommuner]

    def _nummer(self, endring: Endring) -> str:
        if endring.fil == "eiendommer":
            return endring.key
        row = self._register.ett_eierforhold(endring.key)
        return row["matrikkelnummer"] if row else ""

    def _endring(self, endring: Endring) -> Element:
        row = self._register.eiendom(self._nummer(endring)) or _gone(self._nummer(endring))
        return make(
            "e:item",
            id_element("d:id", "e:MatrikkelEndringId", endring.number),
            make("e:endringstype", "Oppdatering" if endring.fil == "eierforhold" else endring.kind),
            id_element("e:endretBubbleId", f"m:{row['type']}Id", enhet_id(row)),
            make("e:endringstidspunkt", make("d:timestamp", f"{endring.day}T10:00:00+01:00")),
        )


def check_context(context: Element) -> None:
    """All of it, in order. Raises Fault."""
    names = ("locale", "brukOriginaleKoordinater", "koordinatsystemKodeId", "systemVersion", "klientIdentifikasjon")
    *_, klient, snapshot = fields(context, DOMAIN, *names, "snapshotVersion?")
    if not text_of(klient):
        raise Fault("klientIdentifikasjon mangler", code="S:Client")
    if snapshot is None or text_of(fields(snapshot, DOMAIN, "timestamp")[0]) != FUTURE:
        raise Fault("Mangler rettighet til historiske data", category=":ServiceException:ApplicationException:")


def _kommuner(text: str) -> set[str]:
    try:
        return set(json.loads(text)["kommunefilter"])
    except (ValueError, TypeError, KeyError):
        raise Fault("filter is a JSON object with kommunefilter", code="S:Client") from None


def _read_ident(item: Element) -> str:
    names = ("kommuneIdent", "gardsnummer", "bruksnummer", "festenummer", "seksjonsnummer")
    kommune, *rest = fields(item, MATRIKKELENHET, *names)
    (nummer,) = fields(kommune, KOMMUNE, "kommunenummer")
    return f"{text_of(nummer)}-{'/'.join(text_of(each) for each in rest)}"


def _read_id(item: Element) -> int:
    kind = kind_of(item)
    if kind is None or kind[1] not in IDS.get(kind[0], ()):
        name = "MatrikkelBubbleId" if kind is None else kind[1]
        raise Fault(f"Error mapping from {name}: NoSuchMethodException <init>(Long, SnapshotVersion)")
    (value,) = fields(item, DOMAIN, "value")
    return int(text_of(value))


def _ident(nummer: str) -> Element:
    kommune, _, rest = nummer.partition("-")
    gnr, bnr, fnr, snr = rest.split("/")
    return make(
        "m:key",
        make("m:kommuneIdent", make("k:kommunenummer", kommune)),
        make("m:gardsnummer", gnr),
        make("m:bruksnummer", bnr),
        make("m:festenummer", fnr),
        make("m:seksjonsnummer", snr),
    )


def _gone(nummer: str) -> Row:
    return {"matrikkelnummer": nummer, "type": "Grunneiendom"}
