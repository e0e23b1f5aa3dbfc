"""Settings of an environment, as its file comes or with what only its owner knows put in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from config import settings as configuration
from config.settings import Settings
from kraftverk.world import World, write_settings

METADATA = "https://login.example.com/9b0f3f3e/v2.0/.well-known/openid-configuration"
ADDRESS = "https://kraftverk.example.com"
Change = Callable[[str], str]


def put(setting: str, value: str) -> Change:
    """The settings file with this line instead of the empty one."""
    return lambda text: text.replace(f'\n{setting} = ""\n', f'\n{setting} = "{value}"\n')


def complete(text: str) -> str:
    for setting, value in {"address": ADDRESS, "metadata_url": METADATA}.items():
        text = put(setting, value)(text)
    head, found, rest = text.partition("[console.oidc]")
    return head + found + put("client_id", "3c0c7e54")(rest)


def production(folder: Path, change: Change = complete, secret: str | None = "s3cret") -> Settings:
    file = folder / "production.toml"
    file.write_text(change((configuration.HERE / "production.toml").read_text(encoding="utf-8")), encoding="utf-8")
    if secret is not None:
        (folder / "oidc.secret").write_text(secret, encoding="utf-8")
    return configuration.load(file, folder)


def demo(folder: Path, change: Change = lambda text: text) -> Settings:
    (folder / "secrets").mkdir(parents=True)
    world = World(folder)
    sandbox = "http://127.0.0.1:1"
    write_settings(world, sandbox, f"sqlite:///{folder / 'hub.db'}", date(2026, 11, 30), None, 1)
    world.config.write_text(change(world.config.read_text(encoding="utf-8")), encoding="utf-8")
    return configuration.load(world.config, world.secrets)
