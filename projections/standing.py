"""How views stand, as documents: how far each has read, and what it is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.feed import Feed
    from projections.runner import Runner, Status


def standing(runner: Runner) -> Sequence[dict[str, Any]]:
    """Every view, with the streams that it has stopped."""
    place = place_in(runner.feed)
    return [
        told(each, place) | {"stopped": [gap._asdict() for gap in each.stopped]}
        for each in runner.status()
    ]


def place_in(feed: Feed) -> str:
    """What the place that a view has reached is called: its position in the log or, read from
    topics, the offsets of all partitions of events added up.
    """
    return "position" if feed.whole else "offsets"


def told(status: Status, place: str) -> dict[str, Any]:
    """How a view stands, with its place by that name."""
    return {
        place if name == "position" else name: value for name, value in status._asdict().items()
    }
