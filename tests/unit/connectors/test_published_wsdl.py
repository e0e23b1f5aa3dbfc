"""Our own WSDL against the published one: the same message to the letter, and answers of every field read alike.

The published files lie in the shared folder (KRAFTVERK_SHARED, or beside the repository).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree

from connectors import soap
from connectors.grunnboken import contract as grunnboken_contract
from connectors.grunnboken.client import GrunnbokClient
from connectors.matrikkelen import contract as matrikkelen_contract
from connectors.matrikkelen.client import MatrikkelClient
from tests.unit.connectors.soap_messages import xml
from tests.unit.connectors.stubs import Stub, hasty, stub
from tests.unit.connectors.subjects import EIENDOM, grunnboken, matrikkelen
from tests.unit.connectors.test_published_payloads import SHARED

pytestmark = pytest.mark.needs_shared
MATRIKKEL = ("ids", "eiendom", "personer")
GRUNNBOK = ("ids", "enheter", "retter", "andeler", "store-andeler", "personer")
LOGS = {
    "matrikkelen": ("endringer", "eiendom"),
    "grunnboken": ("endringer", "store-andeler", "store-retter", "enheter"),
}


async def asked(register: str) -> list[tuple[str, bytes]]:
    """Service and message of every question the connector asks."""
    look_up = MATRIKKEL if register == "matrikkelen" else GRUNNBOK
    made = [xml(f"{register}/{name}") for name in (*look_up, *LOGS[register])]
    subject = stub(*made)
    client = _client(register, subject)
    await client.get_eiendommer([EIENDOM])
    await client.find_endringer("1000" if register == "matrikkelen" else "e-40", "0301")
    return [(request.url.path.rpartition("/")[2], request.content) for request in subject.requests]


@pytest.mark.parametrize(
    ("register", "folder", "wsdl"),
    [
        ("matrikkelen", "matrikkel", matrikkelen_contract.WSDL),
        ("grunnboken", "grunnbok", grunnboken_contract.WSDL),
    ],
)
async def test_every_question_is_the_one_the_published_wsdl_makes(register: str, folder: str, wsdl: Path) -> None:
    """Read by the published WSDL, which is strict of names and order, and written again by it."""
    questions = await asked(register)
    assert len({service for service, _ in questions}) == (3 if register == "matrikkelen" else 5)
    for service, content in questions:
        published = zeep.Client(str(SHARED / folder / f"{service}.wsdl"))
        question = etree.fromstring(content).find("{*}Body")[0]
        operation = etree.QName(question).localname
        value = published.get_element(question.tag).parse(question, published.wsdl.types)
        (binding,) = published.wsdl.bindings.values()
        values = {name: getattr(value, name) for name in value.__values__}
        again = binding.get(operation).create(**values).content.find("{*}Body")[0]
        assert etree.tostring(again, method="c14n2") == etree.tostring(question, method="c14n2"), operation


def types_of(client: Any) -> Iterator[tuple[str, Any]]:
    """The types of the register, without those of XML Schema itself."""
    for each in client.wsdl.types.types:
        if each.qname is not None and each.qname.namespace != "http://www.w3.org/2001/XMLSchema":
            yield each.qname.text, each


@pytest.mark.parametrize(
    ("folder", "services", "wsdl"),
    [
        (
            "matrikkel",
            ("MatrikkelenhetServiceWS", "StoreServiceWS", "EndringsloggServiceWS"),
            matrikkelen_contract.WSDL,
        ),
        (
            "grunnbok",
            (
                "IdentServiceWS",
                "RegisterenhetsrettServiceWS",
                "RegisterenhetsrettsandelServiceWS",
                "StoreServiceWS",
                "EndringsloggServiceWS",
            ),
            grunnboken_contract.WSDL,
        ),
    ],
)
def test_our_types_are_the_published_ones_in_small(folder: str, services: tuple[str, ...], wsdl: Path) -> None:
    """Each type of ours is published, with every field of ours in the same order, among others."""
    ours = dict(types_of(soap.load(wsdl)))
    theirs: dict[str, Any] = {}
    for service in services:
        theirs |= dict(types_of(zeep.Client(str(SHARED / folder / f"{service}.wsdl"))))
    assert ours
    for name, our_type in ours.items():
        assert name in theirs, name
        fields = [field for field, _ in getattr(our_type, "elements", [])]
        published = [field for field, _ in getattr(theirs[name], "elements", [])]
        assert [field for field in published if field in fields] == fields, name


def _client(register: str, subject: Stub) -> MatrikkelClient | GrunnbokClient:
    make = matrikkelen if register == "matrikkelen" else grunnboken
    return make("https://example.com/api", subject.client(), hasty())
