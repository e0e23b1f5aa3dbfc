"""The wire types that Matrikkelen and Grunnboken share. An id is a number in one and a text in the other."""

# ruff: noqa: N815 - names exactly as published

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import Field

from connectors.wire import Wire

V = TypeVar("V", bound=int | str)
MAX_PER_CALL = 500
"""Properties or ids in one call; what the services take is not published. Known clients use 500 to 1000."""
MAX_ENDRINGER = 1000
ALDRI = "Aldri"
"""Changed objects are asked for afterwards: a page with them would be large."""
SNAPSHOT = "9999-01-01T00:00:00+01:00"
"""Now. Anything earlier is a question about the past, which needs a right of its own."""


class Id(Wire, Generic[V]):
    """`type_` names the concrete type: without it the service does not take the id back."""

    type_: str
    value: V


class Objekt(Wire, Generic[V]):
    id: Id[V]


T = TypeVar("T", bound=Objekt[Any])


class ObjektList(Wire, Generic[T]):
    item: list[T | None] = Field(default_factory=list)


class Objekter(Wire, Generic[T]):
    """Answer of getObjectsIgnoreMissing."""

    objekter: ObjektList[T] | None = Field(default=None, alias="return")


class SisteEndringId(Wire, Generic[V]):
    """Answer of findSisteEndringId."""

    id: Id[V] = Field(alias="return")


class Endring(Wire, Generic[V]):
    endretBubbleId: Id[V]


class EndringList(Wire, Generic[V]):
    item: list[Endring[V] | None] = Field(default_factory=list)


class EndringerWire(Wire, Generic[V]):
    endringList: EndringList[V] | None = None
    alleEndringerFunnet: bool
    sisteEndringIdProsessert: Id[V] | None = None


class Endringer(Wire, Generic[V]):
    """Answer of findEndringer."""

    endringer: EndringerWire[V] = Field(alias="return")


@dataclass(frozen=True, slots=True)
class Register(Generic[V, T]):
    """What is one register's own."""

    system: str
    context: str
    """The name of the context that goes with every call."""
    domainklasse: str
    """The kind of object whose changes are followed."""
    id_types: Mapping[str, str]
    """The kinds of id the service takes back, with their full names; one of another kind cannot be asked for."""
    value: Callable[[str], V]
    """Of an id."""
    siste: type[SisteEndringId[V]]
    endringer: type[Endringer[V]]
    objekter: type[Objekter[T]]
