"""Synthetic identity numbers with right check digits, and KID, with arithmetic of the sandbox's own.

Sources: RULES ID-1, ID-3 to ID-7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from random import Random

K1_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
K2_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
ORGANISASJONSNUMMER_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
SYNTHETIC_MONTH = 80
D_NUMBER_DAY = 40


class NumberMaker:
    """Gives out each identity number once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def foedselsnummer(self, born: date, *, d_number: bool = False) -> str:
        """Day, month + 80, year, individual number of the right century, two check digits."""
        day = born.day + (D_NUMBER_DAY if d_number else 0)
        start = f"{day:02}{born.month + SYNTHETIC_MONTH:02}{born.year % 100:02}"
        first, last = (500, 999) if born.year >= 2000 else (0, 499)
        return self._new(
            lambda: _with_check_digits(f"{start}{self._rng.randint(first, last):03}", K1_WEIGHTS, K2_WEIGHTS)
        )

    def organisasjonsnummer(self) -> str:
        """Nine digits, the first 2 or 3: no real unit has such a number."""
        return self._new(
            lambda: _with_check_digits(str(self._rng.randint(20_000_000, 39_999_999)), ORGANISASJONSNUMMER_WEIGHTS)
        )

    def broken(self, number: str) -> str:
        """The number with a last digit that is wrong."""
        return number[:-1] + str((int(number[-1]) + self._rng.randint(1, 9)) % 10)

    def _new(self, make: Callable[[], str | None]) -> str:
        while (number := make()) is None or number in self._given:
            pass
        self._given.add(number)
        return number


def kid(digits: str) -> str:
    """The digits and their check digit by modulus 10 (2 1 2 ... from the right, digit sums)."""
    doubled = (int(digit) * (2 if position % 2 == 0 else 1) for position, digit in enumerate(reversed(digits)))
    return digits + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def _with_check_digits(digits: str, *weights: Sequence[int]) -> str | None:
    """The digits with one check digit by modulus 11 for each row of weights; None where one would be 10."""
    for row in weights:
        check = -sum(int(digit) * weight for digit, weight in zip(digits, row, strict=True)) % 11
        if check == 10:
            return None
        digits += str(check)
    return digits
