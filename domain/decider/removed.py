"""The refusal of whatever names a thing that was removed."""

from typing import Any

from domain.words.refusals import Refused, refused


def gone(kind: str, id: str, removed: Any) -> Refused:
    """It is history: when it was removed and, where something succeeds it, what that is."""
    at, successor = removed.removed_at, getattr(removed, "replaced_by", None)
    if successor is None:
        return refused("not-found", kind=kind, id=id, removed_at=at)
    return refused("not-found", kind=kind, id=id, removed_at=at, replaced_by=successor)
