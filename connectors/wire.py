"""From bytes to wire types: the one place that turns an answer of the wrong form into an exception."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from connectors.call import Answer
from domain.errors import SystemException


class Wire(BaseModel):
    """A published message. Unknown fields are let through; a necessary field that is missing or of another type is not.

    Code values are plain `str`: the systems add new ones without asking us.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        """Only the name of the type: the content may be about a person."""
        return f"<{type(self).__name__}>"

    __str__ = __repr__


R = TypeVar("R")


class Root(RootModel[R]):
    """A published message that is no object: a plain list, or a number."""

    model_config = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        """As of `Wire`."""
        return f"<{type(self).__name__}>"

    __str__ = __repr__


W = TypeVar("W", bound=BaseModel)


def parse(answer: Answer, wire: type[W]) -> W:
    """The JSON body of `answer` as `wire`. Raises SystemException (parse), naming fields and never their values."""
    problem = f"not JSON but {answer.media_type or 'without content type'}"
    if answer.is_json:
        try:
            return wire.model_validate_json(answer.content)
        except ValidationError as error:
            problem = _describe(error)
    # Outside the except block: the library's exception holds the body and must not hang on ours as its context.
    raise SystemException(answer.system, "parse", f"{answer.label}: {problem}")


def check(value: object, wire: type[W], system: str, label: str) -> W:
    """One message out of a larger one, read already, as `wire`. Raises SystemException (parse) as `parse` does."""
    try:
        return wire.model_validate(value)
    except ValidationError as error:
        problem = _describe(error)
    raise SystemException(system, "parse", f"{label}: {problem}")


def _describe(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_context=False, include_input=False)
    fields = sorted({f"{'.'.join(map(_step, detail['loc'])) or 'body'} ({detail['type']})" for detail in details})
    return f"wrong form: {', '.join(fields[:5])}{' and more' if len(fields) > 5 else ''}"


def _step(step: str | int) -> str:
    return "[]" if isinstance(step, int) else step
