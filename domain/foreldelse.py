"""Foreldelse av pengekrav etter foreldelsesloven 18. mai 1979 nr. 18 (FORELD-1 til FORELD-12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.avbrudd import Virkning, rang, virkning
from domain.kalender import previous_bankdag
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Tilstand

ALMINNELIG_FRIST = 3
"""År, § 2 (FORELD-1)."""
LANG_FRIST = 10
"""År etter dom, forlik, utlegg og varsel: § 21 nr. 2 til 4 (FORELD-5, FORELD-6)."""
TILLEGG_ETTER_AVVISNING = 1
"""År, § 22 (FORELD-7)."""

_KANDIDATSYSTEMER = frozenset({Fagsystem.PAX, Fagsystem.PILEN, Fagsystem.PROCASSO})
_KANDIDATTILSTANDER = frozenset({Tilstand.AAPEN, Tilstand.KLAGE, Tilstand.BETALINGSAVTALE, Tilstand.STOPPET})
_RUTINENS_KODER = frozenset(
    {
        "PURRING",
        "INKASSOVARSEL",
        "BETALINGSOPPFORDRING",
        "ERKJENNELSE",
        "FORLIKSKLAGE",
        "DOM",
        "VARSEL_2_15",
        "UTLEGG",
        "INTET_TIL_UTLEGG",
    }
)
_FORKLARER_TILSTANDEN = {
    Tilstand.BETALINGSAVTALE: frozenset({"ERKJENNELSE", "INNBETALING"}),
    Tilstand.KLAGE: frozenset({"KLAGE"}),
}


class Foreldelsesstatus(StrEnum):
    """ACTIVE: fristen løper. SUSPENDED: den løper ikke. FORELDET: den er ute (FORELD-11)."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    FORELDET = "FORELDET"


class Foreldelsestiltak(StrEnum):
    """Hva som bør gjøres; avskriving er alltid bare et forslag (FORELD-10, FORELD-11)."""

    NONE = "NONE"
    WARN_INTERRUPT = "WARN_INTERRUPT"
    PROPOSE_WRITE_OFF = "PROPOSE_WRITE_OFF"
    MANUAL_REVIEW = "MANUAL_REVIEW"


@dataclass(frozen=True, slots=True)
class Foreldelse:
    """`siste_avbruddsdag`: siste dag et avbrudd virker. `siste_trygge_virkedag`: siste virkedag på eller før den.

    Begge er None når fristen er stanset.
    """

    status: Foreldelsesstatus
    tiltak: Foreldelsestiltak
    siste_avbruddsdag: date | None
    siste_trygge_virkedag: date | None

    @property
    def foreldet_fra(self) -> date | None:
        """Dagen etter siste avbruddsdag (FORELD-2)."""
        return None if self.siste_avbruddsdag is None else self.siste_avbruddsdag + timedelta(days=1)


@dataclass(slots=True)
class _Loep:
    """Fristen slik den står mens hendelsene telles; den flyttes aldri tilbake."""

    frist: date
    aar: int = ALMINNELIG_FRIST
    stanset: bool = False
    usikker: bool = False

    def tell(self, dato: date, virkning: Virkning) -> None:
        match virkning:
            case Virkning.NY_FRIST:
                self.frist = max(self.frist, add_aar(dato, self.aar))
            case Virkning.STANSER:
                self.stanset = True
            case Virkning.TI_AAR:
                self.aar, self.stanset = LANG_FRIST, False
                self.frist = max(self.frist, add_aar(dato, LANG_FRIST))
            case Virkning.AVVIST if self.stanset:
                self.stanset = False
                self.frist = max(self.frist, add_aar(dato, TILLEGG_ETTER_AVVISNING))
            case Virkning.AVVIST | Virkning.USIKKER:
                self.usikker = True


def is_foreldelseskandidat(krav: Krav) -> bool:
    """Krav som kan foreldes etter rutinen: i live, i PAX, PILEN eller PROCASSO, og ikke lån (§ 5, FORELD-11)."""
    return (
        krav.fagsystem in _KANDIDATSYSTEMER
        and krav.tilstand in _KANDIDATTILSTANDER
        and krav.kravtype is not Kravtype.LAAN
    )


