"""Sammenslåing av parkeringskrav: krav med samme nøkkel samles i den eldste saken (MERGE-1 til MERGE-6).

Sammenslåing samler saken, ikke kravene: hvert krav beholder forfall, rente og foreldelse (MERGE-5).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.krav import Fagsystem, Krav, Kravtype, Tilstand
from domain.utelukkelse import Grunn, utelukkelse

__all__ = [
    "Grunn",
    "Gruppe",
    "Kontroll",
    "MergeKey",
    "Regime",
    "Sammenslaaing",
    "Spor",
    "er_kandidat",
    "find_maalsak",
    "frisk_gruppe",
    "grupper",
    "kontroller",
    "merge_key",
    "utelukkelse",
]

_KANDIDATTYPER = frozenset({Kravtype.PARKERINGSGEBYR, Kravtype.KONTROLLSANKSJON})
_KANDIDATSYSTEMER = frozenset({Fagsystem.PAX, Fagsystem.PILEN})
_KANDIDATTILSTANDER = frozenset({Tilstand.AAPEN, Tilstand.KLAGE, Tilstand.BETALINGSAVTALE})
_RENTE_PAA_GEBYR_FRA = date(2026, 1, 1)


class Spor(StrEnum):
    """Hvem som tvangsinndriver: kommunen selv eller den alminnelige namsmannen (GEBYR-7, KS-3)."""

    SAERNAMSMANN = "SAERNAMSMANN"
    ALMINNELIG = "ALMINNELIG"


class Regime(StrEnum):
    """Tilleggene kravet får når det ikke betales: 50 prosent, rente eller inkasso (GEBYR-3, GEBYR-4, KS-2)."""

    PRE2026 = "PRE2026"
    RENTE2026 = "RENTE2026"
    INKASSO = "INKASSO"


@dataclass(frozen=True, slots=True)
class MergeKey:
    """Det krav må ha felles for å slås sammen (MERGE-3)."""

    fagsystem: Fagsystem
    skyldner: str = field(repr=False)
    fordringshaver: str
    spor: Spor
    steg: str
    regime: Regime

    def kanonisk(self) -> str:
        """Nøkkelen som én entydig tekst, til HMAC. Den holder fødselsnummeret: lagres og logges aldri selv."""
        deler = (self.fagsystem, self.skyldner, self.fordringshaver, self.spor, self.steg, self.regime)
        return json.dumps(deler, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Gruppe:
    """To eller flere krav med samme nøkkel som ikke alt ligger i én sak; `krav` er sortert på kravnr."""

    noekkel: MergeKey
    krav: tuple[Krav, ...]

    @property
    def funnet(self) -> dict[str, str]:
        """Saksnr for hvert kravnr slik de ble funnet: det `frisk_gruppe` trenger å få tilbake."""
        return {krav.kravnr: krav.saksnr for krav in self.krav}

    @property
    def maalsak(self) -> str:
        return find_maalsak(krav.saksnr for krav in self.krav)


@dataclass(frozen=True, slots=True)
class Sammenslaaing:
    """Det som skal gjøres, uten personopplysninger. `flyttes` er de av `kravnumre` som ikke alt ligger i målsaken.

    `sum_oere` er hovedstol + kostnader + renter for alle kravene, før.
    """

    maalsak: str
    kravnumre: tuple[str, ...]
    flyttes: tuple[str, ...]
    sum_oere: int


@dataclass(frozen=True, slots=True)
class Kontroll:
    """Det som ble lest tilbake. `mangler` er kravene som ikke ligger i målsaken eller ikke kom med."""

    mangler: tuple[str, ...]
    sum_foer: int
    sum_etter: int

    @property
    def stemmer(self) -> bool:
        """Alle kravene er i målsaken, og sum før = sum etter, på øret (MERGE-6)."""
        return not self.mangler and self.sum_foer == self.sum_etter


def er_kandidat(krav: Krav) -> bool:
    """Parkeringsgebyr og kontrollsanksjoner som er i live i PAX eller PILEN."""
    return (
        krav.kravtype in _KANDIDATTYPER and krav.fagsystem in _KANDIDATSYSTEMER and krav.tilstand in _KANDIDATTILSTANDER
    )


def merge_key(krav: Krav) -> MergeKey:
    """Nøkkelen til kravet (MERGE-3). Raises ValueError for kravtyper som ikke slås sammen."""
    spor, regime = _spor_og_regime(krav)
    return MergeKey(krav.fagsystem, krav.skyldner, krav.fordringshaver, spor, krav.steg, regime)


def find_maalsak(saksnumre: Iterable[str]) -> str:
    """Den eldste saken: det korteste saksnummeret, så det minste (S9120 før S10034). Raises ValueError uten saker."""
    return min(saksnumre, key=lambda saksnr: (len(saksnr), saksnr))


def grupper(krav: Iterable[Krav]) -> list[Gruppe]:
    """Gruppene som skal slås sammen, av krav som ingen grunn utelukker. Rekkefølgen inn betyr ingenting."""
    etter_noekkel: defaultdict[MergeKey, list[Krav]] = defaultdict(list)
    for ett in sorted(krav, key=_kravnr):
        etter_noekkel[merge_key(ett)].append(ett)
    return [Gruppe(noekkel, tuple(flere)) for noekkel, flere in etter_noekkel.items() if _er_gruppe(flere)]


def frisk_gruppe(
    funnet: Mapping[str, str],
    ferske: Iterable[tuple[Krav, Grunn | None]],
    samme_noekkel: Callable[[Krav], bool],
) -> Sammenslaaing | None:
    """Gruppen dannet på nytt av ferske fakta, eller None når det ikke er noe å gjøre (MERGE-6).

    Et krav faller ut når det ikke lenger er AAPEN, ligger i en annen sak enn da det ble `funnet` (kravnr til saksnr),
    har fått en annen nøkkel, eller når en grunn nå passer. Et krav som ikke er blant de `ferske`, er også falt ut.
    `samme_noekkel` sammenligner med nøkkelen slik den ble funnet; den spørres bare om kandidater.
    """

    def staar_fast(krav: Krav) -> bool:
        uendret = krav.tilstand is Tilstand.AAPEN and krav.saksnr == funnet.get(krav.kravnr)
        return uendret and er_kandidat(krav) and samme_noekkel(krav)

    igjen = sorted((krav for krav, grunn in ferske if grunn is None and staar_fast(krav)), key=_kravnr)
    if not _er_gruppe(igjen):
        return None
    maalsak = find_maalsak(krav.saksnr for krav in igjen)
    return Sammenslaaing(
        maalsak=maalsak,
        kravnumre=tuple(krav.kravnr for krav in igjen),
        flyttes=tuple(krav.kravnr for krav in igjen if krav.saksnr != maalsak),
        sum_oere=sum(krav.sum for krav in igjen),
    )


def kontroller(plan: Sammenslaaing, etter: Iterable[Krav]) -> Kontroll:
    """Sammenlign planen med kravene slik de ble lest tilbake (MERGE-6). Andre krav i `etter` teller ikke."""
    lest = {krav.kravnr: krav for krav in etter if krav.kravnr in plan.kravnumre}
    i_maalsaken = {krav.kravnr for krav in lest.values() if krav.saksnr == plan.maalsak}
    return Kontroll(
        mangler=tuple(kravnr for kravnr in plan.kravnumre if kravnr not in i_maalsaken),
        sum_foer=plan.sum_oere,
        sum_etter=sum(krav.sum for krav in lest.values()),
    )


def _spor_og_regime(krav: Krav) -> tuple[Spor, Regime]:
    if krav.kravtype is Kravtype.KONTROLLSANKSJON:
        return Spor.ALMINNELIG, Regime.INKASSO
    if krav.kravtype is Kravtype.PARKERINGSGEBYR:
        er_ny = krav.ilagt_dato >= _RENTE_PAA_GEBYR_FRA
        return Spor.SAERNAMSMANN, Regime.RENTE2026 if er_ny else Regime.PRE2026
    raise ValueError(f"a krav of type {krav.kravtype} has no merge key")


def _er_gruppe(krav: list[Krav]) -> bool:
    """Ligger kravene i to saker eller flere? Da er det også minst to krav."""
    return len({ett.saksnr for ett in krav}) > 1


def _kravnr(krav: Krav) -> str:
    return krav.kravnr
