"""One krav on five tabs, and the change of its saksflyt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from starlette.responses import Response

from sandbox.faults import mark_effect
from sandbox.population import Row
from sandbox.procasso.screens.formats import klokka
from sandbox.procasso.screens.register import CLOSED, LOCKED_BY, find_krav, is_locked
from sandbox.procasso.screens.saksflyt import CODES, NAMES, Endring
from sandbox.procasso.screens.site import Form, Handler, Site, Visit

TABS = {"KRAV": "Krav", "HENDELSER": "Hendelser", "SAKSFLYT": "Saksflyt", "NOTATER": "Notater", "DOK": "Dokumenter"}
LOCKED = f"Kravet er låst av bruker {LOCKED_BY}."


def page(site: Site) -> Handler:
    """The krav the form names, on the tab it asks for."""

    async def answer(visit: Visit) -> Response:
        kravnr = visit.form.text("valgt")
        async with site.world.lock:
            krav = find_krav(site.world, kravnr)
            if krav is None:
                return site.render("melding", melding="Kravet finnes ikke.")
            _remember(site, visit.session.user, kravnr)
            if visit.form.handling == "LAGRE":
                return _save(site, visit, krav)
            return _tab(site, krav, visit.form.text("fane"))

    return answer


def _remember(site: Site, user: str, kravnr: str) -> None:
    recent = site.recent[user]
    if kravnr in recent:
        recent.remove(kravnr)
    recent.appendleft(kravnr)


def _tab(site: Site, krav: Row, asked: str, *, melding: str = "Klar.", refused: Form | None = None) -> Response:
    """`refused`: what was typed in the dialogue, which then stands open again with `melding` in it."""
    tab = asked if asked in TABS else "KRAV"
    kravnr = krav["kravnr"]
    return site.work(
        f"krav_{tab.lower()}",
        melding=melding,
        feil=refused is not None,
        krav=krav,
        faner=TABS,
        fane=tab,
        laast=LOCKED if is_locked(site.world, krav) else None,
        hendelser=sorted(site.world.hendelser.get(kravnr, []), key=lambda row: row["dato"]),
        notater=site.archive.notater[kravnr],
        dokumenter=site.archive.dokumenter[kravnr],
        historikk=site.historikk.of(kravnr),
        koder=CODES,
        idag=site.world.as_of,
        avvist=refused,
    )


def _save(site: Site, visit: Visit, krav: Row) -> Response:
    """Set the saksflyt, or say why not. The caller holds the lock of the world."""
    form, user = visit.form, visit.session.user
    problem = _problem(site, krav, form)
    if problem:
        return _tab(site, krav, "SAKSFLYT", melding=problem, refused=form)
    if site.faults.hits("PROCASSO", "saves_half"):
        return site.broken("JDBC-17002")  # a save of one value has no half
    mark_effect(visit.request.scope)
    endring = Endring(CODES[form.text("f1")], form.text("f2"), form.text("f3"), user)
    _now_or_later(site, lambda: _set(site, krav["kravnr"], endring))
    receipt = f"Saksflyt for krav {krav['kravnr']} er satt til {NAMES[endring.saksflyt]} fra {endring.gjelder_fra}"
    return _tab(site, krav, "SAKSFLYT", melding=f"{receipt} kl. {klokka(datetime.now(UTC))}")


def _now_or_later(site: Site, action: Callable[[], None]) -> None:
    if site.faults.hits("PROCASSO", "saves_late"):
        site.world.later(site.faults.milliseconds("PROCASSO", "saves_late", "saves_late_ms"), action)
    else:
        action()


def _set(site: Site, kravnr: str, endring: Endring) -> None:
    """One effect for each save, also one that changes nothing."""
    before = site.world.krav[kravnr]["saksflyt"]
    site.world.change_krav(kravnr, saksflyt=endring.saksflyt)
    site.historikk.add(kravnr, endring)
    site.world.effect(
        "PROCASSO", "saksflyt", kravnr,
        fra=before, til=endring.saksflyt, gjelder_fra=_day(endring.gjelder_fra).isoformat(), bruker=endring.bruker,
    )  # fmt: skip


def _problem(site: Site, krav: Row, form: Form) -> str | None:
    """Why the saksflyt will not be set; None when it will."""
    if is_locked(site.world, krav) or site.faults.hits("PROCASSO", "locked_case"):
        return LOCKED
    if krav["tilstand"] in CLOSED:
        return f"Krav {krav['kravnr']} er avsluttet."
    if form.text("f1") not in CODES:
        return "Velg saksflyt."
    if not _is_day(form.text("f2")):
        return "Gjelder fra må fylles ut."
    return None if form.text("f3") else "Årsak må fylles ut."


def _is_day(text: str) -> bool:
    try:
        return bool(_day(text))
    except ValueError:
        return False


def _day(text: str) -> date:
    return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 (a date has no zone)
