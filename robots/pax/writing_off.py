"""Writing a krav off, by the dialogue of that krav."""

from __future__ import annotations

from functools import partial

from domain.errors import SystemException
from robots.pax.pages.frames import Frames
from robots.pax.pages.receipt import Receipt
from robots.pax.pages.write_off import Form, WriteOffDialogue
from robots.pax.reading import open_krav
from robots.pax.saving import Change
from robots.pax.values import AVSKRIVINGSAARSAK, is_dato
from robots.pax.verdicts import PAX, is_locked_case, locked_case


def writing_off(kravnr: str, kode: str) -> Change:
    """This krav, because of `kode`. Raises ValueError for a code that PAX has no words for."""
    if kode not in AVSKRIVINGSAARSAK:
        raise ValueError(f"PAX has no words for {kode}; one of {', '.join(AVSKRIVINGSAARSAK)}")
    aarsak = AVSKRIVINGSAARSAK[kode]
    return Change(
        step=f"write off krav {kravnr}",
        case=f"that of krav {kravnr}",
        fill_in=partial(_fill_in, kravnr, aarsak),
        question=f"Avskrive krav {kravnr} med årsak {aarsak}?",
        receipt=Receipt(f"Krav {kravnr} avskrevet med årsak {aarsak}", frozenset({kravnr})),
    )


async def _fill_in(kravnr: str, aarsak: str, frames: Frames) -> WriteOffDialogue:
    """Open the write-off dialogue of the krav and fill it in; the dialogue, ready to be saved."""
    found = await open_krav(kravnr, frames)
    if found is None:
        raise SystemException(PAX, "answer", f"PAX has no krav {kravnr}")
    page, sight = found
    if is_locked_case(sight):
        raise locked_case(f"that of krav {kravnr}")
    dialogue = await page.open_write_off_dialogue()
    _check_form(await dialogue.fill_in(aarsak), kravnr, aarsak)
    return dialogue


def _check_form(form: Form, kravnr: str, aarsak: str) -> None:
    """Of the date, which is PAX's own, only that it is one."""
    if form != Form(kravnr, aarsak, form.dato, kontrollert=True) or not is_dato(form.dato):
        raise SystemException(PAX, "parse", f"the dialogue of krav {kravnr} shows something else than was filled in")