def beregn_foreldelse(krav: Krav, hendelser: Iterable[Hendelse], as_of: date, warn_days: int) -> Foreldelse:
    """Foreldelse av kravet etter rutinen `limitation`, på datoen `as_of`.

    Fristen løper fra opprinnelig forfall, ikke flyttet til virkedag: en ny betalingsfrist flytter den ikke (§ 3,
    FORELD-1). Koder utenfor rutinens tabell teller som UKJENT, også når loven har en regel om dem. En tilstand som
    ingen hendelse forklarer, kan ha flyttet fristen (FORELD-10). `warn_days`: dager før fristen det varsles.
    """
    kjente = [(h.dato, h.hendelse) for h in hendelser if h.dato <= as_of]
    tidslinje = [(dato, kode if kode in _RUTINENS_KODER else "UKJENT") for dato, kode in kjente]
    forklaring = _FORKLARER_TILSTANDEN.get(krav.tilstand)
    uforklart = forklaring is not None and forklaring.isdisjoint(kode for _, kode in kjente)
    start = krav.opprinnelig_forfall or krav.forfall
    return foreldelse_fra_tidslinje(start, krav.kravtype, tidslinje, as_of, warn_days, usikker=uforklart)


def foreldelse_fra_tidslinje(
    start: date,
    kravtype: Kravtype,
    tidslinje: Sequence[tuple[date, str]],
    as_of: date,
    warn_days: int,
    *,
    usikker: bool = False,
) -> Foreldelse:
    """Foreldelse etter loven, av (dato, kode) i hvilken som helst rekkefølge; kodene står i `domain.avbrudd`.

    Tre år fra `start` (§§ 2 og 3), samme dato, 29. februar til 28. februar (FORELD-1, FORELD-2). En hendelse etter
    fristen som da løper, har ingen virkning, heller ikke en erkjennelse (FORELD-9), med mindre fristen er stanset.
    `usikker`: noe utenom hendelsene kan ha flyttet fristen.
    """
    loep = _Loep(add_aar(start, ALMINNELIG_FRIST), usikker=usikker)
    for dato, kode in sorted(tidslinje, key=lambda punkt: (punkt[0], rang(punkt[1]))):
        if dato > as_of or (dato > loep.frist and not loep.stanset):
            break
        loep.tell(dato, virkning(kode, dato, kravtype, har_dom=loep.aar == LANG_FRIST))
    return _resultat(loep, as_of, warn_days)


def foreldelse_til(siste_avbruddsdag: date, as_of: date, warn_days: int) -> Foreldelse:
    """Foreldelse når et menneske har avgjort hvilken dag som er den siste (FORELD-12): da er ingenting usikkert."""
    return _resultat(_Loep(siste_avbruddsdag), as_of, warn_days)


def is_foreldet(krav: Krav, hendelser: Iterable[Hendelse], as_of: date, bestemt_frist: date | None = None) -> bool:
    """Er kravet foreldet på datoen `as_of`, om tiltaket er forslag eller manuell vurdering (FORELD-9, FORELD-10)?

    `bestemt_frist`: den siste dagen et menneske har bestemt, der loven ikke avgjør det (FORELD-12).
    """
    foreldelse = beregn_foreldelse(krav, hendelser, as_of, warn_days=0)
    if foreldelse.tiltak is Foreldelsestiltak.MANUAL_REVIEW and bestemt_frist is not None:
        foreldelse = foreldelse_til(bestemt_frist, as_of, warn_days=0)
    return foreldelse.status is Foreldelsesstatus.FORELDET


def siste_mulige_frist(as_of: date) -> date:
    """Ingen frist går lenger enn ti år fram: det lengste et avbrudd i dag gir (FORELD-5, FORELD-6, FORELD-12)."""
    return add_aar(as_of, LANG_FRIST)


def add_aar(dag: date, aar: int) -> date:
    """Samme dato `aar` år senere; 29. februar blir 28. februar når året ikke er skuddår (FORELD-2)."""
    try:
        return dag.replace(year=dag.year + aar)
    except ValueError:
        return dag.replace(year=dag.year + aar, day=28)


def _resultat(loep: _Loep, as_of: date, warn_days: int) -> Foreldelse:
    if loep.stanset:
        return Foreldelse(Foreldelsesstatus.SUSPENDED, Foreldelsestiltak.NONE, None, None)
    trygg = previous_bankdag(loep.frist)
    if as_of > loep.frist:
        tiltak = Foreldelsestiltak.MANUAL_REVIEW if loep.usikker else Foreldelsestiltak.PROPOSE_WRITE_OFF
        return Foreldelse(Foreldelsesstatus.FORELDET, tiltak, loep.frist, trygg)
    naer = (loep.frist - as_of).days <= warn_days
    tiltak = Foreldelsestiltak.WARN_INTERRUPT if naer else Foreldelsestiltak.NONE
    return Foreldelse(Foreldelsesstatus.ACTIVE, tiltak, loep.frist, trygg)
