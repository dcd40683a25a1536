"""Waiting until everything that follows from some commands has happened, over Kafka.

What belongs together has one correlation id. It is at rest when reactors and views have passed all
its events, every command that the reactors sent has its outcome, and nothing new came meanwhile.
"""

from collections.abc import Callable, Sequence
from time import monotonic, sleep
from typing import Any, Final

from adapters.kafka.api import Consumer, Partition, Record
from adapters.kafka.binding import outcome_id
from adapters.kafka.clients import Admin, in_order
from adapters.kafka.library import partition, telling
from adapters.kafka.outcomes import as_cloudevent
from adapters.kafka.topics import Topics

PATIENCE: Final = 60.0
PAUSE: Final = 0.02
_POLL_MS: Final = 50


class NotAtRest(Exception):
    """It did not come to rest in time; the text says what was waited for."""


class Settling:
    """Watches the topics from the moment it is made."""

    def __init__(
        self,
        consumer: Consumer,
        admin: Admin,
        topics: Topics,
        groups: Callable[[], Sequence[str]],
    ) -> None:
        self._consumer = consumer
        self._admin = admin
        self._topics = topics
        self._groups = groups
        with telling():
            counts = admin.partitions((topics.events, topics.internal, topics.outcomes))
            self._parts = [partition(name, n) for name in counts for n in range(counts[name])]
            consumer.assign(self._parts)
            for each, end in consumer.end_offsets(self._parts).items():
                consumer.seek(each, end)
        self.events: list[dict[str, Any]] = []
        """The events that belong to what was waited for last, in the order they were read."""
        self._needed: dict[Partition, int] = {}
        self._sent: set[str] = set()
        self._answered: set[str] = set()

    def forget(self) -> None:
        """What comes next belongs to something else."""
        self.events.clear()
        self._needed.clear()
        self._sent.clear()
        self._answered.clear()

    def wait(self, correlations: set[str], patience: float = PATIENCE) -> None:
        """Until all that belongs to these has happened. Raises NotAtRest, Unreachable."""
        deadline = monotonic() + patience
        self._take_in(correlations)
        while True:
            waiting = self._waits_for()
            if not self._take_in(correlations) and not waiting:
                return
            if monotonic() > deadline:
                raise NotAtRest(
                    f"Not at rest within {patience:g} s; waits for {waiting or 'nothing new'}. "
                    "Are relay, process and project running?"
                )
            sleep(PAUSE)

    def close(self) -> None:
        """Watch no more."""
        self._consumer.close(autocommit=False)

    def _waits_for(self) -> str | None:
        if self._sent - self._answered:
            return f"outcomes of {len(self._sent - self._answered)} commands"
        for group in self._groups():
            reached = self._admin.group_offsets(group)
            for each, needed in self._needed.items():
                if reached.get(each, (0, ""))[0] < needed:
                    return group
        return None

    def _take_in(self, correlations: set[str]) -> bool:
        """Read to the end as of now; whether anything belonged to it."""
        with telling():
            ends = self._consumer.end_offsets(self._parts)
            news = False
            while any(self._consumer.position(each) < ends[each] for each in self._parts):
                for record in in_order(self._consumer.poll(_POLL_MS)):
                    news |= self._note(record, correlations)
        return news

    def _note(self, record: Record, correlations: set[str]) -> bool:
        told = dict(record.headers)
        if told.get("ce_correlationid", b"").decode(errors="replace") not in correlations:
            return False
        if record.topic == self._topics.events:
            self.events.append(as_cloudevent(record))
            self._needed[Partition(record.topic, record.partition)] = record.offset + 1
        elif record.topic == self._topics.internal:
            self._sent.add(outcome_id(told["ce_source"].decode(), told["ce_id"].decode()))
        else:
            self._answered.add(told["ce_id"].decode())
        return True
