"""En kunde i ISY-PA: den som faktureres av en fordringshaver, og den som eier det fakturaen gjelder."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Kunde:
    """`eier` and `fakturamottaker` are numbers as ISY-PA holds them, right or wrong, and stay out of `repr`.

    `matrikkelnummer` is None when the customer is not one of a property.
    """

    kundenr: str
    fordringshaver: str
    eier: str = field(repr=False)
    fakturamottaker: str = field(repr=False)
    matrikkelnummer: str | None = field(repr=False)
