"""The HTTP side of one register's services: SOAP 1.1 over POST, the WSDL over GET."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lxml import etree
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router

from sandbox.soap.fault import Fault
from sandbox.soap.message import ENVELOPE, XSI, Element, open_envelope

Operation = Callable[[Element], Element]
"""From the element in the body of the question to the one in the body of the answer. Raises Fault."""
Gate = Callable[[Request, Element | None], Response | None]
"""From the request and its SOAP header to a refusal, or None. Raises Fault."""
_XS = "http://www.w3.org/2001/XMLSchema"


class SoapService:
    """`operations`: by service, then by the tag of the question. `wsdl`: a folder with the published WSDL files."""

    def __init__(
        self,
        exceptions: str,
        basis: str,
        operations: Mapping[str, Mapping[str, Operation]],
        gate: Gate,
        wsdl: Path | None,
    ) -> None:
        self._exceptions, self._basis = exceptions, basis
        self._operations = operations
        self._gate = gate
        self._wsdl = wsdl
        self._schemas: dict[str, Any] = {}

    def router(self) -> Router:
        """One path for each service."""
        return Router(
            [
                Route("/{service}", self.answer, methods=["POST"]),
                Route("/{file}", self.show, methods=["GET"]),
            ]
        )

    async def show(self, request: Request) -> Response:
        """A published file, the WSDL of a service by ?WSDL; 404 where none has been given to us."""
        name = Path(request.path_params["file"]).name
        path = None if self._wsdl is None else self._wsdl / (name if "." in name else f"{name}.wsdl")
        if path is None or not path.is_file():
            return PlainTextResponse("", status_code=404)
        return Response(path.read_bytes(), media_type="text/xml")

    async def answer(self, request: Request) -> Response:
        """One question. Faults are HTTP 500, as SOAP 1.1 has it."""
        operations = self._operations.get(request.path_params["service"])
        if operations is None:
            return PlainTextResponse("", status_code=404)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/xml":
            return PlainTextResponse("Unsupported Media Type", status_code=415)
        try:
            header, question = open_envelope(await request.body())
            if refused := self._gate(request, header):
                return refused
            if question.tag not in operations:
                raise Fault(f"Cannot find dispatch method for {question.tag}", code="S:Client", typed=False)
            self._hold_against_the_schema(request.path_params["service"], question)
            return _response(operations[question.tag](question), 200)
        except Fault as fault:
            return _response(self._fault(fault), 500)

    def _hold_against_the_schema(self, service: str, question: Element) -> None:
        if self._wsdl is None:
            return
        if service not in self._schemas:
            self._schemas[service] = published_schema(self._wsdl, service)
        schema = self._schemas[service]
        if not schema.validate(question):
            raise Fault(f"not as the published schema says: {schema.error_log.last_error}", code="S:Client")

    def _fault(self, fault: Fault) -> Element:
        made = etree.Element(f"{{{ENVELOPE}}}Fault", nsmap={"S": ENVELOPE})
        etree.SubElement(made, "faultcode").text = fault.code
        etree.SubElement(made, "faultstring").text = fault.text
        if fault.typed:
            etree.SubElement(made, "detail").append(self._detail(fault))
        return made

    def _detail(self, fault: Fault) -> Element:
        """Category, stack trace and detail, in that order, and what the kind adds to them."""
        space = self._exceptions
        detail = etree.Element(f"{{{space}}}ServiceException", nsmap={"x": space, "b": self._basis, "xsi": XSI})
        detail.set(f"{{{XSI}}}type", f"x:{fault.kind}")
        etree.SubElement(detail, f"{{{space}}}category").text = fault.category
        etree.SubElement(detail, f"{{{space}}}stackTraceText").text = ""
        inner = etree.SubElement(detail, f"{{{space}}}exceptionDetail")
        etree.SubElement(inner, f"{{{space}}}className").text = f"no.statkart.exception.{fault.kind}"
        etree.SubElement(inner, f"{{{space}}}message").text = fault.text
        etree.SubElement(inner, f"{{{space}}}cause").set(f"{{{XSI}}}nil", "true")
        etree.SubElement(inner, f"{{{space}}}stackTraceElements")
        if fault.kind == "ObjectsNotFoundFaultInfo":
            missing = etree.SubElement(detail, f"{{{space}}}idsNotFound")
            for _, value in fault.ids:
                item = etree.SubElement(missing, f"{{{self._basis}}}item")
                etree.SubElement(item, f"{{{self._basis}}}value").text = value
        return detail


def _response(content: Element, status: int) -> Response:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"S": ENVELOPE})
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(content)
    body = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    return Response(body, status_code=status, media_type="text/xml")


def published_schema(folder: Path, service: str) -> Any:
    """Every schema the WSDL of the service imports, as one."""
    imports = etree.parse(str(folder / f"{service}.wsdl")).iter(f"{{{_XS}}}import")
    whole = etree.Element(f"{{{_XS}}}schema", nsmap={"xs": _XS})
    for each in imports:
        etree.SubElement(whole, f"{{{_XS}}}import", dict(each.attrib))
    return etree.XMLSchema(etree.fromstring(etree.tostring(whole), base_url=f"{folder}/"))
