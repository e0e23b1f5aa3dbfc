"""Hva som foreslås når Enhetsregisteret sier at et foretak er borte, konkurs eller under avvikling (BO-3, BO-4).

Maskinen foreslår, og et menneske avgjør: ingen av dem lukker eller endrer et krav (VERN-4).
"""

from __future__ import annotations

from enum import StrEnum

from domain.skyldner import Enhet, Enhetsstatus


class Foretakstiltak(StrEnum):
    """PROPOSE_CLOSING: ingen å kreve lenger, vurder å avslutte. OWNER_LIABLE: innehaveren hefter selv.
    PARTNERS_LIABLE: deltakerne hefter. FORM_UNKNOWN: finn ut om noen hefter. REPORT_BANKRUPTCY: meld kravene til
    bostyreren. LIQUIDATION: meld dem til avviklingsstyret. FORCED_DISSOLUTION: følg med på om tingretten åpner bo.
    """

    PROPOSE_CLOSING = "PROPOSE_CLOSING"
    OWNER_LIABLE = "OWNER_LIABLE"
    PARTNERS_LIABLE = "PARTNERS_LIABLE"
    FORM_UNKNOWN = "FORM_UNKNOWN"
    REPORT_BANKRUPTCY = "REPORT_BANKRUPTCY"
    LIQUIDATION = "LIQUIDATION"
    FORCED_DISSOLUTION = "FORCED_DISSOLUTION"


_I_LIVE = {
    Enhetsstatus.KONKURS: Foretakstiltak.REPORT_BANKRUPTCY,
    Enhetsstatus.UNDER_AVVIKLING: Foretakstiltak.LIQUIDATION,
    Enhetsstatus.TVANGSOPPLOSNING: Foretakstiltak.FORCED_DISSOLUTION,
}
_UTEN_ANSVAR = frozenset({"AS", "ASA", "SE", "SA", "BA", "STI", "FLI"})
"""Former der ingen hefter bak foretaket. BO-4 nevner AS; for andre former, som NUF og sameier, må det undersøkes."""
_ANSVARLIGE = frozenset({"ANS", "DA", "KS", "PRE"})
"""Former der noen hefter personlig. BO-4 nevner ANS og DA; komplementaren i KS og rederne i PRE er vårt valg."""


def finn_tiltak(enhet: Enhet) -> Foretakstiltak | None:
    """Forslaget for et foretak, eller None når det er aktivt.

    Et slettet eller fjernet ENK lar innehaveren stå ansvarlig, ANS og DA deltakerne; bak et AS er det ingen å kreve
    (BO-4). Konkurs og tvangsoppløsning er egne statuser, uansett form. For andre former, og når formen til et fjernet
    foretak er ukjent (`organisasjonsform` None), må det undersøkes om noen hefter.
    """
    if enhet.status is Enhetsstatus.AKTIV:
        return None
    if enhet.status in _I_LIVE:
        return _I_LIVE[enhet.status]
    if enhet.organisasjonsform is None:
        return Foretakstiltak.FORM_UNKNOWN
    if enhet.er_enk:
        return Foretakstiltak.OWNER_LIABLE
    if enhet.organisasjonsform in _ANSVARLIGE:
        return Foretakstiltak.PARTNERS_LIABLE
    return Foretakstiltak.PROPOSE_CLOSING if enhet.organisasjonsform in _UTEN_ANSVAR else Foretakstiltak.FORM_UNKNOWN
