"""The letters, read back from the PDF: what they say and do not say, and that they are the same each time."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from domain.adressat import Adressat
from domain.doedsbo import Kontakt
from domain.errors import BusinessException
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from flows.brev.brev import Brev, lag_brev, lag_doedsbobrev
from flows.brev.fakta import Avsender, Kravfakta
from flows.brev.skrivemaate import skriv_beloep, skriv_dato, skriv_kid, skriv_konto
from flows.brev.tekst import FORDRINGSHAVERE, KRAVTYPER

NUMBER = "01817328004"
AVSENDER = Avsender(
    "Innkrevingsetaten", ("Postboks 1, 0101 Oslo",), "22 00 00 00", "example.com/innkreving", "12345678911"
)
KARI = Adressat(NUMBER, "Kari Ærlig Søråsen", ("c/o Odd Prøve", "Blåbærstien 12B"), "0155", "OSLO")
KRAV = Kravfakta(
    kravnr="PC1000001",
    saksnr="S9001",
    kravtype=Kravtype.KONTROLLSANKSJON,
    fordringshaver="BYM",
    ilagt_dato=date(2025, 3, 1),
    hovedstol=66000,
    renter=1342,
    innbetalt=10000,
    kid="95010190544",
)
AS_OF, FORFALL = date(2026, 11, 23), date(2026, 12, 7)


def hold(krav: Kravfakta = KRAV, adressat: Adressat = KARI) -> Brev:
    return lag_brev("HOLD_GUARDIANS", krav, adressat, AVSENDER, AS_OF)


def reissue(krav: Kravfakta = KRAV, adressat: Adressat = KARI) -> Brev:
    return lag_brev("TURNED_18_REISSUE", krav, adressat, AVSENDER, AS_OF, FORFALL)


def opened(brev: Brev) -> PdfReader:
    return PdfReader(io.BytesIO(brev.pdf))


def text(brev: Brev) -> str:
    """Line breaks and hard spaces as plain ones, as a reader takes them."""
    return " ".join(" ".join(page.extract_text().replace("\u00a0", " ").split()) for page in opened(brev).pages)


def test_to_the_guardians() -> None:
    brev, said = hold(), text(hold())
    assert (brev.tittel, brev.filnavn) == ("Innkrevingen er stanset, sak S9001", "innkreving-stanset-PC1000001.pdf")
    for words in (
        "du har foreldreansvar for et barn som vi har et krav mot",
        "Barnet er under 18 år. Derfor har vi stanset innkrevingen.",
        "Vi har fjernet alle kostnader ved innkrevingen.",
        "Ingen trenger å betale nå",
        "Kravet gjelder: Kontrollsanksjon for parkering",
        "Kommer fra: Bymiljøetaten",
        "Dato for kravet: 1. mars 2025",
        "Kravnummer: PC1000001",
        # 660.00 + 13.42 - 100.00
        "Beløp uten kostnader: 573,42 kroner",
        "Ring oss på 22 00 00 00",
        "Oppgi saksnummer S9001.",
        "Dato: 23. november 2026",
    ):
        assert words in said
    # Nothing to pay: neither where to nor when.
    assert not [word for word in ("KID", "Kontonummer", "frist") if word in said]


def test_to_who_has_turned_eighteen() -> None:
    brev, said = reissue(), text(reissue())
    assert (brev.tittel, brev.filnavn) == ("Ny betalingsfrist, sak S9001", "ny-betalingsfrist-PC1000001.pdf")
    for words in (
        "Du får en ny frist for å betale",
        "Du skal ikke betale kostnadene ved innkrevingen fra før du ble 18.",
        "Å betale: 573,42 kroner",
        "Betalingsfrist: 7. desember 2026",
        "Kontonummer: 1234 56 78911",
        "KID: 9501 0190 544",
        "Opprinnelig beløp: 660,00 kroner",
        "Renter: 13,42 kroner",
        "Allerede betalt: 100,00 kroner",
        "Da kan du klage. Skriv til oss innen betalingsfristen",
        "example.com/innkreving",
    ):
        assert words in said


def test_lines_that_are_nothing_are_left_out() -> None:
    said = text(reissue(replace(KRAV, renter=0, innbetalt=0)))
    assert "Å betale: 660,00 kroner" in said
    assert not [word for word in ("Renter", "Allerede betalt") if word in said]


def test_without_kid_the_payment_is_marked_with_the_case() -> None:
    said = text(reissue(replace(KRAV, kid="")))
    assert "Merk betalingen: Sak S9001" in said
    assert "KID" not in said


@pytest.mark.parametrize("make", [hold, reissue])
def test_no_number_that_may_be_a_persons(make: Callable[[], Brev]) -> None:
    """Nor in what a reader does not see."""
    brev = make()
    hidden = [str(opened(brev).trailer["/Root"]["/Metadata"].get_object().get_data())]  # type: ignore[index]
    everything = "\n".join([text(brev), brev.tittel, brev.filnavn, *hidden, brev.pdf.decode("latin-1")])
    assert NUMBER not in everything
    assert not re.search(r"\d{11}", "\n".join([text(brev), brev.tittel, brev.filnavn, *hidden]))


@pytest.mark.parametrize("make", [hold, reissue])
def test_the_name_stands_in_the_window_alone(make: Callable[[], Brev]) -> None:
    brev = make()
    assert text(brev).count("Kari") == 1
    assert "Kari" not in brev.tittel + brev.filnavn + repr(brev)


def positions(brev: Brev) -> dict[str, tuple[float, float, float]]:
    """Millimetres from the left and the top of each piece of text on the first page, and the size of its letters."""
    found: dict[str, tuple[float, float, float]] = {}
    page = opened(brev).pages[0]
    height = float(page.mediabox.height)

    def visit(piece: str, ctm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if piece.strip():
            x, y = ctm[0] * tm[4] + ctm[4], ctm[3] * tm[5] + ctm[5]
            found[piece.strip().replace("\u00a0", " ")] = (x * 25.4 / 72, (height - y) * 25.4 / 72, size)

    page.extract_text(visitor_text=visit)
    return found


def test_a_full_address_is_in_the_window_of_the_envelope() -> None:
    """A4, and for a C5 window on the left 20 to 110 mm from the left and 45 to 80 from the top."""
    brev = hold(adressat=replace(KARI, linjer=("c/o Odd Prøve", "Haugen", "Blåbærstien 12B"), land="Sverige"))
    box = opened(brev).pages[0].mediabox
    assert (round(box.width * 25.4 / 72), round(box.height * 25.4 / 72)) == (210, 297)
    places = positions(brev)
    lines = ["Kari Ærlig Søråsen", "c/o Odd Prøve", "Haugen", "Blåbærstien 12B", "0155 OSLO", "SVERIGE"]
    assert all(20 < places[line][0] < 110 and 45 < places[line][1] < 80 for line in lines)
    assert [places[line][1] for line in lines] == sorted(places[line][1] for line in lines)


def test_a_long_name_stays_in_the_window() -> None:
    name = "Wilhelmina Magdalena Benedikte-Kristiane von Württemberg-Hohenzollern Søråsen-Fjellstrøm"
    assert name in text(hold(adressat=replace(KARI, navn=name)))
    places = positions(hold(adressat=replace(KARI, navn=name)))
    assert places["Dato: 23. november 2026"][2] == pytest.approx(10.5, abs=0.1)
    assert 4 < places[name][2] < 8


def test_letters_of_every_name_in_the_register() -> None:
    """Sámi, Polish, Turkish and Vietnamese names are written as they are."""
    name = "Áŋŋel Čáhppe Đorđe Łukasz Žižek Şükrü Nguyễn Ölander"
    assert name in text(hold(adressat=replace(KARI, navn=name)))


@pytest.mark.parametrize("make", [hold, reissue])
def test_it_can_be_read_aloud(make: Callable[[], Brev]) -> None:
    reader = opened(make())
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        "nb-NO", True, True,
    )  # fmt: skip
    assert reader.xmp_metadata is not None
    assert "stanset" in str(reader.xmp_metadata.dc_title) or "ny frist" in str(reader.xmp_metadata.dc_title)
    document = root["/StructTreeRoot"]["/K"][0].get_object()
    roles = [element.get_object()["/S"] for element in document["/K"]]
    assert roles.count("/H1") == 1
    assert set(roles) == {"/P", "/H1", "/H2"}
    assert len(reader.pages) == 1


def test_the_fonts_are_in_the_file() -> None:
    fonts: Any = opened(reissue()).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    descriptors = [font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts.values()]
    assert len(descriptors) == 2
    assert all("/FontFile2" in descriptor for descriptor in descriptors)


MAKE = """
import hashlib
from tests.unit.flows.test_brev import hold, reissue
print(hashlib.sha256(hold().pdf + reissue().pdf).hexdigest())
"""


def test_the_same_facts_give_the_same_bytes(root: Path) -> None:
    """In another process too, at another second and with another order of sets."""
    made = subprocess.run([sys.executable, "-c", MAKE], cwd=root, text=True, capture_output=True, check=True)
    assert made.stdout.strip() == hashlib.sha256(hold().pdf + reissue().pdf).hexdigest()
    assert hold().pdf != hold(replace(KRAV, hovedstol=66001)).pdf


def test_nothing_of_the_letter_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    hold()
    assert caplog.text == ""


@pytest.mark.parametrize("innbetalt", [67342, 70000])
def test_nothing_left_to_pay_is_no_new_deadline(innbetalt: int) -> None:
    with pytest.raises(BusinessException) as raised:
        reissue(replace(KRAV, innbetalt=innbetalt))
    assert (raised.value.code, raised.value.detail) == ("NOTHING_LEFT_TO_PAY", "PC1000001")
    assert "Beløp uten kostnader: 0,00 kroner" in text(hold(replace(KRAV, innbetalt=innbetalt)))


@pytest.mark.parametrize(("flyt", "forfall"), [("NORMAL", FORFALL), ("TURNED_18_REISSUE", None)])
def test_a_flow_without_a_letter(flyt: str, forfall: date | None) -> None:
    with pytest.raises(ValueError, match="no letter"):
        lag_brev(flyt, KRAV, KARI, AVSENDER, AS_OF, forfall)


def test_facts_of_a_krav() -> None:
    """Kostnader are no part of them, and a payment after today has not been made."""
    krav = Krav(
        "PC1000001",
        Kravtype.KONTROLLSANKSJON,
        Fagsystem.PROCASSO,
        "BYM",
        NUMBER,
        None,
        datetime(2025, 2, 28, 23, 30, tzinfo=UTC),
        date(2025, 3, 24),
        hovedstol=66000,
        kostnader=11300,
        renter=1342,
        saksnr="S9001",
        steg="LETT",
        tilstand=Tilstand.AAPEN,
        saksflyt=Saksflyt.ORDINAER,
        kid="95010190544",
    )
    hendelser = [
        Hendelse("PC1000001", date(2025, 4, 1), "INNBETALING", 4000),
        Hendelse("PC1000001", AS_OF, "INNBETALING", 6000),
        Hendelse("PC1000001", date(2026, 11, 24), "INNBETALING", 9900),
        Hendelse("PC1000001", date(2025, 5, 1), "PURRING", None),
    ]
    assert Kravfakta.of(krav, hendelser, AS_OF) == KRAV
    assert "95010190544" not in repr(KRAV)


def test_every_kravtype_has_a_name_in_plain_words() -> None:
    assert set(KRAVTYPER) == set(Kravtype)
    assert FORDRINGSHAVERE["BYDEL02"] == "Bydel Grünerløkka"
    assert "Kommer fra: NOE_NYTT" in text(hold(replace(KRAV, fordringshaver="NOE_NYTT")))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (skriv_beloep(0), "0,00 kroner"),
        (skriv_beloep(5), "0,05 kroner"),
        (skriv_beloep(123456789), "1 234 567,89 kroner"),
        (skriv_dato(date(2027, 1, 1)), "1. januar 2027"),
        (skriv_konto("12345678911"), "1234 56 78911"),
        (skriv_kid("950101905443210"), "9501 0190 5443 210"),
        (skriv_kid("123-"), "123-"),
    ],
)
def test_how_numbers_are_written(written: str, expected: str) -> None:
    assert written.replace("\u00a0", " ") == expected


BO = Adressat("", "Dødsboet etter Ola Prøve", ("v/ advokat Eva Bo", "Boveien 3"), "0150", "OSLO")


def estate(skifteform: str = "annet", krav: Kravfakta = KRAV) -> Brev:
    return lag_doedsbobrev(replace(krav, kostnader=7000), Kontakt(date(2026, 10, 22), skifteform, BO), AVSENDER, AS_OF)


def test_to_an_estate() -> None:
    brev, said = estate(), text(estate())
    assert (brev.tittel, brev.filnavn) == ("Krav i dødsbo, sak S9001", "krav-i-doedsbo-PC1000001.pdf")
    for words in (
        "Dødsboet etter Ola Prøve v/ advokat Eva Bo Boveien 3 0150 OSLO",
        "Vi har et krav mot den avdøde, og melder det med dette i dødsboet.",
        "Vi har stanset purringer og gebyrer.",
        # 660.00 + 70.00 + 13.42 - 100.00
        "Å betale: 643,42 kroner",
        "Kontonummer: 1234 56 78911",
        "KID: 9501 0190 544",
        "Opprinnelig beløp: 660,00 kroner",
        "Kostnader: 70,00 kroner",
        "Renter: 13,42 kroner",
        "Allerede betalt: 100,00 kroner",
        "Ring oss på 22 00 00 00",
    ):
        assert words in said
    assert (said.count("Ola"), said.count("Eva")) == (1, 1)
    assert not [name for name in ("Ola", "Eva") if name in brev.tittel + brev.filnavn + repr(brev)]
    assert not re.search(r"\d{11}", said)
    assert estate() == brev


def test_an_estate_under_public_administration_is_called_so() -> None:
    assert "i dødsboet, som skiftes offentlig." in text(estate("offentlig"))


def test_an_estate_is_not_asked_for_nothing() -> None:
    with pytest.raises(BusinessException, match="NOTHING_LEFT_TO_PAY"):
        estate(krav=replace(KRAV, innbetalt=99999999))


@pytest.mark.parametrize("flyt", ["HOLD_GUARDIANS", "TURNED_18_REISSUE"])
def test_to_a_verge_it_says_why_the_verge_gets_it(flyt: str) -> None:
    said = text(lag_brev(flyt, KRAV, KARI, AVSENDER, AS_OF, date(2026, 12, 7), til_verge=True))
    assert "Du får dette brevet fordi du er verge for" in " ".join(said.split())
    assert "foreldreansvar" not in said
    assert "krav mot deg" not in said
