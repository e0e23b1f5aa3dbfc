"""What may be seen in a picture of Procasso: its own headings, labels, codes and messages, kravnr and saksnr. No value
else.
"""

from __future__ import annotations

from domain.krav import Kravtype, Tilstand
from robots.masking import Safe
from robots.procasso.pages import calendar
from robots.procasso.pages.dialogue import SaksflytDialogue
from robots.procasso.pages.frames import StatusLine, TopBar, Tree
from robots.procasso.pages.krav import KravTab, SaksflytTab
from robots.procasso.pages.login import ChangePasswordPage, LoginPage
from robots.procasso.pages.screen import NOTICE_SAFE
from robots.procasso.pages.search import SearchPage
from robots.procasso.values import KRAVNR, SAKSNR

_STEG = ("FORFALT", "VARSEL", "UTLEGG", "PURRING", "LETT", "TUNGT", "FORLIK")
_MESSAGES = (
    "Procasso",
    "Brukeren er pålogget fra en annen arbeidsstasjon.",
    "Logg på igjen",
    "Procasso er stengt for vedlikehold",
    "Systemet åpner igjen når arbeidet er ferdig.",
    "Systemfeil",
    "Meld fra til systemansvarlig hvis feilen gjentar seg.",
)
_ANYWHERE = Safe(
    labels=frozenset({*Kravtype, *Tilstand, *_STEG, *_MESSAGES}),
    patterns=(KRAVNR, SAKSNR, r"En uventet feil har oppstått \(JDBC-\d{5}\)", r"[45]\d\d"),
)

SAFE = Safe.all_of(
    [
        _ANYWHERE,
        NOTICE_SAFE,
        calendar.SAFE,
        *(
            page.SAFE
            for page in (
                LoginPage,
                ChangePasswordPage,
                TopBar,
                Tree,
                StatusLine,
                SearchPage,
                KravTab,
                SaksflytTab,
                SaksflytDialogue,
            )
        ),
    ]
)
