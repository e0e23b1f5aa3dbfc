"""The merge dialogue: a window of its own, where krav are ticked over several pages and moved in one save."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from sandbox.pax.formats import klokka
from sandbox.pax.paging import asked_page, page_of
from sandbox.pax.register import find_krav, is_locked, krav_of_case, mergeable, move, refusal
from sandbox.pax.saving import save
from sandbox.pax.site import Handler, Postback, Site, Visit
from sandbox.pax.state import LOCKED_BY


@dataclass(slots=True)
class Selection:
    """What the dialogue remembers: which page is shown, its krav by row, those added by number, and those ticked."""

    page: int = 1
    shown: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    ticked: list[str] = field(default_factory=list)

    def take_ticks(self, postback: Postback) -> None:
        """The ticks of the page that was shown; those of the other pages stay."""
        for index, kravnr in enumerate(self.shown):
            on = postback.pressed(tick_box(index))
            if on and kravnr not in self.ticked:
                self.ticked.append(kravnr)
            if not on and kravnr in self.ticked:
                self.ticked.remove(kravnr)

    def add(self, kravnr: str) -> None:
        """Tick a krav by its number, listed or not."""
        self.added.append(kravnr)
        if kravnr not in self.ticked:
            self.ticked.append(kravnr)

    def as_state(self) -> dict[str, Any]:
        """For the viewstate."""
        return {"page": self.page, "shown": self.shown, "added": self.added, "ticked": self.ticked}


def tick_box(index: int) -> str:
    """The control name of a row's tick box, counted as a GridView counts: its first row is 02."""
    return f"gvKrav$ctl{index + 2:02}$chkVelg"


def page(site: Site) -> Handler:
    """The dialogue for the case in the address."""

    async def answer(visit: Visit) -> Response:
        saksnr = visit.query("saksnr")
        selection = Selection(**visit.postback.state)
        selection.take_ticks(visit.postback)
        selection.page = asked_page(visit.postback.argument_of("gvKrav"), selection.page)
        async with site.world.lock:
            if visit.postback.pressed("btnLagre"):
                return _save(site, visit, saksnr, selection)
            message = _add(site, visit.postback, selection) if visit.postback.pressed("btnLeggTil") else None
            return _dialogue(site, saksnr, selection, message)

    return answer


def _add(site: Site, postback: Postback, selection: Selection) -> str | None:
    kravnr = postback.text("txtKravnr").upper()
    if find_krav(site.world, kravnr) is None:
        return "Kravet finnes ikke."
    selection.add(kravnr)
    return None


def _dialogue(site: Site, saksnr: str, selection: Selection, message: str | None) -> Response:
    if not krav_of_case(site.world, saksnr):
        return site.render("finnes_ikke", melding="Saken finnes ikke.")
    listed = mergeable(site.world, saksnr)
    numbers = {row["kravnr"] for row in listed}
    listed += [site.world.krav[kravnr] for kravnr in dict.fromkeys(selection.added) if kravnr not in numbers]
    krav = page_of(listed, selection.page)
    selection.page, selection.shown = krav.number, [row["kravnr"] for row in krav.rows]
    return site.render(
        "slaa_sammen",
        state=selection.as_state(),
        news=True,
        saksnr=saksnr,
        krav=krav,
        valgt=selection.ticked,
        valgt_andre_sider=len(set(selection.ticked) - set(selection.shown)),
        kryss=tick_box,
        melding=message,
    )


def _save(site: Site, visit: Visit, saksnr: str, selection: Selection) -> Response:
    """Move the ticked krav, or say why not. The caller holds the lock of the world."""
    kravnumre, user = sorted(selection.ticked), visit.session.user
    if is_locked(site.world, saksnr, kravnumre) or site.faults.hits("PAX", "locked_case"):
        return _dialogue(site, saksnr, selection, f"Saken er låst av bruker {LOCKED_BY}.")
    problem = refusal(site.world, saksnr, kravnumre)
    if problem:
        return _dialogue(site, saksnr, selection, problem)

    def receipt() -> Response:
        message = f"{len(kravnumre)} krav slått sammen med sak {saksnr} kl. {klokka(datetime.now(UTC))}"
        return site.render(
            "kvittering", news=True, tittel=f"Slå sammen krav med sak {saksnr}", melding=message, kravnumre=kravnumre,
            tilbake=f"Sak.aspx?saksnr={quote(saksnr)}",
        )  # fmt: skip

    return save(site, visit, [partial(move, site.world, saksnr, kravnr, user) for kravnr in kravnumre], receipt)
