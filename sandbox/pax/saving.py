"""How PAX saves: at once, late or only half, each time with an answer that may be lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.responses import Response

from sandbox.faults import mark_effect
from sandbox.pax.site import Site, Visit


def save(site: Site, visit: Visit, saves: Sequence[Callable[[], None]], receipt: Callable[[], Response]) -> Response:
    """Run the saves, one for each krav, and show the receipt. The caller holds the lock of the world."""
    mark_effect(visit.request.scope)
    if site.faults.hits("PAX", "saves_half"):
        _run(saves[: len(saves) // 2])
        return site.render("feil", status=500, feil="Uventet feil (ORA-01013)")
    if site.faults.hits("PAX", "saves_late"):
        delay = site.faults.milliseconds("PAX", "saves_late", "saves_late_ms")
        site.world.later(delay, lambda: _run(saves))
    else:
        _run(saves)
    return receipt()


def _run(saves: Sequence[Callable[[], None]]) -> None:
    for one in saves:
        one()
