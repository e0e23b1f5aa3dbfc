"""Digests in letters alone.

Of many in hexadecimal, one now and then holds eleven digits that are a valid fødselsnummer by chance: a form would
refuse it, and a search would find a person where there is none.
"""

from __future__ import annotations

_LETTERS = str.maketrans("0123456789", "ghijklmnop")
IN_LETTERS = "[a-p]"
"""A pattern for one of them."""


def in_letters(hexadecimal: str) -> str:
    """The same with g to p for 0 to 9."""
    return hexadecimal.translate(_LETTERS)
