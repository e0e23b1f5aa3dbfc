"""Hva en hendelse gjør med foreldelsesfristen (FORELD-3 til FORELD-7)."""

from __future__ import annotations

from datetime import date
from enum import Enum, auto

from domain.krav import Kravtype

SAERNAMSMANNSKRAV = frozenset(
    {Kravtype.PARKERINGSGEBYR, Kravtype.PIGGDEKKGEBYR, Kravtype.KOMMUNALE_AVGIFTER, Kravtype.EIENDOMSSKATT}
)
"""Krav kommunen selv er særnamsmann for: tvangsfullbyrdelsesloven § 2-14 (GEBYR-7)."""

_NYE_UTLEGGSREGLER = date(2026, 1, 1)
_SISTE_DAG_GAMLE_UTLEGGSREGLER = date(2026, 12, 31)


class Virkning(Enum):
    """INGEN: avbryter ikke. USIKKER: kan ha flyttet fristen, et menneske avgjør. NY_FRIST: ny frist av samme lengde.
    STANSER: ingenting løper mens skrittet forfølges. TI_AAR: ti år fra datoen, og et ventende skritt er slutt.
    AVVIST: det ventende skrittet er slutt uten avgjørelse.
    """

    INGEN = auto()
    USIKKER = auto()
    NY_FRIST = auto()
    STANSER = auto()
    TI_AAR = auto()
    AVVIST = auto()


# I den rekkefølgen de kommer i en sak: hendelser på samme dag telles slik, uansett hvordan de ble levert.
_VIRKNING = {
    "PURRING": Virkning.INGEN,
    "INKASSOVARSEL": Virkning.INGEN,
    "BETALINGSOPPFORDRING": Virkning.INGEN,
    "ERKJENNELSE": Virkning.NY_FRIST,
    "FORLIKSKLAGE": Virkning.STANSER,
    "SOEKSMAAL": Virkning.STANSER,
    "FORLIKSKLAGE_AVVIST": Virkning.AVVIST,
    "FORLIK": Virkning.TI_AAR,
    "DOM": Virkning.TI_AAR,
    "VARSEL_2_15": Virkning.TI_AAR,
    "UTLEGGSBEGJAERING": Virkning.STANSER,
    "BERAMMELSE": Virkning.STANSER,
    "TREKKPAALEGG": Virkning.STANSER,
    "UTLEGG": Virkning.TI_AAR,
    "INTET_TIL_UTLEGG": Virkning.TI_AAR,
    "TREKK_AVSLUTTET": Virkning.TI_AAR,
}
_RANG = {kode: rang for rang, kode in enumerate(_VIRKNING)}


def rang(kode: str) -> int:
    """Plassen til hendelsen blant dem som har samme dato; en ukjent kode kommer sist."""
    return _RANG.get(kode, len(_RANG))


def virkning(kode: str, dato: date, kravtype: Kravtype, har_dom: bool) -> Virkning:
    """Virkningen av hendelsen `kode`; en kode som ikke står i loven, er USIKKER.

    Foreldelsesloven § 14 og § 20 (erkjennelse), §§ 15 og 16 (forliksklage, søksmål), § 17 nr. 1 (begjæring om
    tvangsfullbyrdelse, når det er tvangsgrunnlag), tidligere § 17 nr. 2 (berammelse, trekkpålegg), § 17 nr. 4 og § 21
    nr. 4 (varsel etter tvangsfullbyrdelsesloven § 2-15), § 21 nr. 1 til 3, § 22: FORELD-3 til FORELD-7.
    `har_dom`: kravet har allerede dom, forlik eller utlegg bak seg. Anmeldelse i konkurs (§ 18) er ikke beregnet her,
    og blir derfor USIKKER.
    """
    er_saernamsmannskrav = kravtype in SAERNAMSMANNSKRAV
    match kode:
        case "VARSEL_2_15":
            virker = er_saernamsmannskrav and dato >= _NYE_UTLEGGSREGLER
        case "BERAMMELSE" | "TREKKPAALEGG":
            virker = er_saernamsmannskrav and dato <= _SISTE_DAG_GAMLE_UTLEGGSREGLER
        case "UTLEGGSBEGJAERING":
            virker = er_saernamsmannskrav or har_dom
        case _:
            virker = True
    return _VIRKNING.get(kode, Virkning.USIKKER) if virker else Virkning.USIKKER
