"""Namespaces of Grunnbok WS v2, and the prefixes they have here."""

from __future__ import annotations

BASE = "http://kartverket.no/grunnbok/wsapi/v2"
BASIS = f"{BASE}/domain/basistyper"
IDENTER = f"{BASE}/domain/grunnboksidenter"
PERSON = f"{BASE}/domain/register/person"
ENHET = f"{BASE}/domain/register/registerenhet"
EXCEPTION = f"{BASE}/exception"
IDENT_SERVICE = f"{BASE}/service/ident"
RETT_SERVICE = f"{BASE}/service/registerenhetsrett"
ANDEL_SERVICE = f"{BASE}/service/registerenhetsrettsandel"
STORE = f"{BASE}/service/store"
ENDRINGSLOGG = f"{BASE}/service/endringslogg"
PREFIXES = {
    "b": BASIS,
    "i": IDENTER,
    "p": PERSON,
    "r": ENHET,
    "e": f"{BASE}/domain/endringslogg",
    "t": f"{BASE}/service/servicetyper",
    "si": IDENT_SERVICE,
    "sr": RETT_SERVICE,
    "sa": ANDEL_SERVICE,
    "ss": STORE,
    "se": ENDRINGSLOGG,
}
