"""Reading a SOAP 1.1 message strictly, and writing one: plain lxml, no schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree

from sandbox.soap.fault import Fault

Element = Any
"""lxml comes without types."""
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)


def open_envelope(body: bytes) -> tuple[Element | None, Element]:
    """The header, if any, and the one thing in the body. Raises Fault."""
    try:
        envelope = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Fault("Couldn't parse the XML", code="S:Client", typed=False) from error
    found = envelope.find(f"{{{ENVELOPE}}}Body")
    if envelope.tag != f"{{{ENVELOPE}}}Envelope" or found is None or len(found) != 1:
        raise Fault("Not a SOAP 1.1 envelope", code="S:Client", typed=False)
    return envelope.find(f"{{{ENVELOPE}}}Header"), found[0]


def fields(element: Element, namespace: str, *names: str) -> list[Element]:
    """The children, which must be just these, in this order; a name with ? may be missing (None). Raises Fault."""
    left = list(element)
    found = []
    for name in names:
        tag = f"{{{namespace}}}{name.rstrip('?')}"
        if left and left[0].tag == tag:
            found.append(left.pop(0))
        elif name.endswith("?"):
            found.append(None)
        else:
            raise Fault(f"unexpected content of {etree.QName(element).localname}: {name} is expected", code="S:Client")
    if left:
        raise Fault(f"unexpected element {etree.QName(left[0]).localname}", code="S:Client")
    return found


def items(element: Element | None, namespace: str) -> list[Element]:
    """The `item` children of a list. Raises Fault when there is anything else."""
    children = [] if element is None else list(element)
    if any(child.tag != f"{{{namespace}}}item" for child in children):
        raise Fault("a list holds items", code="S:Client")
    return children


def text_of(element: Element) -> str:
    return (element.text or "").strip()


def kind_of(element: Element) -> tuple[str, str] | None:
    """Namespace and name of its xsi:type; None without."""
    name = element.get(f"{{{XSI}}}type")
    if name is None:
        return None
    prefix, _, local = name.rpartition(":")
    return element.nsmap.get(prefix or None, ""), local


class Builder:
    """Elements of one answer, with the prefixes of one register. `namespaces`: by prefix."""

    def __init__(self, namespaces: dict[str, str]) -> None:
        self._namespaces = {**namespaces, "xsi": XSI}

    def __call__(self, name: str, *content: Element | str | None, kind: str | None = None) -> Element:
        """`prefix:name` with this content, in this order; None among it is left out. `kind`: its xsi:type."""
        element = etree.Element(self._tag(name), nsmap=self._namespaces)
        for each in content:
            if isinstance(each, str):
                element.text = each
            elif each is not None:
                element.append(each)
        if kind is not None:
            element.set(f"{{{XSI}}}type", kind)
        return element

    def nil(self, *names: str) -> list[Element]:
        """These elements, each said to be nothing."""
        made = [self(name) for name in names]
        for element in made:
            element.set(f"{{{XSI}}}nil", "true")
        return made

    def all(self, name: str, content: Iterable[Element]) -> Element:
        return self(name, *content)

    def _tag(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return f"{{{self._namespaces[prefix]}}}{local}"
