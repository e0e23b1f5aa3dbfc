"""Renter på kontrollsanksjoner i Pilen: hva som skal føres, og var det som sto der, galt? (sanction-interest)"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.innbetalinger import innbetalinger
from domain.kalender import next_bankdag
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Tilstand
from domain.rente import Avregning, Renteoppgjoer, beregn_rente
from domain.rentetabell import Dagtelling
from domain.satser import Satser

FRIST_ETTER_KLAGE = timedelta(days=14)
"""Ny frist etter avgjort klage: parkeringsforskriften § 37 fjerde ledd (RENTE-9)."""
STOERSTE_AVVIK = 100
"""Øre. Så mye kan Pilens egen rente ha vært feil før det er et avvik; akkurat så mye er det ikke."""


class Renteresultat(StrEnum):
    """POSTED: ført. DEVIATION: ført, og Pilens eget tall var galt på sin egen dato."""

    POSTED = "POSTED"
    DEVIATION = "DEVIATION"


@dataclass(frozen=True, slots=True)
class Rentefoering:
    """Det som skal føres i Pilen: renten i øre, beregnet til datoen."""

    renter: int
    beregnet_til: date
    resultat: Renteresultat


def is_rentekandidat(krav: Krav, as_of: date) -> bool:
    """Åpen kontrollsanksjon i Pilen, etter kravets eget forfall flyttet til virkedag."""
    return (
        krav.kravtype is Kravtype.KONTROLLSANKSJON
        and krav.fagsystem is Fagsystem.PILEN
        and krav.tilstand is Tilstand.AAPEN
        and as_of > next_bankdag(krav.forfall)
    )


def avgjoer_renter(
    krav: Krav,
    hendelser: Sequence[Hendelse],
    as_of: date,
    satser: Satser,
    *,
    day_count: Dagtelling = Dagtelling.CALENDAR_YEAR,
    allocation: Avregning = Avregning.INTEREST_FIRST,
) -> Rentefoering | None:
    """Det som skal føres for kravet på datoen `as_of`, eller None når Pilen alt har riktig rente.

    Pilens tall dømmes på sin egen dato: samme rente beregnet til `renter_beregnet_til`, av hendelsene til og med den
    datoen, men med forfallet slik det er nå. Er `renter_beregnet_til` tom, er det aldri ført, og ikke noe avvik.
    Det som alt er ført til en senere dato, føres ikke tilbake.
    Raises MissingAmount, og MissingRate for en rentedag uten sats, ved `as_of` eller der det trengs ved
    `renter_beregnet_til`.
    """
    kjente = [hendelse for hendelse in hendelser if hendelse.dato <= as_of]

    def renter_til(dato: date) -> int:
        return beregn_sanksjonsrente(krav, kjente, dato, satser, day_count=day_count, allocation=allocation)

    renter, foert_til = renter_til(as_of), krav.renter_beregnet_til
    if renter == krav.renter or (foert_til is not None and foert_til > as_of):
        return None
    er_avvik = foert_til is not None and abs(krav.renter - renter_til(foert_til)) > STOERSTE_AVVIK
    return Rentefoering(renter, as_of, Renteresultat.DEVIATION if er_avvik else Renteresultat.POSTED)


def beregn_sanksjonsrente(
    krav: Krav,
    hendelser: Iterable[Hendelse],
    as_of: date,
    satser: Satser,
    *,
    day_count: Dagtelling = Dagtelling.CALENDAR_YEAR,
    allocation: Avregning = Avregning.INTEREST_FIRST,
) -> int:
    """Utestående rente i øre til og med `as_of` (RENTE-1 til RENTE-9); hendelser etter den finnes ikke ennå.

    Siste KLAGE_AVGJORT gir nytt forfall for renten: 14 dager etter, eller kravets eget forfall når det er senere. For
    tiden før kreves ingen rente. En KLAGE som ikke er avgjort, endrer ingenting. Raises MissingRate, MissingAmount.
    """
    oppgjoer = beregn_oppgjoer(krav, hendelser, as_of, satser, day_count=day_count, allocation=allocation)
    return oppgjoer.rente


def beregn_oppgjoer(
    krav: Krav,
    hendelser: Iterable[Hendelse],
    as_of: date,
    satser: Satser,
    *,
    day_count: Dagtelling,
    allocation: Avregning,
) -> Renteoppgjoer:
    """Hovedstol og forsinkelsesrente slik de står etter hendelsene til og med `as_of`.

    Bare for en kontrollsanksjon flytter en avgjort klage forfallet (RENTE-9); et gebyr skal betales også når det er
    påklaget (GEBYR-2). Raises MissingRate, MissingAmount.
    """
    kjente, forfall = [hendelse for hendelse in hendelser if hendelse.dato <= as_of], next_bankdag(krav.forfall)
    if krav.kravtype is Kravtype.KONTROLLSANKSJON:
        avgjort = (hendelse.dato for hendelse in kjente if hendelse.hendelse == "KLAGE_AVGJORT")
        forfall = max([forfall, *(next_bankdag(dato + FRIST_ETTER_KLAGE) for dato in avgjort)])
    betalt = innbetalinger(kjente, as_of)
    return beregn_rente(krav.hovedstol, forfall, betalt, as_of, satser, day_count=day_count, allocation=allocation)
