"""What is known of one krav an SMS may be sent of, and whether it is to be sent now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from domain.errors import BusinessException
from domain.kontaktinformasjon import Kontaktinformasjon, varslingshinder
from domain.krav import Krav
from domain.smsvarsel import aa_betale, finn_smshinder, is_smskandidat
from flows.facts import FerskKrav
from flows.systems import Systems
from hub.automation import ProtectedFound

SMS_SENT = "SMS_SENT"
"""The result of a krav of which an SMS has been ordered."""


def reference_of(krav: Krav) -> str:
    """The occasion: one SMS for each forfall of the krav."""
    return f"{krav.kravnr}:{krav.forfall.isoformat()}"


@dataclass(frozen=True, slots=True)
class Smsfakta:
    """A krav whose skyldner may be told of it, how she is reached, and how much is left to pay (øre)."""

    fersk: FerskKrav
    kontakt: Kontaktinformasjon = field(repr=False)
    beloep: int

    @property
    def telefonnummer(self) -> str:
        assert self.kontakt.mobiltelefonnummer is not None, "who has none is not told"
        return self.kontakt.mobiltelefonnummer


async def fetch_smsfakta(reference: str, kravnr: str, systems: Systems, as_of: date) -> Smsfakta | None:
    """The facts as they are now; None when no SMS is to go: paid, disputed, moved on, or somebody not to be told.

    The contact register is asked last, and only of somebody who would be told. Raises BusinessException (KRAV_UNKNOWN),
    ProtectedFound and SystemException.
    """
    fersk = (await systems.pilen.get_krav([kravnr])).get(kravnr)
    if fersk is None:
        raise BusinessException("KRAV_UNKNOWN", kravnr)
    krav = fersk.krav
    personer = await systems.folkeregisteret.get_personer([krav.skyldner], relasjoner=True)
    skyldner = personer.get(krav.skyldner)
    if skyldner is None:
        return None
    if skyldner.beskyttet:
        raise ProtectedFound  # also of a krav that is nothing to us any more: the item would go on to be listed
    if reference_of(krav) != reference:
        return None
    if not is_smskandidat(krav, fersk.hendelser, as_of, systems.smsregler.after_days):
        return None
    if finn_smshinder(krav, skyldner, fersk.hendelser, as_of):
        return None
    nummer = skyldner.foedselsnummer
    kontakt = (await systems.krr.get_kontaktinformasjon([nummer])).get(nummer)
    if kontakt is None or varslingshinder(kontakt, as_of):
        return None
    return Smsfakta(fersk, kontakt, aa_betale(krav, fersk.hendelser, as_of))


def fingerprint(krav: Krav, systems: Systems) -> str:
    """What the SMS stands on; that a day has passed, or a part been paid, is no new occasion."""
    return systems.hmac(repr((krav.kravnr, krav.skyldner, krav.forfall, krav.steg, krav.tilstand.value)))
