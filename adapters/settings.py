"""Settings: environment variables, or ./tieline.toml with the same names; the environment wins.

An unknown name is an error, as a misspelt setting would otherwise be ignored. `TIELINE_TEST_…` is
for tests: it is let through and never printed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, cast

from adapters.known_settings import KNOWN
from adapters.sqlite_files import path_of

if TYPE_CHECKING:
    from adapters.observe.logs import Level

FILE: Final = "tieline.toml"
_TEST: Final = "TIELINE_TEST_"
_SECRET: Final = re.compile(r"(password=)[^\s&]+|(://[^:/@\s]*:)[^@/\s]+(?=@)")
"""Passwords, in options and in addresses."""

NetworkMode = Literal["simulated", "none"]


class SettingsError(Exception):
    """A setting can't be used; the text says which one, and what would be accepted."""


class InForce(NamedTuple):
    """A setting as it is in force, and where its value came from."""

    name: str
    value: str
    origin: str
    meaning: str


@dataclass(frozen=True)
class Settings:
    """What is in force."""

    database: str = KNOWN["TIELINE_DATABASE"].default
    views: str = KNOWN["TIELINE_DATABASE"].default
    keys: str = ""
    """Where the keys lie: a file, or `postgresql://`; empty is a file beside the log."""
    master_key: str = ""
    prefix: str = "tieline"
    owner: str = "user:owner"
    network: NetworkMode = "simulated"
    kafka: str = ""
    security: str = "plaintext"
    sources: str = "*"
    partitions: int = 12
    clock_ahead: float = 600.0
    log_level: "Level" = "info"
    metrics: str = "127.0.0.1:0"
    http: str = "127.0.0.1:8080"
    http_rate: int | None = None
    """Commands a second of each principal; None is no limit."""
    auth: str = "none"
    audience: str = ""
    oidc_claim: str = "sub"
    oidc_provider_claim: str = ""
    oidc_client: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    tls: str = ""
    clients: str = ""
    trusted_proxy: str = ""
    cors: str = ""
    session_key: str = ""
    """The file of the key of the console's cookies, beside the database unless it was set."""
    signing_key: str = ""
    """The file of the key that signs checkpoints, beside the database unless it was set."""
    origin: str = ""
    defect: str | None = None
    """For tests (TIELINE_TEST_DEFECT): deciding this command raises."""
    seed: str | None = None
    """For tests (TIELINE_TEST_ENTROPY): a run repeats."""
    patience: float | None = None
    """For tests (TIELINE_TEST_PATIENCE): seconds to wait for another writer."""
    haste: float = 1.0
    """For tests (TIELINE_TEST_HASTE): a part that something fails notices it, and tries again, so
    many times as fast.
    """
    table: tuple[InForce, ...] = field(default=(), compare=False, repr=False)

    @property
    def cell(self) -> str:
        """The `source` of this cell's events and outcomes."""
        return f"/{self.prefix}"

    @property
    def keys_at(self) -> str:
        """Where the keys lie, whether it was set or not: a path, or `postgresql://`."""
        return self.keys or _beside(self.database, ".keys")


