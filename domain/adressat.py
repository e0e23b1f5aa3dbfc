"""Den et brev går til: navn og postadresse, slik de står på konvolutten."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Adressat:
    """Never of a protected person. `foedselsnummer` is for digital delivery alone and stands in no letter; "" is paper:
    an estate has no number, and no mailbox of its own.

    `linjer`: one to three address lines, none when place and post code are all there is. `land`: "" in Norway.
    """

    foedselsnummer: str = field(repr=False)
    navn: str = field(repr=False)
    linjer: tuple[str, ...] = field(repr=False)
    postnummer: str = field(repr=False)
    poststed: str = field(repr=False)
    land: str = field(default="", repr=False)

    @property
    def adressefelt(self) -> tuple[str, ...]:
        """The lines in the window of the envelope, the name first."""
        sted = f"{self.postnummer} {self.poststed}".strip()
        return tuple(linje for linje in (self.navn, *self.linjer, sted, self.land.upper()) if linje)
