"""Sammenslåing av parkeringskrav (ROUTINES, parking-merge; MERGE-1 to MERGE-6).

Every night: krav of the same skyldner, fordringshaver, spor, steg and regime are gathered in the oldest case, in PAX
through its screens and in Pilen through its API. The extract from PAX may be old, so each group is read again before
anything is moved, and what no longer fits drops out.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from prefect import flow

from domain.errors import BusinessException, SystemException
from domain.krav import Fagsystem, Krav, Kravtype, Tilstand
from domain.sammenslaaing import Grunn, Gruppe, er_kandidat, frisk_gruppe, grupper, merge_key, utelukkelse
from flows.facts import FerskKrav, Skyldnere
from flows.fagsystemer import MergeSystem
from flows.foreldelse import bestemt_frist
from flows.metadata import Metadata
from flows.runtime import find, night_name, perform, report, start_night
from flows.systems import Systems
from flows.uferdige import find_vernede, i_fil
from hub.automation import (
    Action,
    Arbeid,
    Effect,
    Fence,
    Json,
    Line,
    Look,
    Plan,
    ProtectedFound,
    Utelatt,
    Vernet,
    WorkItem,
)
from hub.beslutning import Beslutning, Beslutningstype, Felt, Slag
from hub.follow_up import Codes

HOLD_UTENFOR = Beslutningstype(
    "HOLD_UTENFOR",
    "Hold krav utenfor",
    "Resten av kravene slås sammen, hvis de er to eller flere. Kravene du velger, får ligge til datoen er gått.",
    (
        Felt("krav", "Krav som holdes utenfor", Slag.KRAV),
        Felt("til", "Holdes utenfor til og med", Slag.DATO),
    ),
)
ANNEN_MAALSAK = Beslutningstype(
    "ANNEN_MAALSAK",
    "Annen målsak",
    "Kravene samles i saken du velger, og ikke i den eldste. Beløp og frister på kravene endres ikke.",
    (Felt("sak", "Saken kravene skal samles i", Slag.SAK),),
)
METADATA = Metadata(
    name="parking-merge",
    tittel="Sammenslåing av parkeringskrav",
    eier="Power-teamet",
    hjemmel="Inkassoloven § 17; ulovfestet sammenslåingsplikt (Prop. 3 L (2025-2026) kap. 14)",
    systems={
        "PAX": ("PAX", "FOLKEREGISTERET", "ENHETSREGISTERET", "MASKINPORTEN"),
        "PILEN": ("PILEN", "FOLKEREGISTERET", "ENHETSREGISTERET", "MASKINPORTEN"),
    },
    robots=("PAX",),
    beslutninger={
        **dict.fromkeys(("DEBTOR_DIFFERS", "KRAV_CLOSED", "KRAV_UNKNOWN"), (HOLD_UTENFOR,)),
        **dict.fromkeys(
            ("SAK_UNKNOWN", "PAX_ANSWER", "PILEN_ANSWER", "DECIDED_DATE_PAST", "DECIDED_CASE_GONE"),
            (HOLD_UTENFOR, ANNEN_MAALSAK),
        ),
    },
    foelges_opp=Codes(standing=("MINOR", "BANKRUPT", "DELETED", "INVALID_DEBTOR", "OWNER_UNKNOWN")),
)
KRAVTYPER = (Kravtype.PARKERINGSGEBYR, Kravtype.KONTROLLSANKSJON)
TILSTANDER = (Tilstand.AAPEN, Tilstand.KLAGE, Tilstand.BETALINGSAVTALE)
REGLER = ("MERGE-1", "MERGE-3", "MERGE-4", "MERGE-5", "MERGE-6")
HELD_OUT = "HELD_OUT"
"""A person has decided that the krav stays outside, for now."""


class ParkingMerge:
    """find the groups, plan each from fresh facts, move its krav to the oldest case."""

    async def find(self, systems: Systems, as_of: date) -> AsyncIterator[Line]:
        uttrekk = await systems.read_pax_uttrekk()
        i_pilen = [fersk async for fersk in systems.pilen.list_krav(KRAVTYPER, TILSTANDER)]
        kandidater = [fersk for fersk in (*uttrekk, *i_pilen) if er_kandidat(fersk.krav)]
        skyldnere = await systems.get_skyldnere(fersk.krav.skyldner for fersk in kandidater)
        holdt = _held_out(systems.read_beslutninger(METADATA.name), as_of)
        igjen: list[Krav] = []
        for fersk in kandidater:
            grunn = _grunn(fersk, skyldnere, systems, as_of)
            if grunn is None and fersk.krav.kravnr in holdt:
                yield Utelatt(fersk.krav.kravnr, HELD_OUT)
            elif grunn is None:
                igjen.append(fersk.krav)
            elif grunn is Grunn.PROTECTED:
                yield Vernet(fersk.krav.kravnr)
            else:
                yield Utelatt(fersk.krav.kravnr, grunn.value)
        for gruppe in grupper(igjen):
            yield _arbeid(gruppe, systems)
        sett = {fersk.krav.kravnr for fersk in kandidater}
        for vernet in await find_vernede(systems, sett, i_fil(uttrekk), systems.pilen.get_krav):
            yield vernet

    async def plan(self, item: WorkItem, systems: Systems, as_of: date) -> Plan:
        funnet: dict[str, str] = item.payload["krav"]
        ferske = await _merge_system(systems, item.target).get_krav(list(funnet))
        skyldnere = await systems.get_skyldnere(fersk.krav.skyldner for fersk in ferske.values())
        vurdert = [(fersk.krav, _grunn(fersk, skyldnere, systems, as_of)) for fersk in ferske.values()]
        if any(grunn is Grunn.PROTECTED for _, grunn in vurdert):
            raise ProtectedFound
        besluttet = _Besluttet.of(item, as_of)
        try:
            gruppe = frisk_gruppe(
                funnet,
                vurdert,
                lambda krav: systems.hmac(merge_key(krav).kanonisk()) == item.payload["noekkel"],
                utenfor=besluttet.utenfor,
                maalsak=besluttet.maalsak,
            )
        except ValueError:
            raise BusinessException("DECIDED_CASE_GONE", item.target) from None
        data, rules = besluttet.data, (*REGLER, *besluttet.rules)
        if gruppe is None:
            return Plan(
                "NOTHING_TO_DO", tuple(sorted(funnet)), as_of, data=data, rules=rules, versions=systems.versions
            )
        return Plan(
            result="MERGED",
            krav=gruppe.kravnumre,
            as_of=as_of,
            effects=tuple(_effect(item.target, kravnr, funnet[kravnr], gruppe.maalsak) for kravnr in gruppe.flyttes),
            data={"maalsak": gruppe.maalsak, "sum_oere": gruppe.sum_oere} | data,
            rules=rules,
            versions=systems.versions,
            fingerprint=_fingerprint(systems, [krav for krav, _ in vurdert]),
        )

    def actions(self, item: WorkItem, plan: Plan, systems: Systems) -> Sequence[Action]:
        moves = {effect.key: effect for effect in plan.effects if effect.key.startswith("merge:")}
        return [MergeAction(item, plan, moves, _merge_system(systems, item.target))] if moves else []


@dataclass(frozen=True, slots=True)
class _Besluttet:
    """What people have decided about a group: the newest word on what stays outside, and on the case."""

    hold: Beslutning | None
    sak: Beslutning | None

    @classmethod
    def of(cls, item: WorkItem, as_of: date) -> _Besluttet:
        """Raises BusinessException when it cannot be followed."""
        hold, sak = item.beslutning(HOLD_UTENFOR.kode), item.beslutning(ANNEN_MAALSAK.kode)
        if hold is not None and hold.dato("til") < as_of:
            if hold is item.beslutninger[-1]:
                raise BusinessException("DECIDED_DATE_PAST", item.target)
            hold = None  # it was followed for as long as it said
        return cls(hold, sak)

    @property
    def utenfor(self) -> frozenset[str]:
        return self.hold.krav("krav") if self.hold else frozenset()

    @property
    def maalsak(self) -> str | None:
        return self.sak.data["sak"] if self.sak else None

    @property
    def data(self) -> Json:
        """What the plan keeps of it."""
        said = [each.record for each in (self.hold, self.sak) if each]
        return {"beslutninger": said} if said else {}

    @property
    def rules(self) -> list[str]:
        return [*(["MERGE-9"] if self.hold else []), *(["MERGE-10"] if self.sak else [])]


@dataclass
class MergeAction:
    """Move krav to the target case. One save in the system, one effect in the ledger for each krav."""

    item: WorkItem
    plan: Plan
    moves: Mapping[str, Effect]
    target: MergeSystem
    _seen: dict[str, FerskKrav] = field(default_factory=dict)
    _sum_before: int | None = None
    """Right before our own act; for what an earlier attempt has done, the plan knows it."""

    @property
    def system(self) -> str:
        return self.target.name

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.moves)

    @property
    def settle(self) -> float:
        return self.target.settle

    async def look(self) -> Mapping[str, Look]:
        self._seen = await self.target.get_krav(self.plan.krav)
        return {key: self._look(effect, self._seen.get(_kravnr(key))) for key, effect in self.moves.items()}

    async def act(self, keys: Sequence[str], fence: Fence) -> None:
        self._sum_before = _sum(self._seen)
        krav = {_kravnr(key): self._seen[_kravnr(key)].versjon for key in keys}
        noekkel = _digest(
            self.item.queue,
            self.item.reference,
            str(self.item.occasion),
            *(f"{nr}@{v}" for nr, v in sorted(krav.items())),
        )
        await self.target.merge_krav(
            str(self.plan.data["maalsak"]), krav, idempotency_key=noekkel, before_save=fence.check
        )

    async def verify(self, keys: Sequence[str]) -> Mapping[str, Json]:
        etter = await self.target.get_krav(self.plan.krav)
        for key in keys:
            fersk = etter.get(_kravnr(key))
            if fersk is None or self._look(self.moves[key], fersk) is not Look.ALL:
                raise SystemException(self.system, "verify", f"{_kravnr(key)} is not in the target case")
        sum_foer = self.plan.data["sum_oere"] if self._sum_before is None else self._sum_before
        sum_etter = _sum(etter)
        if sum_etter != sum_foer:
            raise BusinessException("SUM_DIFFERS", f"{sum_foer} øre before, {sum_etter} øre after")
        return {key: {"saksnr": self.moves[key].after["saksnr"], "sum_oere": sum_etter} for key in keys}

    @staticmethod
    def _look(effect: Effect, fersk: FerskKrav | None) -> Look:
        if fersk is None:
            return Look.UNKNOWN
        if fersk.krav.saksnr == effect.after["saksnr"]:
            return Look.ALL
        return Look.NONE if fersk.krav.saksnr == effect.before["saksnr"] else Look.UNKNOWN


AUTOMATION = ParkingMerge()


@flow(name="parking-merge", flow_run_name=night_name)
async def parking_merge(as_of: str | None = None, dry_run: bool = False, ordered_by: str | None = None) -> Json:
    """One night of parking-merge. Started again from Prefect it finds the same occasions and adds nothing."""
    night = await start_night(METADATA, AUTOMATION, as_of, dry_run, ordered_by)
    await find(night)
    await perform(night)
    return await report(night)


FLOW = parking_merge


def _merge_system(systems: Systems, target: str) -> MergeSystem:
    return systems.pilen if target == "PILEN" else systems.pax


def _held_out(beslutninger: Iterable[Beslutning], as_of: date) -> set[str]:
    """The krav that a person holds outside today, whatever group they would be found in (MERGE-9)."""
    til = {
        kravnr: said.dato("til")
        for said in beslutninger
        if said.kode == HOLD_UTENFOR.kode
        for kravnr in said.krav("krav")
    }
    return {kravnr for kravnr, dag in til.items() if as_of <= dag}


def _grunn(fersk: FerskKrav, skyldnere: Skyldnere, systems: Systems, as_of: date) -> Grunn | None:
    nummer, frist = fersk.krav.skyldner, bestemt_frist(fersk, systems, as_of)
    innehaver = skyldnere.get_innehaver(nummer)
    return utelukkelse(fersk.krav, skyldnere.get(nummer), fersk.hendelser, as_of, innehaver, frist)


def _arbeid(gruppe: Gruppe, systems: Systems) -> Arbeid:
    kravnumre = tuple(krav.kravnr for krav in gruppe.krav)
    fagsystem: Fagsystem = gruppe.noekkel.fagsystem
    return Arbeid(
        reference=f"{fagsystem}:{_digest(*kravnumre)}",
        target=fagsystem.value,
        krav=kravnumre,
        payload={"maalsak": gruppe.maalsak, "krav": gruppe.funnet, "noekkel": systems.hmac(gruppe.noekkel.kanonisk())},
        fingerprint=_fingerprint(systems, gruppe.krav),
        effects=sum(krav.saksnr != gruppe.maalsak for krav in gruppe.krav),
        saker=tuple(sorted(set(gruppe.funnet.values()))),
    )


def _effect(system: str, kravnr: str, fra: str, til: str) -> Effect:
    return Effect(
        f"merge:{kravnr}", system, {"saksnr": fra}, {"saksnr": til}, undo=f"Flytt {kravnr} tilbake til sak {fra}."
    )


def _fingerprint(systems: Systems, krav: Sequence[Krav]) -> str:
    facts = sorted((k.kravnr, k.saksnr, k.tilstand.value, k.steg, k.skyldner) for k in krav)
    return systems.hmac(repr(facts))


def _sum(krav: Mapping[str, FerskKrav]) -> int:
    return sum(fersk.krav.sum for fersk in krav.values())


def _kravnr(key: str) -> str:
    return key.removeprefix("merge:")


def _digest(*words: str) -> str:
    return hashlib.sha256(";".join(words).encode()).hexdigest()[:24]
