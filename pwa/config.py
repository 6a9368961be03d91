"""Knows the settings, all in one list as the papers have them, and how to say that one is wrong; knows nothing of their use."""

import os
import re
from collections.abc import Collection
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from pwa.origin import NO_SCHEME, NOT_READABLE, NotAnOrigin, as_browsers_write
from pwa.words import N_

PREFIX = "HAAND_"
ALIKE, SAME_BUT_A_SLIP = 0.6, 0.9
"""How like a setting's name (0 to 1) what begins as ours must be to be told which was meant; and what does not, to be taken for one."""

SlotKind = Literal["pin", "prf", "prf+pin"]
"""What opens a vault on a phone: a PIN, a passkey, or both together."""

AUTO: tuple[SlotKind, ...] = ("prf", "prf+pin")
"""A passkey; where several share the phone, and a code. Never a code alone. Twin: service_worker/vault/slot_rules.js."""


class Settings(BaseSettings):
    """All settings, from the environment. A field's description is what an error says that it must be."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True)

    data: Path = Field(Path("data"), description=N_("the folder for all data"))
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        pattern=r"^(sqlite:///.+|postgres(ql)?://.+)?$",
        description=N_("sqlite:///path or postgresql://user@host/database"),
    )
    port: int = Field(
        8000, validation_alias="PORT", ge=0, le=65535, description=N_("a port number between 1 and 65535")
    )
    listen: str = Field("127.0.0.1", description=N_("an IP address of this machine"))
    origin: str = Field("", description=NOT_READABLE)
    proxies: str = Field("127.0.0.1", description=N_("the proxies' IP addresses, with commas between"))
    blobs: str = Field(
        "",
        pattern=r"^(s3://[a-z0-9.-]+(/[A-Za-z0-9._/-]*)?)?$",
        description=N_("where photos lie, e.g. s3://bucket/prefix, or empty for the folder of HAAND_DATA"),
    )
    photos_gb: int = Field(
        100, ge=1, le=100_000, description=N_("a number of gigabytes between 1 and 100000")
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description=N_("one of debug, info, warning, error")
    )
    vault: str = Field(
        "auto",
        pattern=r"^(off|(auto|pin|prf|prf\+pin)(,(auto|pin|prf|prf\+pin))*)$",
        description=N_("off, or what may open a phone's vault: auto, pin, prf, prf+pin, with commas between"),
    )
    code_length: int = Field(6, ge=6, le=12, description=N_("a number between 6 and 12"))
    code_letters: bool = Field(default=False, description=N_("yes or no"))
    lock_minutes: int = Field(10, ge=1, le=120, description=N_("a number of minutes between 1 and 120"))
    vault_hours: int = Field(72, ge=1, le=720, description=N_("a number of hours between 1 and 720"))
    security_contact: str = Field(
        "",
        pattern=r"^((mailto|https|tel):[!-~]+)?$",
        description=N_(
            "whom to tell of a weakness, e.g. mailto:sikkerhed@example.dk or https://example.dk/sikkerhed"
        ),
    )
    sign_in_idle_days: int = Field(14, ge=1, le=365, description=N_("a number of days between 1 and 365"))
    sign_in_most_days: int = Field(90, ge=1, le=365, description=N_("a number of days between 1 and 365"))
    review_every_days: int = Field(182, ge=1, le=365, description=N_("a number of days between 1 and 365"))
    access_log_days: int = Field(
        730, ge=30, le=36_500, description=N_("a number of days between 30 and 36500")
    )

    note_days: int = Field(14, ge=1, le=90, description=N_("a number of days between 1 and 90"))

    import_cancel_percent: int = Field(10, ge=0, le=100, description=N_("a number between 0 and 100"))
    import_cancel_few: int = Field(5, ge=0, le=10_000, description=N_("a number between 0 and 10000"))
    import_days_back: int = Field(14, ge=0, le=3650, description=N_("a number of days between 0 and 3650"))
    import_days_ahead: int = Field(120, ge=0, le=3650, description=N_("a number of days between 0 and 3650"))
    import_change_percent: int = Field(10, ge=0, le=100, description=N_("a number between 0 and 100"))
    import_time_percent: int = Field(50, ge=0, le=100, description=N_("a number between 0 and 100"))
    import_same_minute: int = Field(0, ge=0, le=10_000, description=N_("a number between 0 and 10000"))

    log_keys: Path | None = Field(
        None, description=N_("the folder of the keys that the end of the access log is signed with")
    )

    metrics: SecretStr = Field(
        SecretStr(""), description=N_("a secret of 16 to 200 signs without spaces, which Prometheus shows")
    )
    backups: Path | None = Field(None, description=N_("the folder in which backups lie"))
    certificate: Path | None = Field(
        None, description=N_("a file with the certificate that the proxy shows (PEM)")
    )

    oidc_issuer: str = Field(
        "",
        pattern=r"^(https://[^\s?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^\s?#]*)?)?$",
        description=N_("the provider's issuer, exactly as it writes it itself, with https"),
    )
    oidc_client_id: str = Field("", description=N_("what the provider calls Hånd"))
    oidc_client_secret: SecretStr = Field(SecretStr(""), description=N_("the secret that the provider gave"))
    oidc_client_secret_file: Path | None = Field(
        None, description=N_("a file with the secret that the provider gave, and nothing else")
    )
    oidc_name: str = Field("", max_length=60, description=N_("the words of the button, at most 60 signs"))
    oidc_roles_claim: str = Field(
        "roles", pattern=r"^\S+$", description=N_("the name of the claim that carries roles")
    )
    oidc_scopes: str = Field(
        "openid profile",
        pattern=r"^(\S+ )*openid( \S+)*$",
        description=N_("openid and what else is asked for, with spaces between"),
    )
    oidc_prompt: str = Field(
        "", pattern=r"^(login|select_account)?$", description=N_("login, select_account, or empty")
    )
    oidc_acr: str = Field("", description=N_("the values of acr that are strong enough, with spaces between"))
    oidc_amr: str = Field(
        "", description=N_("the values of amr of which one must be there, with spaces between")
    )

    header_seconds: int = Field(10, ge=1, le=600, description=N_("a number of seconds between 1 and 600"))
    stalled_seconds: int = Field(30, ge=1, le=600, description=N_("a number of seconds between 1 and 600"))
    idle_seconds: int = Field(75, ge=1, le=600, description=N_("a number of seconds between 1 and 600"))
    connections: int = Field(
        12_000, ge=10, le=1_000_000, description=N_("a number of connections between 10 and 1000000")
    )

    @field_validator("proxies")
    @classmethod
    def are_addresses(cls, proxies: str) -> str:
        """The proxies, if each is an IP address or a network of them; raises ValueError."""
        for each in proxies.split(","):
            ip_network(each.strip())
        return proxies

    @field_validator("metrics")
    @classmethod
    def is_a_secret(cls, metrics: SecretStr) -> SecretStr:
        """The secret, if nobody guesses it; raises ValueError."""
        if not re.fullmatch("([!-~]{16,200})?", metrics.get_secret_value()):
            raise ValueError
        return metrics

    @field_validator("origin")
    @classmethod
    def is_an_origin(cls, origin: str) -> str:
        """The address that people open, as browsers write it; raises NotAnOrigin."""
        return as_browsers_write(origin) if origin else ""

    @field_validator("database_url")
    @classmethod
    def has_a_port(cls, address: str) -> str:
        """The address, if its port is a number or left out; raises ValueError."""
        if urlsplit(address).port == 0:
            raise ValueError
        return address

    @model_validator(mode="after")
    def has_all_of_single_sign_on(self) -> Self:
        """The settings, if single sign-on is off or whole; its secret is read. Raises SettingsWrong."""
        if not self.oidc_issuer:
            return self
        if self.oidc_client_secret_file:
            try:
                self.oidc_client_secret = SecretStr(self.oidc_client_secret_file.read_text().strip())
            except (OSError, ValueError):
                raise SettingsWrong([must_be("oidc_client_secret_file")]) from None
        wanted = {"oidc_client_id": self.oidc_client_id, "oidc_client_secret": self.oidc_client_secret}
        if missing := [must_be(field) for field, value in wanted.items() if not value]:
            raise SettingsWrong(missing)
        return self

    @property
    def slots(self) -> list[SlotKind]:
        """What may open a phone's vault, the best first; nothing when phones have none."""
        known: dict[str, tuple[SlotKind, ...]] = {kind: (kind,) for kind in get_args(SlotKind)} | {
            "auto": AUTO
        }
        named = [kind for name in self.vault.split(",") for kind in known.get(name, ())]
        return list(dict.fromkeys(named))

    @property
    def database_file(self) -> Path:
        """The one file that holds everything, unless another database was chosen."""
        return self.data / "haand.sqlite3"

    @property
    def sealing(self) -> Path:
        """The folder of the keys that phones seal to."""
        return self.data / "sealing"

    @property
    def head_keys(self) -> Path:
        """The folder of the keys that the end of the access log is signed with."""
        return self.log_keys or self.data / "log-keys"

    @property
    def heads(self) -> Path:
        """The file in which the signed ends of the access log stand."""
        return self.data / "access-log-heads"

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.database_file}"


