"""The settings of the real environments: complete but for what only the owners of the systems can tell."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest

from config import settings as configuration
from config.settings import Settings
from connectors.svarut.client import SENDING
from console.roles import Role
from hub.release import ReleaseLevel

HOSTS = {
    "production": {
        "maskinporten": {"maskinporten.no"},
        "folkeregisteret": {"folkeregisteret.api.skatteetaten.no"},
        "enhetsregisteret": {"data.brreg.no"},
        "svarut": {"svarut.ks.no"},
        "krr": {"kontaktregisteret.no"},
        "altinn": {"platform.altinn.no"},
        "matrikkelen": {"matrikkel.no"},
    },
    "test": {
        "maskinporten": {"test.maskinporten.no"},
        "folkeregisteret": {"folkeregisteret-api-konsument.sits.no"},
        "enhetsregisteret": {"data.brreg.no"},
        "svarut": {"test.svarut.ks.no"},
        "krr": {"test.kontaktregisteret.no"},
        "altinn": {"platform.tt02.altinn.no"},
        "matrikkelen": {"prodtest.matrikkel.no"},
        "grunnboken": {"etgltest.grunnbok.no"},
    },
}
"""As the owners of the systems have published them."""
UNPUBLISHED = {"procasso", "pilen", "pax", "isypa", "eierskjema"}
"""Grunnboken besides, in production: its address comes with the grant."""


def read(name: str) -> Settings:
    return configuration.load(configuration.HERE / f"{name}.toml", Path("none"))


def hosts(settings: Settings) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for system, section in settings.systems:
        urls = [value for _, value in section if isinstance(value, str) and "://" in value]
        found[system] = {urlsplit(url).hostname or "" for url in urls}
    return found


@pytest.mark.parametrize("name", HOSTS)
def test_each_published_address_is_the_owners_and_no_other_can_be_reached(name: str) -> None:
    settings = read(name)
    found = hosts(settings)
    assert {system: found[system] for system in HOSTS[name]} == HOSTS[name]
    unpublished = UNPUBLISHED | ({"grunnboken"} if name == "production" else set())
    assert found.keys() - HOSTS[name].keys() == unpublished
    assert all(host.endswith(".invalid") for system in unpublished for host in found[system])


@pytest.mark.parametrize("name", HOSTS)
def test_nothing_is_sent_in_the_clear_and_a_new_automation_only_plans(name: str) -> None:
    settings = read(name)
    urls = [
        value for _, section in settings.systems for _, value in section if isinstance(value, str) and "://" in value
    ]
    assert all(url.startswith("https://") for url in urls)
    assert settings.environment == name
    assert settings.release_level == "toerrkjoering"
    assert settings.as_of is None
    assert settings.sandbox is None


@pytest.mark.parametrize("name", HOSTS)
def test_a_letter_that_had_no_answer_rests_for_as_long_as_svarut_may_take_to_answer(name: str) -> None:
    systems = read(name).systems
    assert systems.under_way() == systems.settle() | {"SVARUT": SENDING.read}


def test_both_environments_say_the_same_things() -> None:
    production, test = (
        tomllib.loads((configuration.HERE / f"{name}.toml").read_text(encoding="utf-8")) for name in HOSTS
    )
    assert production.keys() == test.keys()
    assert production["console"].keys() == test["console"].keys()
    assert production["console"]["oidc"].keys() == test["console"]["oidc"].keys()
    assert {name: section.keys() for name, section in production["systems"].items()} == {
        name: section.keys() for name, section in test["systems"].items()
    }


def test_the_words_of_the_settings_are_those_of_the_console_and_the_hub() -> None:
    """Settings know nothing of either, and name roles and release levels themselves."""
    assert set(get_args(configuration.Role)) == set(Role)
    assert set(get_args(configuration.ReleaseLevel)) == set(ReleaseLevel)
