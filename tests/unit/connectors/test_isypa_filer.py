"""ISY-PA's folder from our side: read whole or not at all, changes put down whole, receipts that fit what was sent."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from connectors.isypa_filer.files import IsypaFiler
from connectors.isypa_filer.mapping import Endring, Kvittering
from domain.errors import SystemException
from domain.krav import Fagsystem, Tilstand
from domain.kunde import Kunde
from tests.unit.connectors.leaks import told_by
from tests.unit.connectors.stubs import EXAMPLES

NUMBER = "01817328004"
ORGNR = "202063756"
NAME = "kw-1.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Last night's files, and nothing put down yet."""
    for name in ("inn", "kvittering"):
        (tmp_path / name).mkdir()
    for name in ("krav.csv", "kunder.csv", "merknader.csv"):
        shutil.copy(EXAMPLES / "isypa-filer" / name, tmp_path)
    return tmp_path


def receipt(folder: Path, text: str) -> None:
    (folder / "kvittering" / NAME).write_text(text, encoding="utf-8")


def test_krav_and_kunder(folder: Path) -> None:
    first, second = IsypaFiler(folder).read_krav().values()
    assert (first.kravnr, first.fagsystem, first.skyldner) == ("IS1000001", Fagsystem.ISYPA, ORGNR)
    assert (second.tilstand, second.hovedstol) == (Tilstand.STOPPET, 50000)
    assert IsypaFiler(folder).read_kunder() == [
        Kunde("K1", "VAV", ORGNR, ORGNR, "0301-208-14-0-0"),
        Kunde("K2", "SKATT", NUMBER, ORGNR, None),
    ]


def test_merknader_are_known_by_reference(folder: Path) -> None:
    remarks = {("IS1000001", "202063756:SLETTET:2026-09-14"), ("IS1000001", "")}
    assert IsypaFiler(folder).read_merknader() == remarks


def test_krav_are_read_again_only_from_another_file(folder: Path) -> None:
    files = IsypaFiler(folder)
    first = files.read_krav()
    assert files.read_krav() is first
    text = (folder / "krav.csv").read_text(encoding="utf-8")
    (folder / "ny.csv").write_text(text.replace("STOPPET", "AAPEN"), encoding="utf-8")
    (folder / "ny.csv").replace(folder / "krav.csv")
    assert files.read_krav()["IS1000002"].tilstand is Tilstand.AAPEN


def test_a_change_file_is_put_down_whole(folder: Path) -> None:
    files = IsypaFiler(folder)
    files.put(
        NAME,
        [
            Endring("merknad", "Slettet, BO-4", "ref-1", kravnr="IS1000001"),
            Endring("eier", ORGNR, "ref-2", fra=NUMBER, kundenr="K2"),
        ],
    )
    assert files.is_waiting(NAME)
    assert [path.name for path in (folder / "inn").iterdir()] == [NAME]
    assert (folder / "inn" / NAME).read_text(encoding="utf-8") == (
        "rad,kundenr,kravnr,felt,fra,til,referanse\n"
        '1,,IS1000001,merknad,,"Slettet, BO-4",ref-1\n'
        f"2,K2,,eier,{NUMBER},{ORGNR},ref-2\n"
    )


def test_what_somebody_died_writing_is_thrown_away_when_its_file_is_written(folder: Path) -> None:
    inn = folder / "inn"
    for half_written in (f"{NAME}.2094.tmp", "kw-2.csv.2095.tmp"):
        (inn / half_written).write_text(f"rad,kundenr\n1,K2,,eier,{NUMBER}", encoding="utf-8")
    IsypaFiler(folder).put(NAME, [Endring("eier", ORGNR, "ref-2", fra=NUMBER, kundenr="K2")])
    assert {path.name for path in inn.iterdir()} == {NAME, "kw-2.csv.2095.tmp"}, "the other may be at work"


@pytest.mark.parametrize("name", ["../ut.csv", "a b.csv", "x.tmp", "Kari.csv", ""])
def test_a_name_that_could_be_anything_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        IsypaFiler(folder).put(name, [])


def test_a_receipt(folder: Path) -> None:
    files = IsypaFiler(folder)
    assert files.read_kvittering(NAME, 2) is None
    shutil.copy(EXAMPLES / "isypa-filer" / "kvittering.csv", folder / "kvittering" / NAME)
    kvittering = files.read_kvittering(NAME, 2)
    assert kvittering is not None
    assert [kvittering.avvist(rad) for rad in (1, 2)] == [None, "KUNDE_UKJENT"]


def test_a_receipt_may_refuse_the_whole_file_and_in_new_words(folder: Path) -> None:
    receipt(folder, "rad,kode,tekst\n0,EN_NY_KODE,\n")
    assert IsypaFiler(folder).read_kvittering(NAME, 3) == Kvittering({0: "EN_NY_KODE"})


@pytest.mark.parametrize(
    "text",
    [
        "rad,kode,tekst\n1,OK,\n",  # a line is missing
        "rad,kode,tekst\n1,OK,\n1,OK,\n",  # twice
        "rad,kode,tekst\n1,OK,\n2,OK,\n3,OK,\n",  # one too many
        "rad,kode,tekst\n1,OK,\n2,OK,",  # half-written
        f"rad,kode,tekst\n1,OK,\n{NUMBER}x,OK,\n",
        f"rad,kode,tekst\n1,OK,\n2,,{NUMBER}\n",
        "<html></html>\n",
        "",
    ],
)
def test_a_receipt_that_does_not_fit_is_no_answer(folder: Path, text: str) -> None:
    receipt(folder, text)
    with pytest.raises(SystemException) as caught:
        IsypaFiler(folder).read_kvittering(NAME, 2)
    assert (caught.value.system, caught.value.phase) == ("ISYPA", "parse")
    assert NUMBER not in told_by(caught.value)


def test_a_folder_that_is_away(tmp_path: Path) -> None:
    away = IsypaFiler(tmp_path / "borte")
    for act in (away.read_krav, away.read_kunder, away.read_merknader, lambda: away.put(NAME, [])):
        with pytest.raises(SystemException) as caught:
            act()
        assert (caught.value.system, caught.value.phase) == ("ISYPA", "connect")
    with pytest.raises(SystemException) as caught:
        away.put(NAME, [Endring("eier", NUMBER, "r", kundenr="K1")])
    assert caught.value.nothing_done
    assert NUMBER not in told_by(caught.value)


def test_a_krav_of_another_system_is_a_slipped_file(folder: Path) -> None:
    text = (folder / "krav.csv").read_text(encoding="utf-8")
    (folder / "krav.csv").write_text(text.replace("ISYPA", "PAX", 1), encoding="utf-8")
    with pytest.raises(SystemException, match="row 2, column fagsystem: is not ISYPA"):
        IsypaFiler(folder).read_krav()


def test_a_kunde_that_stands_twice(folder: Path) -> None:
    text = (folder / "kunder.csv").read_text(encoding="utf-8")
    (folder / "kunder.csv").write_text(text.replace("K2", "K1"), encoding="utf-8")
    with pytest.raises(SystemException, match="row 3, column kundenr: stands on an earlier row too"):
        IsypaFiler(folder).read_kunder()


def test_nobody_stands_in_what_is_printed() -> None:
    endring = Endring("eier", NUMBER, "ref", fra=NUMBER, kundenr="K1")
    assert NUMBER not in repr([endring, Kunde("K1", "VAV", NUMBER, NUMBER, NUMBER)])
