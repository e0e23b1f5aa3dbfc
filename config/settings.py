"""The settings of one environment: a TOML file, and a folder of secrets.

`KRAFTVERK_CONFIG` names the file, `KRAFTVERK_SECRETS` the folder; a secret is a file of its own in it, never an
argument, an environment variable or a line of the TOML file.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

CONFIG, SECRETS = "KRAFTVERK_CONFIG", "KRAFTVERK_SECRETS"
HERE = Path(__file__).parent
UTF_8 = "utf-8-sig"
"""With the mark at its start that Windows' Notepad may put there, or without."""
SENT_AS_IT_IS = ".token"
"""The ending of a secret that is sent as it is in an HTTP header."""
Account = Annotated[str, Field(pattern="^[0-9A-Za-z-]{8,64}:[0-9A-Za-z-]{8,64}$")]
"""TENANT-ID:OBJECT-ID, as the identity provider has them."""
ReleaseLevel = Literal["toerrkjoering", "hver_effekt", "stikkproeve", "drift"]
Role = Literal["lesetilgang", "saksbehandler", "godkjenner", "internkontroll", "power", "drift"]


class SettingsError(Exception):
    """The settings cannot be used. The text is one sentence: the place and the remedy."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hours(_Section):
    """Driftsvindu of a system, Oslo time."""

    opens: time = time.min
    closes: time = time.max


class PaxSettings(_Section):
    base_url: str
    files: Path
    """The folder the two nightly files arrive in."""
    settle: float = Field(5.0, ge=0)
    hours: Hours = Hours()


class PilenSettings(_Section):
    base_url: str
    settle: float = Field(2.0, ge=0)
    hours: Hours = Hours()


class ProcassoSettings(_Section):
    base_url: str
    screens_url: str
    """Its old screens, where `saksflyt` alone is set."""
    settle: float = Field(2.0, ge=0)
    hours: Hours = Hours()


class SvarUtSettings(_Section):
    base_url: str
    konto_id: str
    scope: str = "ks:fiks"
    settle: float = Field(2.0, ge=0)
    under_way: float = Field(960.0, ge=0)
    """A letter we had no certain answer to may still be taken in: KS asks for 16 minutes' patience with an answer."""


class KrrSettings(_Section):
    base_url: str
    scope: str = "krr:global/kontaktinformasjon.read"


class AltinnSettings(_Section):
    base_url: str
    """Of Notifications."""
    authentication_url: str
    """Where a token of Maskinporten is exchanged for one of Altinn's."""
    avsender: str = Field("Innkreving", pattern="^[A-Za-z0-9]{3,11}$")
    """Shown as the sender of an SMS."""
    scope: str = "altinn:serviceowner/notifications.create"
    settle: float = Field(2.0, ge=0)
    hours: Hours = Hours()
    """When an SMS that is ordered goes out the same day."""


class IsypaSettings(_Section):
    files: Path
    """The folder ISY-PA shares with us: its nightly files, `inn` for changes and `kvittering` for receipts."""
    settle: float = Field(60.0, ge=0)
    """How soon ISY-PA takes a change file and writes its receipt."""


class MatrikkelSettings(_Section):
    base_url: str
    klient: str = "kraftverk"
    """What Kartverket knows us by in its logs."""
    system_version: str = "4.4"
    kommune: str = "0301"
    """Whose changes are followed, here and in Grunnboken."""


class GrunnbokSettings(_Section):
    base_url: str
    klient: str = "kraftverk"
    system_version: str = "3.14"


class EierskjemaSettings(_Section):
    files: Path
    """The folder the form «Endre ikke-tinglyst eier» arrives in."""


class MaskinportenSettings(_Section):
    token_url: str
    issuer: str
    client_id: str
    kid: str


class FolkeregisterSettings(_Section):
    base_url: str
    scope: str = "folkeregister:deling/offentligmedhjemmel"
    per_second: float | None = Field(None, gt=0)
    """Calls a second at most, from one process; None is no limit of ours."""


