"""The error catalogue: whatever stops an oppgave or puts a krav on a list, a saksbehandler reads why and what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.aarsaker import Aarsak, catalogue
from connectors.pilen import mapping as pilen
from connectors.procasso import mapping as procasso
from domain.doedsbo import Bogrunn
from domain.eierskifte import Eiergrunn
from domain.minoravgjoerelse import Minorgrunn
from domain.utelukkelse import Grunn

PACKAGES = ("config", "connectors", "domain", "flows", "hub", "kraftverk", "robots")
RAISED = ("BusinessException", "Uncertain")
ROUTINES = {
    *("INVALID_DEBTOR", "INVALID_BIRTH_DATE", "ESTATE", "UNDER_VERGEMAAL", "NO_GUARDIAN_FOUND", "GUARDIAN_PROTECTED"),
    *("GUARDIAN_DEAD", "RATE_MISSING", "LIMITATION_UNCERTAIN", "OWNER_UNKNOWN"),
    *("PROTECTED", "DISPUTED", "AGREEMENT", "MINOR", "BANKRUPT", "DELETED", "FORELDET"),
    *("HOLD_STALE", "WARN_INTERRUPT", "DEVIATION"),
    *("BANKRUPTCY_DEADLINE", "FORM_SET_ASIDE", "SYNC_DEVIATION"),
    *("PROKLAMA", "PROKLAMA_PAST", "ESTATE_OTHER_SYSTEM", "ESTATE_COMPLAINT", "DEATH_ANNULLED_PROTECTED"),
}
"""Every reason and every code of the control report that the routines name."""
TECHNICAL = (
    r"http\w*|api|json|xml|html|pdf|url|token|timeout|server\w*|database\w*|sql\w*|exception\w*|klient\w*|payload"
    r"|commit|cache|hash\w*|kø|worker\w*|null|status ?kode\w*|bug\w*|logg\w*"
)
ENGLISH = (
    r"the|and|is|was|not|of|to|with|error|failed|failure|unknown|item|retry|case|claim|queue|system is|please|debtor"
    r"|guardian|write-off|batch"
)


def raised() -> Iterator[str]:
    """Codes that stand where they are raised."""
    root = Path(__file__).parents[3]
    for package in PACKAGES:
        for path in (root / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) in RAISED and node.args:
                    code = node.args[0]
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        yield code.value


def test_every_code_that_is_raised_has_its_texts() -> None:
    codes = set(raised())
    assert codes > {"KRAV_UNKNOWN", "SUM_DIFFERS", "LIMITATION_UNCERTAIN", "RECIPIENT_GONE", "EFFECT_NOT_SETTLED"}
    assert codes - catalogue().keys() == set()


def test_every_code_that_is_chosen_by_a_rule_or_by_an_answer_has_its_texts() -> None:
    chosen = {*Grunn, *Minorgrunn, *Bogrunn, *Eiergrunn}
    answered = {*pilen._SAYS_NO.values(), *procasso._NO_OF_THE_DATA.values()}
    assert {*map(str, chosen), *answered} - catalogue().keys() == set()


def test_every_code_has_a_short_name_of_its_own() -> None:
    names = [aarsak.kort for aarsak in catalogue().values()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[A-ZÆØÅ].{3,44}[^.]", name)] == []


def test_every_reason_of_the_routines_has_its_texts() -> None:
    assert ROUTINES - catalogue().keys() == set()


@pytest.mark.parametrize("aarsak", catalogue().values(), ids=lambda aarsak: aarsak.kode)
def test_what_is_said_is_whole_sentences_in_plain_norwegian(aarsak: Aarsak) -> None:
    assert re.fullmatch(r"[A-Z0-9_]+", aarsak.kode)
    for text in (aarsak.tekst, aarsak.forslag):
        assert re.fullmatch(r"[A-ZÆØÅ].*\.", text), text
    for text in (aarsak.kort, aarsak.tekst, aarsak.forslag):
        words = rf"(?i)\b({TECHNICAL}|{ENGLISH})\b"
        assert not re.search(words, text), re.search(words, text)
        assert not re.search(r"[A-Z]{3,}_", text), "no code in a sentence"
