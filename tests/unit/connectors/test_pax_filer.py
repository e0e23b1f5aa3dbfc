"""The nightly files of PAX: read whole or not at all, and a complaint a person can act on."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.pax_filer.reader import read_hendelser, read_krav, read_open_kravnr, read_uttrekk
from domain.errors import SystemException
from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import EXAMPLES

NUMBER = "01817328004"
KRAV = (EXAMPLES / "pax-filer" / "krav.csv").read_text(encoding="utf-8")
HENDELSER = (EXAMPLES / "pax-filer" / "hendelser.csv").read_text(encoding="utf-8")


def test_krav() -> None:
    assert read_krav(EXAMPLES / "pax-filer" / "krav.csv") == [
        Krav(
            "PX1000001",
            Kravtype.PARKERINGSGEBYR,
            Fagsystem.PAX,
            "BYM",
            NUMBER,
            "AB12345",
            datetime(2024, 7, 19, 22, 52, 49, tzinfo=UTC),
            date(2024, 8, 9),
            hovedstol=135000,
            kostnader=0,
            renter=0,
            saksnr="74388",
            steg="VARSEL",
            tilstand=Tilstand.AAPEN,
            saksflyt=Saksflyt.ORDINAER,
            kid="000000000000000017",
        ),
        Krav(
            "PX1000002",
            Kravtype.KONTROLLSANKSJON,
            Fagsystem.PAX,
            "BYM",
            "202063756",
            None,
            datetime(2024, 4, 10, 9, 58, 50, tzinfo=UTC),
            date(2024, 5, 22),
            hovedstol=90000,
            kostnader=7500,
            renter=1234,
            saksnr="S15722",
            steg="PURRING",
            tilstand=Tilstand.BETALINGSAVTALE,
            saksflyt=Saksflyt.ORDINAER,
            kid="",
            opprinnelig_forfall=date(2024, 5, 1),
            renter_beregnet_til=date(2024, 12, 31),
        ),
    ]


def test_hendelser() -> None:
    paid = Hendelse("PX1000002", date(2024, 6, 1), "INNBETALING", 10050)
    assert read_hendelser(EXAMPLES / "pax-filer" / "hendelser.csv") == {
        "PX1000001": [Hendelse("PX1000001", date(2024, 9, 1), "VARSEL_2_15", None)],
        "PX1000002": [paid, paid, Hendelse("PX1000002", date(2024, 7, 1), "KODE_FRA_FREMTIDEN", None)],
    }


@pytest.mark.parametrize(
    ("tilstander", "kravnr"),
    [
        (("AAPEN", "AAPEN"), "PX1000001"),
        (("BETALT", "AAPEN"), "PX1000002"),
        (("AVSKREVET", "BETALINGSAVTALE"), None),
    ],
)
def test_one_that_can_be_changed_is_open(tmp_path: Path, tilstander: tuple[str, str], kravnr: str | None) -> None:
    """What PAX offers to do with others, nobody has promised."""
    head, first, second = KRAV.splitlines()
    rows = (first.replace("AAPEN", tilstander[0]), second.replace("BETALINGSAVTALE", tilstander[1]))
    path = tmp_path / "krav.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    assert read_open_kravnr(path) == kravnr


@pytest.mark.parametrize("text", [KRAV.replace("\n", "\r\n"), f"\ufeff{KRAV}"], ids=["CRLF", "BOM"])
def test_what_does_not_matter(tmp_path: Path, text: str) -> None:
    path = tmp_path / "krav.csv"
    path.write_bytes(text.encode())
    assert len(read_krav(path)) == 2


def test_a_file_with_no_krav_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "krav.csv"
    path.write_text(KRAV.splitlines()[0] + "\n")
    assert read_krav(path) == []


def night(folder: Path, krav: str, hendelser: str) -> Path:
    (folder / "krav.csv").write_text(krav, encoding="utf-8")
    (folder / "hendelser.csv").write_text(hendelser, encoding="utf-8")
    return folder


def test_an_extract_may_be_older_than_its_events(tmp_path: Path) -> None:
    without_the_last = "".join(KRAV.splitlines(keepends=True)[:-1])
    krav, hendelser = read_uttrekk(night(tmp_path, without_the_last, HENDELSER))
    assert ([each.kravnr for each in krav], list(hendelser)) == (["PX1000001"], ["PX1000001", "PX1000002"])


def test_a_header_alone_beside_events_is_no_extract(tmp_path: Path) -> None:
    folder = night(tmp_path, KRAV.splitlines()[0] + "\n", HENDELSER)
    assert_complains(lambda: read_uttrekk(folder), "krav.csv, row 1: a header alone, while hendelser.csv has events")


def test_a_night_with_neither_krav_nor_events(tmp_path: Path) -> None:
    folder = night(tmp_path, KRAV.splitlines()[0] + "\n", HENDELSER.splitlines()[0] + "\n")
    assert read_uttrekk(folder) == ([], {})


def test_a_large_night_is_read_in_well_under_two_seconds(tmp_path: Path) -> None:
    header, row, _ = KRAV.splitlines()
    path = tmp_path / "krav.csv"
    path.write_text("\n".join([header, *(row.replace("PX1000001", f"PX{n:07d}") for n in range(50_000)), ""]))
    began = time.process_time()
    assert len(read_krav(path)) == 50_000
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("2024-08-09", "09.08.2024", "krav.csv, row 2, column forfall: is not a date"),
        ("2024-08-09", "2024-02-30", "krav.csv, row 2, column forfall: is not a date"),
        ("2024-07-19T22:52:49Z", "2024-07-19 22:52", "krav.csv, row 2, column ilagt_tidspunkt: is not an instant"),
        ("2024-07-19T22:52:49Z", "2024-07-19T25:52:49Z", "krav.csv, row 2, column ilagt_tidspunkt: is not an instant"),
        ("1350.00", "1350.0", "krav.csv, row 2, column hovedstol: is not an amount"),
        ("1350.00", NUMBER, "krav.csv, row 2, column hovedstol: is not an amount"),
        ("12.34", "", "krav.csv, row 3, column renter: is not an amount"),
        ("BETALINGSAVTALE", "NY_TILSTAND", "krav.csv, row 3, column tilstand: is none of AAPEN, KLAGE"),
        ("KONTROLLSANKSJON", NUMBER, "krav.csv, row 3, column kravtype: is none of"),
        ("TROLLSANKSJON,PAX", "TROLLSANKSJON,PILEN", "krav.csv, row 3, column fagsystem: is not PAX"),
        ("S15722", "", "krav.csv, row 3, column saksnr: is empty"),
        ("PX1000002", "PX1000001", "krav.csv, row 3, column kravnr: stands on an earlier row too"),
        ("2024-12-31\n", "2024-12-31", "krav.csv, row 3: ends in the middle"),
        ("2024-05-01,2024-12-31\n", "2024-", "krav.csv, row 3: ends in the middle"),
        ("2024-05-01,2024-12-31\n", "2024-05-01\n", "krav.csv, row 3: 17 cells where 18 are agreed"),
        ("2024-12-31\n", "2024-12-31\n\n", "krav.csv, row 4: 0 cells where 18 are agreed"),
        (NUMBER, f'"{NUMBER}', "krav.csv, row 3: quotes that do not match"),
        ("skyldner,kjennemerke,", "", "krav.csv, row 1: the header lacks skyldner, kjennemerke"),
        ("skyldner,kjennemerke", "kjennemerke,skyldner", "krav.csv, row 1: the header has more"),
        ("renter_beregnet_til", "renter_beregnet_til,ny", "krav.csv, row 1: the header has more"),
        (KRAV.splitlines()[0] + "\n", "", "krav.csv, row 1: the header lacks kravnr, kravtype"),
        (KRAV, "", "krav.csv, row 1: the file is empty"),
    ],
)
def test_a_file_that_is_not_as_agreed(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    path = tmp_path / "krav.csv"
    assert before in KRAV
    path.write_text(KRAV.replace(before, after, 1), encoding="utf-8", newline="")
    assert_complains(lambda: read_krav(path), complaint)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("2024-09-01", "", "hendelser.csv, row 2, column dato: is not a date"),
        ("100.50", "100.5", "hendelser.csv, row 3, column beloep: is not an amount"),
        ("VARSEL_2_15", "", "hendelser.csv, row 2, column hendelse: is empty"),
        ("KODE_FRA_FREMTIDEN,\n", "KODE_FRA", "hendelser.csv, row 5: ends in the middle"),
    ],
)
def test_hendelser_that_are_not_as_agreed(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    path = tmp_path / "hendelser.csv"
    path.write_text(HENDELSER.replace(before, after, 1), encoding="utf-8", newline="")
    assert_complains(lambda: read_hendelser(path), complaint)


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "krav.csv"
    path.write_bytes(KRAV.replace("BYM", "BÆM", 1).encode("latin-1"))
    assert_complains(lambda: read_krav(path), "krav.csv, row 2: not UTF-8")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert_complains(lambda: read_krav(tmp_path / "krav.csv"), "krav.csv, No such file or directory", phase="connect")
    assert_complains(lambda: read_hendelser(tmp_path), f"{tmp_path.name}, Is a directory", phase="connect")


def assert_complains(read: Callable[[], object], complaint: str, phase: str = "parse") -> None:
    with pytest.raises(SystemException) as raised:
        read()
    error = raised.value
    assert (error.system, error.phase) == ("PAX-FILER", phase)
    assert error.message.startswith(complaint)
    assert error.message.endswith("; have PAX write the file again")
    assert NUMBER not in told_by(error)
