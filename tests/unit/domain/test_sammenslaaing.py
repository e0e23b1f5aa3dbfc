"""The merge key, the groups, and the fresh look before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.krav import Fagsystem, Krav, Kravtype, Tilstand
from domain.sammenslaaing import (
    Grunn,
    MergeKey,
    Regime,
    Sammenslaaing,
    Spor,
    er_kandidat,
    find_maalsak,
    frisk_gruppe,
    grupper,
    merge_key,
)

LagKrav = Callable[..., Krav]

FOER_2026 = datetime(2025, 12, 31, 22, 59, tzinfo=UTC)
FRA_2026 = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("endret", "kandidat"),
    [
        ({}, True),
        ({"kravtype": Kravtype.KONTROLLSANKSJON}, True),
        ({"kravtype": Kravtype.PIGGDEKKGEBYR}, False),
        ({"kravtype": Kravtype.BARNEHAGE}, False),
        ({"fagsystem": Fagsystem.PILEN}, True),
        ({"fagsystem": Fagsystem.PROCASSO}, False),
        ({"fagsystem": Fagsystem.ISYPA}, False),
        ({"tilstand": Tilstand.KLAGE}, True),
        ({"tilstand": Tilstand.BETALINGSAVTALE}, True),
        ({"tilstand": Tilstand.STOPPET}, False),
        ({"tilstand": Tilstand.BETALT}, False),
        ({"tilstand": Tilstand.AVSKREVET}, False),
    ],
)
def test_candidates(lag_krav: LagKrav, endret: dict[str, Any], kandidat: bool) -> None:
    assert er_kandidat(lag_krav(**endret)) is kandidat


@pytest.mark.parametrize(
    ("kravtype", "ilagt", "spor", "regime"),
    [
        (Kravtype.PARKERINGSGEBYR, FOER_2026, Spor.SAERNAMSMANN, Regime.PRE2026),
        (Kravtype.PARKERINGSGEBYR, FRA_2026, Spor.SAERNAMSMANN, Regime.RENTE2026),
        (Kravtype.KONTROLLSANKSJON, FOER_2026, Spor.ALMINNELIG, Regime.INKASSO),
        (Kravtype.KONTROLLSANKSJON, FRA_2026, Spor.ALMINNELIG, Regime.INKASSO),
        (Kravtype.PIGGDEKKGEBYR, FOER_2026, Spor.SAERNAMSMANN, Regime.PRE2026),
        (Kravtype.KOMMUNALE_AVGIFTER, FOER_2026, Spor.SAERNAMSMANN, Regime.INKASSO),
        (Kravtype.BARNEHAGE, FRA_2026, Spor.ALMINNELIG, Regime.INKASSO),
    ],
)
def test_track_and_fee_regime(
    lag_krav: LagKrav, kravtype: Kravtype, ilagt: datetime, spor: Spor, regime: Regime
) -> None:
    noekkel = merge_key(lag_krav(kravtype=kravtype, ilagt_tidspunkt=ilagt))
    assert (noekkel.spor, noekkel.regime) == (spor, regime)


@pytest.mark.parametrize(
    "endret",
    [
        {"fagsystem": Fagsystem.PILEN},
        {"skyldner": "01810199918"},
        {"fordringshaver": "BYDEL01"},
        {"kravtype": Kravtype.KONTROLLSANKSJON},
        {"steg": "UTLEGG"},
        {"ilagt_tidspunkt": FRA_2026},
    ],
)
def test_each_part_of_the_key_keeps_krav_apart(lag_krav: LagKrav, endret: dict[str, Any]) -> None:
    en, annen = lag_krav("PX1", saksnr="1"), lag_krav("PX2", saksnr="2", **endret)
    assert merge_key(en) != merge_key(annen)
    assert merge_key(en).kanonisk() != merge_key(annen).kanonisk()
    assert grupper([en, annen]) == []


def test_canonical_key_cannot_be_read_two_ways(lag_krav: LagKrav) -> None:
    en = merge_key(lag_krav(skyldner="A", fordringshaver='B","C'))
    annen = merge_key(lag_krav(skyldner='A","B', fordringshaver="C"))
    assert en.kanonisk() != annen.kanonisk()


def test_the_debtor_is_not_in_the_repr_of_a_key_or_a_group(lag_krav: LagKrav) -> None:
    (gruppe,) = grupper([lag_krav("PX1", saksnr="1"), lag_krav("PX2", saksnr="2")])
    assert "12848547962" not in repr(gruppe)


@pytest.mark.parametrize(
    ("saksnumre", "eldst"),
    [(["S10034", "S9120"], "S9120"), (["S9121", "S9120"], "S9120"), (["9815", "74388", "15722"], "9815")],
)
def test_target_is_the_shortest_case_number_then_the_smallest(saksnumre: list[str], eldst: str) -> None:
    assert find_maalsak(saksnumre) == eldst


def test_a_group_is_two_or_more_krav_in_more_than_one_case(lag_krav: LagKrav) -> None:
    assert grupper([lag_krav("PX1", saksnr="7")]) == []
    assert grupper([lag_krav("PX1", saksnr="7"), lag_krav("PX2", saksnr="7")]) == []
    (gruppe,) = grupper([lag_krav("PX3", saksnr="7"), lag_krav("PX1", saksnr="7"), lag_krav("PX2", saksnr="12")])
    assert gruppe.funnet == {"PX1": "7", "PX2": "12", "PX3": "7"}
    assert gruppe.maalsak == "7"


# ---- the fresh look ----


@pytest.fixture
def tre(lag_krav: LagKrav) -> list[Krav]:
    return [
        lag_krav("PX1", saksnr="9120", hovedstol=90000, kostnader=100, renter=5),
        lag_krav("PX2", saksnr="10034", hovedstol=135000),
        lag_krav("PX3", saksnr="10035", hovedstol=135000, renter=1),
    ]


def har_noekkel(noekkel: MergeKey) -> Callable[[Krav], bool]:
    return lambda krav: merge_key(krav).kanonisk() == noekkel.kanonisk()


def se_paa_nytt(
    funnet: list[Krav], ferske: list[Krav], grunner: dict[str, Grunn] | None = None
) -> Sammenslaaing | None:
    (gruppe,) = grupper(funnet)
    vurdert = [(krav, (grunner or {}).get(krav.kravnr)) for krav in ferske]
    return frisk_gruppe(gruppe.funnet, vurdert, har_noekkel(gruppe.noekkel))


def test_nothing_has_changed(tre: list[Krav]) -> None:
    ventet = Sammenslaaing("9120", ("PX1", "PX2", "PX3"), ("PX2", "PX3"), 90105 + 135000 + 135001)
    assert se_paa_nytt(tre, tre) == ventet


@pytest.mark.parametrize(
    "endret",
    [
        {"tilstand": Tilstand.BETALT},
        {"tilstand": Tilstand.STOPPET},
        {"tilstand": Tilstand.KLAGE},
        {"saksnr": "10035"},  # moved into another of the cases
        {"saksnr": "9120"},  # moved into the target by somebody else
        {"steg": "UTLEGG"},
        {"skyldner": "01810199918"},
        {"kravtype": Kravtype.PIGGDEKKGEBYR},
    ],
)
def test_a_krav_that_has_changed_drops_out(tre: list[Krav], endret: dict[str, Any]) -> None:
    fersk = [tre[0], replace(tre[1], **endret), tre[2]]
    assert se_paa_nytt(tre, fersk) == Sammenslaaing("9120", ("PX1", "PX3"), ("PX3",), 90105 + 135001)


def test_a_krav_that_a_reason_now_fits_drops_out(tre: list[Krav]) -> None:
    assert se_paa_nytt(tre, tre, {"PX2": Grunn.FORELDET}) == Sammenslaaing(
        "9120", ("PX1", "PX3"), ("PX3",), 90105 + 135001
    )


def test_a_krav_that_is_gone_drops_out_and_one_not_found_before_does_not_come_in(
    tre: list[Krav], lag_krav: LagKrav
) -> None:
    ny = lag_krav("PX4", saksnr="9120")
    assert se_paa_nytt(tre, [tre[0], tre[2], ny]) == Sammenslaaing("9120", ("PX1", "PX3"), ("PX3",), 90105 + 135001)


def test_the_target_is_never_the_case_of_one_that_dropped_out(tre: list[Krav]) -> None:
    fersk = [replace(tre[0], tilstand=Tilstand.BETALT), tre[1], tre[2]]
    assert se_paa_nytt(tre, fersk) == Sammenslaaing("10034", ("PX2", "PX3"), ("PX3",), 135000 + 135001)


def test_fewer_than_two_left_is_nothing_to_do(tre: list[Krav]) -> None:
    betalt = [replace(krav, tilstand=Tilstand.BETALT) for krav in tre[1:]]
    assert se_paa_nytt(tre, [tre[0], *betalt]) is None
    assert se_paa_nytt(tre, []) is None


def test_all_left_in_one_case_is_nothing_to_do(lag_krav: LagKrav) -> None:
    funnet = [lag_krav("PX1", saksnr="9120"), lag_krav("PX2", saksnr="9120"), lag_krav("PX3", saksnr="10035")]
    assert se_paa_nytt(funnet, [*funnet[:2], replace(funnet[2], tilstand=Tilstand.BETALT)]) is None


# ---- whatever the krav ----


@st.composite
def kravlister(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Columns of krav with distinct kravnumre, close enough to each other to fall into the same groups."""
    kolonner = {
        "fagsystem": st.sampled_from([Fagsystem.PAX, Fagsystem.PILEN]),
        "skyldner": st.sampled_from(["12848547962", "01810199918"]),
        "fordringshaver": st.sampled_from(["BYM", "BYDEL01"]),
        "kravtype": st.sampled_from([Kravtype.PARKERINGSGEBYR, Kravtype.KONTROLLSANKSJON]),
        "steg": st.sampled_from(["VARSEL", "UTLEGG"]),
        "ilagt_tidspunkt": st.sampled_from([FOER_2026, FRA_2026]),
        "saksnr": st.sampled_from(["9", "10", "11", "100"]),
    }
    rader = draw(st.lists(st.fixed_dictionaries(kolonner), max_size=14))
    return [rad | {"kravnr": f"PX{n}"} for n, rad in enumerate(rader)]


