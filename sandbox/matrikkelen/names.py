"""Namespaces of Matrikkel API v1, and the prefixes they have here."""

from __future__ import annotations

BASE = "http://matrikkel.statkart.no/matrikkelapi/wsapi/v1"
DOMAIN = f"{BASE}/domain"
KOMMUNE = f"{BASE}/domain/kommune"
MATRIKKELENHET = f"{BASE}/domain/matrikkelenhet"
PERSON = f"{BASE}/domain/person"
EXCEPTION = f"{BASE}/exception"
MATRIKKELENHET_SERVICE = f"{BASE}/service/matrikkelenhet"
STORE = f"{BASE}/service/store"
ENDRINGSLOGG = f"{BASE}/service/endringslogg"
PREFIXES = {
    "d": DOMAIN,
    "k": KOMMUNE,
    "m": MATRIKKELENHET,
    "mk": f"{BASE}/domain/matrikkelenhet/koder",
    "p": PERSON,
    "u": f"{BASE}/domain/util",
    "e": f"{BASE}/domain/endringslogg",
    "sm": MATRIKKELENHET_SERVICE,
    "ss": STORE,
    "se": ENDRINGSLOGG,
}
