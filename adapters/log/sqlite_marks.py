"""How far a log in a file has come, and what it says of its past."""

from pathlib import Path
from typing import Any, Final

from adapters.log.outcomes import Query
from adapters.log.seen import trace_of
from domain.engine.log import LogError, Mark

_ENDS: Final = """
SELECT event.at, outcome.seq, (SELECT COALESCE(MAX(seq), 0) FROM parked),
       (SELECT COUNT(*) FROM parked), {epoch}, event.id, event.state, outcome.key
FROM (SELECT 1)
LEFT JOIN (
    SELECT rowid AS at, originator_id || '/' || originator_version AS id, state
    FROM stored_events ORDER BY rowid DESC LIMIT 1
) AS event
LEFT JOIN (SELECT seq, key FROM outcomes ORDER BY seq DESC LIMIT 1) AS outcome"""
_EPOCH: Final = "(SELECT epoch FROM epochs ORDER BY seq DESC LIMIT 1)"
_THEN: Final = """
SELECT (SELECT originator_id || '/' || originator_version FROM stored_events WHERE rowid = ?1),
       (SELECT state FROM stored_events WHERE rowid = ?1),
       (SELECT key FROM outcomes WHERE seq = ?2)"""
_BEGUN: Final = "SELECT 1 FROM epochs WHERE epoch = ?"

FIRST_WITH_EPOCHS: Final = 3
"""The schema since which a log has epochs; an older one may be read as it stands."""


def sql_of(schema: int) -> str:
    """The query for the ends of a log of a schema."""
    return _ENDS.format(epoch=_EPOCH if schema >= FIRST_WITH_EPOCHS else "''")


ENDS: Final = sql_of(FIRST_WITH_EPOCHS)


def mark_of(rows: list[Any]) -> Mark:
    """The mark at the ends of the tables."""
    position, outcome, parked, count, epoch, *last = rows[0]
    return Mark(position or 0, outcome or 0, (parked, count), epoch, trace_of(*last))


class Place:
    """The file itself: who has it open does not see by reading that another took its place."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._file = self._look()

    def stays(self) -> None:
        """Raise LogError where another file stands in the place of the one that was opened."""
        if self._look() != self._file:
            raise LogError(
                f"Another file took the place of {self._path} while it was open: what would be "
                "recorded in the one that was taken away would be lost. Start again"
            )

    def _look(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return 0, 0
        return found.st_dev, found.st_ino


class SqlitePast:
    """A log's past, by whatever reads it."""

    def __init__(self, read: Query) -> None:
        self._read = read

    def trace(self, at: Mark) -> str:
        """The trace of the place where a mark was taken."""
        return trace_of(*self._read(_THEN, at.position, at.outcome)[0])

    def has_begun(self, epoch: str) -> bool:
        """Whether an epoch is the log's, or was."""
        return bool(self._read(_BEGUN, epoch))
