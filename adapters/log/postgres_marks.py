"""How far a log on PostgreSQL has come, and what it says of its past."""

from collections.abc import Callable
from typing import Any, Final, LiteralString

from domain.engine.log import Mark

_TOLD: Final = """
coalesce((
    SELECT tieline_told(originator_id, originator_version, state)
    FROM stored_events WHERE notification_id = {at}
), '') || ' ' || coalesce((SELECT encode(key, 'hex') FROM outcomes WHERE seq = {place}), '')"""
_ENDS: Final = """
SELECT position, outcome, last, number, {epoch}, {trace}, {then}
FROM (
    SELECT (SELECT coalesce(max(notification_id), 0) FROM stored_events) AS position,
           (SELECT coalesce(max(seq), 0) FROM outcomes) AS outcome,
           (SELECT coalesce(max(seq), 0) FROM parked) AS last,
           (SELECT count(*) FROM parked) AS number
) AS ends"""
ENDS: Final = _ENDS.format(
    epoch="(SELECT epoch FROM epochs ORDER BY seq DESC LIMIT 1)",
    trace=_TOLD.format(at="position", place="outcome"),
    then=_TOLD.format(at="%s", place="%s"),
)
"""Asked with a position and an outcome: the last column is the trace of that place."""

_ENDS_BEFORE: Final = _ENDS.format(epoch="''", trace="''", then="''")
_BEGUN: Final = "SELECT 1 FROM epochs WHERE epoch = %s"

FIRST_WITH_EPOCHS: Final = 3
"""The schema since which a log has epochs; an older one may be read as it stands."""

Read = Callable[..., list[Any]]
"""`read(sql, *values)`: all rows of a query."""


def read_ends(read: Read, schema: int, seen: Mark | None) -> tuple[Any, ...]:
    """The row of the ends, and in its last column the trace of the place that was seen."""
    if schema < FIRST_WITH_EPOCHS:
        return read(_ENDS_BEFORE)[0]
    return read(ENDS, *((seen.position, seen.outcome) if seen else (0, 0)))[0]


def mark_of(row: tuple[Any, ...]) -> Mark:
    """A mark from a row of the ends."""
    position, outcome, last, count, epoch, trace, _ = row
    return Mark(position, outcome, (last, count), epoch, trace)


class PostgresPast:
    """A log's past: the trace of the place that was seen was read with the ends."""

    def __init__(self, read: Read, there: str) -> None:
        self._read = read
        self._there = there

    def trace(self, at: Mark) -> str:
        """The trace of the place where a mark was taken."""
        del at
        return self._there

    def has_begun(self, epoch: str) -> bool:
        """Whether an epoch is the log's, or was."""
        begun: LiteralString = _BEGUN
        return bool(self._read(begun, epoch))
