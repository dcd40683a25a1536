"""A feed in lanes, like topics: entries in several lists, read in any mixture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

from domain.engine.outcomes import Stored
from domain.engine.records import Recorded
from projections.feed import EVERYTHING, Checkpoint, Page, Selection, is_of_outcomes

Entry = Recorded | tuple[int, Stored]


@dataclass
class Lanes:
    """Events and refusals by lane; an entry is numbered by its index, like an offset."""

    lanes: dict[str, list[Entry]] = field(default_factory=dict[str, list[Entry]])
    whole: bool = False

    def publish(self, *entries: Entry, partitions: int = 3) -> None:
        """Put entries where their stream or subject belongs."""
        for number in range(partitions):
            self.lanes.setdefault(f"events/{number}", [])
            self.lanes.setdefault(f"outcomes/{number}", [])
        for entry in entries:
            if isinstance(entry, Recorded):
                self.lanes[f"events/{crc32(entry.stream.encode()) % partitions}"].append(entry)
            else:
                self.lanes[f"outcomes/{entry[0] % partitions}"].append(entry)

    def end(self) -> Checkpoint:
        return {lane: len(entries) for lane, entries in self.lanes.items()}

    def read(
        self,
        after: Checkpoint,
        limit: int,
        wanted: Selection = EVERYTHING,
        upto: Checkpoint | None = None,
    ) -> Page:
        """Lane after lane, as a consumer fetches."""
        end, left = self.end() if upto is None else upto, limit
        events: list[Recorded] = []
        refusals: list[tuple[int, Stored]] = []
        checkpoint: dict[str, int] = {}
        for lane in end:
            if is_of_outcomes(lane) and not wanted.refusals:
                continue
            start = after.get(lane, 0)
            found = self.lanes[lane][start : min(start + left, end[lane])]
            events.extend(each for each in found if isinstance(each, Recorded))
            refusals.extend(each for each in found if not isinstance(each, Recorded))
            checkpoint[lane] = start + len(found)
            left -= len(found)
        return Page(events, refusals, checkpoint)


def in_lanes(events: Sequence[Recorded], refusals: Sequence[tuple[int, Stored]] = ()) -> Lanes:
    """All of a log, published once and in order."""
    feed = Lanes()
    feed.publish(*events, *refusals)
    return feed
