"""Everything an exception or a log can tell, as one text to search."""

from __future__ import annotations

import logging
import traceback

from pydantic import ValidationError


def told_by(error: BaseException | None) -> str:
    """The texts of the exception and of every one behind it, shown or suppressed, with what hangs on them."""
    if error is None:
        return ""
    own = [str(error), repr(error), repr(error.args), repr(vars(error)), "".join(traceback.format_exception(error))]
    if isinstance(error, ValidationError):
        own.append(repr(error.errors()))
    return "\n".join([*own, told_by(error.__cause__), told_by(error.__context__)])


def logged(records: list[logging.LogRecord]) -> str:
    return "\n".join(f"{record.getMessage()} {record.args} {record.exc_text} {record.exc_info}" for record in records)
