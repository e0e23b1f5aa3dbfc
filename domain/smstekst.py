"""Teksten i SMS-en om et forfalt parkeringsgebyr (SMS-5)."""

from __future__ import annotations

from domain.krav import Krav
from domain.oere import format_oere


def lag_smstekst(krav: Krav, beloep: int, avsender: str, kontonummer: str) -> str:
    """Det mottakeren trenger for å betale, uten noe å trykke på: beløp, frist, konto og KID.

    Verken navn, kjennemerke eller lenke: en SMS kan leses av andre, og lenker er det svindlere sender. `beloep` i øre.
    Tegnene finnes i GSM-7, så teksten er én SMS på 160 tegn også med den lengste KID-en.
    """
    konto = f"{kontonummer[:4]}.{kontonummer[4:6]}.{kontonummer[6:]}"
    return (
        f"{avsender}: Parkeringsgebyr {_kroner(beloep)} kr forfalt {krav.forfall:%d.%m.%y}. "
        f"Betal nå, før det blir dyrere. Konto {konto}, KID {krav.kid}. Ikke svar."
    )


def _kroner(beloep: int) -> str:
    return format_oere(beloep).removesuffix(".00").replace(".", ",")