class EnhetsregisterSettings(_Section):
    base_url: str
    authorised_base_url: str
    scope: str = "brreg:enhetsregisteret:autorisert"
    per_second: float | None = Field(None, gt=0)
    """Calls a second at most, from one process; None is no limit of ours."""


class SystemsSettings(_Section):
    pax: PaxSettings
    pilen: PilenSettings
    procasso: ProcassoSettings
    svarut: SvarUtSettings
    krr: KrrSettings
    altinn: AltinnSettings
    isypa: IsypaSettings
    matrikkelen: MatrikkelSettings
    grunnboken: GrunnbokSettings
    eierskjema: EierskjemaSettings
    maskinporten: MaskinportenSettings
    folkeregisteret: FolkeregisterSettings
    enhetsregisteret: EnhetsregisterSettings

    def settle(self) -> dict[str, float]:
        """The systems we change -> seconds until a save they have answered shows."""
        return {
            "PAX": self.pax.settle,
            "PILEN": self.pilen.settle,
            "PROCASSO": self.procasso.settle,
            "SVARUT": self.svarut.settle,
            "ALTINN": self.altinn.settle,
            "ISYPA": self.isypa.settle,
        }

    def under_way(self) -> dict[str, float]:
        """The same systems -> seconds until what they gave no certain answer to is done and shows, if it ever will."""
        return self.settle() | {"SVARUT": self.svarut.under_way}

    def hours(self) -> dict[str, Hours]:
        """The systems with a driftsvindu; the others may be used at any hour."""
        return {
            "PAX": self.pax.hours,
            "PILEN": self.pilen.hours,
            "PROCASSO": self.procasso.hours,
            "ALTINN": self.altinn.hours,
        }


class RegelSettings(_Section):
    """Where the law leaves room (P in docs/regler.md), or a routine says *setting*. Days are calendar days."""

    day_count: Literal["calendar_year", "fixed_365"] = "calendar_year"
    allocation: Literal["interest_first", "principal_first"] = "interest_first"
    warn_days: int = Field(90, ge=0)
    """Before a krav is foreldet somebody is warned this early."""
    hold_stale_days: int = Field(90, ge=0)
    """A held krav of a minor on which nothing has happened for longer is listed."""
    reissue_days: int = Field(14, ge=1)
    """The new deadline in the letter to somebody who has turned 18."""
    konkurs_uker: int = Field(3, ge=1, le=6)
    """The deadline for reporting a krav in a konkurs, in weeks after its opening: the kunngjøring has the true one."""
    proklama_margin: int = Field(5, ge=0)
    """Working days before the deadline of an estate by which a krav is to be reported to it."""
    sms_after_days: int = Field(3, ge=0)
    """After the deadline of a parkeringsgebyr, moved to a working day, an SMS reminds of it this much later."""
    sms_held_back: float = Field(0.10, ge=0, le=1)
    """Share of them that get no SMS, so that its effect can be measured."""
    sms_measure_days: int = Field(14, ge=1)
    """Paid within so many days counts as paid when the effect is measured."""
    complete_days: int = Field(7, ge=1)
    """Every krav of Pilen and Procasso is compared when this long has passed since last time."""
    owner_complete_days: int = Field(30, ge=1)
    """Every customer with a property is looked up when this long has passed since last time."""


class AvsenderSettings(_Section):
    """The office, as its letters present it."""

    navn: str
    adresselinjer: tuple[str, ...]
    telefon: str
    nettside: str
    kontonummer: str