def load(environment: Mapping[str, str], folder: Path) -> Settings:
    """The settings in force: from the environment, otherwise from the folder's tieline.toml,
    otherwise the defaults. Raises SettingsError.
    """
    written = _from_file(folder / FILE)
    given = {name: value for name, value in environment.items() if name.startswith("TIELINE_")}
    _refuse_unknown(given, "the environment")
    said = {name: _in_force(name, given, written) for name in KNOWN}
    values = _acting({name: each.value for name, each in said.items()})
    table = tuple(each._replace(value=values[name]) for name, each in said.items())
    return Settings(
        database=values["TIELINE_DATABASE"],
        views=values["TIELINE_VIEWS"],
        keys=said["TIELINE_KEYS"].value,
        master_key=values["TIELINE_MASTER_KEY"],
        prefix=values["TIELINE_PREFIX"],
        owner=values["TIELINE_OWNER"],
        network=cast("NetworkMode", values["TIELINE_NETWORK"]),
        kafka=values["TIELINE_KAFKA"],
        security=values["TIELINE_KAFKA_SECURITY"],
        sources=values["TIELINE_SOURCES"],
        partitions=int(values["TIELINE_PARTITIONS"]),
        clock_ahead=float(values["TIELINE_CLOCK_AHEAD"]),
        log_level=cast("Level", values["TIELINE_LOG_LEVEL"]),
        metrics=values["TIELINE_METRICS"],
        http=values["TIELINE_HTTP"],
        http_rate=int(rate) if (rate := values["TIELINE_HTTP_RATE"]) else None,
        auth=values["TIELINE_AUTH"],
        audience=values["TIELINE_AUDIENCE"],
        oidc_claim=values["TIELINE_OIDC_CLAIM"],
        oidc_provider_claim=values["TIELINE_OIDC_PROVIDER_CLAIM"],
        oidc_client=values["TIELINE_OIDC_CLIENT"],
        oidc_client_secret=values["TIELINE_OIDC_CLIENT_SECRET"],
        tls=values["TIELINE_TLS"],
        clients=values["TIELINE_CLIENTS"],
        trusted_proxy=values["TIELINE_TRUSTED_PROXY"],
        cors=values["TIELINE_CORS"],
        session_key=values["TIELINE_SESSION_KEY"],
        signing_key=values["TIELINE_SIGNING_KEY"],
        origin=values["TIELINE_ORIGIN"],
        seed=given.get("TIELINE_TEST_ENTROPY") or None,
        defect=given.get("TIELINE_TEST_DEFECT") or None,
        patience=float(given["TIELINE_TEST_PATIENCE"])
        if "TIELINE_TEST_PATIENCE" in given
        else None,
        haste=float(given.get("TIELINE_TEST_HASTE", "1")),
        table=table,
    )


def _acting(values: Mapping[str, str]) -> Mapping[str, str]:
    """The values as they act: what is empty follows from another setting."""
    network = "none" if values["TIELINE_KAFKA"] else "simulated"
    return {
        **values,
        "TIELINE_VIEWS": values["TIELINE_VIEWS"] or values["TIELINE_DATABASE"],
        "TIELINE_NETWORK": values["TIELINE_NETWORK"] or network,
        "TIELINE_KEYS": values["TIELINE_KEYS"] or _beside(values["TIELINE_DATABASE"], ".keys"),
        "TIELINE_SESSION_KEY": values["TIELINE_SESSION_KEY"]
        or _beside(values["TIELINE_DATABASE"], ".session"),
        "TIELINE_SIGNING_KEY": values["TIELINE_SIGNING_KEY"]
        or _beside(values["TIELINE_DATABASE"], ".signing"),
    }


def _beside(database: str, suffix: str) -> str:
    """A file of keys: beside the log's file, or where that would be by default."""
    path = path_of(database) or path_of(KNOWN["TIELINE_DATABASE"].default)
    assert path, "the default is a file"
    return str(path.with_suffix(suffix))


def shown(settings: Settings) -> Iterable[InForce]:
    """The settings as they may be printed: secrets masked."""
    for each in settings.table:
        yield each._replace(value=masked(each.name, each.value))


def masked(name: str, value: str) -> str:
    """The value of a setting as it may be printed."""
    if KNOWN[name].is_secret:
        return "***" if value else ""
    return _SECRET.sub(r"\1\2***", value)


def _in_force(name: str, given: Mapping[str, str], written: Mapping[str, str]) -> InForce:
    setting = KNOWN[name]
    for origin, values in (("environment", given), (FILE, written)):
        if name in values:
            value = values[name]
            if fault := _text_fault(value) or setting.fault(value):
                raise SettingsError(f"{name} is {masked(name, value)!r} ({origin}): {fault}")
            return InForce(name, value, origin, setting.meaning)
    return InForce(name, setting.default, "default", setting.meaning)


def _text_fault(value: str) -> str | None:
    """Python keeps bytes that are no UTF-8 as characters that are no text."""
    return "use UTF-8" if any("\ud800" <= each <= "\udfff" for each in value) else None


def _from_file(file: Path) -> Mapping[str, str]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{file} can't be read: {fault}") from fault
    import tomllib  # noqa: PLC0415 - loaded only where there is a file

    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{file} is not TOML: {fault}") from fault
    _refuse_unknown(written, FILE)
    for name, value in written.items():
        if not isinstance(value, str):
            raise SettingsError(f'{name} in {FILE} must be a text: {name} = "…"')
    return written


def _refuse_unknown(names: Iterable[str], origin: str) -> None:
    for name in names:
        if name in KNOWN or name.startswith(_TEST):
            continue
        near = get_close_matches(name, KNOWN, 1, 0.7)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(KNOWN)}"
        raise SettingsError(f"{name} in {origin} is not a setting of this version; {hint}")
