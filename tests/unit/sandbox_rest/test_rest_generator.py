"""Generated worlds: right format, right numbers, repeatable, and with the mixture that was asked for."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from random import Random

import pytest

from domain.foedselsnummer import foedselsnummer_reason, is_dnummer, is_syntetisk
from domain.kontrollsiffer import Reason
from domain.organisasjonsnummer import organisasjonsnummer_reason
from sandbox.generator import FIRST_AS_OF, LAST_AS_OF, generate
from sandbox.generator.numbers import NumberMaker, kid
from sandbox.population import Population, Row, load

AS_OF = date(2026, 11, 23)
SIZE = 4000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("generated") / "world"
    generate(made, krav=SIZE, seed=5, as_of=AS_OF)
    return made


@pytest.fixture(scope="module")
def world(folder: Path) -> Population:
    return load(folder)


def test_it_loads_as_what_it_was_asked_to_be(world: Population) -> None:
    assert (world.as_of, world.seed, len(world.krav)) == (AS_OF, 5, SIZE)
    assert world.enheter
    assert world.kjoretoy
    assert world.hendelser.keys() <= world.krav.keys()


def test_the_same_seed_gives_the_same_files_and_another_does_not(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again", krav=SIZE, seed=5, as_of=AS_OF)
    generate(tmp_path / "other", krav=SIZE, seed=6, as_of=AS_OF)
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()
    assert (tmp_path / "other" / "krav.csv").read_bytes() != (folder / "krav.csv").read_bytes()


def test_every_registered_number_is_synthetic_and_right(world: Population) -> None:
    for number in world.personer:
        assert is_syntetisk(number)
        assert foedselsnummer_reason(number, AS_OF) is Reason.OK
    assert any(is_dnummer(number) for number in world.personer)
    for number in world.enheter:
        assert number[0] in "23"
        assert organisasjonsnummer_reason(number) is Reason.OK


def test_the_number_shows_the_birth_date(world: Population) -> None:
    for number, row in world.personer.items():
        if row["foedselsdato"] and not is_dnummer(number):
            born = date.fromisoformat(row["foedselsdato"])
            assert number[:6] == f"{born.day:02}{born.month + 80}{born.year % 100:02}"


@pytest.mark.parametrize(("digits", "expected"), [("7992739871", "79927398713"), ("0", "00"), ("5", "59")])
def test_kid_has_a_check_digit_by_modulus_10(digits: str, expected: str) -> None:
    """The first is the textbook example of the Luhn formula."""
    assert kid(digits) == expected


def test_a_broken_number_is_wrong_in_its_last_digit_only() -> None:
    numbers = NumberMaker(Random(1))
    for _ in range(50):
        right = numbers.foedselsnummer(date(1980, 5, 17))
        broken = numbers.broken(right)
        assert broken[:-1] == right[:-1]
        assert foedselsnummer_reason(broken, AS_OF) is not Reason.OK


def is_ordinary(world: Population, row: Row) -> bool:
    """Open, young enough, and of somebody no rule takes out; coarser than the product's own rules."""
    person, unit = world.personer.get(row["skyldner"]), world.enheter.get(row["skyldner"])
    if person:
        good = person["gradering"] == "ugradert" and person["status"] != "doed"
        good = good and "" < person["foedselsdato"] < "2005"
    elif unit:
        owner = world.personer[unit["innehaver"]] if unit["innehaver"] else None
        good = unit["status"] == "aktiv" and (owner is None or owner["gradering"] == "ugradert")
    else:
        good = False
    return good and row["tilstand"] == "AAPEN" and row["forfall"] > "2023-11-23"


def groups_to_merge(world: Population) -> list[list[Row]]:
    seen = [*world.pax_uttrekk, *(row for row in world.krav.values() if row["fagsystem"] == "PILEN")]
    groups: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in seen:
        if row["kravtype"] in ("PARKERINGSGEBYR", "KONTROLLSANKSJON") and is_ordinary(world, row):
            gebyr_from_2026 = row["kravtype"] == "PARKERINGSGEBYR" and row["ilagt_tidspunkt"] >= "2026"
            key = [row[name] for name in ("fagsystem", "skyldner", "fordringshaver", "kravtype", "steg")]
            groups[(*key, str(gebyr_from_2026))].append(row)
    return [group for group in groups.values() if len({row["saksnr"] for row in group}) > 1]


def test_an_eighth_as_many_groups_to_merge_as_krav(world: Population) -> None:
    groups = groups_to_merge(world)
    assert 0.9 * SIZE / 8 <= len(groups) <= 1.1 * SIZE / 8
    per_system = Counter(group[0]["fagsystem"] for group in groups)
    assert min(per_system["PAX"], per_system["PILEN"]) > len(groups) / 3


