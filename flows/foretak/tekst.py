"""What company-watch says to people of a unit: why, by which rule, and what is proposed. Ids and dates alone."""

from __future__ import annotations

from domain.foretaksstatus import Foretakstiltak
from domain.skyldner import Enhet, Enhetsstatus
from flows.brev.anmeldelse import Anmeldelse

_STATUS = {
    Enhetsstatus.SLETTET: "er slettet i Enhetsregisteret",
    Enhetsstatus.FJERNET: "er fjernet fra Enhetsregisteret",
    Enhetsstatus.KONKURS: "er konkurs",
    Enhetsstatus.UNDER_AVVIKLING: "er under avvikling",
    Enhetsstatus.TVANGSOPPLOSNING: "er under tvangsavvikling eller tvangsoppløsning",
}
_FORSLAG = {
    Foretakstiltak.PROPOSE_CLOSING: "Foretaket kan ikke kreves lenger. Undersøk om et annet har overtatt ved fusjon; "
    "hvis ikke, vurder å avslutte kravene (BO-4).",
    Foretakstiltak.OWNER_LIABLE: "Innehaveren av et enkeltpersonforetak hefter selv. Rett kravene mot innehaveren "
    "(BO-4).",
    Foretakstiltak.PARTNERS_LIABLE: "Deltakerne hefter fortsatt. Finn dem i Foretaksregisteret og rett kravene mot dem "
    "(BO-4).",
    Foretakstiltak.FORM_UNKNOWN: "Vi vet ikke om noen hefter for et foretak av denne formen. Undersøk om det er en "
    "innehaver, deltakere, et utenlandsk foretak eller en som har overtatt; hvis ikke, vurder å avslutte kravene "
    "(BO-4).",
    Foretakstiltak.REPORT_BANKRUPTCY: "Meld kravene til bostyreren (BO-3).",
    Foretakstiltak.LIQUIDATION: "Meld kravene til avviklingsstyret før foretaket slettes (BO-4).",
    Foretakstiltak.FORCED_DISSOLUTION: "Følg med på om tingretten åpner bo, og meld kravene der (BO-3, BO-4).",
}


def skriv_forslag(enhet: Enhet, tiltak: Foretakstiltak, anmeldelse: Anmeldelse | None, utenfor: list[str]) -> str:
    """Why the krav of this unit need a person, and what is proposed. `utenfor`: krav that are not to be reported."""
    fra = f" fra {enhet.statusdato:%d.%m.%Y}" if enhet.statusdato else ""
    setninger = [f"Skyldneren {_STATUS[enhet.status]}{fra}. {_FORSLAG[tiltak]}"]
    if anmeldelse is not None:
        setninger.append(
            f"Fristen er beregnet til {anmeldelse.frist:%d.%m.%Y}, siste trygge virkedag er "
            f"{anmeldelse.siste_virkedag:%d.%m.%Y}. Kontroller den i kunngjøringen."
        )
    if utenfor:
        setninger.append(f"Oppstått etter konkursåpningen, eller foreldet: {', '.join(utenfor)}.")
    return " ".join(setninger)
