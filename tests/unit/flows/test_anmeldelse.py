"""The draft of a fordringsanmeldelse, and what company-watch says of a unit."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest

from domain.foretaksstatus import Foretakstiltak, finn_tiltak
from domain.konkursanmeldelse import Anmeldelseslinje
from domain.krav import Kravtype
from domain.skyldner import Enhet, Enhetsstatus
from flows.brev.anmeldelse import Anmeldelse, MeldtKrav, lag_anmeldelse
from flows.brev.fakta import Avsender
from flows.foretak.tekst import skriv_forslag

NR = "202063756"
AVSENDER = Avsender("Innkrevingsetaten", ("Eksempelgata 1", "0001 OSLO"), "00 00 00 00", "example.com", "12345678911")
ANMELDELSE = Anmeldelse(
    NR,
    date(2026, 11, 9),
    date(2026, 11, 30),
    date(2026, 11, 30),
    (
        MeldtKrav(Anmeldelseslinje("PC1", 100_000, 940, 3_800), Kravtype.BARNEHAGE, "BYDEL03", date(2026, 10, 12)),
        MeldtKrav(Anmeldelseslinje("IS1", 200_000, 0, 0), Kravtype.KOMMUNALE_AVGIFTER, "VAV", date(2026, 11, 30)),
    ),
)


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().replace("\u00a0", " ").split()) for page in pages)


def test_the_draft_names_unit_deadline_and_each_krav() -> None:
    brev = lag_anmeldelse(ANMELDELSE, "EKSEMPEL AS", "C17", AVSENDER, date(2026, 11, 23))
    text = text_of(brev.pdf)
    for told in (
        "Utkast: anmeldelse av krav i konkursbo",
        "Bostyreren i EKSEMPEL AS, konkursbo",
        "Saksnummer: C17",
        f"Organisasjonsnummer: {NR}",
        "Konkursåpning: 9. november 2026",
        "Frist, beregnet: 30. november 2026",
        "Krav PC1 Gjelder: Barnehage Fordringshaver: Bydel Sagene Forfall: 12. oktober 2026 "
        "Hovedstol: 1 000,00 kroner Renter: 9,40 kroner Kostnader: 38,00 kroner",
        "Krav IS1 Gjelder: Kommunale avgifter Fordringshaver: Vann- og avløpsetaten",
        "Til sammen Hovedstol: 3 000,00 kroner Renter: 9,40 kroner Kostnader: 38,00 kroner Sum: 3 047,40 kroner",
    ):
        assert told in text
    assert "EKSEMPEL" not in brev.tittel + brev.filnavn


def test_the_same_facts_give_the_same_bytes() -> None:
    first, second = (lag_anmeldelse(ANMELDELSE, "EKSEMPEL AS", "C17", AVSENDER, date(2026, 11, 23)) for _ in range(2))
    assert first.pdf == second.pdf


def test_a_plan_keeps_it_whole() -> None:
    assert Anmeldelse.from_json(ANMELDELSE.to_json()) == ANMELDELSE


@pytest.mark.parametrize(
    ("enhet", "words"),
    [
        (Enhet(NR, "AS", Enhetsstatus.SLETTET, date(2026, 9, 14)), "fra 14.09.2026. Foretaket kan ikke kreves lenger."),
        (Enhet(NR, None, Enhetsstatus.FJERNET), "Vi vet ikke om noen hefter"),
        (Enhet(NR, "ENK", Enhetsstatus.SLETTET), "Innehaveren av et enkeltpersonforetak hefter selv"),
        (Enhet(NR, "DA", Enhetsstatus.SLETTET), "Deltakerne hefter fortsatt"),
        (Enhet(NR, "AS", Enhetsstatus.UNDER_AVVIKLING), "avviklingsstyret"),
        (Enhet(NR, "AS", Enhetsstatus.TVANGSOPPLOSNING), "om tingretten åpner bo"),
    ],
)
def test_each_proposal_says_why_and_names_its_rule(enhet: Enhet, words: str) -> None:
    tiltak = finn_tiltak(enhet)
    assert tiltak is not None
    text = skriv_forslag(enhet, tiltak, None, [])
    assert words in text
    assert "(BO-" in text


def test_a_konkurs_says_its_deadline_and_what_is_left_out() -> None:
    enhet = Enhet(NR, "AS", Enhetsstatus.KONKURS, date(2026, 11, 9))
    text = skriv_forslag(enhet, Foretakstiltak.REPORT_BANKRUPTCY, ANMELDELSE, ["PC3"])
    assert text == (
        "Skyldneren er konkurs fra 09.11.2026. Meld kravene til bostyreren (BO-3). Fristen er beregnet til 30.11.2026, "
        "siste trygge virkedag er 30.11.2026. Kontroller den i kunngjøringen. Oppstått etter konkursåpningen, eller "
        "foreldet: PC3."
    )
