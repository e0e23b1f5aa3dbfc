"""Grunnboken: what we ask, word by word, and what we make of its answers, by our own examples."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from lxml import etree

from connectors.grunnboken.client import GrunnbokClient
from domain.eiendom import Eiendom, Eiendomsendringer, Eierandel, Matrikkelnummer
from domain.errors import SystemException
from tests.unit.connectors.soap_messages import body, replaced, xml
from tests.unit.connectors.stubs import Made, Stub, hasty, stub
from tests.unit.connectors.subjects import PASSORD, grunnboken

HUS, UKJENT = Matrikkelnummer("0301", 207, 412), Matrikkelnummer("0301", 207, 999)
KARI = "01817328096"
ORDER = ("ids", "enheter", "retter", "andeler", "store-andeler", "personer")


def answers(**changed: Made) -> Stub:
    """The answers of one look-up in order, some of them others than our examples (_ for -)."""
    return stub(*(changed.get(name.replace("-", "_")) or xml(f"grunnboken/{name}") for name in ORDER))


def client(subject: Stub) -> GrunnbokClient:
    return grunnboken("https://example.com/wsapi/v2", subject.client(), hasty())


async def test_a_property_and_those_who_hold_the_title() -> None:
    """What is historisk has ended. 23:30 in UTC is the next day in Oslo."""
    subject = answers()
    found = await client(subject).get_eiendommer([HUS, UKJENT])
    kari = Eierandel(KARI, Fraction(3, 4), date(2019, 8, 2))
    assert found == {HUS: Eiendom(HUS, False, (kari, Eierandel(None, Fraction(1, 4), date(2019, 8, 2))))}
    context = (
        "grunnbokContext(systemVersion(3.14) clientIdentification(kraftverk) locale(no_578) "
        "snapshotVersion(timestamp(9999-01-01T00:00:00+01:00)))"
    )
    ident = (
        "item[MatrikkelenhetIdent](kommunenummer(0301) gaardsnummer(207) bruksnummer({}) festenummer(0) "
        "seksjonsnummer(0))"
    )
    ids = "item[RegisterenhetsrettsandelId](value(andel-{}))"
    persons = " ".join(f"item[FysiskPersonId](value(person-{n}))" for n in (2, 1))
    assert [body(request) for request in subject.requests] == [
        f"findRegisterenhetIdsForIdents(idents({ident.format(412)} {ident.format(999)}) {context})",
        f"getObjectsIgnoreMissing(ids(item[MatrikkelenhetId](value(enhet-1))) {context})",
        f"findRetterForEnheter(registerenhetIds(item[MatrikkelenhetId](value(enhet-1))) {context})",
        f"findAndelerIRetter(rettIds(item(value(rett-1)) item(value(rett-2))) {context})",
        f"getObjectsIgnoreMissing(ids({' '.join(ids.format(n) for n in (1, 2, 3))}) {context})",
        f"getObjectsIgnoreMissing(ids({persons}) {context})",
    ]


async def test_who_we_are_stands_in_the_message() -> None:
    subject = answers()
    await client(subject).get_eiendommer([HUS])
    request = subject.requests[0]
    token = etree.fromstring(request.content).find("{*}Header/{*}Security/{*}UsernameToken")
    assert [each.text for each in token] == ["kraftverk", PASSORD]
    assert token.find("{*}Password").get("Type").endswith("#PasswordText")
    assert "authorization" not in request.headers


async def test_two_retter_with_holders_leave_the_owner_open() -> None:
    """Ownership and feste: which is which, a list of codes would tell."""
    two = replaced("grunnboken/andeler", "<t:value/>", "<t:value><r:item><b:value>andel-2</b:value></r:item></t:value>")
    eiere = (await client(answers(andeler=two)).get_eiendommer([HUS]))[HUS].eiere
    assert [(each.eier, each.andel) for each in eiere] == [(None, None)] * 3


async def test_a_share_that_cannot_be_read_is_an_owner_nobody_knows() -> None:
    gone = replaced("grunnboken/store-andeler", "<b:value>andel-3</b:value>", "<b:value>andel-9</b:value>")
    eiere = (await client(answers(store_andeler=gone)).get_eiendommer([HUS]))[HUS].eiere
    assert eiere[1] == Eierandel(None, None, None)


async def test_an_id_of_a_kind_we_do_not_know_cannot_be_asked_for() -> None:
    strange = replaced("grunnboken/ids", '"r:MatrikkelenhetId"', '"r:LuftslottId"')
    assert await client(stub(strange)).get_eiendommer([HUS]) == {}
    changed = replaced("grunnboken/endringer", '"r:RegisterenhetsrettsandelId"', '"r:LuftandelId"')
    assert (await client(stub(changed)).find_endringer("e-40", "0301")).uplassert


async def test_what_is_gone() -> None:
    gone = replaced("grunnboken/enheter", "<r:utgaatt>false", "<r:utgaatt>true")
    assert (await client(answers(enheter=gone)).get_eiendommer([HUS]))[HUS].utgaatt


@pytest.mark.parametrize(
    ("andel", "uplassert", "expected"),
    [("andel-2", False, frozenset({HUS})), ("andel-77", True, frozenset())],
)
async def test_the_log(andel: str, uplassert: bool, expected: frozenset[Matrikkelnummer]) -> None:
    """A share that has been deleted cannot be read: nobody tells which property it was of."""
    told = replaced("grunnboken/endringer", "<b:value>andel-2", f"<b:value>{andel}")
    subject = stub(told, *(xml(f"grunnboken/{name}") for name in ("store-andeler", "store-retter", "enheter")))
    found = await client(subject).find_endringer("e-40", "0301")
    assert found == Eiendomsendringer(expected, "e-41", uplassert)
    asked = body(subject.requests[0]).partition(" grunnbokContext")[0]
    rest = 'filter({"kommunefilter": ["0301"]}) returnerBobler(Aldri) maksAntall(1000)'
    assert asked == f"findEndringer(id(value(e-40)) domainklasse(Registerenhetsrettsandel) {rest}"


async def test_a_log_that_stands_still_is_no_log() -> None:
    still = replaced("grunnboken/endringer", "<e:alleEndringerFunnet>true", "<e:alleEndringerFunnet>false")
    with pytest.raises(SystemException) as raised:
        await client(stub(still)).find_endringer("e-40", "0301")
    assert raised.value.phase == "parse"
