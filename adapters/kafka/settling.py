"""Waiting until everything that follows from some commands has happened, over Kafka.

Messages that belong together have one correlation id. They are settled when the events that their
outcomes name were seen, reactors and views have passed all these events and outcomes, every command
that reactors sent has its outcome, and nothing new came meanwhile. Where a command moves a change
of bandwidth on, what its process then does belongs to it, too, under the correlation id of the
change.
"""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic, sleep
from typing import Any, Final

from adapters.kafka.admin import Admin
from adapters.kafka.api import Consumer, Partition, Record
from adapters.kafka.binding import outcome_id
from adapters.kafka.clients import Brokers, in_order, sound, start_at_end
from adapters.kafka.kafka_python import Unreachable, partition, telling
from adapters.kafka.outcomes import as_cloudevent
from adapters.kafka.topics import Topics
from domain.bandwidth_change.course import ids_of_steps_after

PATIENCE: Final = 60.0
PAUSE: Final = 0.02
_POLL_MS: Final = 50


class NotAtRest(Exception):
    """The commands did not settle in time; the text says what was waited for."""


class Settling:
    """Watches the topics from the moment it is made."""

    def __init__(
        self,
        brokers: Brokers,
        admin: Admin,
        topics: Topics,
        groups: Callable[[], Sequence[str]],
    ) -> None:
        self._admin = admin
        self._topics = topics
        self._groups = groups
        self.events: list[dict[str, Any]] = []
        """The events of the commands that were waited for last, in the order they were read."""
        self._correlations: set[str] = set()
        self._steps: set[str] = set()
        """How the ids of the commands begin that processes send for the changes moved on."""
        self._others: list[Record] = []
        self._needed: dict[Partition, int] = {}
        self._seen: set[str] = set()
        self._named: set[str] = set()
        self._sent: set[str] = set()
        self._answered: set[str] = set()
        counts = admin.partitions((topics.events, topics.internal, topics.outcomes))
        self._parts = [partition(name, n) for name in counts for n in range(counts[name])]
        self._consumer: Consumer = brokers.consumer()
        try:
            start_at_end(self._consumer, self._parts)
        except BaseException:
            self.close()
            raise

    def forget(self) -> None:
        """Forget what was read: the next commands are others."""
        self.events.clear()
        self._correlations.clear()
        self._steps.clear()
        self._others.clear()
        self._needed.clear()
        self._seen.clear()
        self._named.clear()
        self._sent.clear()
        self._answered.clear()

    def wait(self, correlations: set[str], patience: float = PATIENCE) -> None:
        """Wait until the commands with these correlation ids are settled. Raises NotAtRest,
        Unreachable.
        """
        deadline = monotonic() + patience
        self._correlations |= correlations
        self._take_in(deadline)
        while True:
            waiting = self._waits_for()
            if not self._take_in(deadline) and not waiting:
                return
            if monotonic() > deadline:
                raise NotAtRest(
                    f"Not settled within {patience:g} s; waits for {waiting or 'nothing new'}. "
                    "Are relay, process and project running?"
                )
            sleep(PAUSE)

    def close(self) -> None:
        """Stop watching."""
        self._consumer.close(autocommit=False)

    def _waits_for(self) -> str | None:
        if self._sent - self._answered:
            return f"outcomes of {len(self._sent - self._answered)} commands"
        if self._named - self._seen:
            return f"{len(self._named - self._seen)} events"
        for group in self._groups():
            reached = self._admin.group_offsets(group)
            if any(self._is_behind(reached, *each) for each in self._needed.items()):
                return group
        return None

    def _is_behind(
        self, reached: Mapping[Partition, tuple[int, str]], at: Partition, needed: int
    ) -> bool:
        """Whether a group has yet to get there; that of views that read no outcomes never does."""
        if at not in reached:
            return at.topic == self._topics.events
        return reached[at][0] < needed

    def _take_in(self, deadline: float) -> bool:
        """Read to the end as of now; returns whether any record belongs to what is waited for.
        Raises Unreachable if it can't be read in time.
        """
        with telling():
            ends = self._consumer.end_offsets(self._parts)
            news = False
            while any(self._consumer.position(each) < ends[each] for each in self._parts):
                if monotonic() > deadline:
                    raise Unreachable("Kafka gave nothing more of what was waited for")
                news |= self._note_all(list(map(sound, in_order(self._consumer.poll(_POLL_MS)))))
        return news

    def _note_all(self, records: Sequence[Record]) -> bool:
        """Note what belongs to what is waited for, and what processes do about it under another
        correlation id, which may have been read before.
        """
        news = [self._note(each) for each in records]
        found = {_correlation_of(each) for each in self._others if self._is_step(each)}
        if found:
            self._correlations |= found
            others, self._others = self._others, []
            news.append(self._note_all(others))
        return any(news)

    def _is_step(self, record: Record) -> bool:
        """Whether a process sent this command, or the command behind this event or outcome, for a
        change that was moved on.
        """
        name = "ce_id" if record.topic == self._topics.internal else "ce_causationid"
        return _header(record, name).startswith(tuple(self._steps))

    def _note(self, record: Record) -> bool:
        if _correlation_of(record) not in self._correlations:
            self._others.append(record)
            return False
        if record.topic == self._topics.internal:
            self._sent.add(outcome_id(_header(record, "ce_source"), _header(record, "ce_id")))
            return True
        message = as_cloudevent(record)
        self._needed[Partition(record.topic, record.partition)] = record.offset + 1
        if record.topic == self._topics.events:
            self.events.append(message)
            self._seen.add(message["id"])
            self._steps.update(ids_of_steps_after(message))
        else:
            self._answered.add(message["id"])
            self._named |= _events_to_come(message)
        return True


def _header(record: Record, name: str) -> str:
    return (dict(record.headers).get(name) or b"").decode(errors="replace")


def _correlation_of(record: Record) -> str:
    return _header(record, "ce_correlationid")


def _events_to_come(outcome: Mapping[str, Any]) -> set[str]:
    """Partitions show a transaction one after another, so an outcome may be seen before its events;
    the events of an outcome that is given again have been there for long.
    """
    if "place" not in outcome:
        return set()
    return {each["id"] for each in outcome["data"]["events"]}
