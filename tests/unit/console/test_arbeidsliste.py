"""Lists of kravnumre as people make them, and as somebody would who means harm."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date

import pytest
from openpyxl import Workbook

from console import arbeidsliste
from console.arbeidsliste import Arbeidsliste, Cell, Fault, read_field, read_file

SYNTHETIC = "01819012345"
"""Eleven digits with month + 80."""


def check(cells: Iterable[Cell]) -> Arbeidsliste:
    return arbeidsliste.check(cells, date(2026, 11, 30))


def workbook(*rows: tuple[str | float | None, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_what_is_written_is_put_right_where_nothing_is_in_doubt() -> None:
    liste = check(read_field("pc0075054\n\n  PC 017 4390 \r\nY9167/2"))
    assert liste.krav == ("PC0075054", "PC0174390", "Y9167/2")
    assert liste.faults == ()


def test_each_bad_row_is_told_with_its_place() -> None:
    liste = check(read_field(f"PC0075054\nx\npc0075054\n=1+1\n{SYNTHETIC}\nPC1;DROP\n<script>"))
    assert [(fault.row, fault.column) for fault in liste.faults] == [(n, "Kravnumre") for n in (2, 3, 4, 5, 6, 7)]
    assert [fault.what.split(".")[0].split(":")[0] for fault in liste.faults] == [
        "Dette er ikke et kravnummer",
        "Kravet står allerede i rad 1",
        "Cellen er en formel",
        "Dette ser ut som et fødselsnummer",
        "Dette er ikke et kravnummer",
        "Dette er ikke et kravnummer",
    ]
    assert liste.krav == ("PC0075054",)


def test_what_looks_like_a_person_is_never_shown_again() -> None:
    liste = check(read_field(f"{SYNTHETIC[:6]} {SYNTHETIC[6:]}\nPC0075054"))
    assert liste.shown == ("PC0075054",)
    assert SYNTHETIC[6:] not in repr(liste)


@pytest.mark.parametrize("written", ["078911-59506", "078911/59506", "FNR07891159506", "078911–59506"])
def test_nor_is_one_that_is_written_as_a_kravnummer_might_be(written: str) -> None:
    liste = check(read_field(written))
    assert (liste.krav, liste.shown) == ((), ())
    assert "fødselsnummer" in liste.faults[0].what


def test_no_more_than_there_is_room_for() -> None:
    liste = check(Cell(n, "A", f"PC{n:07d}") for n in range(1, arbeidsliste.MOST_KRAV + 2))
    assert len(liste.krav) == arbeidsliste.MOST_KRAV
    (fault,) = liste.faults
    assert (fault.row, fault.what[:25]) == (1001, "Det er plass til 1000 kra")


@pytest.mark.parametrize(
    "content",
    [
        "Sak;Kravnr;Beløp\nY1;PC0075054;10,5\nY2;;3\nY3;PC 0174390;3\n".encode("cp1252"),
        "\ufeffSak,KRAVNR\r\nY1,PC0075054\r\nY2,\r\nY3,PC0174390\r\n".encode(),
        b"Sak\tkrav\nY1\tPC0075054\nY2\nY3\tPC0174390\n",
        workbook(("Sak", "Kravnr"), ("Y1", "PC0075054"), ("Y2", None), ("Y3", "PC0174390")),
    ],
)
def test_the_column_is_found_by_its_heading(content: bytes) -> None:
    assert check(read_file(content)).krav == ("PC0075054", "PC0174390")
    (fault,) = check([*read_file(content)[:2], Cell(9, "B (x)", "?")]).faults
    assert fault.row == 9


def test_a_row_is_told_by_the_number_it_has_in_the_file() -> None:
    cells = read_file(workbook(("Sak", "Kravnr"), ("Y1", "PC0075054"), (None, None), ("Y3", "?")))
    assert check(cells).faults == (Fault(4, "B (Kravnr)", check(read_field("?")).faults[0].what),)


def test_without_a_heading_the_first_column_is_used_and_numbers_are_text() -> None:
    cells = read_file(workbook((5000275, "x"), (5000276.0, "y"), ("PC0075054",)))
    assert check(cells).krav == ("5000275", "5000276", "PC0075054")
    assert {cell.column for cell in cells} == {"A"}


def test_a_formula_is_text_and_no_krav() -> None:
    liste = check(read_file(workbook(("krav",), ('=HYPERLINK("http://example.com","PC0075054")',), ("=A1",))))
    assert liste.krav == ()
    assert {fault.what.split(".")[0] for fault in liste.faults} == {"Cellen er en formel"}


def test_an_empty_file_has_no_rows() -> None:
    assert read_file(b"") == []
