"""Reading what we have sent, and changing what we are answered."""

from __future__ import annotations

from typing import Any

import httpx
from lxml import etree

from tests.unit.connectors.stubs import Made, answer, example


def xml(name: str) -> Made:
    """One of our examples."""
    return answer(example(f"{name}.xml"), media_type="text/xml; charset=utf-8")


def replaced(name: str, old: str, new: str) -> Made:
    """One of our examples with some of its words changed."""
    text = example(f"{name}.xml").decode()
    assert old in text
    return answer(text.replace(old, new), media_type="text/xml")


def body(request: httpx.Request) -> str:
    """The message without its prefixes: name[xsi:type](content)."""
    return _tell(etree.fromstring(request.content).find("{*}Body")[0])


def _tell(node: Any) -> str:
    kind = node.get("{http://www.w3.org/2001/XMLSchema-instance}type", "").rpartition(":")[2]
    name = etree.QName(node).localname + (f"[{kind}]" if kind else "")
    return f"{name}({' '.join(map(_tell, node)) or (node.text or '')})"
