"""PAX as a session must know it."""

from __future__ import annotations

from robots.pax.pages.frames import Frames
from robots.pax.pages.login import LoginPage
from robots.pax.pages.news import close_if_news
from robots.pax.verdicts import VERDICTS
from robots.screens.session import Product

PRODUCT = Product(VERDICTS, front="Default.aspx", login=LoginPage, frames=Frames, window_opened=close_if_news)
