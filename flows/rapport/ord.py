"""Plain Norwegian words for the codes of a report. A code without a word shows itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flows.rapport.linjer import Avviksgrunn, Kilde


class Forklaring(Protocol):
    """What a reason code says to people."""

    @property
    def tekst(self) -> str: ...

    @property
    def forslag(self) -> str: ...


Forklar = Callable[[str], Forklaring]
"""Reason code -> its texts in the error catalogue."""

STATUS = {
    "ready": "klar",
    "deferred": "venter på nytt forsøk",
    "running": "under arbeid",
    "completed": "fullført",
    "business": "må vurderes",
    "system": "teknisk feil",
    "uncertain": "uvisst om det ble gjort",
    "awaiting_approval": "til godkjenning",
    "handled_manually": "håndtert manuelt",
    "cancelled": "avbrutt (skjermet)",
}
KILDE = {Kilde.FAGSYSTEM: "lest på nytt i fagsystemet", Kilde.KVITTERING: "robotens egen kvittering"}
GRUNN = {
    Avviksgrunn.VERDI: "Fagsystemet viser noe annet enn det som skulle gjøres",
    Avviksgrunn.MANGLER: "Kravet finnes ikke i fagsystemet",
    Avviksgrunn.IKKE_LEST: "Meldt gjort, men ikke lest tilbake",
}
KJOERING = {"find": "leting", "drain": "utføring", "dry": "tørrkjøring", "order": "bestilling"}
UTFALL = {"completed": "fullført", "failed": "feilet", None: "ikke avsluttet"}
