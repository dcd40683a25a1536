"""Who may come in over HTTP, by the settings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from adapters.settings import Settings, SettingsError

if TYPE_CHECKING:
    from adapters.http.asking.entrance import Entrance
    from adapters.http.asking.gate import Gate


def gate_by(settings: Settings) -> "Gate":
    """The gate. Raises SettingsError where it would be open to everybody, or to nobody."""
    from adapters.http.asking.entrance import gate_of
    from adapters.http.asking.gate import GateUnusable

    try:
        return gate_of(_entrance(settings))
    except GateUnusable as fault:
        raise SettingsError(str(fault)) from fault


def server_options_by(settings: Settings) -> Mapping[str, Any]:
    """What uvicorn is told about who may come in. Raises SettingsError."""
    from adapters.http.asking.entrance import server_options
    from adapters.http.asking.gate import GateUnusable

    try:
        return server_options(_entrance(settings))
    except GateUnusable as fault:
        raise SettingsError(str(fault)) from fault


def _entrance(settings: Settings) -> "Entrance":
    from adapters.http.asking.entrance import Entrance

    said: dict[str, Any] = {name: getattr(settings, name) for name in Entrance._fields}
    said["cors"] = tuple(settings.cors.split())
    return Entrance(**said)
