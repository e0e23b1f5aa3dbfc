"""The shared way to call a SOAP 1.1 service: zeep writes the message and reads the answer, `Api` carries the bytes.

So time limits, repetition, translation of faults, timings and privacy are those of `connectors.http`. zeep's own
transport is not used: it logs envelopes, knows no limit of the whole call and follows the WSDL's placeholder address.

An answer is read leniently: what our WSDL does not name is passed over, and an `xsi:type` it does not know is read as
the type that was promised. XML that is cut short or not well-formed is refused; zeep's lenient mode would mend it.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import httpx
from lxml import etree

from connectors.call import Answer, Call
from connectors.credentials import Credentials
from connectors.http import Api
from connectors.retry import CallPolicy
from connectors.wire import Wire, check
from domain.errors import LoginRejected, SystemException

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
XML = "text/xml"
TYPE = "type_"
"""The key under which a wire type finds the name of its xsi:type."""
_LOGIN_REFUSED = frozenset({"FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken"})
_SAFE = re.compile(r"[\w:.-]{1,200}", re.ASCII)
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
)

W = TypeVar("W", bound=Wire)


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of a named type of the WSDL, `{namespace}Name`: an id keeps its concrete xsi:type by it."""

    name: str
    values: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class UsernameToken:
    """WS-Security with the password as text."""

    username: str
    password: str = field(repr=False)


class Soap:
    """One system's SOAP services: where they are, their WSDL, how we are known there and how patient we are.

    `credentials`: for the HTTP request. `token`: for the message itself.
    """

    def __init__(
        self,
        system: str,
        base_url: str,
        wsdl: Path,
        http: httpx.AsyncClient,
        policy: CallPolicy,
        *,
        credentials: Credentials | None = None,
        token: UsernameToken | None = None,
    ) -> None:
        self._system = system
        self._wsdl = wsdl
        self._api = Api(system, base_url, http, policy, credentials=credentials)
        self._token = token

    async def read(self, service: str, operation: str, wire: type[W], **arguments: object) -> W:
        """The answer of a call that may be repeated. `arguments` in any order; the WSDL knows theirs.

        Raises SystemException: as `Api.send`, and answer (a fault of the service), parse. Raises LoginRejected.
        """
        client = await asyncio.to_thread(load, self._wsdl)
        call = Call(
            method="POST",
            route=f"/{service}",
            operation=operation,
            content=self._message(client, service, operation, arguments),
            headers={"Content-Type": f"{XML}; charset=utf-8", "SOAPAction": '""', "Accept": XML},
            fault_type=XML,
            signed=self._token is not None,
        )
        answer = await self._api.send(call)
        return check(self._returned(client, operation, answer), wire, answer.system, answer.label)

    def _message(self, client: Any, service: str, operation: str, arguments: Mapping[str, object]) -> bytes:
        values = {name: _build(client, value) for name, value in arguments.items()}
        envelope = _binding(client, service).get(operation).create(**values).content
        if self._token is not None:
            wsse: Any = import_module("zeep.wsse")
            wsse.UsernameToken(self._token.username, self._token.password).apply(envelope, {})
        return bytes(etree.tostring(envelope, xml_declaration=True, encoding="utf-8"))

    def _returned(self, client: Any, operation: str, answer: Answer) -> object:
        """The body of the answer as plain values. What went wrong is said without a word of the answer."""
        body = self._body(answer)
        if etree.QName(body).localname == "Fault":
            self._raise_fault(body, answer)
        try:
            if etree.QName(body).localname == f"{operation}Response":
                readable = _made_readable(body, client)
                return _plain(client.get_element(body.tag).parse(readable, client.wsdl.types)) or {}
            problem = "the answer to another question"
        except Exception as error:  # zeep and what it calls raise of every kind, with the content in the text
            problem = f"not as the WSDL says ({type(error).__name__})"
        raise SystemException(self._system, "parse", f"{answer.label}: {problem}")

    def _body(self, answer: Answer) -> Any:
        problem = f"not XML but {answer.media_type or 'without content type'}"
        if answer.media_type == XML:
            try:
                document = etree.fromstring(answer.content, _PARSER)
            except (etree.XMLSyntaxError, ValueError):
                problem = "not well-formed XML"
            else:
                problem = "not a SOAP envelope with one thing in its body"
                bodies = document.findall(f"{{{ENVELOPE}}}Body")
                if document.getroottree().docinfo.doctype:
                    problem = "XML with a document type"
                elif document.tag == f"{{{ENVELOPE}}}Envelope" and len(bodies) == 1 and len(bodies[0]) == 1:
                    return bodies[0][0]
        # Outside the except block: the library's exception may quote the answer.
        raise SystemException(self._system, "parse", f"{answer.label}: {problem}")

    def _raise_fault(self, fault: Any, answer: Answer) -> NoReturn:
        """By the fault's code, type and category. Its text, detail and stack trace may quote what we asked for."""
        code = (fault.findtext("faultcode") or "").rpartition(":")[2]
        detail = fault.find("detail")
        said = detail[0] if detail is not None and len(detail) else None
        kind = category = ""
        if said is not None:
            kind = (said.get(_XSI_TYPE) or said.tag).rpartition(":")[2]
            kind = kind.rpartition("}")[2]
            category = said.findtext("{*}category") or ""
        told = " ".join(word for word in (code, kind, category) if _SAFE.fullmatch(word))
        message = f"{answer.label}: fault {told}".rstrip()
        if code in _LOGIN_REFUSED:
            raise LoginRejected(self._system, message)
        raise SystemException(self._system, "answer", message)