@given(kravlister())
def test_grouping_never_mixes_keys_and_leaves_nothing_mergeable_behind(
    lag_krav: LagKrav, rader: list[dict[str, Any]]
) -> None:
    krav = [lag_krav(**rad) for rad in rader]
    funnet = grupper(krav)
    for gruppe in funnet:
        assert {merge_key(ett) for ett in gruppe.krav} == {gruppe.noekkel}
        assert len({ett.saksnr for ett in gruppe.krav}) > 1
        assert gruppe.maalsak in gruppe.funnet.values()
    gruppert = [ett.kravnr for gruppe in funnet for ett in gruppe.krav]
    assert len(gruppert) == len(set(gruppert))
    rest = [ett for ett in krav if ett.kravnr not in gruppert]
    for ett in rest:
        like = [annet for annet in krav if merge_key(annet) == merge_key(ett)]
        assert {annet.saksnr for annet in like} == {ett.saksnr}


@given(st.data(), kravlister())
def test_order_of_krav_changes_nothing(lag_krav: LagKrav, data: st.DataObject, rader: list[dict[str, Any]]) -> None:
    krav = [lag_krav(**rad) for rad in rader]
    stokket = data.draw(st.permutations(krav))
    assert grupper(stokket) == grupper(krav)
    for gruppe in grupper(krav):
        ferske = [(ett, None) for ett in stokket]
        uendret = frisk_gruppe(gruppe.funnet, ferske, har_noekkel(gruppe.noekkel))
        assert uendret is not None
        assert (uendret.maalsak, uendret.kravnumre) == (gruppe.maalsak, tuple(sorted(gruppe.funnet)))


