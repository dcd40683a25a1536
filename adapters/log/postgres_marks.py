"""How far a log on PostgreSQL has come, and what it says of its past."""

from collections.abc import Callable
from typing import Any, Final, LiteralString

from adapters.log.seen import trace_of
from domain.engine.log import Mark

_ENDS: Final = """
SELECT event.notification_id, outcome.seq, (SELECT coalesce(max(seq), 0) FROM parked),
       (SELECT count(*) FROM parked), {epoch}, event.id, event.state, outcome.key
FROM (SELECT) AS one
LEFT JOIN (
    SELECT notification_id, originator_id || '/' || originator_version AS id, state
    FROM stored_events ORDER BY notification_id DESC LIMIT 1
) AS event ON true
LEFT JOIN (SELECT seq, key FROM outcomes ORDER BY seq DESC LIMIT 1) AS outcome ON true"""
"""The trace is made here: to have PostgreSQL hash an event takes longer than all the rest."""
_EPOCH: Final = "(SELECT epoch FROM epochs ORDER BY seq DESC LIMIT 1)"
_THEN: Final = """
SELECT (SELECT originator_id || '/' || originator_version
        FROM stored_events WHERE notification_id = %s),
       (SELECT state FROM stored_events WHERE notification_id = %s),
       (SELECT key FROM outcomes WHERE seq = %s)"""
_BEGUN: Final = "SELECT 1 FROM epochs WHERE epoch = %s"

FIRST_WITH_EPOCHS: Final = 3
"""The schema since which a log has epochs; an older one may be read as it stands."""

Read = Callable[..., list[Any]]
"""`read(sql, *values)`: all rows of a query."""


def sql_of(schema: int) -> LiteralString:
    """The query for the ends of a log of a schema."""
    return _ENDS.format(epoch=_EPOCH if schema >= FIRST_WITH_EPOCHS else "''")


ENDS: Final = sql_of(FIRST_WITH_EPOCHS)


def mark_of(rows: list[Any]) -> Mark:
    """The mark at the ends of the tables."""
    position, outcome, parked, count, epoch, *last = rows[0]
    return Mark(position or 0, outcome or 0, (parked, count), epoch, trace_of(*last))


class PostgresPast:
    """A log's past, by whatever reads it."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def trace(self, at: Mark) -> str:
        """The trace of the place where a mark was taken."""
        return trace_of(*self._read(_THEN, at.position, at.position, at.outcome)[0])

    def has_begun(self, epoch: str) -> bool:
        """Whether an epoch is the log's, or was."""
        return bool(self._read(_BEGUN, epoch))
