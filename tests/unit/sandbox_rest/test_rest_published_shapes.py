"""What the simulators send against the payloads the register owners have published: no key that they do not have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import yaml

from sandbox.enhetsregisteret.enhet import enhet, fjernet_enhet, slettet_enhet
from sandbox.enhetsregisteret.roller import roller
from sandbox.folkeregisteret.doedsbo import contacts
from sandbox.folkeregisteret.events import first
from sandbox.folkeregisteret.feed import lagret
from sandbox.folkeregisteret.person import document, selected
from sandbox.folkeregisteret.relasjon import by_guardian
from sandbox.maskinporten.errors import TEXTS
from sandbox.maskinporten.tokens import TokenIssuer
from sandbox.population import Population, load

pytestmark = pytest.mark.needs_shared

API = "http://x/enhetsregisteret/api"
ADDED_BY_US = {".rollegrupper.roller.person.fodselsnummer"}
"""The authorised roles are not published; see sandbox/enhetsregisteret/roller.py."""


@pytest.fixture(scope="module")
def contracts(shared: Path) -> Path:
    return shared / "contracts"


@pytest.fixture(scope="module")
def liten(root: Path) -> Population:
    return load(root / "tests" / "population" / "liten")


def paths(value: Any, at: str = "") -> Iterator[str]:
    """Every key of a JSON value with the keys above it; lists do not count as a level."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{at}.{name}"
            yield from paths(inner, f"{at}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, at)


def published(folder: Path, *patterns: str) -> set[str]:
    files = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
    assert files
    return {path for file in files for path in paths(json.loads(file.read_text(encoding="utf-8")))}


def schema_paths(schema: dict[str, Any], schemas: dict[str, Any], at: str = "", depth: int = 0) -> Iterator[str]:
    """The same of a schema in an OpenAPI document, a few levels down."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if depth < 8 and "items" in schema:
        yield from schema_paths(schema["items"], schemas, at, depth + 1)
    for name, inner in schema.get("properties", {}).items() if depth < 8 else ():
        yield f"{at}.{name}"
        yield from schema_paths(inner, schemas, f"{at}.{name}", depth + 1)


def test_every_key_about_a_person_is_published(contracts: Path, liten: Population) -> None:
    folder = contracts / "folkeregisteret"
    text = (folder / "openapi-offentlig-med-hjemmel-1.5-2022.yaml").read_text(encoding="utf-8")
    schemas = yaml.load(text, yaml.CSafeLoader)["components"]["schemas"]
    known = published(folder, "person-*.json", "vergemaal-*.json") | set(
        schema_paths(schemas["folkeregisteret.tilgjengeliggjoering.person.v1.Folkeregisterperson"], schemas)
    )
    everything, guardians = selected(["person-basis", "relasjon-utvidet"]), by_guardian(liten.personer)
    sent = {
        path
        for number, row in liten.personer.items()
        for path in paths(document(row, everything, guardians.get(number, []), contacts(row, liten)))
    }
    assert {".kontaktinformasjonForDoedsbo.adresse.adresselinje", ".doedsfall.doedsdato"} <= sent
    assert {".adressebeskyttelse.graderingsnivaa", ".foreldreansvar.ansvarssubjekt", ".doedsfall.doedsdato"} <= sent
    assert sent - known == set()


def test_every_key_of_the_feed_and_its_documents_is_published(contracts: Path, liten: Population) -> None:
    folder, event = contracts / "folkeregisteret", first(liten.as_of)
    assert set(paths([lagret(7, event)])) == published(folder, "hendelser-feed-200.json")
    assert set(paths(event.document("d"))) == published(folder, "hendelsesdokument-annullering.json")


def test_every_value_with_a_published_list_is_in_it(contracts: Path, liten: Population) -> None:
    folder = contracts / "folkeregisteret"
    examples = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("vergemaal-*.json")]
    known = {e["embete"] for example in examples for e in example["vergemaalEllerFremtidsfullmakt"]}
    services = {
        (code["mapping"]["npr"]["virksomhet"], code["mapping"]["npr"]["oppgave"])
        for code in yaml.safe_load_all((folder / "vergetjeneste-kodeliste.yaml").read_text(encoding="utf-8"))
        if not code.get("expired")
    }
    sent: list[Any] = [
        element
        for row in liten.personer.values()
        for element in document(row, selected(["relasjon-utvidet"]), []).get("vergemaalEllerFremtidsfullmakt", [])
    ]
    assert sent
    assert {element["embete"] for element in sent} <= known
    for element in sent:
        for service in element["verge"]["tjenesteomraade"]:
            assert (service["vergeTjenestevirksomhet"], service["vergeTjenesteoppgave"]) in services


@pytest.mark.parametrize(
    ("status", "patterns"),
    [
        ("slettet", ["enhet-200-SlettetEnhet.json"]),
        ("fjernet", ["underenhet-410-fjernet.json"]),
        ("alive", ["enhet-200-all-fields-konkurs-avvikling.json", "enhet-200-live-2026-asa.json"]),
    ],
)
def test_every_key_about_a_unit_is_published(
    contracts: Path, liten: Population, status: str, patterns: list[str]
) -> None:
    make = {"slettet": slettet_enhet, "fjernet": fjernet_enhet, "alive": enhet}[status]
    rows = [
        row
        for row in liten.enheter.values()
        if (row["status"] if row["status"] in ("slettet", "fjernet") else "alive") == status
    ]
    assert rows
    sent = {path for row in rows for path in paths(make(row, API))}
    assert sent - published(contracts / "brreg", *patterns) == set()


def test_a_struck_off_and_a_removed_unit_have_every_published_key(contracts: Path, liten: Population) -> None:
    by_status = {row["status"]: row for row in liten.enheter.values()}
    slettet = set(slettet_enhet(by_status["slettet"], API))
    assert slettet == set(json.loads((contracts / "brreg/enhet-200-SlettetEnhet.json").read_text(encoding="utf-8")))
    fjernet = set(fjernet_enhet(by_status["fjernet"], API))
    assert fjernet == set(json.loads((contracts / "brreg/underenhet-410-fjernet.json").read_text(encoding="utf-8")))


def test_every_key_of_the_roles_but_the_number_is_published(contracts: Path, liten: Population) -> None:
    sent = {path for row in liten.enheter.values() for path in paths(roller(row, liten.personer, API))}
    assert sent - published(contracts / "brreg", "roller-200-person.json") == ADDED_BY_US


def test_the_refusals_of_maskinporten_are_published_ones(contracts: Path) -> None:
    listed = json.loads((contracts / "maskinporten/errors.json").read_text(encoding="utf-8"))
    known = {(entry["code"], entry["group"]) for entry in listed}
    assert {(code, error) for code, (error, _text) in TEXTS.items()} <= known


def test_a_token_has_the_published_claims(contracts: Path) -> None:
    skeleton = json.loads((contracts / "maskinporten/access-token-claims.json").read_text(encoding="utf-8"))
    token = TokenIssuer().issue("https://issuer/", "c", "a:b")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(claims) == {name for name in skeleton if not name.startswith("_")}
