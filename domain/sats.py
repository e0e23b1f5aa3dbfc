"""Én sats: hva den er, hvor lenge den gjelder, og feilen når den mangler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum, auto

from domain.errors import BusinessException


class Slag(StrEnum):
    """Hva satsen er. Verdien er ordet i satstabellen."""

    FORSINKELSESRENTE = "forsinkelsesrente"
    """Prosent per år (RENTE-4)."""
    STANDARDKOMPENSASJON = "standardkompensasjon"
    """Kroner, bare mellom næringsdrivende (RENTE-10)."""
    INKASSOSATS = "inkassosats"
    """Kroner (INK-3)."""
    INKASSOSALAER = "inkassosalaer"
    """Salærtrinn i inkassosatser, etter hovedstol; datoen er kravets forfall (INK-6)."""
    PURREGEBYR = "purregebyr"
    """Gebyr for purring og inkassovarsel, i inkassosatser (INK-4)."""
    BETALINGSOPPFORDRINGSGEBYR = "betalingsoppfordringsgebyr"
    """Gebyr for egen betalingsoppfordring, i inkassosatser (INK-4)."""
    KONTROLLSANKSJON_LAV = "kontrollsanksjon_lav"
    """Kroner (KS-1), som de to neste."""
    KONTROLLSANKSJON_NORMAL = "kontrollsanksjon_normal"
    KONTROLLSANKSJON_HC = "kontrollsanksjon_hc"
    PARKERINGSGEBYR = "parkeringsgebyr"
    """Kroner (GEBYR-1)."""
    TILLEGGSGEBYR_PIGGDEKK = "tilleggsgebyr_piggdekk"
    """Kroner (GEBYR-5)."""
    RETTSGEBYR = "rettsgebyr"
    """Kroner (UTL-4)."""
    LIVSOPPHOLD_ENSLIG = "livsopphold_enslig"
    """Kroner per måned (UTL-1), som de seks neste."""
    LIVSOPPHOLD_GIFT_ELLER_SAMBOENDE = "livsopphold_gift_eller_samboende"
    LIVSOPPHOLD_FORSOERGER_EKTEFELLE = "livsopphold_forsoerger_ektefelle"
    LIVSOPPHOLD_BARN_0_5 = "livsopphold_barn_0_5"
    LIVSOPPHOLD_BARN_6_10 = "livsopphold_barn_6_10"
    LIVSOPPHOLD_BARN_11_14 = "livsopphold_barn_11_14"
    LIVSOPPHOLD_BARN_15_PLUSS = "livsopphold_barn_15_pluss"


class Gyldighet(Enum):
    """Hvor lenge en sats gjelder når ingen ny er satt.

    HALVAAR: bare sitt eget halvår (forsinkelsesrenteloven §§ 3 og 3 a: settes hvert halvår, RENTE-4). AAR: tolv måneder
    fra datoen (UTL-1, UTL-4). FEM_AAR: til neste regulering etter parkeringsforskriften § 36 (KS-1). TIL_ENDRET: til
    forskriften endres, altså til neste rad.
    """

    HALVAAR = auto()
    AAR = auto()
    FEM_AAR = auto()
    TIL_ENDRET = auto()


_LIVSOPPHOLD = [slag for slag in Slag if slag.startswith("livsopphold")]
_KONTROLLSANKSJON = [slag for slag in Slag if slag.startswith("kontrollsanksjon")]
_GYLDIGHET = {
    **dict.fromkeys((Slag.FORSINKELSESRENTE, Slag.STANDARDKOMPENSASJON), Gyldighet.HALVAAR),
    **dict.fromkeys((Slag.RETTSGEBYR, *_LIVSOPPHOLD), Gyldighet.AAR),
    **dict.fromkeys(_KONTROLLSANKSJON, Gyldighet.FEM_AAR),
}


def gyldighet(slag: Slag) -> Gyldighet:
    """Hvor lenge en sats av slaget gjelder. Det som ikke settes til faste tider, gjelder til det endres."""
    return _GYLDIGHET.get(slag, Gyldighet.TIL_ENDRET)


@dataclass(frozen=True, slots=True)
class Sats:
    """En rad. `verdi` er i slagets enhet. `opp_til`: høyeste hovedstol i øre for trinnet, None uten tak."""

    slag: Slag
    gjelder_fra: date
    verdi: Decimal
    opp_til: int | None = None


class MissingRate(BusinessException):
    """Ingen sats av `slag` er kjent for `dato` (RATE_MISSING): et menneske må føre den inn."""

    def __init__(self, slag: Slag, dato: date) -> None:
        super().__init__("RATE_MISSING", f"{slag.value} {dato.isoformat()}")
        self.slag = slag
        self.dato = dato