class QueueSettings(_Section):
    """Limits of one automation. Times in seconds."""

    lanes: int = Field(1, ge=1)
    lease: float = Field(90.0, gt=0)
    act_limit: float = Field(45.0, gt=0)
    attempt_limit: float = Field(600.0, gt=0)
    max_attempts: int = Field(5, ge=1)
    backoff: float = Field(5.0, ge=0)
    free_wait: float = Field(5.0, ge=0)
    """Pause after a failure that used no attempt: the system said that it is closed."""
    breaker_pause: float = Field(60.0, gt=0)
    max_effects: int = Field(5000, ge=1)
    sample_share: float = Field(0.1, gt=0, le=1)
    """Of the plans that wait for a second person at the release level «stikkproeve»."""
    answer_days: int = Field(5, ge=1)
    """Working days a saksbehandler has for what the law sets no deadline for."""
    patience: float = Field(300.0, ge=0)
    """How long the night waits for what is running or soon due before the next automation starts."""
    limit: float = Field(3 * 3600.0, gt=0)
    """The longest one night's run of it."""

    @model_validator(mode="after")
    def _lease_outlasts_an_act(self) -> Self:
        if self.lease <= self.act_limit:
            raise ValueError(f"lease ({self.lease:g} s) must be longer than act_limit ({self.act_limit:g} s)")
        return self


class OidcSettings(_Section):
    """The identity provider that vouches for people outside the demo. Its client secret is the secret `oidc.secret`."""

    metadata_url: str = ""
    """Of one tenant: https://login.microsoftonline.com/TENANT-ID/v2.0/.well-known/openid-configuration."""
    client_id: str = ""
    roles: dict[str, str] = {}
    """App role, as the provider's `roles` claim says it, to a role of the console. Another app role gives nothing."""


class ConsoleSettings(_Section):
    """The web console. It listens on this machine alone; a proxy in front of it brings https in production."""

    port: int = Field(8090, ge=1, le=65535)
    address: str = ""
    """What people write in their browser, such as https://kraftverk.oslo.kommune.no; empty is this machine's own."""
    oidc: OidcSettings = OidcSettings()

    @field_validator("address")
    @classmethod
    def _as_a_browser_says_it(cls, address: str) -> str:
        """It decides which Host is answered and where people are sent back to, so there is one way to write it."""
        if address and not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]+)?", address):
            raise ValueError("write it as https://NAME or https://NAME:PORT, in small letters and without a path")
        return address.removesuffix(":443") if address.startswith("https:") else address

    @property
    def url(self) -> str:
        return self.address or f"http://127.0.0.1:{self.port}"


class MaaltallSettings(_Section):
    """What the office aims at, shown beside the figures in the console; None is «ikke satt»."""

    without_help: float | None = Field(None, ge=0, le=1)
    """Share of what the robot did that nobody had to help it with."""
    within_frist: float | None = Field(None, ge=0, le=1)
    """Share of what had a frist that was closed in time."""
    hours_to_handle: float | None = Field(None, gt=0)
    """From the robot's stopping until a person has dealt with it, the median."""
    hours_saved_a_week: float | None = Field(None, gt=0)


class RetentionSettings(_Section):
    """Slettereglene: how long what is closed is kept (docs/drift.md)."""

    picture_days: int = Field(30, ge=1)
    content_months: int = Field(12, ge=1)
    """What items were found on, and planned and said to no end."""
    years: int = Field(5, ge=5)
    """After the end of the year, of what was changed, approved, decided and reported: the law asks for five."""


class EpostSettings(_Section):
    host: str
    port: int = Field(587, ge=1, le=65535)
    """465 speaks TLS from the start; on any other port STARTTLS is demanded."""
    avsender: str
    mottakere: tuple[str, ...]
    bruker: str | None = None
    """None when the server takes mail from this machine without a login; else its password is the secret
    «smtp.password»."""


class MorgenmeldingSettings(_Section):
    """Who is told how the night went, and until when it may go on unremarked. Oslo time."""

    natt_ferdig: time = time(5, 30)
    """By now the automations of the night have all found their work, or somebody is told."""
    morgen_ferdig: time = time(7, 0)
    epost: EpostSettings | None = None
    teams: bool = False
    """The address of the channel's incoming webhook is the secret «teams.webhook»."""


class BrowserSettings(_Section):
    path: Path | None = None
    headed: bool = False


