"""What an exception says of the world around: something that a verb needs can't be used.

It looks only at errors of modules that are loaded: no other can have been raised.
"""

import os
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from adapters.sqlite_files import FileUnusable, is_log, path_of

_TELLING: Final[Mapping[str, tuple[str, ...]]] = {
    "domain.engine.log": ("LogError",),
    "projections.database": ("ViewMissing",),
    "projections.feed": ("PlaceLost",),
    "adapters.observe.witness": ("ClockAhead",),
    "adapters.rebuilding": ("RebuildRuns",),
    "projections.lanes": ("Moved",),
    "adapters.kafka.kafka_python": ("Unreachable",),
    "adapters.kafka.client": ("NoOutcomeYet",),
    "adapters.kafka.admin": ("TopicRefused",),
    "adapters.kafka.settling": ("NotAtRest",),
    "adapters.kafka.topics": ("TopicsError",),
    "adapters.kafka.checkpoint": ("LogForked",),
    "adapters.kafka.relay": ("CheckpointLost",),
    "adapters.kafka.transactions": ("Fenced",),
}
"""The errors whose text says it all, by their modules."""

_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def unreachable(fault: Exception) -> str | None:
    """The sentence about something that can't be reached or used: the log, the views, a file."""
    if isinstance(fault, _known(_TELLING)):
        return _with_what_is_left(fault)
    if isinstance(fault, FileUnusable):
        return str(fault)
    if isinstance(fault, OSError):
        where = f"{fault.filename}: " if fault.filename else ""
        return f"{where}{fault.strerror or fault}"
    if isinstance(fault, _known({"sqlalchemy.exc": ("DBAPIError",)})):
        return _of_views(getattr(fault, "orig", fault))
    if isinstance(fault, sqlite3.Error):
        return _of_views(fault)
    return None


def found_damaged() -> str | None:
    """The sentence about a database file that is damaged; None if there is none, or it is sound.

    Damage shows in many ways, some of which look like a defect.
    """
    for path in _files():
        if sentence := _damage_of(path):
            return sentence
    return None


def _damage_of(path: Path) -> str | None:
    from adapters.log.damage import is_damaged, what_is_left

    with suppress(FileUnusable):
        if is_log(path) and is_damaged(path):
            return f"{path} is damaged: restore it from a backup. {what_is_left(path)}"
    return None


def _with_what_is_left(fault: Exception) -> str:
    """The text of an error, and for a damaged log what can still be read of it."""
    if isinstance(fault, _known({"domain.engine.log": ("EventUnreadable", "LogDamaged")})):
        from adapters.log.damage import what_is_left

        for path in _files():
            return f"{fault}. {what_is_left(path)}"
    return str(fault)


def _of_views(fault: Any) -> str:
    if (getattr(fault, "sqlite_errorname", None) or "").startswith(_DAMAGE):
        return found_damaged() or f"The database of the views is damaged ({fault}): name another"
    return f"The database of the views can't be used: {fault}"


def _files() -> list[Path]:
    """The file of the log, where it lies in one."""
    from adapters.settings import SettingsError, load

    with suppress(SettingsError):
        path = path_of(load(os.environ, Path()).database)
        return [path] if path else []
    return []


def _known(named: Mapping[str, tuple[str, ...]]) -> tuple[type[Exception], ...]:
    return tuple(
        getattr(module, name)
        for where, names in named.items()
        if (module := sys.modules.get(where))
        for name in names
    )
