"""Hva rutinen minors gjør med ett krav: ingenting, til et menneske, eller en endring (MIND-3, MIND-7 til MIND-11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from domain.kalender import next_bankdag
from domain.krav import Fagsystem, Hendelse, Krav, Saksflyt, Tilstand
from domain.mindreaarig import Flyt, find_flyt
from domain.skyldner import Person, is_enhetsnummer, is_gyldig_skyldner


class Minorgrunn(StrEnum):
    """Hvorfor maskinen ikke endrer kravet, i rekkefølge: den første som passer, gjelder."""

    PROTECTED = "PROTECTED"
    INVALID_DEBTOR = "INVALID_DEBTOR"
    INVALID_BIRTH_DATE = "INVALID_BIRTH_DATE"
    FORELDET = "FORELDET"
    ESTATE = "ESTATE"
    UNDER_VERGEMAAL = "UNDER_VERGEMAAL"
    NO_GUARDIAN_FOUND = "NO_GUARDIAN_FOUND"
    GUARDIAN_PROTECTED = "GUARDIAN_PROTECTED"
    GUARDIAN_DEAD = "GUARDIAN_DEAD"


class Mottaker(StrEnum):
    """Hvem et menneske kan bestemme at brevet skal til (MIND-10). Numrene står i Folkeregisteret."""

    FORESATTE = "FORESATTE"
    VERGE = "VERGE"
    SKYLDNER = "SKYLDNER"


KAN_BESTEMMES = frozenset(
    {
        Minorgrunn.UNDER_VERGEMAAL,
        Minorgrunn.NO_GUARDIAN_FOUND,
        Minorgrunn.GUARDIAN_PROTECTED,
        Minorgrunn.GUARDIAN_DEAD,
    }
)
"""Bare hvem brevet skal til, er uavklart: da kan et menneske bestemme det, eller at ingen skal ha brev."""


@dataclass(frozen=True, slots=True)
class Ingenting:
    """Ingen oppgave. `grunn` er PROTECTED (telles bare), FORELDET (tas av limitation) eller None."""

    flyt: Flyt | None
    grunn: Minorgrunn | None = None


@dataclass(frozen=True, slots=True)
class TilMenneske:
    """Et menneske avgjør, ingenting er endret. `flyt` er None når skyldneren er ugyldig."""

    flyt: Flyt | None
    grunn: Minorgrunn


@dataclass(frozen=True, slots=True)
class Saksflytendring:
    """Det kravet skal bli i Procasso; kostnadene blir alltid 0. `mottakere`: numrene til dem brevet går til."""

    flyt: Flyt
    saksflyt: Saksflyt
    tilstand: Tilstand
    forfall: date
    opprinnelig_forfall: date | None
    mottakere: tuple[str, ...] = field(repr=False)


Minoravgjoerelse = Ingenting | TilMenneske | Saksflytendring

_SAKSFLYT = {
    Flyt.HOLD_GUARDIANS: Saksflyt.MINDREAARIG,
    Flyt.TURNED_18_REISSUE: Saksflyt.MYNDIG_NYTT_VARSEL,
}


def er_paa_vent(krav: Krav) -> bool:
    """Kravet er alt stoppet fordi skyldneren er mindreårig."""
    return krav.tilstand is Tilstand.STOPPET and krav.saksflyt is Saksflyt.MINDREAARIG


def is_minorkandidat(krav: Krav) -> bool:
    """Krav i Procasso mot en person, åpent eller på vent."""
    return (
        krav.fagsystem is Fagsystem.PROCASSO
        and not is_enhetsnummer(krav.skyldner)
        and (krav.tilstand is Tilstand.AAPEN or er_paa_vent(krav))
    )


def avgjoer_saksflyt(
    krav: Krav,
    skyldner: Person | None,
    foresatte: Mapping[str, Person],
    as_of: date,
    *,
    foreldet: bool,
    reissue_days: int,
) -> Minoravgjoerelse:
    """Hva rutinen minors gjør med kravet på datoen `as_of`; trinnene 1 til 10 i rekkefølge, det første som passer.

    `skyldner` er None når Folkeregisteret ikke kjenner nummeret. `foresatte`: de av `skyldner.foreldreansvar` som
    registeret kjenner, etter fødselsnummer; de leses bare for HOLD_GUARDIANS. `foreldet`: som i `limitation`.
    `reissue_days`: dager til ny betalingsfrist når skyldneren er blitt myndig.
    """
    if skyldner is not None and skyldner.beskyttet:
        return Ingenting(None, Minorgrunn.PROTECTED)
    if skyldner is None or not skyldner.finnes or not is_gyldig_skyldner(krav.skyldner, as_of):
        return TilMenneske(None, Minorgrunn.INVALID_DEBTOR)
    flyt = find_flyt(skyldner.foedselsdato, krav.ilagt_dato, as_of)
    if flyt is Flyt.INVALID_BIRTH_DATE:
        return TilMenneske(flyt, Minorgrunn.INVALID_BIRTH_DATE)
    if flyt is Flyt.NORMAL or (krav.saksflyt is _SAKSFLYT[flyt] and krav.kostnader == 0):
        return Ingenting(flyt)
    if foreldet:
        return Ingenting(flyt, Minorgrunn.FORELDET)
    skal_holdes = flyt is Flyt.HOLD_GUARDIANS
    grunn = finn_hinder(flyt, skyldner, foresatte)
    if grunn is not None:
        return TilMenneske(flyt, grunn)
    return _hold(krav, skyldner, foresatte) if skal_holdes else _nytt_varsel(krav, as_of, reissue_days)


def finn_hinder(flyt: Flyt, skyldner: Person, foresatte: Mapping[str, Person]) -> Minorgrunn | None:
    """Hvorfor et menneske må ta kravet og brevet, av hvem skyldneren og de med foreldreansvar er (trinn 7 til 9)."""
    skal_holdes = flyt is Flyt.HOLD_GUARDIANS
    return _skyldnerens_grunn(skyldner) or (_foresattes_grunn(skyldner, foresatte) if skal_holdes else None)


def send_til(
    krav: Krav,
    flyt: Flyt,
    til: Mottaker,
    skyldner: Person,
    foresatte: Mapping[str, Person],
    as_of: date,
    reissue_days: int,
) -> Saksflytendring:
    """Det samme som ellers, med brev til den et menneske har bestemt (MIND-10); ingen mottakere når det ikke er noen.

    Til en mindreårig selv går det aldri brev (MIND-1), og de med foreldreansvar får ikke brev om en som er myndig.
    """
    skal_holdes = flyt is Flyt.HOLD_GUARDIANS
    endring = _hold(krav, skyldner, foresatte) if skal_holdes else _nytt_varsel(krav, as_of, reissue_days)
    match til:
        case Mottaker.VERGE:
            mottakere = skyldner.verger
        case Mottaker.FORESATTE if skal_holdes:
            aapne = {nummer: person for nummer, person in foresatte.items() if not person.beskyttet}
            mottakere = _mottakere(skyldner, aapne)
        case Mottaker.SKYLDNER if not skal_holdes:
            mottakere = endring.mottakere
        case _:
            mottakere = ()
    return replace(endring, mottakere=mottakere)


def stans(krav: Krav, flyt: Flyt) -> Saksflytendring:
    """Kravet stanses uten kostnader og uten brev, fordi et menneske har bestemt det (MIND-11)."""
    return Saksflytendring(flyt, _SAKSFLYT[flyt], Tilstand.STOPPET, krav.forfall, krav.opprinnelig_forfall, ())


def is_hold_stale(
    krav: Krav, skyldner: Person | None, hendelser: Iterable[Hendelse], as_of: date, *, hold_stale_days: int
) -> bool:
    """Har et krav på vent ligget for lenge (HOLD_STALE)? Uansett hva `avgjoer_saksflyt` sier om det.

    Skyldneren er gyldig, ubeskyttet og under 18 på datoen `as_of`, og det er mer enn `hold_stale_days` dager siden det
    siste av kravets forfall og hendelser.
    """
    if not er_paa_vent(krav) or skyldner is None or skyldner.beskyttet or not is_gyldig_skyldner(krav.skyldner, as_of):
        return False
    if find_flyt(skyldner.foedselsdato, krav.ilagt_dato, as_of) is not Flyt.HOLD_GUARDIANS:
        return False
    siste = max([krav.forfall, *(hendelse.dato for hendelse in hendelser if hendelse.dato <= as_of)])
    return (as_of - siste).days > hold_stale_days


def _skyldnerens_grunn(skyldner: Person) -> Minorgrunn | None:
    if skyldner.doed:
        return Minorgrunn.ESTATE
    return Minorgrunn.UNDER_VERGEMAAL if skyldner.har_verge else None


def _foresattes_grunn(skyldner: Person, foresatte: Mapping[str, Person]) -> Minorgrunn | None:
    """Hvorfor et menneske må finne ut hvem brevet skal til (MIND-9)."""
    kjente = _kjente(skyldner, foresatte)
    if not kjente:
        return Minorgrunn.NO_GUARDIAN_FOUND
    if any(foresatt.beskyttet for foresatt in kjente):
        return Minorgrunn.GUARDIAN_PROTECTED
    return Minorgrunn.GUARDIAN_DEAD if all(foresatt.doed for foresatt in kjente) else None


def _kjente(skyldner: Person, foresatte: Mapping[str, Person]) -> list[Person]:
    alle = (foresatte[nummer] for nummer in skyldner.foreldreansvar if nummer in foresatte)
    return [foresatt for foresatt in alle if foresatt.finnes]


def _mottakere(skyldner: Person, foresatte: Mapping[str, Person]) -> tuple[str, ...]:
    """De kjente og levende, hver én gang, under det nummeret skyldnerens foreldreansvar viser: det kan være gammelt."""
    levende = {nummer: person for nummer, person in foresatte.items() if person.finnes and not person.doed}
    hver_en = {levende[nummer].foedselsnummer: nummer for nummer in skyldner.foreldreansvar if nummer in levende}
    return tuple(hver_en.values())


def _hold(krav: Krav, skyldner: Person, foresatte: Mapping[str, Person]) -> Saksflytendring:
    """Kravet stoppes, og brevet går til hver kjent og levende med foreldreansvar."""
    return Saksflytendring(
        Flyt.HOLD_GUARDIANS,
        Saksflyt.MINDREAARIG,
        Tilstand.STOPPET,
        krav.forfall,
        krav.opprinnelig_forfall,
        _mottakere(skyldner, foresatte),
    )


def _nytt_varsel(krav: Krav, as_of: date, reissue_days: int) -> Saksflytendring:
    """Ny frist, aldri før den gamle; flyttes den, og er opprinnelig forfall tomt, huskes den gamle der."""
    forfall = max(krav.forfall, next_bankdag(as_of + timedelta(days=reissue_days)))
    opprinnelig = krav.opprinnelig_forfall
    if opprinnelig is None and forfall != krav.forfall:
        opprinnelig = krav.forfall
    return Saksflytendring(
        Flyt.TURNED_18_REISSUE, Saksflyt.MYNDIG_NYTT_VARSEL, Tilstand.AAPEN, forfall, opprinnelig, (krav.skyldner,)
    )
