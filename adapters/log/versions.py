"""The last guard of a stream: each version that is appended continues it, without a gap."""

from collections.abc import Iterable

from domain.engine.log import LogError

DECIDE_AGAIN = "so nothing was recorded: it was decided on something else. Decide it again"


def continued(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The versions that must be there already, by stream: those that a batch continues. A stream
    that begins in the batch is not among them. Raises LogError for a gap within the batch.
    """
    last: dict[str, int] = {}
    before: dict[str, int] = {}
    for stream, version in rows:
        if stream not in last:
            before[stream] = version - 1
        elif version != last[stream] + 1:
            raise not_continued(stream, version)
        last[stream] = version
    return {stream: version for stream, version in before.items() if version}


def not_continued(stream: str, version: int) -> LogError:
    """The error of a version that leaves a gap."""
    return LogError(f"{stream}/{version} does not continue its stream, {DECIDE_AGAIN}")
