"""How far the log was published, as the relay notes it on Kafka, and whether the log still holds
that.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import orjson

from domain.engine.log import EventRow, Log


class LogForked(Exception):
    """The log holds another event under an id that was published: it was restored from a backup
    older than what was published, or is another log. Nothing more is published.
    """


class Checkpoint(NamedTuple):
    """How far the relay has published, and what the last event was."""

    position: int = 0
    outcome: int = 0
    digest: str = ""
    """Of the last published event, as it is stored."""

    def as_metadata(self) -> str:
        """The metadata to commit beside the position."""
        return orjson.dumps({"outcome": self.outcome, "digest": self.digest}).decode()

    @classmethod
    def of(cls, position: int, metadata: str) -> "Checkpoint":
        """A checkpoint from what was committed. Raises ValueError if a relay did not commit it."""
        try:
            noted = orjson.loads(metadata)
            return cls(position, int(noted["outcome"]), str(noted["digest"]))
        except (KeyError, TypeError) as fault:
            raise ValueError(f"no checkpoint: {metadata}") from fault


def check_forked(log: Log, at: Checkpoint) -> None:
    """Raises LogForked if the last published event is not the one that the log holds there."""
    mark = log.mark()
    if mark.position < at.position or mark.outcome < at.outcome:
        raise LogForked(
            f"log-forked: {at.position} events and {at.outcome} outcomes were published, the log "
            f"holds {mark.position} and {mark.outcome}. It was restored from a backup older than "
            "what was published (docs/operations.md, Log forked)"
        )
    if at.position:
        refuse_another(log.rows(at.position - 1, 1), at)


def refuse_another(rows: Sequence[tuple[int, EventRow]], at: Checkpoint) -> None:
    """Raises LogForked unless the first of these rows is the last published event."""
    if rows and digest_of(rows[0][1]) == at.digest:
        return
    holds = f"{rows[0][1].stream}/{rows[0][1].version}" if rows else "nothing"
    raise LogForked(
        f"log-forked: position {at.position} holds {holds}, which is "
        "another event than the one that was published there (docs/operations.md, Log forked)"
    )


def digest_of(row: EventRow) -> str:
    """A hash that tells one stored event from another."""
    content = f"{row.stream}/{row.version}\0{row.kind}\0".encode() + row.state
    return blake2b(content, digest_size=16).hexdigest()
