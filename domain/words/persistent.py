"""Persistent maps for states with large collections: an event does not copy the whole map."""

from typing import Any, Final

from immutables import Map as Persistent

__all__ = ["EMPTY", "Persistent"]

EMPTY: Final[Persistent[Any, Any]] = Persistent()