def test_there_are_edges_of_every_kind(world: Population) -> None:
    assert {row["gradering"] for row in world.personer.values()} == {
        "ugradert", "klientadresse", "fortrolig", "strengtFortrolig",
    }  # fmt: skip
    assert {row["status"] for row in world.enheter.values()} == {
        "aktiv", "konkurs", "under_avvikling", "tvangsopplosning", "slettet", "fjernet",
    }  # fmt: skip
    assert {row["tilstand"] for row in world.krav.values()} == {
        "AAPEN", "KLAGE", "BETALINGSAVTALE", "STOPPET", "BETALT", "AVSKREVET",
    }  # fmt: skip
    assert any(row["organisasjonsform"] == "ENK" and row["status"] == "konkurs" for row in world.enheter.values())
    assert any(row["status"] == "doed" for row in world.personer.values())
    assert any(not row["foedselsdato"] for row in world.personer.values())
    assert any(row["foedselsdato"] > "2009" and row["foreldreansvar"] for row in world.personer.values())
    unknown = {row["skyldner"] for row in world.krav.values()} - world.personer.keys() - world.enheter.keys()
    assert {foedselsnummer_reason(number, AS_OF) is Reason.OK for number in unknown} == {True, False}


def test_there_is_something_for_every_register_to_tell(world: Population) -> None:
    recent = [row for row in world.krav.values() if row["tilstand"] == "AAPEN" and row["ilagt_tidspunkt"] > "2024-12"]
    procasso = {row["skyldner"] for row in recent if row["fagsystem"] == "PROCASSO"}
    assert sum(world.personer.get(nr, {}).get("status") == "doed" for nr in procasso) >= 5
    closed = {(row["organisasjonsform"], row["status"]) for nr, row in world.enheter.items() if nr in procasso}
    assert closed >= {("AS", "slettet"), ("ENK", "slettet"), ("ANS", "slettet"), ("AS", "konkurs")}
    parties = {(row["skyldner"], row["fordringshaver"]) for row in world.krav.values() if row["fagsystem"] == "ISYPA"}
    assert {(row["eier"], row["fordringshaver"]) for row in world.kunder.values()} == parties
    assert {row["matrikkelnummer"] for row in world.kunder.values()} == world.eiendommer.keys()
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for row in world.eierforhold.values():
        if not row["til"]:
            owners[row["matrikkelnummer"]].add(row["eier"])
    kinds = Counter(
        (row["eier"] in owners[row["matrikkelnummer"]], len(owners[row["matrikkelnummer"]]))
        for row in world.kunder.values()
    )
    assert kinds.keys() == {(True, 1), (False, 1), (False, 2)}
    assert kinds[True, 1] < len(world.kunder) / 2


def test_edges_are_a_minority(world: Population) -> None:
    parking = [row for row in world.krav.values() if row["fagsystem"] in ("PAX", "PILEN")]
    assert sum(is_ordinary(world, row) for row in parking) > len(parking) / 2


def test_the_extract_is_last_nights(world: Population) -> None:
    pax = {kravnr for kravnr, row in world.krav.items() if row["fagsystem"] == "PAX"}
    extract = {row["kravnr"]: row for row in world.pax_uttrekk}
    assert extract.keys() < pax
    changed = Counter(
        column for kravnr, row in extract.items() for column, cell in row.items() if world.krav[kravnr][column] != cell
    )
    assert set(changed) == {"tilstand", "saksnr", "steg"}
    assert sum(changed.values()) < len(extract) / 10
    assert list(extract) != sorted(extract)


def test_pax_has_old_krav_only(world: Population) -> None:
    pax = [row["ilagt_tidspunkt"] for row in world.krav.values() if row["fagsystem"] == "PAX"]
    # 23:00 in UTC is midnight in Oslo in the winter.
    assert max(pax) < "2025-01-31T23:00:00Z"


@pytest.mark.parametrize("as_of", [FIRST_AS_OF, date(2026, 1, 15), date(2026, 2, 28), LAST_AS_OF])
def test_any_permitted_day_will_do(as_of: date, tmp_path: Path) -> None:
    generate(tmp_path / "world", krav=300, seed=2, as_of=as_of)
    world = load(tmp_path / "world")
    assert max(row["ilagt_tidspunkt"][:10] for row in world.krav.values()) < as_of.isoformat()
    assert all(row["dato"] <= as_of.isoformat() for rows in world.hendelser.values() for row in rows)
    gebyr = [row for row in world.krav.values() if row["kravtype"] == "PARKERINGSGEBYR"]
    assert all((row["hovedstol"] == "900.00") == (row["ilagt_tidspunkt"] >= "2026") for row in gebyr)


def test_a_large_world_is_quick(tmp_path: Path) -> None:
    """50 000 krav within ten seconds, so a tenth of them within one and the start."""
    start = time.perf_counter()
    generate(tmp_path / "world", krav=5000, seed=1, as_of=AS_OF)
    assert time.perf_counter() - start < 3


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox.generator", *arguments],
        cwd=root, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def test_the_command_writes_a_world(root: Path, tmp_path: Path) -> None:
    done = command(root, str(tmp_path / "w"), "--krav", "100", "--seed", "9", "--as-of", "2026-06-01")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(load(tmp_path / "w").krav) == 100


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--krav", "99"], "at least 100"),
        (["--krav", "100", "--as-of", "2028-01-01"], "2027-12-31"),
        (["--krav", "100", "--as-of", "i dag"], "--as-of"),
    ],
)
def test_a_wrong_argument_changes_nothing(arguments: list[str], word: str, root: Path, tmp_path: Path) -> None:
    done = command(root, str(tmp_path / "w"), *arguments)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "w").exists()


def test_a_folder_with_something_in_it_is_left_alone(root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    done = command(root, str(tmp_path), "--krav", "100")
    assert done.returncode == 2
    assert "not an empty folder" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