@given(kravlister())
def test_after_the_merge_there_is_nothing_left_to_do(lag_krav: LagKrav, rader: list[dict[str, Any]]) -> None:
    krav = {rad["kravnr"]: lag_krav(**rad) for rad in rader}
    for gruppe in grupper(krav.values()):
        etter = [replace(ett, saksnr=gruppe.maalsak) for ett in gruppe.krav]
        krav |= {ett.kravnr: ett for ett in etter}
    assert grupper(krav.values()) == []


def test_what_a_person_holds_out_drops_out_and_the_case_chosen_is_the_target(tre: list[Krav]) -> None:
    (gruppe,) = grupper(tre)
    look = (gruppe.funnet, [(krav, None) for krav in tre], har_noekkel(gruppe.noekkel))
    assert frisk_gruppe(*look, utenfor={"PX1"}) == Sammenslaaing("10034", ("PX2", "PX3"), ("PX3",), 135000 + 135001)
    everything = 90105 + 135000 + 135001
    assert frisk_gruppe(*look, maalsak="10035") == Sammenslaaing(
        "10035", ("PX1", "PX2", "PX3"), ("PX1", "PX2"), everything
    )
    with pytest.raises(ValueError, match="9120"):
        frisk_gruppe(*look, utenfor={"PX1"}, maalsak="9120")
    assert frisk_gruppe(*look, utenfor={"PX1", "PX2"}, maalsak="9120") is None