class SettingsWrong(Exception):
    """One or more settings are missing or wrong: (the variable's name, what it must be) for each.

    `unknown` are those that nobody reads: (the name, the one that was meant or "") for each.
    """

    def __init__(self, wrong: list[tuple[str, str]], unknown: list[tuple[str, str]] | None = None) -> None:
        self.wrong, self.unknown = wrong, unknown or []
        super().__init__(", ".join(name for name, _ in [*self.wrong, *self.unknown]))


def variable(field: str) -> str:
    """What a field is called in the environment.

    >>> variable("data"), variable("port")
    ('HAAND_DATA', 'PORT')
    """
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else PREFIX + field.upper()


def must_be(field: str) -> tuple[str, str]:
    """What SettingsWrong says about a field; the words are message ids."""
    return variable(field), Settings.model_fields[field].description or ""


def read_settings(**chosen: str) -> Settings:
    """The settings of the environment, and before them what was `chosen` in the command itself.

    Raises SettingsWrong with every wrong and every unknown one, never with its value.
    """
    unknown = list_unknown(os.environ)
    try:
        settings = Settings.model_validate(chosen)
    except ValidationError as problem:
        raise SettingsWrong([_wrong(error) for error in problem.errors()], unknown) from None
    if unknown:
        raise SettingsWrong([], unknown)
    return settings


