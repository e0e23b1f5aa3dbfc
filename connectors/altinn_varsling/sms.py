"""An SMS to be ordered, and what became of one that was."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_ELEVEN_DIGITS = re.compile(r"\d{11}")


@dataclass(frozen=True, slots=True)
class Sms:
    """One SMS to one number, sent in Altinn's daytime, 9 to 17.

    `idempotency_id`: ordered again under the same one it is sent once. `referanse` comes back in the feed that all
    systems of our organisation share. Raises ValueError when it holds what may be a person's number.
    """

    idempotency_id: str
    referanse: str
    telefonnummer: str = field(repr=False)
    tekst: str = field(repr=False)

    def __post_init__(self) -> None:
        if _ELEVEN_DIGITS.search(self.referanse):
            raise ValueError("referanse holds what may be a person's number")


@dataclass(frozen=True, slots=True)
class Forsendelsesstatus:
    """How far a shipment of ours has come. `status` is Altinn's word for the SMS, or for the order before there is one.

    `feilet`: it says for good that the SMS did not arrive. A word we do not know says neither that nor the opposite.
    """

    id: str
    referanse: str | None
    status: str
    feilet: bool
