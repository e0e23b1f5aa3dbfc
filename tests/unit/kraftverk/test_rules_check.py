"""`kraftverk rules check`: what a lawyer sees, for right and for wrong rows and for files that cannot be read."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kraftverk.cli import app

ROOT = Path(__file__).parents[3]
RULES = ROOT / "tests" / "data" / "rules"
ROWS = {"foreldelse": 18, "gebyr_tillegg": 12, "idnumbers": 28, "interest": 24, "merging": 14, "minors": 12}

Change = Callable[[list[dict[str, str]]], None]


def check(*files: Path) -> Result:
    return CliRunner().invoke(app, ["rules", "check", *map(str, files)])


def cases(name: str) -> list[dict[str, str]]:
    with (RULES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(
    folder: Path, name: str, rows: list[dict[str, str]], *, delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    path = folder / f"{name}.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def changed(folder: Path, name: str, case_id: str, **cells: str) -> Path:
    rows = cases(name)
    for row in rows:
        if row["case_id"] == case_id:
            row.update(cells)
    return write(folder, name, rows)


def test_every_given_case_is_as_expected() -> None:
    result = check(*(RULES / f"{name}.csv" for name in ROWS))
    assert result.output == f"{sum(ROWS.values())} cases checked, 0 answers not as expected.\n"
    assert result.exit_code == 0


@pytest.mark.needs_shared
def test_the_cases_of_the_rules_are_as_expected(shared: Path) -> None:
    result = check(*sorted((shared / "rules" / "cases").glob("*.csv")))
    assert result.exit_code == 0, result.output


WRONG = [
    ("foreldelse", "FOR-011", "expected_status", "ACTIVE", "SUSPENDED"),
    ("foreldelse", "FOR-011", "expected_last_interrupt_date", "2025-05-20", "nothing"),
    ("foreldelse", "FOR-010", "expected_action", "PROPOSE_WRITE_OFF", "MANUAL_REVIEW"),
    ("gebyr_tillegg", "GEB-002", "expected_tillegg", "0.00", "450.00"),
    ("gebyr_tillegg", "GEB-014", "expected_inkassosalaer_allowed", "no", "yes"),
    ("gebyr_tillegg", "GEB-007", "expected_due_date", "2024-06-22", "2024-06-24"),
    ("idnumbers", "IDN-008", "expected_valid", "yes", "no"),
    ("idnumbers", "IDN-040", "expected_reason", "OK", "K"),
    ("idnumbers", "IDN-001", "expected_birth_date", "1985-04-13", "1985-04-12"),
    ("interest", "INT-001", "expected_interest_accrued", "6.78", "6.76"),
    ("interest", "INT-017", "expected_interest_days", "367", "368"),
    ("interest", "INT-005", "expected_due_date_effective", "2024-06-15", "2024-06-17"),
    ("merging", "MRG-010", "expected_groups", "A+B+C", "A+C|B"),
    ("merging", "MRG-020", "expected_excluded", "A:AGREEMENT", "A:AGREEMENT|C:ESTATE"),
    ("merging", "MRG-013", "fee_if_separate", "468.75", "468.76"),
    ("minors", "MIN-010", "expected_flow", "NORMAL", "HOLD_GUARDIANS"),
    ("minors", "MIN-013", "expected_age_now", "17", "nothing"),
    ("minors", "MIN-014", "expected_costs_allowed", "yes", "no"),
]


@pytest.mark.parametrize(("name", "case_id", "column", "expected", "actual"), WRONG)
def test_a_wrong_expected_value_is_told(
    tmp_path: Path, name: str, case_id: str, column: str, expected: str, actual: str
) -> None:
    result = check(changed(tmp_path, name, case_id, **{column: expected}))
    assert result.output.splitlines() == [
        f"{name}.csv, {case_id}, {column}: expected {expected}, got {actual}",
        f"{ROWS[name]} cases checked, 1 answers not as expected.",
    ]
    assert result.exit_code == 1


def test_every_expected_column_is_held_against_the_rules(tmp_path: Path) -> None:
    """A row that expects something in one column only is a miss in that column when it is wrong."""
    wrong = {
        "expected_total_outstanding": "1.23",
        "expected_overpaid": "1.23",
        "expected_principal_outstanding": "1.23",
    }
    result = check(changed(tmp_path, "interest", "INT-001", **wrong))
    assert result.output.count("INT-001") == len(wrong)


def test_a_day_without_rate_is_a_status(tmp_path: Path) -> None:
    figures = dict.fromkeys((column for column in cases("interest")[0] if column.startswith("expected_")), "")
    uten_sats = {"calc_date": "2027-01-01", **figures, "expected_status": "RATE_MISSING"}
    assert check(changed(tmp_path, "interest", "INT-028", **uten_sats)).exit_code == 0
    result = check(changed(tmp_path, "interest", "INT-028", **(uten_sats | {"expected_interest_accrued": "13.29"})))
    assert "INT-028, expected_interest_accrued: expected 13.29, got nothing" in result.output


def test_a_file_saved_by_excel_is_read(tmp_path: Path) -> None:
    """Semicolons, a byte order mark, decimal commas, dates as 31.12.2026, blank rows below."""
    rows = cases("interest")
    for row in rows:
        for column in ("due_date_stated", "calc_date", "expected_due_date_effective"):
            aar, maaned, dag = row[column].split("-")
            row[column] = f"{dag}.{maaned}.{aar}"
        row["principal"] = row["principal"].replace(".00", "")
        row["expected_interest_accrued"] = row["expected_interest_accrued"].replace(".", ",")
    rows.append(dict.fromkeys(rows[0], ""))
    result = check(write(tmp_path, "renter", rows, delimiter=";", encoding="utf-8-sig"))
    assert result.output == "24 cases checked, 0 answers not as expected.\n"


def test_columns_of_notes_and_columns_left_out_are_welcome(tmp_path: Path) -> None:
    rows = [row | {"merknad": "sett på"} for row in cases("minors")]
    for row in rows:
        del row["expected_addressee"], row["arithmetic"], row["rule_refs"], row["description"]
    assert check(write(tmp_path, "minors", rows)).exit_code == 0


@pytest.mark.parametrize(
    ("name", "case_id", "column", "cell", "said"),
    [
        (
            "interest",
            "INT-002",
            "due_date_stated",
            "2024-02-30",
            "row 3, column due_date_stated: write a date as YYYY-",
        ),
        ("interest", "INT-002", "principal", "1.000,00", "row 3, column principal: write kroner with a point"),
        ("interest", "INT-002", "day_count", "actual", "column day_count: write one of calendar_year, fixed_365."),
        ("interest", "INT-002", "payments", "2024-02-14", "column payments: write payments as YYYY-MM-DD:660.00"),
        (
            "interest",
            "INT-002",
            "expected_interest_days",
            "mange",
            "column expected_interest_days: write a whole number",
        ),
        ("foreldelse", "FOR-001", "claim_type", "bot", "row 2, column claim_type: write one of parkeringsgebyr"),
        ("foreldelse", "FOR-001", "events", "dom", "column events: write events as code@YYYY-MM-DD"),
        ("foreldelse", "FOR-001", "warn_days", "", "column warn_days: write a whole number"),
        ("gebyr_tillegg", "GEB-001", "complaint_pending", "kanskje", "column complaint_pending: write yes or no"),
        ("idnumbers", "IDN-001", "kind", "passnr", "column kind: write one of pid, orgnr, kid10, kid11, kontonr."),
        ("merging", "MRG-001", "claims", "A:660:S1", "column claims: write claims as id:kroner:debtor"),
        ("merging", "MRG-001", "claims", "A:660:S1:BYM:KS:lett:sold:2025-06-02", "column claims"),
        ("merging", "MRG-001", "fee_date", "1971-06-01", "row 2: the rules have no answer (RATE_MISSING"),
        ("foreldelse", "FOR-001", "start_date", "9999-12-31", "column start_date: write a date as YYYY-MM-DD, 2199"),
        ("minors", "MIN-001", "event_instant_utc", "2025-03-01T12:00:00", "column event_instant_utc: write an instant"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_in_one_sentence(
    tmp_path: Path, name: str, case_id: str, column: str, cell: str, said: str
) -> None:
    result = check(RULES / "minors.csv", changed(tmp_path, name, case_id, **{column: cell}))
    assert result.exit_code == 2
    [sentence] = result.output.splitlines()
    assert sentence.startswith(f"{name}.csv, row ")
    assert said in sentence


def test_no_identity_number_is_repeated_in_an_error(tmp_path: Path) -> None:
    slipped = changed(tmp_path, "idnumbers", "IDN-001", kind="12848547962")
    assert "12848547962" not in check(slipped).output


def without(column: str) -> Change:
    def change(rows: list[dict[str, str]]) -> None:
        for row in rows:
            del row[column]

    return change


def renamed(column: str, name: str) -> Change:
    def change(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row[name] = row.pop(column)

    return change


def none_expected(rows: list[dict[str, str]]) -> None:
    for row in rows:
        for column in [column for column in row if column.startswith("expected_")]:
            del row[column]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            without("calc_date"),
            "interest.csv is of no kind we know: it is nearest to interest, but lacks the column calc",
        ),
        (without("case_id"), "lacks the column case_id"),
        (renamed("expected_interest_days", "expected_days"), "row 1: interest has no column expected_days; correct"),
        (none_expected, "row 1: nothing is expected; add one of expected_status"),
    ],
)
def test_a_file_of_another_kind_is_told_in_one_sentence(tmp_path: Path, change: Change, said: str) -> None:
    rows = cases("interest")
    change(rows)
    result = check(write(tmp_path, "interest", rows))
    assert result.exit_code == 2
    [sentence] = result.output.splitlines()
    assert said in sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is of no kind we know"),
        (b"navn,adresse\nx,y\n", "is of no kind we know"),
        (b"case_id,kind,value,expected_valid\n", "has no rows below the heading"),
        (b"case_id,kind,value,expected_valid\nA,pid,1,no,no\n", "row 2 has 5 cells where the heading has 4"),
        (b"case_id,kind,value,expected_valid\nA,pid,\xe5,no\n", "is not UTF-8: save it as"),
        (b'case_id,kind,value,expected_valid\nA,pid,"1"2,no\n', "is not valid CSV"),
    ],
)
def test_what_is_no_case_file_is_told_in_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    result = check(tmp_path / "x.csv")
    assert result.exit_code == 2
    [sentence] = result.output.splitlines()
    assert said in sentence


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = check(tmp_path / "finnes_ikke.csv")
    assert result.exit_code == 2
    assert result.output == "finnes_ikke.csv cannot be read (No such file or directory): check the name.\n"
