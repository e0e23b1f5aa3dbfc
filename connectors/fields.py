"""Reading text fields of a krav. What is wrong is said without the text: a slipped column may hold anything."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from domain.oere import parse_oere

C = TypeVar("C", bound=StrEnum)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


class FieldError(Exception):
    """A field that cannot be read. `problem` follows the field's name in a sentence."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field
        self.problem = problem


def read_text(field: str, text: str) -> str:
    """Some text. Raises FieldError when there is none."""
    if not text:
        raise FieldError(field, "is empty")
    return text


def read_amount(field: str, text: str) -> int:
    """Kroner with two decimals and a point, as øre. Raises FieldError."""
    try:
        return parse_oere(text)
    except ValueError:
        pass
    raise FieldError(field, "is not an amount such as 1127.50")


def read_date(field: str, text: str) -> date:
    """A day of the calendar as YYYY-MM-DD. Raises FieldError."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise FieldError(field, "is not a date such as 2025-03-31")


def read_instant(field: str, text: str) -> datetime:
    """An instant in UTC to the second. Raises FieldError."""
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        pass
    raise FieldError(field, "is not an instant such as 2025-03-31T12:00:00Z")


def read_code(field: str, text: str, codes: type[C]) -> C:
    """One of the codes. Raises FieldError: what a krav of an unknown kind is worth, nobody has decided."""
    try:
        return codes(text)
    except ValueError:
        pass
    raise FieldError(field, f"is none of {', '.join(codes)}")
