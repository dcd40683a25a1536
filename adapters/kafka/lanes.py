"""The lanes of a feed from topics: a lane per partition, of these topics and no others.

Offsets mean something in one topic only. One that was made anew, or that lies on another cluster,
has other records at the same offsets, and Kafka gives it another id. So a checkpoint says which
topics it is of: it has, beside its lanes, one at place 0 for each topic, named by the topic's id.
"""

from collections.abc import Mapping
from typing import Any, Final

from adapters.kafka.admin import Described
from adapters.kafka.kafka_python import partition
from adapters.kafka.topics import Topics
from projections.feed import EVENTS, OUTCOMES, Checkpoint, PlaceLost, is_of_outcomes

_OF: Final = "topic-"
"""What follows the slash in the name of a lane that only tells the topic's id."""

PROJECTIONS: Final = "tieline projections reset"
PROCESS: Final = "tieline process reset"
"""The verbs that make views, or a process, begin anew."""

_SEE: Final = "(docs/operations.md, Topics lost)"


class Lanes:
    """The lanes of one cell's events and outcomes."""

    def __init__(
        self, topics: Topics, found: Mapping[str, Described], verb: str = PROJECTIONS
    ) -> None:
        """`found` describes the topics; `verb` is the one that makes their reader begin anew."""
        held = {EVENTS: topics.events, OUTCOMES: topics.outcomes}
        self.partitions: Mapping[str, Any] = {
            f"{lane}/{number}": partition(topic, number)
            for lane, topic in held.items()
            for number in range(found[topic].partitions)
        }
        self.names: Mapping[Any, str] = {each: lane for lane, each in self.partitions.items()}
        self.topics: Mapping[str, str] = held
        """The topics of events and of outcomes."""
        self._marks = {
            lane: _mark(lane, found[topic].id) for lane, topic in held.items() if found[topic].id
        }
        self._verb = verb

    def marked(self, checkpoint: Checkpoint) -> Checkpoint:
        """A checkpoint of these lanes with the topics that it is of."""
        refusals = any(map(is_of_outcomes, checkpoint))
        marks = [mark for lane, mark in self._marks.items() if refusals or lane != OUTCOMES]
        return {**checkpoint, **dict.fromkeys(marks, 0)}

    def refuse_others(self, checkpoint: Checkpoint) -> None:
        """Raise PlaceLost for a checkpoint of other topics; one that tells of none passes."""
        for lane, mark in self._marks.items():
            told = [name for name in checkpoint if name.startswith(_mark(lane, ""))]
            if told and told != [mark]:
                raise PlaceLost(
                    f"offsets-lost: this reader has read another topic {self.topics[lane]} than "
                    f"is there now: it was made anew, or lies on another cluster. {self._helps}"
                )

    def refuse_beyond(self, checkpoint: Checkpoint, end: Checkpoint) -> None:
        """Raise PlaceLost for a place beyond the end of its partition."""
        for lane, each in self.partitions.items():
            if lane in end and checkpoint.get(lane, 0) > end[lane]:
                raise PlaceLost(
                    f"offsets-lost: the topic {each.topic}, partition {each.partition}, was read "
                    f"up to offset {checkpoint[lane]}, and it ends at {end[lane]}: it was made "
                    f"anew, or has lost records. {self._helps}"
                )

    @property
    def _helps(self) -> str:
        return (
            f"Stop all parts; once 'tieline relay reset' has the log published anew, "
            f"'{self._verb}' makes this reader begin anew {_SEE}"
        )


def _mark(lane: str, id: str) -> str:
    return f"{lane}/{_OF}{id}"