_clients: dict[Path, Any] = {}
_loading = threading.Lock()


def load(wsdl: Path) -> Any:
    """zeep's client for this WSDL, loaded once in a process. Reads files and takes its time: call it in a thread."""
    with _loading:
        if wsdl not in _clients:
            zeep: Any = import_module("zeep")  # here, so that whoever calls no SOAP service does not wait for it
            settings = zeep.Settings(strict=False, xsd_ignore_sequence_order=True, forbid_external=True)
            _clients[wsdl] = zeep.Client(str(wsdl), settings=settings)
        return _clients[wsdl]


def _binding(client: Any, service: str) -> Any:
    return next(each for name, each in client.wsdl.bindings.items() if etree.QName(name).localname == service)


def _made_readable(body: Any, client: Any) -> Any:
    """Takes away what zeep stumbles over: what is said to be nothing (it would make an empty object of it), and an
    xsi:type our WSDL does not name, so that the element is read as the type that was promised."""
    for element in list(body.iter(etree.Element)):
        if element.get(_NIL) in ("true", "1") and element is not body:
            element.getparent().remove(element)
        elif (kind := element.get(_XSI_TYPE)) is not None:
            prefix, _, name = kind.rpartition(":")
            if f"{{{element.nsmap.get(prefix or None)}}}{name}" not in _type_names(client):
                del element.attrib[_XSI_TYPE]
    return body


@cache
def _type_names(client: Any) -> frozenset[str]:
    return frozenset(each.qname.text for each in client.wsdl.types.types if each.qname is not None)


def _build(client: Any, value: object) -> object:
    match value:
        case Typed(name=name, values=values):
            return client.get_type(name)(**{key: _build(client, each) for key, each in values.items()})
        case list():
            return [_build(client, each) for each in value]
        case dict():
            return {key: _build(client, each) for key, each in value.items()}
    return value


def _plain(value: object) -> object:
    """zeep's objects as dicts with the name of their type, without what the WSDL does not name."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    kind = getattr(value, "_xsd_type", None)
    if kind is None:
        return value
    values = {name: _plain(each) for name, each in value.__values__.items() if name != "_raw_elements"}  # type: ignore[attr-defined]
    return {**{name: each for name, each in values.items() if each is not None}, TYPE: kind.name or ""}
