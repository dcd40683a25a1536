"""Events that may repeat or be missing: which of them are next in their streams.

The version reached is counted per stream. An event up to that version is passed over, the next
version is taken, and a version beyond the next shows a gap: the stream is stopped until the missing
events come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.engine.records import Recorded


class Gap(NamedTuple):
    """A stopped stream: the missing version, and the position and time of the event that came
    instead.
    """

    stream: str
    wanted: int
    position: int
    time: str


class Counted(NamedTuple):
    """Which events of a page are next in their streams, and how they change what was counted."""

    events: Sequence[Recorded]
    versions: Mapping[str, int]
    """The versions reached in the streams that went on."""
    stopped: Sequence[Gap]
    healed: Sequence[Gap]


def counted(
    events: Iterable[Recorded], reached: Mapping[str, int], gaps: Mapping[str, Gap]
) -> Counted:
    """Take the next events of each stream, given the versions reached and the streams stopped."""
    taken: list[Recorded] = []
    versions: dict[str, int] = {}
    open_gaps = dict(gaps)
    for each in events:
        stream, version = each.stream, each.version
        last = versions.get(stream) or reached.get(stream, 0)
        if version == last + 1:
            versions[stream] = version
            taken.append(each)
            open_gaps.pop(stream, None)
        elif version > last and stream not in open_gaps:
            open_gaps[stream] = Gap(stream, last + 1, each.position, each.time)
    stopped = [gap for stream, gap in open_gaps.items() if gaps.get(stream) != gap]
    healed = [gap for stream, gap in gaps.items() if open_gaps.get(stream) != gap]
    return Counted(taken, versions, stopped, healed)
