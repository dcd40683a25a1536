"""Events that may repeat or be missing: which of them are next in their streams.

The version reached is counted per stream. An event up to that version is passed over, the next
version is taken, and a version beyond the next shows a gap: the stream is stopped until the missing
events come. The same version in another position is of another history of the log: the stream is
stopped for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.engine.records import Recorded


NO_VERSION: Final = 0
"""The version that is wanted where no event heals the stream."""


class Gap(NamedTuple):
    """A stopped stream: the missing version, and the position and time of the event that came
    instead. No version is wanted where that event is of another history.
    """

    stream: str
    wanted: int
    position: int
    time: str

    @property
    def is_final(self) -> bool:
        """Whether no event heals it."""
        return self.wanted == NO_VERSION


class Counted(NamedTuple):
    """Which events of a page are next in their streams, and how they change what was counted."""

    events: Sequence[Recorded]
    versions: Mapping[str, int]
    """The versions reached in the streams that went on."""
    stopped: Sequence[Gap]
    healed: Sequence[Gap]
    positions: Mapping[str, int] = {}
    """The positions of those versions."""


def counted(
    events: Iterable[Recorded],
    reached: Mapping[str, int],
    gaps: Mapping[str, Gap],
    positions: Mapping[str, int] | None = None,
) -> Counted:
    """Take the next events of each stream, given the versions reached, the streams stopped, and the
    positions of the versions reached as far as they are known.
    """
    taken: list[Recorded] = []
    versions: dict[str, int] = {}
    places: dict[str, int] = {}
    known = positions or {}
    open_gaps = dict(gaps)
    for each in events:
        stream, version = each.stream, each.version
        if stream in open_gaps and open_gaps[stream].is_final:
            continue
        last = versions.get(stream) or reached.get(stream, 0)
        if version == last + 1:
            versions[stream], places[stream] = version, each.position
            taken.append(each)
            open_gaps.pop(stream, None)
        elif version > last and stream not in open_gaps:
            open_gaps[stream] = Gap(stream, last + 1, each.position, each.time)
        elif version == last and (places.get(stream) or known.get(stream, 0)) not in (
            each.position,
            0,
        ):
            open_gaps[stream] = Gap(stream, NO_VERSION, each.position, each.time)
    stopped = [gap for stream, gap in open_gaps.items() if gaps.get(stream) != gap]
    healed = [gap for stream, gap in gaps.items() if open_gaps.get(stream) != gap]
    return Counted(taken, versions, stopped, healed, places)
