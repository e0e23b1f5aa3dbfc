"""What the letters say, in plain Norwegian. No fødselsnummer, and of the child no name: the case number says enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from domain.krav import Kravtype
from flows.brev.fakta import Avsender, Kravfakta
from flows.brev.skrivemaate import skriv_beloep, skriv_dato, skriv_kid, skriv_konto

HOLD_GUARDIANS = "HOLD_GUARDIANS"
TURNED_18_REISSUE = "TURNED_18_REISSUE"

KRAVTYPER = {
    Kravtype.PARKERINGSGEBYR: "Parkeringsgebyr",
    Kravtype.KONTROLLSANKSJON: "Kontrollsanksjon for parkering",
    Kravtype.PIGGDEKKGEBYR: "Gebyr for piggdekk",
    Kravtype.KOMMUNALE_AVGIFTER: "Kommunale avgifter",
    Kravtype.EIENDOMSSKATT: "Eiendomsskatt",
    Kravtype.BARNEHAGE: "Barnehage",
    Kravtype.SFO: "Skolefritidsordning (SFO)",
    Kravtype.HUSLEIE: "Husleie",
    Kravtype.LAAN: "Lån",
}
BYDELER = (
    "Gamle Oslo", "Grünerløkka", "Sagene", "St. Hanshaugen", "Frogner", "Ullern", "Vestre Aker", "Nordre Aker",
    "Bjerke", "Grorud", "Stovner", "Alna", "Østensjø", "Nordstrand", "Søndre Nordstrand",
)  # fmt: skip
FORDRINGSHAVERE = {
    "BYM": "Bymiljøetaten",
    "VAV": "Vann- og avløpsetaten",
    "BOLIGBYGG": "Boligbygg Oslo KF",
    **{f"BYDEL{number:02}": f"Bydel {navn}" for number, navn in enumerate(BYDELER, 1)},
}
"""Full names of the codes we know; another code stands in the letter as it is."""


@dataclass(frozen=True, slots=True)
class Avsnitt:
    """A paragraph, or with `rader` a list of facts: (what it is, its value). `overskrift` stands above."""

    tekst: str = ""
    rader: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    overskrift: str = ""


@dataclass(frozen=True, slots=True)
class Tekst:
    """One letter's words. `tittel` is shown in mailboxes and notices, `filnavn` is without the ending."""

    tittel: str
    filnavn: str
    overskrift: str
    avsnitt: tuple[Avsnitt, ...]


def innkreving_stanset(krav: Kravfakta, avsender: Avsender, *, til_verge: bool = False) -> Tekst:
    """To each with foreldreansvar, or to the verge: collection has stopped, without costs (MIND-3, MIND-7)."""
    rolle = "er verge" if til_verge else "har foreldreansvar"
    return Tekst(
        tittel=f"Innkrevingen er stanset, sak {krav.saksnr}",
        filnavn=f"innkreving-stanset-{krav.kravnr}",
        overskrift="Innkrevingen er stanset",
        avsnitt=(
            Avsnitt(
                f"Du får dette brevet fordi du {rolle} for et barn som vi har et krav mot. "
                "Barnet er under 18 år. Derfor har vi stanset innkrevingen."
            ),
            Avsnitt(
                overskrift="Hva betyr dette?",
                tekst="Ingen trenger å betale nå, og vi sender ingen purringer mens innkrevingen er stanset. "
                "Vi har fjernet alle kostnader ved innkrevingen. Kravet gjelder barnet og ikke deg. "
                "Det er ikke slettet, og en saksbehandler vurderer hva som skal skje med det.",
            ),
            Avsnitt(
                overskrift="Kravet",
                rader=(*om_kravet(krav), ("Beløp uten kostnader", skriv_beloep(krav.aa_betale))),
            ),
            Avsnitt(
                overskrift="Har du spørsmål, eller mener du at kravet er feil?",
                tekst=f"{kontakt(avsender)} Oppgi saksnummer {krav.saksnr}. "
                "Du trenger ikke å oppgi fødselsnummer, verken ditt eller barnets.",
            ),
        ),
    )