class Settings(_Section):
    environment: Literal["demo", "test", "production"]
    database: str
    state: Path
    as_of: date | None = None
    """A fixed today, for invented worlds; None is the date in Oslo."""
    workers: int = Field(1, ge=1)
    """Worker processes that may carry out one night together."""
    release_level: ReleaseLevel = "toerrkjoering"
    """Where a new automation starts."""
    prefect_api: str | None = None
    """Prefect's API; its interface is the same address without /api."""
    sandbox: str | None = None
    """Base URL of the simulators' control side, in the demo."""
    roles: dict[str, list[Role]] = {}
    """Operating-system user to roles; «*» is everybody."""
    accounts: dict[str, Account] = {}
    """Operating-system user to the account the console knows the same person by. Outside the demo nobody acts from the
    command line without one: two-person control would take the user and the account for two people."""
    browser: BrowserSettings = BrowserSettings()
    console: ConsoleSettings = ConsoleSettings()
    maaltall: MaaltallSettings = MaaltallSettings()
    morgenmelding: MorgenmeldingSettings = MorgenmeldingSettings()
    systems: SystemsSettings
    avsender: AvsenderSettings
    regler: RegelSettings = RegelSettings()
    retention: RetentionSettings = RetentionSettings()
    queues: dict[str, QueueSettings] = {}
    secrets: Annotated[Path, Field(exclude=True)]

    @field_validator("database")
    @classmethod
    def _database_we_know(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("write it as sqlite:///FILE or postgresql://USER@HOST/NAME")
        try:
            urlsplit(url).port  # noqa: B018 - reading it is how it is looked at
        except ValueError:
            raise ValueError("its port is no number: write it as postgresql://USER@HOST:PORT/NAME") from None
        return url

    @model_validator(mode="after")
    def _production_is_no_invented_world(self) -> Self:
        if self.environment == "production" and (self.sandbox or self.as_of):
            raise ValueError("in production there is neither a `sandbox` nor a fixed `as_of`: take them out")
        return self

    def queue(self, name: str) -> QueueSettings:
        return self.queues.get(name, QueueSettings())

    def secret(self, name: str) -> str:
        """One secret. Raises SettingsError when its file is missing or cannot hold one: with an empty key the chain of
        events would go on, and be broken for good."""
        path = self.secrets / name
        try:
            secret = path.read_text(encoding=UTF_8).strip()
        except OSError:
            raise SettingsError(
                f"The secret «{name}» is missing: make a file of that name in the folder KRAFTVERK_SECRETS names."
            ) from None
        except UnicodeDecodeError:
            raise SettingsError(f"The secret «{name}» is no text: write {path} anew in UTF-8.") from None
        if not secret:
            raise SettingsError(f"The secret «{name}» is empty: write it in {path}; a key in use never changes.")
        if name.endswith(SENT_AS_IT_IS) and not (secret.isascii() and secret.isprintable()):
            raise SettingsError(f"The secret «{name}» is no token: write {path} anew, with ASCII characters alone.")
        return secret

    def account_of(self, user: str) -> str:
        """What the hub knows the user by: the account, or the user's own name when there is none."""
        return self.accounts.get(user, user)

    def roles_of(self, user: str) -> frozenset[str]:
        return frozenset(self.roles.get(user, [])) | frozenset(self.roles.get("*", []))


def load(path: Path | None = None, secrets: Path | None = None) -> Settings:
    """Read the settings. Raises SettingsError with the file, the setting and the remedy."""
    path = path or _named(CONFIG, "the settings file, as docs/drift.md says")
    secrets = secrets or _named(SECRETS, "the folder with the secrets")
    try:
        raw = tomllib.loads(path.read_text(encoding=UTF_8))
    except OSError:
        raise SettingsError(f"The settings file {path} cannot be read: check KRAFTVERK_CONFIG.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"The settings file {path} is not UTF-8: save it anew as that.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings file {path} is not valid TOML: {error}.") from None
    try:
        return Settings.model_validate(raw | {"secrets": secrets})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        problem = "there is no such setting" if first["type"] == "extra_forbidden" else first["msg"]
        raise SettingsError(f"{path}: the setting {place}: {problem.removeprefix('Value error, ')}.") from None


def _named(variable: str, what: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        raise SettingsError(f"{variable} is not set: let it name {what}.")
    return Path(value)
