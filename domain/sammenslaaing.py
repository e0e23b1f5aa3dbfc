"""Sammenslåing av parkeringskrav: krav med samme nøkkel samles i den eldste saken (MERGE-1 til MERGE-6).

Sammenslåing samler saken, ikke kravene: hvert krav beholder forfall, rente og foreldelse (MERGE-5).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.avbrudd import SAERNAMSMANNSKRAV
from domain.gebyr import Regime, regime
from domain.krav import Fagsystem, Krav, Kravtype, Tilstand
from domain.utelukkelse import Grunn, utelukkelse

__all__ = [
    "Grunn",
    "Gruppe",
    "MergeKey",
    "Regime",
    "Sammenslaaing",
    "Spor",
    "er_kandidat",
    "find_maalsak",
    "frisk_gruppe",
    "grupper",
    "merge_key",
    "utelukkelse",
]

_KANDIDATTYPER = frozenset({Kravtype.PARKERINGSGEBYR, Kravtype.KONTROLLSANKSJON})
_KANDIDATSYSTEMER = frozenset({Fagsystem.PAX, Fagsystem.PILEN})
_KANDIDATTILSTANDER = frozenset({Tilstand.AAPEN, Tilstand.KLAGE, Tilstand.BETALINGSAVTALE})


class Spor(StrEnum):
    """Hvem som tvangsinndriver: kommunen selv eller den alminnelige namsmannen (GEBYR-7, KS-3)."""

    SAERNAMSMANN = "SAERNAMSMANN"
    ALMINNELIG = "ALMINNELIG"


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


def er_kandidat(krav: Krav) -> bool:
    """Parkeringsgebyr og kontrollsanksjoner som er i live i PAX eller PILEN."""
    return (
        krav.kravtype in _KANDIDATTYPER and krav.fagsystem in _KANDIDATSYSTEMER and krav.tilstand in _KANDIDATTILSTANDER
    )


def merge_key(krav: Krav) -> MergeKey:
    """Nøkkelen til kravet (MERGE-3)."""
    spor = Spor.SAERNAMSMANN if krav.kravtype in SAERNAMSMANNSKRAV else Spor.ALMINNELIG
    regler = regime(krav.kravtype, krav.ilagt_dato)
    return MergeKey(krav.fagsystem, krav.skyldner, krav.fordringshaver, spor, krav.steg, regler)


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
    *,
    utenfor: Container[str] = (),
    maalsak: str | None = None,
) -> Sammenslaaing | None:
    """Gruppen dannet på nytt av ferske fakta, eller None når det ikke er noe å gjøre (MERGE-6).

    Et krav faller ut når det ikke lenger er AAPEN, ligger i en annen sak enn da det ble `funnet` (kravnr til saksnr),
    har fått en annen nøkkel, eller når en grunn nå passer. Et krav som ikke er blant de `ferske`, er også falt ut.
    `samme_noekkel` sammenligner med nøkkelen slik den ble funnet; den spørres bare om kandidater. `utenfor`: krav et
    menneske har holdt utenfor (MERGE-9). `maalsak`: saken et menneske har valgt (MERGE-10), ellers den eldste. Raises
    ValueError når ingen av kravene som er igjen, ligger i den.
    """

    def staar_fast(krav: Krav) -> bool:
        uendret = krav.tilstand is Tilstand.AAPEN and krav.saksnr == funnet.get(krav.kravnr)
        return uendret and krav.kravnr not in utenfor and er_kandidat(krav) and samme_noekkel(krav)

    igjen = sorted((krav for krav, grunn in ferske if grunn is None and staar_fast(krav)), key=_kravnr)
    if not _er_gruppe(igjen):
        return None
    saker = {krav.saksnr for krav in igjen}
    maalsak = find_maalsak(saker) if maalsak is None else maalsak
    if maalsak not in saker:
        raise ValueError(maalsak)
    return Sammenslaaing(
        maalsak=maalsak,
        kravnumre=tuple(krav.kravnr for krav in igjen),
        flyttes=tuple(krav.kravnr for krav in igjen if krav.saksnr != maalsak),
        sum_oere=sum(krav.sum for krav in igjen),
    )


def _er_gruppe(krav: list[Krav]) -> bool:
    """Ligger kravene i to saker eller flere? Da er det også minst to krav."""
    return len({ett.saksnr for ett in krav}) > 1


def _kravnr(krav: Krav) -> str:
    return krav.kravnr
