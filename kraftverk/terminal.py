"""Where commands tell: what people and systems have written is shown as it is, and is no markup."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

SIGN = {True: Text("✓", "green"), False: Text("✗", "red")}


def make_console(*, soft_wrap: bool = False) -> Console:
    """`soft_wrap`: long lines are left to the terminal, as what is to be copied from it must be; tables are not."""
    return Console(highlight=False, markup=False, soft_wrap=soft_wrap)


def tell_part(out: Console, name: str, said: str, *, well: bool) -> None:
    """One line about one part of what is examined."""
    out.print(SIGN[well], f"{name}: {said}")
