"""The report as people get it: a workbook read back, CSV that no spreadsheet carries out, and Markdown without krav."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from flows.rapport.csv_fil import to_csv
from flows.rapport.dagsrapport import Dagsrapport
from flows.rapport.excel import write_excel
from flows.rapport.markdown import seal_to_markdown, to_markdown
from flows.rapport.om import Opphav, make_om
from flows.rapport.tabell import Beloep, Tabell
from flows.rapport.tabeller import make_tabeller
from hub.report import ReportItem, ReportLine
from hub.seal import Seal
from tests.unit.flows.rapport.nights import KRAV, NIGHT, done, forklar, natt, rapport

LONG_ID = "0012345678901234567890"
LINK = '=HYPERLINK("http://example.com")'
SEAL = Seal(7, "", datetime(2026, 11, 23, 5, 0, tzinfo=UTC).timestamp(), 2, 5, "", "0f" * 32)
SHEETS = ["Om rapporten", "Oppgaver", "Utelatt", "Varsler", "Avvik", "Avstemming", "Sammendrag"]


@pytest.fixture(scope="module")
def made() -> Dagsrapport:
    """One krav is an øre off, one oppgave is missing, and three krav are to be looked at."""
    items = [
        ReportItem(LINK, "business", "", "ESTATE", (LONG_ID,), 1),
        ReportItem("R2", "uncertain", "", "PAX_SEND", ("PR1", "PR2"), 3),
        ReportItem("R3", "completed", "HOLD_GUARDIANS", "", ("PR3",), 1),
    ]
    lines = [
        ReportLine("HOLD_STALE", "PR5", None, None, None),
        ReportLine("WARN_INTERRUPT", "PR7", "2027-01-03", "2026-12-31", None),
        ReportLine("WARN_INTERRUPT", "PR6", "2026-12-20", "2026-12-18", None),
        ReportLine("MINOR", "PR8", None, None, None),
        ReportLine("PROTECTED", None, None, None, 2),
    ]
    ledger = done(
        ("kostnader:PR1", {"kostnader": 123_456}, {"kostnader": 0}, None),
        ("forfall:PR1", {"forfall": "2025-04-01"}, {"forfall": "2026-12-07"}, None),
    )
    states = {"waiting": 2, "completed": 1}
    minors = natt(ledger, items=items, lines=lines, states=states, taken_in=4)
    there = KRAV.__class__(**{name: getattr(KRAV, name) for name in KRAV.__slots__} | {"kostnader": 1})
    return rapport(minors, natt(automation="parking-merge"), lest={"PROCASSO": [there]})


@pytest.fixture(scope="module")
def tabeller(made: Dagsrapport) -> dict[str, Tabell]:
    return {tabell.navn: tabell for tabell in make_tabeller(made, forklar)}


@pytest.fixture(scope="module")
def workbook(made: Dagsrapport, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("ut") / "kontrollrapport_2026-11-23.xlsx"
    opphav = Opphav("kari", datetime(2026, 11, 24, 6, 30, tzinfo=UTC), "alle automatiseringer", SEAL)
    tabeller = make_tabeller(made, forklar)
    write_excel(path, (make_om(made, opphav, tabeller), *tabeller))
    return load_workbook(path)


def cells(workbook: Workbook, sheet: str) -> list[dict[str, object]]:
    header, *rows = workbook[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_sheets_in_the_order_they_are_read(workbook: Workbook) -> None:
    assert workbook.sheetnames == SHEETS


@pytest.mark.parametrize("name", SHEETS[:-1])
def test_the_header_stays_in_sight_and_filters(workbook: Workbook, name: str) -> None:
    sheet = workbook[name]
    assert isinstance(sheet, Worksheet)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert all(cell.font.bold for cell in sheet[1])
    assert min(column.width for column in sheet.column_dimensions.values()) >= 14


def test_ids_and_formulas_stay_text(workbook: Workbook) -> None:
    sheet = workbook["Oppgaver"]
    cell = sheet["B2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (LINK, "s", None)
    assert (sheet["G2"].value, sheet["G2"].data_type) == (LONG_ID, "s")
    assert (sheet["H3"].value, sheet["I3"].value, sheet["I3"].data_type) == (2, 3, "n")


def test_what_a_saksbehandler_reads_of_an_oppgave(workbook: Workbook) -> None:
    first, second, third = cells(workbook, "Oppgaver")
    assert (first["Automatisering"], first["Status"]) == ("Mindreårige skyldnere", "må vurderes")
    assert (first["Årsak"], first["Hva kan gjøres"]) == ("Tekst om ESTATE.", "Forslag om ESTATE.")
    assert (second["Status"], second["Hva kan gjøres"]) == (
        "uvisst om det ble gjort",
        "Forslag om EFFECT_NOT_SETTLED.",
    )
    assert (third["Resultat"], third["Årsak"]) == ("satt på vent, brev til foresatte", None)


def test_warnings_come_in_the_order_they_hurry(workbook: Workbook) -> None:
    first, second, third = cells(workbook, "Varsler")
    assert [row["Krav"] for row in (first, second, third)] == ["PR6", "PR7", "PR5"]
    assert first["Siste trygge virkedag"] == datetime(2026, 12, 18)  # noqa: DTZ001 (a day)
    assert first["Foreldes etter"] == datetime(2026, 12, 20)  # noqa: DTZ001
    assert (first["Dager igjen"], third["Siste trygge virkedag"]) == (25, None)
    assert workbook["Varsler"]["G2"].number_format == "dd.mm.yyyy"
    assert [row["Krav"] for row in cells(workbook, "Utelatt")] == ["PR8"]


def test_amounts_are_numbers_to_the_oere(workbook: Workbook) -> None:
    (costs, moved) = cells(workbook, "Avvik")
    assert (costs["Før"], costs["Skal være"], costs["Lest"], costs["Differanse"]) == (1234.56, 0, 0.01, 0.01)
    assert (moved["Skal være"], moved["Lest"]) == (datetime(2026, 12, 7), datetime(2025, 4, 1))  # noqa: DTZ001
    assert workbook["Avvik"]["G2"].number_format == "#,##0.00"
    summed = cells(workbook, "Avstemming")[0]
    assert (summed["Felt"], summed["Sum før"], summed["Differanse"]) == ("kostnader", 1234.56, 0.01)
    assert (summed["Antall avvik"], summed["Kilde"]) == (1, "lest på nytt i fagsystemet")


def test_the_first_sheet_says_what_it_is_and_how_to_check_it(workbook: Workbook, tabeller: dict[str, Tabell]) -> None:
    said = {str(row["Kontrollrapport"]): row["Innhold"] for row in cells(workbook, "Om rapporten")}
    assert said["Natten"] == datetime(2026, 11, 23)  # noqa: DTZ001
    assert said["Laget"] == datetime(2026, 11, 24, 7, 30)  # noqa: DTZ001 (Oslo, as the reader's own clock)
    assert (said["Laget av"], said["Utvalg"]) == ("kari", "alle automatiseringer")
    assert (said["Balansen går opp"], said["Avvik"], said["Lest på nytt i"]) == ("NEI", 2, "PROCASSO")
    assert (said["Segl"], said["Segl tatt"]) == ("7" + 16 * ":0f0f", datetime(2026, 11, 23, 6, 0))  # noqa: DTZ001
    assert said["Oppgaver: rader"] == 3
    assert said["Oppgaver: kontrollsum"] == hashlib.sha256(to_csv(tabeller["Oppgaver"])).hexdigest()


def test_the_summary_shows_that_the_balance_fails(workbook: Workbook) -> None:
    rows = list(workbook["Sammendrag"].iter_rows(values_only=True))
    assert rows[0][0] == "Balanse"
    assert rows[2] == ("Mindreårige skyldnere", 4, 1, 2, 0, 0, 0, 0, 0, 1, "NEI")
    assert rows[3][-1] == "ja"
    shown = [row[:4] for row in rows]
    assert ("Mindreårige skyldnere", "PROTECTED", "Tekst om PROTECTED.", 2) in shown
    assert ("Mindreårige skyldnere", "må vurderes", "Tekst om ESTATE.", 1) in shown
    assert ("Mindreårige skyldnere", "fullført", "satt på vent, brev til foresatte", 1) in shown
    (run,) = (row for row in rows if row[1] == "leting" and row[0] == "Mindreårige skyldnere")
    assert run[2:6] == (datetime(2026, 11, 23, 4, 0), None, "ikke avsluttet", "tidsplan")  # noqa: DTZ001


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    many = natt(items=[ReportItem("R", "completed", "", "", tuple(f"PX{n:07d}" for n in range(4000)), 1)])
    write_excel(tmp_path / "stor.xlsx", make_tabeller(rapport(many), forklar))
    text = load_workbook(tmp_path / "stor.xlsx")["Oppgaver"]["G2"].value
    assert isinstance(text, str)
    assert len(text) == 32_767
    assert text.endswith("…")


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_excel(tmp_path / "nei" / "x.xlsx", [])


def test_before_the_first_seal_that_is_said(made: Dagsrapport) -> None:
    om = make_om(made, Opphav("kari", datetime(2026, 11, 24, tzinfo=UTC), "alle", None), [])
    assert ("Segl", "ikke tatt ennå") in om.rader


# --- CSV


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_would_be_carried_out_is_quoted(begins: str) -> None:
    tabell = Tabell("T", ("Krav", "Sum"), ((f"{begins}1+1", Beloep(-1)),))
    (_, row) = csv.reader(io.StringIO(to_csv(tabell).decode("utf-8-sig"), newline=""), delimiter=";")
    assert row == [f"'{begins}1+1", "-0,01"]


def test_csv_as_norwegian_spreadsheets_read_it() -> None:
    instant = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    tabell = Tabell("T", ("Ærend", "b"), (("a;b", 7), (None, Beloep(123_450)), (date(2026, 6, 1), instant)))
    assert to_csv(tabell) == (
        b"\xef\xbb\xbf" + 'Ærend;b\r\n"a;b";7\r\n;1234,50\r\n2026-06-01;2026-06-02 00:30\r\n'.encode()
    )


# --- Markdown


def test_markdown_counts_and_names_no_krav(made: Dagsrapport) -> None:
    text = to_markdown(made, forklar)
    assert f"## Kontrollrapport {NIGHT:%d.%m.%Y}: Mindreårige skyldnere, Sammenslåing av parkeringskrav" in text
    assert "- Mindreårige skyldnere: 4 inn, 0 fortsatt åpne; **går ikke opp, differanse 1**" in text
    assert "- **2 avvik i avstemmingen**" in text
    assert "- 2 krav foreldes snart; første siste trygge virkedag er 18.12.2026" in text
    assert "| Mindreårige skyldnere | PROCASSO | kostnader | 1 | 1234,56 | 0,00 | 0,01 | 0,01 | 1 |" in text
    assert "| Mindreårige skyldnere | PROTECTED | Tekst om PROTECTED. | 2 |" in text
    assert not [word for word in (*(f"PR{n}" for n in range(9)), LONG_ID, "R2") if word in text]


def test_the_seal_stands_on_a_line_of_its_own() -> None:
    text = seal_to_markdown(SEAL)
    assert f"`{SEAL.mark}`" in text.splitlines()
    assert "Tatt 23.11.2026 06:00 over 5 nye hendelser i 2 oppgaver" in text


def test_markdown_of_the_run_of_one_automation(made: Dagsrapport) -> None:
    text = to_markdown(made.of("parking-merge"), forklar)
    assert "Mindreårige" not in text
    assert "Ingen avvik i avstemmingen" in text
