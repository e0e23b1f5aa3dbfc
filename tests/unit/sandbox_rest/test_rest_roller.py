"""The roles of an ENK: one owner, and among some of them persons who are not."""

from __future__ import annotations

from typing import Any

from sandbox.enhetsregisteret.roller import roller

OWNER, OTHER = "01817328004", "01827620013"


def person(number: str) -> dict[str, str]:
    return {
        "foedselsnummer": number,
        "fornavn": "F",
        "etternavn": "E",
        "foedselsdato": "1973-01-01",
        "status": "bosatt",
    }


def roles_of(number: str, form: str = "ENK", innehaver: str = OWNER) -> list[tuple[str, bool, str]]:
    row = {"organisasjonsnummer": number, "navn": "N", "organisasjonsform": form, "innehaver": innehaver}
    body: Any = roller(row, {OWNER: person(OWNER), OTHER: person(OTHER)}, "http://x/api")
    return [
        (group["type"]["kode"], role["avregistrert"], role["person"]["fodselsnummer"])
        for group in body["rollegrupper"]
        for role in group["roller"]
    ]


def test_every_enk_has_its_owner_once_whatever_stands_beside() -> None:
    shapes = set()
    for serial in range(30):
        roles = roles_of(f"3000{serial:04}1")
        assert [number for kode, gone, number in roles if kode == "INNH" and not gone] == [OWNER]
        shapes.add(tuple((kode, gone) for kode, gone, _number in roles))
    assert shapes == {
        (("INNH", False),),
        (("KONT", False), ("INNH", False)),
        (("INNH", True), ("INNH", False)),
    }


def test_only_an_enk_with_an_owner_has_roles() -> None:
    assert roles_of("300000001", form="AS") == []
    assert roles_of("300000001", innehaver="") == []


def test_an_owner_whom_folkeregisteret_does_not_know_still_has_a_number() -> None:
    stranger = "03816543210"
    assert ("INNH", False, stranger) in roles_of("300000011", innehaver=stranger)
