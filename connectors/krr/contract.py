"""Wire types of POST rest/v2/personer, as documented by Digdir: those attributes we read. No error body is known.

Every attribute but the number depends on our scopes and on the person, and may be left out.
"""

from __future__ import annotations

from connectors.wire import Wire

SYSTEM = "KRR"
MAX_PER_CALL = 1000
RESERVERT = "JA"
AKTIV = "AKTIV"
KAN_VARSLES = "KAN_VARSLES"


class KontaktinformasjonWire(Wire):
    """Instants such as 2023-06-29T10:14:52+02, and with fractions and Z."""

    mobiltelefonnummer: str | None = None
    mobiltelefonnummer_oppdatert: str | None = None
    mobiltelefonnummer_sist_verifisert: str | None = None


class PersonWire(Wire):
    """`status`: AKTIV, SLETTET, IKKE_REGISTRERT, … `varslingsstatus`: KAN_VARSLES, KAN_IKKE_VARSLES, …"""

    personidentifikator: str
    reservasjon: str | None = None
    status: str | None = None
    varslingsstatus: str | None = None
    kontaktinformasjon: KontaktinformasjonWire | None = None


class PersonerWire(Wire):
    personer: list[PersonWire]
