"""How a letter looks: A4, the address where the window of the envelope is, tagged so that it can be read aloud.

The same letter gives the same bytes, so a hash of it can be kept: no clock, no random id. PDF/A-2u, with the fonts in
it, for the archive. fpdf2 tags pictures only; `_element` tags paragraphs and headings by the same means.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from font_source_sans_pro import font_files_ttf as fonts
from fpdf import FPDF
from fpdf.enums import DocumentCompliance, XPos, YPos
from fpdf.prefs import ViewerPreferences

from domain.adressat import Adressat
from flows.brev.arkiv import describe
from flows.brev.fakta import Avsender
from flows.brev.skrivemaate import skriv_dato
from flows.brev.tekst import Avsnitt, Tekst

FAMILY = "Source Sans Pro"
LANGUAGE = "nb-NO"
LEFT, RIGHT, TOP, BOTTOM = 25.0, 25.0, 15.0, 20.0
WINDOW_TOP = 50.0
"""Millimetres: a C5 window on the left shows 20 to 110 from the left and 45 to 80 from the top."""
REFERENCES = 125.0
WIDTH = REFERENCES - LEFT - 5.0
VALUES = 80.0
BODY_TOP = 95.0
LINE = 5.2

# It tells of every glyph at INFO, and a name is made of them.
logging.getLogger("fontTools").setLevel(logging.WARNING)


class Page(FPDF):
    """One letter on paper. Nothing is drawn outside an element, so a screen reader meets all of it, in order."""

    def __init__(self, tittel: str, avsender: str, as_of: date) -> None:
        super().__init__(format="A4", enforce_compliance=DocumentCompliance.PDFA_2U)
        self.set_creation_date(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC))
        self.set_lang(LANGUAGE)
        self.set_title(tittel)
        self.set_xmp_metadata(describe(tittel, avsender, LANGUAGE, as_of))
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(True, BOTTOM)
        self.add_font(FAMILY, "", fonts["SourceSansPro"])
        self.add_font(FAMILY, "B", fonts["SourceSansProBold"])
        self.add_page()

    def lines(self, x: float, y: float, *lines: str, role: str = "P", size: float = 10.5, style: str = "") -> None:
        """One element of some lines at a place of its own, smaller when a line would reach too far to the right."""
        self.set_font(FAMILY, style, size)
        widest = max(self.get_string_width(line) for line in lines)
        self.set_font_size(size * min(1.0, WIDTH / widest))
        with self._element(role):
            for number, line in enumerate(lines):
                self.set_xy(x, y + number * LINE)
                self.cell(text=line)

    def flow(self, text: str, *, role: str = "P", size: float = 10.5, style: str = "", above: float = 0.0) -> None:
        """One element below the last, over the whole width; on a new page when there is no room for it."""
        self.set_font(FAMILY, style, size)
        height = self.multi_cell(0, size * LINE / 10.5, text, align="L", dry_run=True, output="HEIGHT")
        self._make_room(above + float(str(height)))
        self.set_y(self.get_y() + above)
        with self._element(role):
            self.multi_cell(0, size * LINE / 10.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def row(self, name: str, value: str) -> None:
        """One fact: what it is, and its value beside it."""
        self._make_room(LINE)
        y = self.get_y()
        with self._element("P"):
            self.set_font(FAMILY, "", 10.5)
            self.cell(text=f"{name}:")
            self.set_font(FAMILY, "B", 10.5)
            self.set_xy(VALUES, y)
            self.cell(text=value)
        self.set_xy(LEFT, y + LINE)

    def _make_room(self, height: float) -> None:
        if self.get_y() + height > self.page_break_trigger:
            self.add_page()

    @contextmanager
    def _element(self, role: str) -> Iterator[None]:
        with self._marked_sequence() as element:
            element.s = f"/{role}"
            yield


def tegn_brev(tekst: Tekst, saksnr: str, adressat: Adressat, avsender: Avsender, as_of: date) -> bytes:
    """The letter as PDF, dated `as_of`."""
    page = Page(tekst.overskrift, avsender.navn, as_of)
    page.lines(LEFT, TOP, avsender.navn, size=13, style="B")
    page.lines(LEFT, TOP + 7, *avsender.adresselinjer, size=9)
    page.lines(LEFT, WINDOW_TOP, *adressat.adressefelt)
    page.lines(REFERENCES, WINDOW_TOP, f"Dato: {skriv_dato(as_of)}", f"Saksnummer: {saksnr}")
    page.set_xy(LEFT, BODY_TOP)
    page.flow(tekst.overskrift, role="H1", size=15, style="B")
    for avsnitt in tekst.avsnitt:
        _draw(page, avsnitt)
    page.flow("Vennlig hilsen", above=8)
    page.flow(avsender.navn)
    return bytes(page.output())


def _draw(page: Page, avsnitt: Avsnitt) -> None:
    if avsnitt.overskrift:
        page.flow(avsnitt.overskrift, role="H2", size=11.5, style="B", above=4)
    if avsnitt.tekst:
        page.flow(avsnitt.tekst, above=1 if avsnitt.overskrift else 3)
    if avsnitt.rader:
        page.ln(1)
    for name, value in avsnitt.rader:
        page.row(name, value)
