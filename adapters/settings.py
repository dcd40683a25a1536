"""Settings: environment variables, or ./tieline.toml with the same names; the environment wins.

An unknown name is an error, as a setting that is misspelt would otherwise be one that is ignored.
`TIELINE_TEST_…` is for tests: it is let through and never printed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast

FILE: Final = "tieline.toml"
_TEST: Final = "TIELINE_TEST_"
_MASKED: Final = "***"

Network = Literal["simulated", "none"]


class SettingsError(Exception):
    """A setting can't be used; the text says which one and what would do."""


class Setting(NamedTuple):
    """One setting: what it is when nobody sets it, what it means, what is wrong with a value."""

    default: str
    meaning: str
    fault: Callable[[str], str | None]
    secret: bool = False


class InForce(NamedTuple):
    """A setting as it is in force, and where its value came from."""

    name: str
    value: str
    origin: str
    meaning: str


def _address_fault(value: str) -> str | None:
    if re.fullmatch(r"sqlite:///[^\x00]+", value):
        return None
    return "use sqlite:///PATH, e.g. sqlite:///var/tieline.db, or sqlite:////srv/t.db from the root"


def _views_fault(value: str) -> str | None:
    return _address_fault(value) if value else None


def _prefix_fault(value: str) -> str | None:
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", value):
        return None
    return "use 1 to 80 letters, digits, '.', '_' or '-'"


def _owner_fault(value: str) -> str | None:
    if value == "service:tieline":
        return "that is the engine itself; use another principal, e.g. user:owner"
    if re.fullmatch(r"(user|service|provider):[A-Za-z0-9][A-Za-z0-9._@-]{0,119}", value):
        return None
    return "use user:NAME, service:NAME or provider:NAME"


def _network_fault(value: str) -> str | None:
    return None if value in ("simulated", "none") else "use simulated or none"


KNOWN: Final[Mapping[str, Setting]] = {
    "TIELINE_DATABASE": Setting("sqlite:///var/tieline.db", "the event log", _address_fault),
    "TIELINE_VIEWS": Setting(
        "", "where views keep their rows; empty: the same database", _views_fault
    ),
    "TIELINE_PREFIX": Setting("tieline", "the cell's name", _prefix_fault),
    "TIELINE_OWNER": Setting("user:owner", "the principal who owns the CSP", _owner_fault),
    "TIELINE_NETWORK": Setting(
        "simulated",
        "who plays the provider: simulated answers by itself, none waits for its commands",
        _network_fault,
    ),
}
"""The settings that this version honours."""


@dataclass(frozen=True)
class Settings:
    """What is in force."""

    database: str = KNOWN["TIELINE_DATABASE"].default
    views: str = KNOWN["TIELINE_DATABASE"].default
    prefix: str = "tieline"
    owner: str = "user:owner"
    network: Network = "simulated"
    defect: str | None = None
    """Tests alone (TIELINE_TEST_DEFECT): deciding this command raises."""
    patience: float | None = None
    """Tests alone (TIELINE_TEST_PATIENCE): seconds to wait for another writer."""
    table: tuple[InForce, ...] = field(default=(), compare=False)

    @property
    def cell(self) -> str:
        """The `source` of this cell's events and outcomes."""
        return f"/{self.prefix}"


def load(environment: Mapping[str, str], folder: Path) -> Settings:
    """The settings in force: from the environment, else from the folder's tieline.toml, else as
    they are when nobody sets them. Raises SettingsError.
    """
    written = _from_file(folder / FILE)
    given = {name: value for name, value in environment.items() if name.startswith("TIELINE_")}
    _refuse_unknown(given, "the environment")
    table = tuple(_in_force(name, given, written) for name in KNOWN)
    values = {each.name: each.value for each in table}
    return Settings(
        database=values["TIELINE_DATABASE"],
        views=values["TIELINE_VIEWS"] or values["TIELINE_DATABASE"],
        prefix=values["TIELINE_PREFIX"],
        owner=values["TIELINE_OWNER"],
        network=cast("Network", values["TIELINE_NETWORK"]),
        defect=given.get("TIELINE_TEST_DEFECT") or None,
        patience=float(given["TIELINE_TEST_PATIENCE"])
        if "TIELINE_TEST_PATIENCE" in given
        else None,
        table=table,
    )


def shown(settings: Settings) -> Iterable[InForce]:
    """What may be printed: secrets masked."""
    for each in settings.table:
        secret = KNOWN[each.name].secret and each.value
        yield each._replace(value=_MASKED) if secret else each


def _in_force(name: str, given: Mapping[str, str], written: Mapping[str, str]) -> InForce:
    setting = KNOWN[name]
    for origin, values in (("environment", given), (FILE, written)):
        if name in values:
            value = values[name]
            if fault := setting.fault(value):
                said = _MASKED if setting.secret else repr(value)
                raise SettingsError(f"{name} is {said} ({origin}): {fault}")
            return InForce(name, value, origin, setting.meaning)
    return InForce(name, setting.default, "default", setting.meaning)


def _from_file(file: Path) -> Mapping[str, str]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{file} can't be read: {fault}") from fault
    import tomllib  # noqa: PLC0415 - only who has the file pays for its reader

    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{file} is no TOML: {fault}") from fault
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
        raise SettingsError(f"{name} in {origin} is no setting of this version; {hint}")
