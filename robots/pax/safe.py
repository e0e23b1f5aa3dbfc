"""What may be seen in a picture of PAX: its own headings, labels, codes and messages, kravnr and saksnr. No value
else.
"""

from __future__ import annotations

from domain.krav import Kravtype, Saksflyt, Tilstand
from robots.masking import Safe
from robots.pax.pages import news
from robots.pax.pages.frames import Menu
from robots.pax.pages.krav import KravPage
from robots.pax.pages.login import ChangePasswordPage, LoginPage
from robots.pax.pages.merge import MergeDialogue
from robots.pax.pages.receipt import ReceiptPage
from robots.pax.pages.sak import SakPage
from robots.pax.pages.search import SearchPage
from robots.pax.pages.write_off import WriteOffDialogue
from robots.pax.values import AVSKRIVINGSAARSAK, KRAVNR, SAKSNR

_STEG = ("FORFALT", "VARSEL", "UTLEGG", "PURRING", "LETT", "TUNGT", "FORLIK")
_HENDELSER = (
    "INNBETALING",
    "INKASSOVARSEL",
    "BETALINGSOPPFORDRING",
    "ERKJENNELSE",
    "FORLIKSKLAGE",
    "DOM",
    "INTET_TIL_UTLEGG",
    "VARSEL_2_15",
    "KLAGE",
    "KLAGE_AVGJORT",
    "UKJENT",
)
_MESSAGES = (
    "Du er logget inn et annet sted",
    "Til innlogging",
    "PAX er nede for vedlikehold",
    "Prøv igjen senere.",
    "Feil i programmet",
    "Validering av viewstate feilet",
    "Kontakt brukerstøtte hvis feilen gjentar seg.",
)
_ANYWHERE = Safe(
    labels=frozenset({*Kravtype, *Tilstand, *Saksflyt, *_STEG, *AVSKRIVINGSAARSAK.values(), *_HENDELSER, *_MESSAGES}),
    patterns=(KRAVNR, r"Uventet feil \(ORA-\d{5}\)", r"[45]\d\d"),
    named=(("Saksnr", SAKSNR), ("Saksnr:", SAKSNR)),
)

SAFE = Safe.all_of(
    [
        _ANYWHERE,
        news.SAFE,
        *(page.SAFE for page in (LoginPage, ChangePasswordPage, Menu, SearchPage, KravPage, SakPage)),
        *(page.SAFE for page in (MergeDialogue, WriteOffDialogue, ReceiptPage)),
    ]
)
