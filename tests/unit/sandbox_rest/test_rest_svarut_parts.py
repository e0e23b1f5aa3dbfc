"""SvarUt's rules one by one, without a server: what a letter must be, how many alike, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.population import Rows, load
from sandbox.svarut.archive import Archive, Brev, new_brev, status
from sandbox.svarut.errors import Refused
from sandbox.svarut.forsendelse import DOKUMENT, FIELDS, MOTTAKER, read_forsendelse
from sandbox.svarut.multipart import Part, read_parts

PDF = b"%PDF-1.7\n"
DAY = date(2026, 11, 23)
Change = Callable[[dict[str, Any]], object]


def letter() -> dict[str, Any]:
    return {
        "tittel": "Brev, sak 1",
        "mottaker": {"navn": "Kari", "digitalId": "01817328004", "postnummer": "0155", "poststed": "OSLO"},
        "eksternReferanse": "PC1000001:1",
        "dokumenter": [{"filnavn": "a.pdf", "mimeType": "application/pdf"}],
    }


def part(name: str, content: bytes = PDF, media_type: str = "application/pdf") -> Part:
    return Part({"content-disposition": f'form-data; name="{name}"', "content-type": media_type}, content)


def read(forsendelse: object, *documents: Part) -> dict[str, Any]:
    return read_forsendelse(
        [part("forsendelse", json.dumps(forsendelse).encode(), "application/json;charset=UTF-8"), *documents]
    )


def test_a_letter_as_it_must_be() -> None:
    assert read(letter(), part("a.pdf")) == letter()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda f: f.pop("tittel"), "tittel"),
        (lambda f: f.update(tittel="x" * 1001), "tittel"),
        (lambda f: f.update(eksternReferanse="x" * 101), "eksternReferanse"),
        (lambda f: f.update(eksternreferanse="PC1"), "eksternreferanse"),
        (lambda f: f.update(konteringskode="med mellomrom"), "konteringskode"),
        (lambda f: f.pop("mottaker"), "mottaker"),
        (lambda f: f["mottaker"].pop("navn"), "navn"),
        (lambda f: f["mottaker"].pop("poststed"), "poststed"),
        (lambda f: f["mottaker"].pop("postnummer"), "postnummer"),
        (lambda f: f["mottaker"].update(land="Norge", postnummer=""), "postnummer"),
        (lambda f: f["mottaker"].update(digitalId="123"), "digitalId"),
        (lambda f: f["mottaker"].update(adresse="Storgata 1"), "adresse"),
        (lambda f: f["mottaker"].pop("digitalId") and f.update(kunDigitalLevering=True), "digitalId"),
        (lambda f: f["dokumenter"][0].update(filnavn="b.pdf"), "rekkefølge"),
        (lambda f: f["dokumenter"][0].update(filnavn="a/b.pdf"), "filnavn"),
        (lambda f: f["dokumenter"][0].update(filnavn="x" * 227), "filnavn"),
        (lambda f: f["dokumenter"][0].pop("mimeType"), "mimeType"),
        (lambda f: f["dokumenter"][0].update(mimeType="text/plain"), "PDF"),
        (lambda f: f["dokumenter"].append({"filnavn": "A.PDF", "mimeType": "application/pdf"}), "samme filnavn"),
        (lambda f: f.pop("dokumenter"), "rekkefølge"),
    ],
)
def test_a_letter_that_breaks_a_rule(change: Change, word: str) -> None:
    forsendelse = letter()
    change(forsendelse)
    with pytest.raises(Refused) as refused:
        read(forsendelse, part("a.pdf"))
    assert refused.value.status == 400
    assert word in refused.value.message


@pytest.mark.parametrize(
    "parts",
    [
        None,
        [],
        [part("a.pdf")],
        [part("forsendelse", b"{}", "text/plain")],
        [part("forsendelse", b"[]", "application/json")],
        [part("forsendelse", b"{", "application/json")],
        [part("forsendelse", json.dumps(letter()).encode(), "application/json")],
        [part("forsendelse", json.dumps(letter()).encode(), "application/json"), part("a.pdf"), part("b.pdf")],
        [part("forsendelse", json.dumps(letter()).encode(), "application/json"), part("a.pdf", b"ikke PDF")],
        [part("a.pdf"), part("forsendelse", json.dumps(letter()).encode(), "application/json")],
    ],
)
def test_parts_that_are_not_as_agreed(parts: list[Part] | None) -> None:
    with pytest.raises(Refused):
        read_forsendelse(parts)


def test_post_abroad_needs_no_post_code() -> None:
    forsendelse = letter()
    forsendelse["mottaker"] = {"navn": "Kari", "poststed": "DUBLIN", "land": "Irland"}
    assert read(forsendelse, part("a.pdf")) == forsendelse


def body(boundary: str = "grense") -> bytes:
    return (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="forsendelse"\r\n'
            "Content-Type: application/json\r\n\r\n"
            f'{{"a": 1}}\r\n--{boundary}\r\nContent-Disposition: form-data; name="b.pdf"; filename="b.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        + b"%PDF\r\n\xff\x00\r\n--"
        + f"{boundary}--\r\n".encode()
    )


def test_parts_are_read_in_order_byte_by_byte() -> None:
    found = read_parts("multipart/form-data; boundary=grense", body())
    assert found is not None
    assert [(p.name, p.media_type, p.content) for p in found] == [
        ("forsendelse", "application/json", b'{"a": 1}'),
        ("b.pdf", "application/pdf", b"%PDF\r\n\xff\x00"),
    ]


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", body()),
        ("multipart/form-data; boundary=grense", body()[:-20]),
        ("multipart/form-data; boundary=annen", body()),
        ("multipart/form-data; boundary=grense", b""),
    ],
)
def test_a_body_that_is_no_multipart(content_type: str, content: bytes) -> None:
    assert read_parts(content_type, content) is None


def brev(day: date = DAY, **changes: Any) -> Brev:
    return new_brev("konto", day, letter() | changes, [PDF])


def test_the_twenty_sixth_letter_alike_in_two_days_is_refused() -> None:
    archive = Archive()
    for number in range(25):
        archive.refuse_one_too_many("konto", DAY, letter())
        archive.add(brev(DAY if number else DAY.replace(day=22)))
    with pytest.raises(Refused):
        archive.refuse_one_too_many("konto", DAY, letter())
    archive.refuse_one_too_many("konto", DAY, letter() | {"tittel": "Brev, sak 2"})
    archive.refuse_one_too_many("annen konto", DAY, letter())
    archive.refuse_one_too_many("konto", DAY, letter() | {"mottaker": {**letter()["mottaker"], "adresselinje1": "x"}})
    archive.refuse_one_too_many("konto", DAY.replace(day=24), letter())


def test_letters_are_found_by_reference_and_told_apart_by_night() -> None:
    archive, first, second = Archive(), brev(), brev()
    archive.add(first)
    archive.begin_night()
    archive.add(second)
    assert archive.find("konto", "PC1000001:1") == [first, second]
    assert archive.find("konto", "PC1000001") == archive.find("annen", "PC1000001:1") == []
    assert archive.of_tonight() == [second]
    assert (second.kravnr, second.mottaker) == ("PC1000001", "01817328004")
    assert brev(eksternReferanse="").kravnr == ""


@pytest.mark.parametrize(
    ("day", "reservert", "digital_only", "expected"),
    [
        (23, "NEI", False, "AKSEPTERT"),
        (24, "NEI", False, "VARSLET"),
        (24, "JA", False, "SENDT_PRINT"),
        (24, "NEI", True, "VARSLET"),
        (24, "JA", True, "IKKE_LEVERT"),
    ],
)
def test_what_becomes_of_a_letter(day: int, reservert: str, digital_only: bool, expected: str, personer: Rows) -> None:
    row = {**next(iter(personer.values())), "status": "bosatt", "reservert": reservert}
    sent = brev(kunDigitalLevering=digital_only)
    assert status(sent, DAY.replace(day=day), {"01817328004": row}) == expected


def test_a_letter_to_nobody_the_register_knows_is_printed() -> None:
    assert status(replace(brev(), day=DAY), DAY.replace(day=24), {}) == "SENDT_PRINT"


@pytest.fixture(scope="module")
def personer(root: Path) -> Rows:
    return load(root / "tests" / "population" / "liten").personer


@pytest.mark.needs_shared
def test_the_fields_are_the_published_ones(shared: Path) -> None:
    specification = shared / "contracts" / "svarut-rest-v2" / "forsendelse-send-api-v2.json"
    schemas = json.loads(specification.read_text(encoding="utf-8"))["components"]["schemas"]
    assert set(schemas["Forsendelse"]["properties"]) == FIELDS
    assert set(schemas["Adresse"]["properties"]) == MOTTAKER
    assert set(schemas["Dokument"]["properties"]) == DOKUMENT
