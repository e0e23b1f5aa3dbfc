"""A call to an API and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.errors import Phase


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart/form-data body. The content may be about a person and stays out of `repr`."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    filename: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `route` is a template, such as /krav/{kravnr}, and all that is ever shown of the address.

    `operation`: what is asked for, where one address takes several questions (SOAP).
    `form` is made anew for every try (an assertion may be used once). `parts`: a multipart body, in this order.
    `into`: the file a body too large for memory is written to, as it comes over the wire; `content` is empty then.
    `content`: a body that is ready to go; its type stands in `headers`.
    `answers`: statuses besides 2xx that are answers. `fault_type`: a 500 of this media type is one too (SOAP).
    `signed`: the body itself says who we are, so a 401 refuses our login.
    `changes`: it has an effect, so it is sent once and never repeated here.
    """

    method: str
    route: str
    path: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str | list[str]] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)
    form: Callable[[], Mapping[str, str]] | None = field(default=None, repr=False)
    parts: Sequence[Part] = field(default=(), repr=False)
    content: bytes | None = field(default=None, repr=False)
    operation: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    answers: frozenset[int] = frozenset()
    into: Path | None = None
    fault_type: str | None = None
    signed: bool = False
    changes: bool = False

    @property
    def label(self) -> str:
        """How the call is named in logs and exceptions."""
        return f"{self.method} {self.route} {self.operation}".rstrip()

    def is_answer(self, status: int, media_type: str) -> bool:
        """Whether an answer with this status is one to read."""
        return 200 <= status < 300 or status in self.answers or (status == 500 and media_type == self.fault_type)

    @property
    def lost(self) -> Phase:
        """The phase when no answer came: a change may have been carried out, a read has just not been answered."""
        return "send" if self.changes else "answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system answered. The content may be about a person and stays out of `repr`."""

    system: str
    label: str
    status: int
    media_type: str
    content: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By name in small letters."""

    @property
    def is_json(self) -> bool:
        """By the content type: application/json or any +json."""
        return self.media_type == "application/json" or self.media_type.endswith("+json")
