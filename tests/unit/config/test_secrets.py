"""A secret that cannot be one is refused where it is read, before anything is signed or sent with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import settings as configuration
from config.settings import Settings, SettingsError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return configuration.load(configuration.HERE / "production.toml", tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("audit.key", b"", "«audit.key» is empty"),
        ("payload.key", b" \n", "«payload.key» is empty"),
        ("prefect.auth", "kraftverk:blåbær".encode("latin-1"), "«prefect.auth» is no text"),
        ("pax.json", b"\xff\xfe{\x00}\x00", "«pax.json» is no text"),
        ("pilen.token", "blåbær".encode(), "«pilen.token» is no token"),
        ("procasso.token", b"first\nsecond", "«procasso.token» is no token"),
    ],
)
def test_what_can_be_no_secret_is_refused(settings: Settings, name: str, content: bytes, words: str) -> None:
    file = settings.secrets / name
    file.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        settings.secret(name)
    told = str(refused.value)
    assert words in told
    assert str(file) in told
    assert "bær" not in told


@pytest.mark.parametrize(("name", "content"), [("prefect.auth", "kraftverk:blåbær"), ("pilen.token", "abc-123_.~+/=")])
def test_what_can_be_one_is_read_without_the_line_break(settings: Settings, name: str, content: str) -> None:
    (settings.secrets / name).write_text(f"{content}\n", encoding="utf-8")
    assert settings.secret(name) == content
