"""What happened to a thing lately."""

from collections.abc import Sequence
from typing import Final

from adapters.http.asked import Asked
from projections.projection import Row

NEWEST: Final = 10
"""Events that are shown; the address of all of them stands beside."""


def lately(asked: Asked, stream: str, version: int) -> Sequence[Row] | None:
    """The newest events of a stream that is at this version, the newest first; None for somebody
    who may not look at how things were.
    """
    if "then" not in asked.onlooker.at([stream])[stream]:
        return None
    events = asked.world.log.events(stream, max(0, version - NEWEST), version)
    told = [each.as_cloudevent(asked.world.cell) for each in reversed(events)]
    return [{**each, "data": _said(each["data"])} for each in told]


def _said(data: Row) -> Row:
    """What an event says, without what it says nothing of."""
    return {name: value for name, value in data.items() if value not in (None, False, "", [])}
