"""The shared way to call SOAP: what an answer may be, what a fault is to us, and who is never told of."""

from __future__ import annotations

import asyncio
import logging

import pytest

from connectors import soap
from connectors.matrikkelen.contract import WSDL
from connectors.soap import Typed, UsernameToken
from domain.errors import LoginRejected, Phase, SystemException
from tests.unit.connectors.leaks import logged, told_by
from tests.unit.connectors.soap_messages import replaced, xml
from tests.unit.connectors.stubs import EXAMPLES, Made, answer, hasty, stub
from tests.unit.connectors.subjects import EIENDOM, PASSORD, grunnboken, matrikkelen

KARI = "01817328096"
FAULT = (EXAMPLES / "matrikkelen" / "fault.xml").read_text(encoding="utf-8")
SISTE = """<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>
<s:findSisteEndringIdResponse xmlns:s="http://matrikkel.statkart.no/matrikkelapi/wsapi/v1/service/endringslogg"
xmlns:d="http://matrikkel.statkart.no/matrikkelapi/wsapi/v1/domain"><s:return><d:value>{}</d:value></s:return>
</s:findSisteEndringIdResponse></S:Body></S:Envelope>"""
PLAIN_FAULT = """<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault>
<faultcode>{}</faultcode><faultstring>01817328096</faultstring></S:Fault></S:Body></S:Envelope>"""


def said(text: str, status: int = 200) -> Made:
    return answer(text, status, "text/xml;charset=UTF-8")


async def siste(made: Made) -> str:
    return await matrikkelen("https://example.com", stub(made).client(), hasty()).find_siste()


async def test_an_answer() -> None:
    assert await siste(said(SISTE.format(41))) == "41"


@pytest.mark.parametrize(
    ("made", "phase", "words"),
    [
        (said(SISTE.format(41)[:-20]), "parse", "not well-formed XML"),
        (said(SISTE.format(KARI + "<")), "parse", "not well-formed XML"),
        (said('<!DOCTYPE a [<!ENTITY e "x">]>' + SISTE.format("&e;")), "parse", "XML with a document type"),
        (said(SISTE.format(f"nr {KARI}")), "parse", "wrong form: return.value (missing)"),
        (said(SISTE.format("").replace("Siste", "Annet")), "parse", "the answer to another question"),
        (said(SISTE.format(1).replace("S:Body", "S:Hode")), "parse", "not a SOAP envelope"),
        (said("<p>Logg inn</p>"), "parse", "not a SOAP envelope"),
        (answer(SISTE.format(41), media_type="text/html"), "parse", "not XML but text/html"),
        (said(FAULT, 500), "answer", "fault Server ObjectsNotFoundFaultInfo :ServiceException:ApplicationException:"),
        (said(FAULT, 200), "answer", "fault Server ObjectsNotFoundFaultInfo"),
        (said(FAULT.replace("x:Objects", "x:Helt Ny ")), "answer", "fault Server :ServiceException:"),
        (said(FAULT.replace(":FinderException:", f" {KARI}")), "answer", "fault Server ObjectsNotFoundFaultInfo"),
        (said(PLAIN_FAULT.format("S:Client"), 500), "answer", "fault Client"),
        (answer("<h1>500</h1>", 500, "text/html"), "answer", "HTTP 500"),
        (answer("", 503, "text/xml"), "unavailable", "HTTP 503"),
        (answer("", 401, ""), "auth", "HTTP 401"),
    ],
)
async def test_what_is_no_answer(made: Made, phase: Phase, words: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("zeep").setLevel(logging.DEBUG)  # an eager technician; building the client sets it back
    with pytest.raises(SystemException) as raised:
        await siste(made)
    assert raised.value.phase == phase
    assert words in raised.value.message
    assert "findSisteEndringId" in raised.value.message
    told = told_by(raised.value) + logged(caplog.records)
    for secret in (KARI, PASSORD, "Storgata", "PRØVE", "Envelope"):
        assert secret not in told


@pytest.mark.parametrize("code", ["wsse:FailedAuthentication", "wsse:InvalidSecurity", "ns0:InvalidSecurityToken"])
async def test_a_refused_token_is_a_rejected_login(code: str) -> None:
    subject = stub(said(PLAIN_FAULT.format(code), 500))
    with pytest.raises(LoginRejected):
        await grunnboken("https://example.com", subject.client(), hasty()).find_siste()
    assert len(subject.requests) == 1


async def test_a_fault_is_not_asked_for_again_and_a_bad_page_is() -> None:
    for made, times in ((said(FAULT, 500), 1), (answer("", 500, "text/html"), 3)):
        subject = stub(made)
        with pytest.raises(SystemException):
            await matrikkelen("https://example.com", subject.client(), hasty()).find_siste()
        assert len(subject.requests) == times


async def test_an_unreadable_value_is_told_of_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """zeep logs what it cannot read, with its value, as an error."""
    caplog.set_level(logging.DEBUG)
    strange = replaced("matrikkelen/eiendom", "<u:teller>2</u:teller>", f"<u:teller>{KARI}x</u:teller>")
    subject = stub(xml("matrikkelen/ids"), strange)
    with pytest.raises(SystemException) as raised:
        await matrikkelen("https://example.com", subject.client(), hasty()).get_eiendommer([EIENDOM])
    assert KARI not in told_by(raised.value) + logged(caplog.records)


def test_the_wsdl_is_loaded_once_in_a_process() -> None:
    async def both() -> list[object]:
        return await asyncio.gather(*(asyncio.to_thread(soap.load, WSDL) for _ in range(4)))

    assert len({id(client) for client in asyncio.run(both())}) == 1


def test_secrets_and_values_stay_out_of_sight() -> None:
    shown = repr([Typed("{ns}FysiskPersonIdent", {"fodselsnummer": KARI}), UsernameToken("kraftverk", PASSORD)])
    assert KARI not in shown
    assert PASSORD not in shown