def ny_frist(krav: Kravfakta, avsender: Avsender, forfall: date, *, til_verge: bool = False) -> Tekst:
    """To the person who has turned 18, or to the verge: a new deadline, and no costs from before (MIND-4, MIND-7)."""
    innledning = (
        "Du får dette brevet fordi du er verge for en person som vi har et krav mot. Kravet er fra før personen fylte "
        "18 år. Nå er personen myndig, og derfor får kravet en ny frist. Kostnadene ved innkrevingen fra før personen "
        "ble 18, skal ikke betales. Dem har vi fjernet."
        if til_verge
        else "Vi har et krav mot deg fra før du fylte 18 år. Nå er du myndig, og derfor får du en ny frist. "
        "Du skal ikke betale kostnadene ved innkrevingen fra før du ble 18. Dem har vi fjernet."
    )
    return Tekst(
        tittel=f"Ny betalingsfrist, sak {krav.saksnr}",
        filnavn=f"ny-betalingsfrist-{krav.kravnr}",
        overskrift="Du får en ny frist for å betale",
        avsnitt=(
            Avsnitt(innledning),
            Avsnitt(
                overskrift="Slik betaler du",
                rader=(
                    ("Å betale", skriv_beloep(krav.aa_betale)),
                    ("Betalingsfrist", skriv_dato(forfall)),
                    *betaling(krav, avsender),
                ),
            ),
            Avsnitt(overskrift="Kravet", rader=(*om_kravet(krav), *regnestykke(krav))),
            Avsnitt(
                overskrift="Kan du ikke betale innen fristen?",
                tekst="Ta kontakt før fristen går ut. Du kan for eksempel spørre om en betalingsavtale. "
                f"{kontakt(avsender)} Hører vi ikke fra deg, fortsetter vi innkrevingen.",
            ),
            Avsnitt(
                overskrift="Mener du at kravet er feil?",
                tekst="Da kan du klage. Skriv til oss innen betalingsfristen, fortell hva som er feil og hvorfor, og "
                f"oppgi saksnummer {krav.saksnr}. Adressen står øverst i brevet, og du kan også klage på "
                f"{avsender.nettside}. Det koster ikke noe å klage, og vi hjelper deg hvis du ringer.",
            ),
        ),
    )


def betaling(krav: Kravfakta, avsender: Avsender) -> tuple[tuple[str, str], ...]:
    """Where to pay to, and how the payment is known to be of this krav."""
    merke = ("KID", skriv_kid(krav.kid)) if krav.kid else ("Merk betalingen", f"Sak {krav.saksnr}")
    return (("Kontonummer", skriv_konto(avsender.kontonummer)), merke)


def om_kravet(krav: Kravfakta) -> tuple[tuple[str, str], ...]:
    """What it is, from whom and from when."""
    return (
        ("Kravet gjelder", KRAVTYPER[krav.kravtype]),
        ("Kommer fra", FORDRINGSHAVERE.get(krav.fordringshaver, krav.fordringshaver)),
        ("Dato for kravet", skriv_dato(krav.ilagt_dato)),
        ("Kravnummer", krav.kravnr),
    )


def regnestykke(krav: Kravfakta) -> tuple[tuple[str, str], ...]:
    """How the sum came about; a line that is nothing is left out."""
    rows = (
        ("Opprinnelig beløp", krav.hovedstol),
        ("Kostnader", krav.kostnader),
        ("Renter", krav.renter),
        ("Allerede betalt", krav.innbetalt),
    )
    return tuple((navn, skriv_beloep(oere)) for navn, oere in rows if oere)


def kontakt(avsender: Avsender) -> str:
    """How we are reached."""
    return f"Ring oss på {avsender.telefon} eller skriv til oss på {avsender.nettside}."
