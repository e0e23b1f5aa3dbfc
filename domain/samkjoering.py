"""Hva som må meldes mellom Pilen og Procasso om ett krav, og hva et menneske må avgjøre (rutinen `claims-sync`).

Hver opplysning har én eier. Pilen eier kravet selv, beløpene, klagen og avskrivningen; Procasso eier betalingsavtalen
og stoppen; penger kan komme inn begge steder, og derfor også BETALT. Det den ene har satt og den andre ikke har fått,
meldes med sin egen id, så det aldri føres to ganger. Har begge satt en status den andre ikke kjenner, avgjør et
menneske.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.innfordring import AVSLUTTET, Beloep, Innbetaling, Innfordring, IPilen, Konto, Side, Status
from domain.krav import Tilstand

_EIER = {
    Tilstand.KLAGE: frozenset({Side.PILEN}),
    Tilstand.AVSKREVET: frozenset({Side.PILEN}),
    Tilstand.BETALINGSAVTALE: frozenset({Side.PROCASSO}),
    Tilstand.STOPPET: frozenset({Side.PROCASSO}),
    Tilstand.BETALT: frozenset(Side),
}


@dataclass(frozen=True, slots=True)
class Overlevering:
    """Procasso får kravet, i den tilstanden Pilen har det."""

    status: Status


@dataclass(frozen=True, slots=True)
class Kvittering:
    """Pilen får vite at Procasso har kravet."""


@dataclass(frozen=True, slots=True)
class NyeBeloep:
    """Procasso får Pilens beløp og forfall i stedet for sine."""

    foer: Beloep
    naa: Beloep


@dataclass(frozen=True, slots=True)
class NyStatus:
    """`til` får statusen den andre har satt; `etter` er den `til` hadde da det ble bestemt."""

    til: Side
    status: Status
    etter: Status


@dataclass(frozen=True, slots=True)
class NyInnbetaling:
    """`til` får vite om penger den andre har tatt imot."""

    til: Side
    innbetaling: Innbetaling


Endring = Overlevering | Kvittering | NyeBeloep | NyStatus | NyInnbetaling


@dataclass(frozen=True, slots=True)
class Samkjoering:
    """`endringer` i kravet og `innbetalinger`, hver i den rekkefølgen de skal meldes. `konflikt`: det er noe igjen som
    et menneske må avgjøre.

    Pengene står for seg, så det som er uavklart om kravet, aldri holder dem tilbake.
    """

    endringer: tuple[Endring, ...] = ()
    innbetalinger: tuple[NyInnbetaling, ...] = ()
    konflikt: bool = False

    @property
    def er_enige(self) -> bool:
        """Om alt annet enn pengene."""
        return not self.endringer and not self.konflikt

    @property
    def i_orden(self) -> bool:
        return self.er_enige and not self.innbetalinger


def samkjoer(pilen: IPilen, procasso: Innfordring | None, *, skal_innfordres: bool) -> Samkjoering:
    """Sammenlign kravet slik de to systemene har det."""
    if procasso is None:
        return _overlever(pilen, skal_innfordres=skal_innfordres)
    samme = _samme_krav(pilen, procasso)
    status, statuskonflikt = _statuser(pilen.konto, procasso.konto) if samme else ([], False)
    avvik = _innbetalinger_avviker(pilen.konto, procasso.konto) or _innbetalinger_avviker(procasso.konto, pilen.konto)
    endringer: list[Endring] = [
        *([Kvittering()] if pilen.innfordring is None else []),
        *(_beloep(pilen, procasso) if samme else []),
        *status,
    ]
    feil_id = pilen.innfordring not in (None, procasso.id)
    return Samkjoering(
        tuple(endringer),
        tuple(_innbetalinger(pilen.konto, procasso.konto)),
        not samme or statuskonflikt or avvik or feil_id,
    )


def _overlever(pilen: IPilen, *, skal_innfordres: bool) -> Samkjoering:
    """Et krav Pilen tror er overlevert, men som Procasso ikke har, leveres ikke på nytt av en maskin.

    Pengene meldes når Procasso har kravet å føre dem på.
    """
    if pilen.innfordring is not None:
        return Samkjoering(konflikt=True)
    if not skal_innfordres:
        return Samkjoering()
    return Samkjoering((Overlevering(pilen.konto.statuser[-1]), Kvittering()))


def _samme_krav(pilen: IPilen, procasso: Innfordring) -> bool:
    """Det som aldri skal endre seg. En ny skyldner er en ny innkreving, og den begynner et menneske."""
    krav = pilen.krav
    return (krav.kravtype, krav.fordringshaver, krav.skyldner, krav.ilagt_tidspunkt, krav.hovedstol, krav.kid) == (
        procasso.kravtype,
        procasso.fordringshaver,
        procasso.skyldner,
        procasso.ilagt_tidspunkt,
        procasso.hovedstol,
        procasso.kid,
    )


def _beloep(pilen: IPilen, procasso: Innfordring) -> Iterator[NyeBeloep]:
    """Beløpene er Pilens. Et avsluttet krav får ingen nye."""
    avsluttet = {pilen.konto.tilstand, procasso.konto.tilstand} & AVSLUTTET
    if pilen.beloep != procasso.beloep and not avsluttet:
        yield NyeBeloep(procasso.beloep, pilen.beloep)


def _statuser(pilen: Konto, procasso: Konto) -> tuple[list[NyStatus], bool]:
    """Hva som meldes, og om et menneske må avgjøre."""
    nytt = {Side.PILEN: _umeldt(pilen, procasso), Side.PROCASSO: _umeldt(procasso, pilen)}
    siste = {Side.PILEN: pilen.statuser[-1], Side.PROCASSO: procasso.statuser[-1]}
    meldes = [NyStatus(fra.den_andre, ny, siste[fra.den_andre]) for fra, ny in nytt.items() if ny is not None]
    if pilen.tilstand is procasso.tilstand:
        # De er enige, av seg selv eller fordi noen har rettet begge: da kvitteres det, så neste endring er alene om å
        # være ny. Etter at kravet er avsluttet, kommer det ingen.
        return ([] if pilen.tilstand in AVSLUTTET else meldes), False
    if len(meldes) != 1:
        return [], True
    fra = meldes[0].til.den_andre
    return (meldes, False) if _eier(fra, meldes[0].etter.tilstand, meldes[0].status.tilstand) else ([], True)


def _umeldt(her: Konto, der: Konto) -> Status | None:
    """Den siste statusen som er satt her, hvis den andre siden ikke har fått den."""
    egne = [status for status in her.statuser if status.referanse is None]
    meldt = {status.referanse for status in der.statuser}
    return egne[-1] if egne and egne[-1].id not in meldt else None


def _eier(side: Side, fra: Tilstand, til: Tilstand) -> bool:
    """Kan siden alene føre kravet fra den ene tilstanden til den andre? Den som eier en tilstand, kan også oppheve den.

    BETALT kan følge av penger, uansett hva kravet var; AVSKREVET også, når Pilen har gitt kravet opp.
    """
    if fra in AVSLUTTET:
        return False
    if til is Tilstand.AAPEN:
        return side in _EIER[fra]
    aapnes = fra is Tilstand.AAPEN or til in AVSLUTTET or side in _EIER[fra]
    return side in _EIER[til] and aapnes


def _innbetalinger(pilen: Konto, procasso: Konto) -> list[NyInnbetaling]:
    """Penger den ene har tatt imot og den andre ikke vet om, eldst først."""
    kjent = {Side.PILEN: procasso, Side.PROCASSO: pilen}
    nye = [
        NyInnbetaling(fra.den_andre, each)
        for fra, konto in ((Side.PILEN, pilen), (Side.PROCASSO, procasso))
        for each in konto.innbetalinger
        if each.referanse is None and each.id not in {andre.referanse for andre in kjent[fra].innbetalinger}
    ]
    return sorted(nye, key=lambda ny: ny.innbetaling.dato)


def _innbetalinger_avviker(meldt_hit: Konto, opphav: Konto) -> bool:
    """Er noe av det som er meldt hit, ikke lenger det samme der pengene kom inn?"""
    original = {each.id: (each.dato, each.beloep) for each in opphav.innbetalinger if each.referanse is None}
    meldte = [each for each in meldt_hit.innbetalinger if each.referanse is not None]
    referanser = [each.referanse for each in meldte]
    return len(set(referanser)) < len(referanser) or any(
        original.get(each.referanse or "") != (each.dato, each.beloep) for each in meldte
    )
