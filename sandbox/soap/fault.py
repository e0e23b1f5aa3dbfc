"""A fault a service answers with: a code, and the typed detail both registers declare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SYSTEM = ":ServiceException:SystemException:ImplementationException:"
VALIDATION = ":ServiceException:ApplicationException:ValidationException:"


@dataclass
class Fault(Exception):
    """`kind`: the type of the detail, `ids`: what an ObjectsNotFoundFaultInfo says is missing (type, value)."""

    text: str
    category: str = SYSTEM
    kind: str = "ServiceFaultInfo"
    code: str = "S:Server"
    ids: Sequence[tuple[str, str]] = ()
    typed: bool = True
    """Without: only a code and a text, as what stands in front of a service answers."""
