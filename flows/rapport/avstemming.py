"""Avstemming: what was done against what the systems hold, to the øre.

Amounts are Int64 (whole øre, with room for «not known») from end to end; no float comes near them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from domain.krav import Krav
from flows.rapport.linjer import Avstemming, Avstemmingslinje, Avvik, Avviksgrunn, Kilde
from flows.rapport.virkninger import BELOEP, SUM, TEKSTER, Verdi, Virkning

OERE = (*BELOEP, SUM)
NOEKKEL = ["system", "krav", "felt"]
LINJE = ["automation", "system", "felt", "kilde"]


def make_avstemming(virkninger: Sequence[Virkning], lest: Mapping[str, Sequence[Krav]]) -> Avstemming:
    """`lest`: system -> the krav as read there after the night; a system that is not in it is judged by its receipts.

    A field that was changed more than once is held to the last change only; what came before it, to its receipt.
    Raises ValueError when a krav stands twice in what was read.
    """
    if not virkninger:
        return Avstemming()
    rader = _judged(_read_back(_frame(virkninger), lest))
    return Avstemming(tuple(_linjer(rader)), tuple(_avvik(rader[rader["grunn"] != ""])))


def _frame(virkninger: Sequence[Virkning]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "automation": [v.automation for v in virkninger],
            "referanse": [v.referanse for v in virkninger],
            "system": [v.system for v in virkninger],
            "krav": [";".join(v.krav) for v in virkninger],
            "felt": [v.felt for v in virkninger],
            "kvittering": [v.kvittering for v in virkninger],
        }
    )
    for name in ("foer", "skal_vaere", "kvittert"):
        verdier = [getattr(v, name) for v in virkninger]
        frame[f"{name}_oere"] = _oere([v if isinstance(v, int) else None for v in verdier])
        frame[f"{name}_tekst"] = _tekst([v if isinstance(v, str) else None for v in verdier])
    return frame


def _read_back(frame: pd.DataFrame, lest: Mapping[str, Sequence[Krav]]) -> pd.DataFrame:
    """Adds what was read, from the system itself where it was asked, otherwise from the receipt; and which it is."""
    krav = frame[NOEKKEL].assign(rad=frame.index, krav=frame["krav"].str.split(";")).explode("krav")
    joined = krav.merge(_long(lest), on=NOEKKEL, how="left", validate="many_to_one", indicator=True)
    each = joined.assign(funnet=joined["_merge"] == "both").groupby("rad")
    superseded = frame.duplicated(NOEKKEL, keep="last")
    asked = frame["system"].isin(list(lest)) & frame["felt"].isin([*OERE, *TEKSTER]) & ~superseded
    return frame.assign(
        kilde=asked.map({True: Kilde.FAGSYSTEM.value, False: Kilde.KVITTERING.value}),
        funnet=each["funnet"].all(),
        lest_oere=each["lest_oere"].sum(min_count=1).where(asked, frame["kvittert_oere"]),
        lest_tekst=each["lest_tekst"].first().where(asked, frame["kvittert_tekst"]),
    )


def _long(lest: Mapping[str, Iterable[Krav]]) -> pd.DataFrame:
    """One row for each field of each krav that was read."""
    read = [(system, krav) for system, all_of_it in lest.items() for krav in all_of_it]
    ids = {"system": [system for system, _ in read], "krav": [krav.kravnr for _, krav in read]}
    felter = []
    for felt in OERE:
        felter.append(pd.DataFrame(ids | {"felt": felt, "lest_oere": _oere([getattr(krav, felt) for _, krav in read])}))
    for felt in TEKSTER:
        tekster = [_as_text(getattr(krav, felt)) for _, krav in read]
        felter.append(pd.DataFrame(ids | {"felt": felt, "lest_tekst": _tekst(tekster)}))
    return pd.concat(felter, ignore_index=True)


def _judged(rader: pd.DataFrame) -> pd.DataFrame:
    """Adds why a row does not agree; «» where it does."""
    er_beloep = rader["felt"].isin(OERE)
    er_felt = er_beloep | rader["felt"].isin(TEKSTER)
    asked = rader["kilde"] == Kilde.FAGSYSTEM.value
    unread = ~asked & ~rader["kvittering"]
    unread |= ~asked & er_felt & rader["lest_oere"].isna() & rader["lest_tekst"].isna()
    differs = (rader["lest_oere"] != rader["skal_vaere_oere"]).fillna(True).where(er_beloep, False)
    differs |= (rader["lest_tekst"] != rader["skal_vaere_tekst"]).fillna(True).where(er_felt & ~er_beloep, False)
    grunn = pd.Series("", index=rader.index)
    grunn = grunn.mask(differs, Avviksgrunn.VERDI.value).mask(unread, Avviksgrunn.IKKE_LEST.value)
    return rader.assign(grunn=grunn.mask(asked & ~rader["funnet"], Avviksgrunn.MANGLER.value))


def _linjer(rader: pd.DataFrame) -> Iterable[Avstemmingslinje]:
    for noekkel, gruppe in rader.groupby(LINJE, sort=False):
        automation, system, felt, kilde = map(str, noekkel)
        foer, skal = _sum(gruppe["foer_oere"]), _sum(gruppe["skal_vaere_oere"])
        lest = int(gruppe["lest_oere"].sum()) if felt in OERE else None
        yield Avstemmingslinje(
            automation,
            system,
            felt,
            Kilde(kilde),
            antall=len(gruppe),
            foer=foer,
            skal_vaere=skal,
            lest=lest,
            differanse=None if lest is None or skal is None else lest - skal,
            avvik=int((gruppe["grunn"] != "").sum()),
        )


def _avvik(rader: pd.DataFrame) -> Iterable[Avvik]:
    for rad in rader.to_dict("records"):
        skal, lest = _verdi(rad, "skal_vaere"), _verdi(rad, "lest")
        yield Avvik(
            rad["automation"],
            rad["referanse"],
            rad["system"],
            rad["krav"],
            rad["felt"],
            Avviksgrunn(rad["grunn"]),
            Kilde(rad["kilde"]),
            _verdi(rad, "foer"),
            skal,
            lest,
            lest - skal if isinstance(lest, int) and isinstance(skal, int) else None,
        )


def _sum(oere: pd.Series[int]) -> int | None:
    """None when one of them is not known: a sum of the others would be read as the whole."""
    return None if oere.isna().any() else int(oere.sum())


def _verdi(rad: Mapping[Any, Any], name: str) -> Verdi | None:
    oere, tekst = rad[f"{name}_oere"], rad[f"{name}_tekst"]
    if not pd.isna(oere):
        return int(oere)
    return None if pd.isna(tekst) else str(tekst)


def _oere(verdier: Sequence[int | None]) -> Any:
    return pd.array(verdier, dtype="Int64")


def _tekst(verdier: Sequence[str | None]) -> Any:
    return pd.array(verdier, dtype="string")


def _as_text(value: object) -> str:
    """Codes as they are, dates as ISO, «» where there is none: as the ledger has them."""
    return "" if value is None else str(value)
