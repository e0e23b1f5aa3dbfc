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
RESULTAT = {
    "MERGED": "slått sammen",
    "NOTHING_TO_DO": "ingenting å gjøre",
    "HOLD_GUARDIANS": "satt på vent, brev til foresatte",
    "TURNED_18_REISSUE": "nytt varsel til myndig skyldner",
    "POSTED": "renter ført",
    "DEVIATION": "renter ført, fagsystemets egne avvek",
    "PROPOSE_WRITE_OFF": "avskriving",
    "PROPOSE_CLOSING": "foretaket er borte, vurder å avslutte",
    "OWNER_LIABLE": "foretaket er borte, innehaveren hefter",
    "PARTNERS_LIABLE": "foretaket er borte, deltakerne hefter",
    "FORM_UNKNOWN": "foretaket er borte, undersøk hvem som hefter",
    "REPORT_BANKRUPTCY": "meldes i konkursbo",
    "LIQUIDATION": "meldes til avviklingsstyret",
    "FORCED_DISSOLUTION": "under tvangsoppløsning",
    "ESTATE_NOTIFIED": "stoppet og meldt i dødsboet",
    "STOPPED_NO_CONTACT": "stoppet, ingen kontakt for dødsboet ennå",
    "SMS_SENT": "SMS sendt",
    "SYNCED": "samkjørt",
    "PAYMENTS_TOLD": "innbetalinger meldt",
}
FELT = {
    "saksnr": "saksnummer",
    "opprinnelig_forfall": "opprinnelig forfall",
    "renter_beregnet_til": "renter beregnet til",
    "sum": "sum av kravene",
    "brev": "brev sendt",
    "arkiv": "brev lagt på kravet",
    "anmeldelse": "utkast til anmeldelse lagt på kravet",
    "merknad": "merknad skrevet i ISY-PA",
    "sms": "SMS sendt",
    "overlever": "krav overlevert til innfordring",
    "kvitter": "innfordring kvittert",
    "beloep": "nye beløp meldt",
    "status": "tilstand meldt",
    "innbetaling": "innbetaling meldt",
}
KILDE = {Kilde.FAGSYSTEM: "lest på nytt i fagsystemet", Kilde.KVITTERING: "robotens egen kvittering"}
GRUNN = {
    Avviksgrunn.VERDI: "Fagsystemet viser noe annet enn det som skulle gjøres",
    Avviksgrunn.MANGLER: "Kravet finnes ikke i fagsystemet",
    Avviksgrunn.IKKE_LEST: "Meldt gjort, men ikke lest tilbake",
}
KJOERING = {"find": "leting", "drain": "utføring", "dry": "tørrkjøring"}
UTFALL = {"completed": "fullført", "failed": "feilet", None: "ikke avsluttet"}
