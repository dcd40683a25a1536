"""Events that may repeat, or be missing: what of them is next in its stream.

Per stream the version reached is counted. What was reached is passed over, the next one is taken,
and one beyond the next shows a gap: the stream is stopped until what is missing comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.engine.records import Recorded


class Gap(NamedTuple):
    """A stopped stream: the version that is missing, and where and when the event stands that came
    in its place.
    """

    stream: str
    wanted: int
    position: int
    time: str


class Counted(NamedTuple):
    """What is next of a page of events, and what it does to what was counted before."""

    events: Sequence[Recorded]
    versions: Mapping[str, int]
    """Of the streams that went on."""
    stopped: Sequence[Gap]
    healed: Sequence[Gap]


def counted(
    events: Iterable[Recorded], reached: Mapping[str, int], gaps: Mapping[str, Gap]
) -> Counted:
    """Take what is next in each stream, given the versions reached and the streams stopped."""
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
