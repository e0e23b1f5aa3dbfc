"""Why an identifier is valid or not, and the arithmetic its check digits share."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The first reason that fits, in this order (ID-8)."""

    LENGTH = "LENGTH"
    NOT_DIGITS = "NOT_DIGITS"
    DATE = "DATE"
    K2 = "K2"
    K1 = "K1"
    K1_ONLY_FROM_2032 = "K1_ONLY_FROM_2032"
    CENTURY_ONLY_FROM_2032 = "CENTURY_ONLY_FROM_2032"
    K_IS_10 = "K_IS_10"
    K = "K"
    OK = "OK"


def is_sifre(value: str) -> bool:
    """Only 0-9. `str.isdigit` alone also takes full-width and other scripts' digits."""
    return value.isascii() and value.isdigit()


def rest_modulus_11(value: str, vekter: tuple[int, ...]) -> int:
    """Weighted sum of the leading digits, one for each weight, modulo 11."""
    return sum(vekt * int(siffer) for vekt, siffer in zip(vekter, value, strict=False)) % 11
