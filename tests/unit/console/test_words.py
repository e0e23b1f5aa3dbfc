"""What people read for the hub's own words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import words
from domain.krav import Kravtype, Saksflyt, Tilstand
from flows.foretak.merknader import MERKNAD
from hub.automation import Effect, Json
from hub.proposal import Hindrance


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"tilstand": "AAPEN"}, {"tilstand": "AVSKREVET"}, [("tilstand", "åpen", "avskrevet")]),
        (
            {"renter": 0, "renter_beregnet_til": None},
            {"renter": 112_750, "renter_beregnet_til": "2026-11-23"},
            [("renter", "0,00 kr", "1\xa0127,50 kr"), ("renter beregnet til", "–", "23.11.2026")],
        ),
        ({"saksnr": "202600001"}, {"saksnr": "202600002"}, [("saksnummer", "202600001", "202600002")]),
        (
            {"beloep": {"kostnader": 100, "renter": 0, "forfall": "2026-01-02"}},
            {"beloep": {"kostnader": 200, "renter": 0, "forfall": "2026-01-02"}},
            [
                (
                    "nye beløp meldt",
                    "kostnader 1,00 kr, renter 0,00 kr, forfall 02.01.2026",
                    "kostnader 2,00 kr, renter 0,00 kr, forfall 02.01.2026",
                )
            ],
        ),
        (
            {},
            {"innbetaling": {"dato": "2026-01-02", "oere": 5_000}},
            [("innbetaling meldt", "–", "dato 02.01.2026, beløp 50,00 kr")],
        ),
        ({}, {"status": {"id": "S1", "tilstand": "BETALT"}}, [("tilstand meldt", "–", "tilstand betalt")]),
        ({"eier": "a1"}, {"eier": "b2"}, []),  # an alias says nothing to a person
    ],
)
def test_what_an_effect_changes_field_by_field(before: Json, after: Json, told: list[tuple[str, str, str]]) -> None:
    assert words.changes(Effect("krav:K1", "PROCASSO", before, after)) == told


@pytest.mark.parametrize("word", [*Tilstand, *Saksflyt])
def test_every_state_of_a_krav_has_a_word_of_its_own(word: str) -> None:
    assert words.value("tilstand", word) not in (word, "")


@pytest.mark.parametrize(
    ("word", "told"), [(Kravtype.KOMMUNALE_AVGIFTER, "Kommunale avgifter"), ("SFO", "SFO"), ("LAAN", "Lån"), ("*", "–")]
)
def test_a_kravtype_reads_as_norwegian(word: str, told: str) -> None:
    assert words.kravtype(word) == told


def test_why_somebody_may_not_approve() -> None:
    assert words.hindered(None) is None
    assert words.hindered(Hindrance.ABOVE, 2_500_000) == "Beløpet er over fullmakten din, som er 25\xa0000,00 kr."
    assert words.hindered(Hindrance.ABOVE) == "Du har ikke fullmakt til å godkjenne denne kravtypen."
    assert words.hindered(Hindrance.OWN) == "Du kan ikke godkjenne det du selv har bestilt eller endret."


def test_effects_that_read_the_same_are_told_from_each_other() -> None:
    keys = [("brev:K1:a", "SVARUT"), ("brev:K1:b", "SVARUT"), ("status:K1:a", "PILEN"), ("status:K1:b", "PROCASSO")]
    assert words.effect_texts([Effect(key, system, {}, {}) for key, system in keys]) == [
        "Send brev om krav K1 (1 av 2)",
        "Send brev om krav K1 (2 av 2)",
        "Oppdater status på krav K1",
        "Oppdater status på krav K1",
    ]


def test_what_was_settled_is_told_in_words_where_the_plan_is_not_at_hand() -> None:
    detail = {"happened": {"merge:PI8377905": False, "ukjent:K1": True}}
    assert words.told("settle", detail) == "Flytt krav PI8377905: ikke gjort; ukjent:K1: gjort"
    merge = Effect("merge:K1", "PILEN", {"saksnr": "202600001"}, {"saksnr": "202600002"})
    assert words.effect_text(merge) == "Flytt krav K1 fra sak 202600001 til sak 202600002"


def _effect_kinds() -> Iterator[str]:
    """The kind of every effect that is made in flows/: what stands before the colon of its key."""
    for path in sorted(Path("flows").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args:
                if call.func.id == "krav_effect":
                    yield ast.literal_eval(call.args[0])
                elif call.func.id == "Effect":
                    yield ast.unparse(call.args[0]).removeprefix("f'").partition(":")[0]


WRITTEN_ELSEWHERE = {
    "{MERKNAD}": {MERKNAD},
    "{felt}": {"eier", "fakturamottaker"},
    "{kind}": {"renter", "krav", "saksflyt", "avskriv"},
    "key": {"innbetaling"},
}
"""What a name in the key of an effect stands for."""


def test_every_effect_of_every_automation_has_a_text() -> None:
    kinds = {kind for found in _effect_kinds() for kind in WRITTEN_ELSEWHERE.get(found, {found})}
    assert kinds == set(words.EFFECTS)


def test_attempts_read_as_norwegian_of_one_too() -> None:
    assert words.attempts({"complete": 1, "uncertain": 1}) == "1 fullført, 1 uvisst"
