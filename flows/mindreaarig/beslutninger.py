"""What a person may decide where nobody can tell from the register whom the letter about a minor's krav goes to."""

from __future__ import annotations

from domain.minoravgjoerelse import KAN_BESTEMMES, Mottaker
from hub.automation import Plan, WorkItem
from hub.beslutning import Beslutning, Beslutningstype, Felt, Slag

SEND_TIL = Beslutningstype(
    "SEND_TIL",
    "Send til …",
    "Roboten gjør det den ellers gjør i Procasso, og sender brevet til dem du velger, slik de står i Folkeregisteret.",
    (
        Felt(
            "til",
            "Hvem brevet skal til",
            Slag.VALG,
            {
                Mottaker.FORESATTE.value: "De med foreldreansvar som lever og ikke er skjermet",
                Mottaker.VERGE.value: "Vergen",
                Mottaker.SKYLDNER.value: "Skyldneren selv, når han eller hun er over 18 år",
            },
        ),
    ),
    to_personer=True,
)
VERGE_BEHANDLER = Beslutningstype(
    "VERGE_BEHANDLER",
    "Verge behandler",
    "Roboten stanser kravet, fjerner kostnadene og skriver et notat. Du tar kontakt med vergen selv: ingen får brev.",
)
STANS = Beslutningstype(
    "STANS",
    "Stans",
    "Roboten stanser kravet, fjerner kostnadene og skriver et notat. Ingen får brev.",
)
ALLE = (SEND_TIL, VERGE_BEHANDLER, STANS)
BESLUTNINGER = dict.fromkeys((*sorted(grunn.value for grunn in KAN_BESTEMMES), "DECIDED_RECIPIENT_GONE"), ALLE)
NOTATER = {
    VERGE_BEHANDLER.kode: "Innkrevingen er stanset og kostnadene fjernet (MIND-11). En saksbehandler følger opp med "
    "vergen.",
    STANS.kode: "Innkrevingen er stanset og kostnadene fjernet (MIND-11). En saksbehandler har bestemt det.",
}
"""What the note says when nobody gets a letter."""


def newest(item: WorkItem) -> Beslutning | None:
    """The last word on the krav."""
    koder = {kind.kode for kind in ALLE}
    return next((said for said in reversed(item.beslutninger) if said.kode in koder), None)


def decided(plan: Plan) -> tuple[str, Mottaker | None] | None:
    """The decision the plan was made from, as it keeps it: its kode, and whom the letter goes to."""
    kept = plan.data.get("beslutning")
    if kept is None:
        return None
    til = kept["data"].get("til")
    return kept["kode"], Mottaker(til) if til else None
