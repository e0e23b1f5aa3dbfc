"""The draft of a fordringsanmeldelse, for a person to complete and send to the bostyrer (BO-3)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from domain.adressat import Adressat
from domain.konkursanmeldelse import Anmeldelseslinje
from domain.krav import Kravtype
from flows.brev.brev import Brev
from flows.brev.fakta import Avsender
from flows.brev.pdf import tegn_brev
from flows.brev.skrivemaate import skriv_beloep, skriv_dato
from flows.brev.tekst import FORDRINGSHAVERE, KRAVTYPER, Avsnitt, Tekst
from hub.automation import Json


@dataclass(frozen=True, slots=True)
class MeldtKrav:
    """One krav of the anmeldelse, with what a reader wants to know of it."""

    linje: Anmeldelseslinje
    kravtype: Kravtype
    fordringshaver: str
    forfall: date


@dataclass(frozen=True, slots=True)
class Anmeldelse:
    """What is reported of one unit. `frist` is computed, not read in the kunngjøring."""

    organisasjonsnummer: str
    konkursaapning: date
    frist: date
    siste_virkedag: date
    krav: Sequence[MeldtKrav]

    def to_json(self) -> Json:
        """As a plan keeps it: ids, dates, codes and amounts."""
        return json.loads(json.dumps(asdict(self), default=date.isoformat))

    @classmethod
    def from_json(cls, raw: Json) -> Anmeldelse:
        """What a plan has kept."""
        return cls(
            raw["organisasjonsnummer"],
            date.fromisoformat(raw["konkursaapning"]),
            date.fromisoformat(raw["frist"]),
            date.fromisoformat(raw["siste_virkedag"]),
            tuple(
                MeldtKrav(
                    Anmeldelseslinje(**krav["linje"]),
                    Kravtype(krav["kravtype"]),
                    krav["fordringshaver"],
                    date.fromisoformat(krav["forfall"]),
                )
                for krav in raw["krav"]
            ),
        )


def lag_anmeldelse(anmeldelse: Anmeldelse, navn: str, saksnr: str, avsender: Avsender, as_of: date) -> Brev:
    """The draft as PDF, dated `as_of`. `navn`: of the unit in the register. The same facts give the same bytes."""
    bostyrer = Adressat("", f"Bostyreren i {navn}, konkursbo", (), "", "")
    tekst = _tekst(anmeldelse, navn)
    return Brev(tekst.tittel, f"{tekst.filnavn}.pdf", tegn_brev(tekst, saksnr, bostyrer, avsender, as_of))


def _tekst(anmeldelse: Anmeldelse, navn: str) -> Tekst:
    linjer = [krav.linje for krav in anmeldelse.krav]
    return Tekst(
        tittel="Utkast: anmeldelse av krav i konkursbo",
        filnavn=f"anmeldelse-{anmeldelse.organisasjonsnummer}",
        overskrift="Utkast: anmeldelse av krav i konkursbo",
        avsnitt=(
            Avsnitt(
                "Dette er et utkast. Kontroller beløpene og fristen i kunngjøringen, fyll inn bostyrerens adresse og "
                "send anmeldelsen innen fristen."
            ),
            Avsnitt(
                rader=(
                    ("Foretak", navn),
                    ("Organisasjonsnummer", anmeldelse.organisasjonsnummer),
                    ("Konkursåpning", skriv_dato(anmeldelse.konkursaapning)),
                    ("Frist, beregnet", skriv_dato(anmeldelse.frist)),
                    ("Siste trygge virkedag", skriv_dato(anmeldelse.siste_virkedag)),
                ),
            ),
            Avsnitt("Vi melder disse kravene i boet. Hovedstol og renter er regnet til og med konkursåpningen."),
            *(_avsnitt(krav) for krav in anmeldelse.krav),
            Avsnitt(
                overskrift="Til sammen",
                rader=(
                    ("Hovedstol", skriv_beloep(sum(linje.hovedstol for linje in linjer))),
                    ("Renter", skriv_beloep(sum(linje.rente for linje in linjer))),
                    ("Kostnader", skriv_beloep(sum(linje.kostnader for linje in linjer))),
                    ("Sum", skriv_beloep(sum(linje.sum for linje in linjer))),
                ),
            ),
        ),
    )


def _avsnitt(krav: MeldtKrav) -> Avsnitt:
    linje = krav.linje
    return Avsnitt(
        overskrift=f"Krav {linje.kravnr}",
        rader=(
            ("Gjelder", KRAVTYPER[krav.kravtype]),
            ("Fordringshaver", FORDRINGSHAVERE.get(krav.fordringshaver, krav.fordringshaver)),
            ("Forfall", skriv_dato(krav.forfall)),
            ("Hovedstol", skriv_beloep(linje.hovedstol)),
            ("Renter", skriv_beloep(linje.rente)),
            ("Kostnader", skriv_beloep(linje.kostnader)),
        ),
    )
