"""Whose log a log is: it belongs to one cell, whose prefix is recorded in it at its first use.

Under another prefix all of it would be published once more, to other topics, as if it had happened
there; so that takes somebody who says so.
"""

from typing import Final

from adapters.kafka.topics import CellFacts, TopicsError

_CELL: Final = "cell"
"""The fact that keeps the prefix."""


def claim(facts: CellFacts, prefix: str) -> None:
    """Record whose log this is, where nobody has. Raises TopicsError if it is another cell's."""
    owner = facts.kept(_CELL)
    if owner is None:
        facts.keep(_CELL, prefix)
    elif owner != prefix:
        raise TopicsError(
            f"This log is the cell {owner}'s, and TIELINE_PREFIX says {prefix}: all of it would be "
            f"published again, to other topics. Set TIELINE_PREFIX={owner}, or name another "
            f"TIELINE_DATABASE. If the log is to go on as {prefix} for good, stop all parts of "
            f"{owner} and run 'tieline relay move --from {owner}'"
        )


def move(facts: CellFacts, before: str, prefix: str) -> None:
    """Let a log go on as the cell `prefix`, which was the cell `before`'s until now.

    Raises TopicsError, and changes nothing, if it was not.
    """
    owner = facts.kept(_CELL)
    if owner not in (before, prefix, None):
        raise TopicsError(f"This log is the cell {owner}'s, not {before}'s: nothing was changed")
    facts.keep(_CELL, prefix)
