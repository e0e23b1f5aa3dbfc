"""The receipt that comes in a dialogue's window after a save."""

from __future__ import annotations

import re
from dataclasses import dataclass

from robots.masking import Safe
from robots.pax.pages.screen import Screen, Sight
from robots.pax.values import AVSKRIVINGSAARSAK, KRAVNR, SAKSNR

_SAYS = re.compile(r"^(.+) kl\. \d\d:\d\d:\d\d$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What PAX says that it has done, without the time of day, and to which krav."""

    says: str
    kravnumre: frozenset[str]


class ReceiptPage(Screen):
    TITLE = "PAX - Kvittering"
    COLUMNS = ("Kravnr",)
    SAFE = Safe(
        labels=frozenset({"Kravnr", "Lukk"}),
        patterns=(
            rf"\d+ krav slått sammen med sak {SAKSNR} kl\. [\d:]+",
            rf"Krav {KRAVNR} avskrevet med årsak (?:{'|'.join(AVSKRIVINGSAARSAK.values())}) kl\. [\d:]+",
        ),
    )


def read_receipt(sight: Sight) -> Receipt | None:
    """What a page says, if it is a receipt."""
    said = _SAYS.search(sight.text)
    if sight.title != ReceiptPage.TITLE or sight.is_error or said is None:
        return None
    return Receipt(said[1], frozenset(row["Kravnr"] for row in sight.rows))
