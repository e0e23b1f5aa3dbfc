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


def test_what_notepad_has_saved_is_read_without_its_mark(settings: Settings, tmp_path: Path) -> None:
    (settings.secrets / "pilen.token").write_text("abc-123", encoding="utf-8-sig")
    assert settings.secret("pilen.token") == "abc-123"
    file = tmp_path / "ours.toml"
    file.write_text((configuration.HERE / "production.toml").read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert configuration.load(file, tmp_path).environment == "production"


def test_settings_that_are_not_utf_8_are_told_as_that(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_bytes('navn = "Blåbær"'.encode("latin-1"))
    with pytest.raises(SettingsError, match="is not UTF-8: save it anew as that"):
        configuration.load(file, tmp_path)
