"""What the letter to an estate says, in plain Norwegian. The address names the estate; the letter names nobody."""

from __future__ import annotations

from domain.doedsbo import OFFENTLIG
from flows.brev.fakta import Avsender, Kravfakta
from flows.brev.skrivemaate import skriv_beloep
from flows.brev.tekst import Avsnitt, Tekst, betaling, kontakt, om_kravet, regnestykke


def krav_i_doedsbo(krav: Kravfakta, skifteform: str, avsender: Avsender) -> Tekst:
    """To whoever answers for the estate: the krav is reported, and collection has stopped (BO-2)."""
    skifte = "dødsboet, som skiftes offentlig" if skifteform == OFFENTLIG else "dødsboet"
    return Tekst(
        tittel=f"Krav i dødsbo, sak {krav.saksnr}",
        filnavn=f"krav-i-doedsbo-{krav.kravnr}",
        overskrift="Vi melder et krav i dødsboet",
        avsnitt=(
            Avsnitt(
                f"Vi har et krav mot den avdøde, og melder det med dette i {skifte}. "
                "Du får brevet fordi Folkeregisteret har deg som kontakt for boet."
            ),
            Avsnitt(
                overskrift="Hva betyr dette?",
                tekst="Vi har stanset purringer og gebyrer. Kravet gjelder dødsboet. Har arvingene overtatt ansvaret "
                "for gjelden, er det de som svarer for det.",
            ),
            Avsnitt(
                overskrift="Slik kan boet betale",
                rader=(("Å betale", skriv_beloep(krav.aa_betale)), *betaling(krav, avsender)),
            ),
            Avsnitt(overskrift="Kravet", rader=(*om_kravet(krav), *regnestykke(krav))),
            Avsnitt(
                overskrift="Har du spørsmål, eller mener du at kravet er feil?",
                tekst=f"{kontakt(avsender)} Oppgi saksnummer {krav.saksnr}. "
                "Du trenger ikke å oppgi fødselsnummer, verken ditt eller avdødes.",
            ),
        ),
    )
