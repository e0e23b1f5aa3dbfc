"""Matrikkelen: what we ask, word by word, and what we make of its answers, by our own examples."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from connectors.matrikkelen.client import MatrikkelClient
from domain.eiendom import Eiendom, Eiendomsendringer, Eierandel, Matrikkelnummer
from domain.errors import SystemException
from tests.unit.connectors.soap_messages import body, replaced, xml
from tests.unit.connectors.stubs import Stub, hasty, stub
from tests.unit.connectors.subjects import matrikkelen

HUS, UKJENT = Matrikkelnummer("0301", 207, 412), Matrikkelnummer("0301", 207, 999)
KARI, FORETAK = "01817328096", "230582785"


def client(subject: Stub) -> MatrikkelClient:
    return matrikkelen("https://example.com/wsapi/v1", subject.client(), hasty())


async def test_a_property_and_its_owners() -> None:
    subject = stub(xml("matrikkelen/ids"), xml("matrikkelen/eiendom"), xml("matrikkelen/personer"))
    found = await client(subject).get_eiendommer([HUS, UKJENT, HUS])
    kari = Eierandel(KARI, Fraction(2, 3), date(2019, 8, 1))
    foretak = Eierandel(FORETAK, Fraction(1, 3), None)
    assert found == {HUS: Eiendom(HUS, False, (kari, foretak))}
    context = (
        "matrikkelContext(locale(no_NO_B) brukOriginaleKoordinater(false) koordinatsystemKodeId(value(22)) "
        "systemVersion(4.4) klientIdentifikasjon(kraftverk) snapshotVersion(timestamp(9999-01-01T00:00:00+01:00)))"
    )
    ident = "item(kommuneIdent(kommunenummer(0301)) gardsnummer(207) bruksnummer({}) festenummer(0) seksjonsnummer(0))"
    assert [body(request) for request in subject.requests] == [
        f"findMatrikkelenhetIdsForIdents(matrikkelenhetIdentList({ident.format(412)} {ident.format(999)}) {context})",
        f"getObjectsIgnoreMissing(ids(item[GrunneiendomId](value(88123))) {context})",
        f"getObjectsIgnoreMissing(ids(item[FysiskPersonId](value(500)) item[JuridiskPersonId](value(600))) {context})",
    ]
    first = subject.requests[0]
    assert first.url == "https://example.com/wsapi/v1/MatrikkelenhetServiceWS"
    assert first.headers["soapaction"] == '""'
    assert first.headers["content-type"] == "text/xml; charset=utf-8"
    assert first.headers["authorization"].startswith("Basic ")


async def test_an_owner_who_cannot_be_read_is_an_owner_without_a_number() -> None:
    nobody = stub(
        xml("matrikkelen/ids"),
        xml("matrikkelen/eiendom"),
        replaced("matrikkelen/personer", "<d:value>600</d:value>", "<d:value>601</d:value>"),
    )
    eiere = (await client(nobody).get_eiendommer([HUS]))[HUS].eiere
    assert [eier.eier for eier in eiere] == [KARI, None]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # A kind of eierforhold we do not know may be tinglyst, so somebody owns, and nobody knows who.
        ("m:PersonIkkeTinglystEierforhold", "m:HeltNyttEierforhold", 3),
        ("m:PersonTinglystEierforhold", "m:HeltNyttEierforhold", 2),
        ("m:PersonIkkeTinglystEierforhold", "m:Kontaktinstans", 2),
    ],
)
async def test_kinds_of_eierforhold(old: str, new: str, expected: int) -> None:
    subject = stub(
        xml("matrikkelen/ids"), replaced("matrikkelen/eiendom", f'"{old}"', f'"{new}"'), xml("matrikkelen/personer")
    )
    eiere = (await client(subject).get_eiendommer([HUS]))[HUS].eiere
    assert len(eiere) == expected
    assert any(eier.eier is None for eier in eiere) == ("HeltNytt" in new)


async def test_a_kind_of_property_we_do_not_know_has_no_owners_we_know() -> None:
    strange = replaced("matrikkelen/eiendom", '"m:Grunneiendom"', '"m:Luftslott"')
    assert await client(stub(xml("matrikkelen/ids"), strange)).get_eiendommer([HUS]) == {HUS: Eiendom(HUS, False, ())}
    assert (await client(stub(xml("matrikkelen/endringer"), strange)).find_endringer("7000", "0301")).uplassert


@pytest.mark.parametrize("broek", ["<u:teller>0</u:teller>", "<u:teller>-2</u:teller>"])
async def test_an_impossible_share_is_not_known(broek: str) -> None:
    subject = stub(
        xml("matrikkelen/ids"),
        replaced("matrikkelen/eiendom", "<u:teller>2</u:teller>", broek),
        xml("matrikkelen/personer"),
    )
    assert (await client(subject).get_eiendommer([HUS]))[HUS].eiere[0].andel is None


async def test_an_id_of_a_kind_we_do_not_know_cannot_be_asked_for() -> None:
    strange = replaced("matrikkelen/ids", '"m:GrunneiendomId"', '"m:LuftslottId"')
    assert await client(stub(strange)).get_eiendommer([HUS]) == {}
    owner = replaced("matrikkelen/eiendom", '"p:JuridiskPersonId"', '"p:StifinnerId"')
    subject = stub(xml("matrikkelen/ids"), owner, xml("matrikkelen/personer"))
    assert [each.eier for each in (await client(subject).get_eiendommer([HUS]))[HUS].eiere] == [KARI, None]
    changed = replaced("matrikkelen/endringer", '"m:GrunneiendomId"', '"m:LuftslottId"')
    assert (await client(stub(changed)).find_endringer("7000", "0301")).uplassert


async def test_what_is_gone() -> None:
    subject = stub(
        xml("matrikkelen/ids"),
        replaced("matrikkelen/eiendom", "<m:utgatt>false", "<m:utgatt>true"),
        xml("matrikkelen/personer"),
    )
    assert (await client(subject).get_eiendommer([HUS]))[HUS].utgaatt


async def test_the_log_is_read_to_its_end() -> None:
    more = replaced("matrikkelen/endringer", "<e:alleEndringerFunnet>true", "<e:alleEndringerFunnet>false")
    last = replaced("matrikkelen/endringer", "<d:value>7002</d:value></e:siste", "<d:value>7005</d:value></e:siste")
    subject = stub(more, last, xml("matrikkelen/eiendom"))
    found = await client(subject).find_endringer("7000", "0301")
    assert found == Eiendomsendringer(frozenset({HUS}), "7005")
    asked = [body(request).partition(" matrikkelContext")[0] for request in subject.requests[:2]]
    rest = 'domainklasse(Matrikkelenhet) filter({"kommunefilter": ["0301"]}) returnerBobler(Aldri) maksAntall(1000)'
    assert asked == [f"findEndringer(id(value(7000)) {rest}", f"findEndringer(id(value(7002)) {rest}"]


async def test_a_changed_property_that_cannot_be_read_may_be_any() -> None:
    nothing = replaced("matrikkelen/eiendom", "<d:value>88123</d:value>", "<d:value>5</d:value>")
    found = await client(stub(xml("matrikkelen/endringer"), nothing)).find_endringer("7000", "0301")
    assert (found.eiendommer, found.uplassert) == (frozenset(), True)


async def test_a_log_that_stands_still_is_no_log() -> None:
    still = replaced("matrikkelen/endringer", "<e:alleEndringerFunnet>true", "<e:alleEndringerFunnet>false")
    with pytest.raises(SystemException) as raised:
        await client(stub(still)).find_endringer("7000", "0301")
    assert raised.value.phase == "parse"
