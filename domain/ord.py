"""Plain Norwegian words for codes that reports, proposals and the console show: results, and fields of a change with
their values."""

from __future__ import annotations

RESULTAT = {
    "MERGED": "slått sammen",
    "NOTHING_TO_DO": "ingenting å gjøre",
    "HOLD_GUARDIANS": "satt på vent, brev til foresatte",
    "TURNED_18_REISSUE": "nytt varsel til myndig skyldner",
    "STOPPED_BY_DECISION": "stanset etter beslutning, uten brev",
    "LIMIT_DECIDED": "ny foreldelsesfrist etter beslutning",
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
    "OWNER_CHANGED": "eier og fakturamottaker ajourført",
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
VERDI = {
    "AAPEN": "åpen",
    "KLAGE": "klage",
    "BETALINGSAVTALE": "betalingsavtale",
    "STOPPET": "stoppet",
    "BETALT": "betalt",
    "AVSKREVET": "avskrevet",
    "ORDINAER": "ordinær",
    "MINDREAARIG": "mindreårig",
    "MYNDIG_NYTT_VARSEL": "myndig, nytt varsel",
}
"""Of tilstand and saksflyt."""
SYSTEM = {
    "PILEN": "Pilen",
    "PROCASSO": "Procasso",
    "ISYPA": "ISY-PA",
    "SVARUT": "SvarUt",
    "ALTINN": "Altinn",
    "FOLKEREGISTERET": "Folkeregisteret",
    "ENHETSREGISTERET": "Enhetsregisteret",
    "MATRIKKELEN": "Matrikkelen",
    "GRUNNBOKEN": "Grunnboken",
    "MASKINPORTEN": "Maskinporten",
}
"""What the systems call themselves; PAX and KRR are written as they are."""