def _wrong(error: ErrorDetails) -> tuple[str, str]:
    """The variable, and what it must be."""
    said = str(error["loc"][0])
    field = next((each for each in Settings.model_fields if variable(each) == said), said)
    reason = error.get("ctx", {}).get("error")
    return (variable(field), str(reason)) if isinstance(reason, NotAnOrigin) else must_be(field)


def list_unknown(names: Collection[str]) -> list[tuple[str, str]]:
    """Which of an environment's variables look like settings of ours and are none, with the name that was meant or "".

    >>> list_unknown(["HAAND_DATA", "HAAND_ORIGN", "HAND_ORIGIN", "HAAND_PORT", "HAAND_X", "HOME"])
    [('HAAND_ORIGN', 'HAAND_ORIGIN'), ('HAAND_PORT', 'PORT'), ('HAAND_X', ''), ('HAND_ORIGIN', 'HAAND_ORIGIN')]
    """
    known = {variable(field).removeprefix(PREFIX): variable(field) for field in Settings.model_fields}
    ours = [name for name in known.values() if name.startswith(PREFIX)]
    found: list[tuple[str, str]] = []
    for name in sorted(set(names)):
        said = name.upper()  # pydantic reads them in either case
        if said in known.values():
            continue
        if said.startswith(PREFIX):
            meant = get_close_matches(said.removeprefix(PREFIX), known, 1, ALIKE)
            found.append((name, known[meant[0]] if meant else ""))
        elif meant := get_close_matches(said, ours, 1, SAME_BUT_A_SLIP):
            found.append((name, meant[0]))
    return found


def read_settings_of_demo(vault: str) -> Settings:
    """The settings of the demo. Its phones have no vault unless `vault`, or else HAAND_VAULT, says so."""
    settings = read_settings(**({"vault": vault} if vault else {}))
    is_chosen = "vault" in settings.model_fields_set
    return settings if is_chosen else settings.model_copy(update={"vault": "off"})


def read_settings_to_serve() -> Settings:
    """The settings of a real server: it knows its own address, that is https, and its phones have vaults."""
    settings = read_settings()
    wrong = [] if settings.origin.startswith("https://") else [(variable("origin"), NO_SCHEME)]
    if not settings.slots:
        wrong.append((variable("vault"), N_("auto, pin, prf or prf+pin: only the demo runs without")))
    if wrong:
        raise SettingsWrong(wrong)
    return settings
