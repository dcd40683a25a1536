"""A cell is at rest once reactors and views have read all that belongs together."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from typing import Any

import pytest

from adapters.kafka.admin import Admin
from adapters.kafka.binding import written
from adapters.kafka.clients import Brokers
from adapters.kafka.kafka_python import Unreachable, committed_offset, partition
from adapters.kafka.settling import NotAtRest, Settling
from tests.kafka.cells import ACells, register
from tests.kafka.records import publish

SOON = 0.3
ALL = {"a"}


class Readers:
    """Two groups of readers, whose offsets the tests commit."""

    def __init__(self, cell: ACells) -> None:
        self._cell = cell.cell
        self.names = [f"{cell.cell.relay}-process", f"{cell.cell.relay}-views"]

    def commit_ends(self, name: str, *topics: str) -> None:
        """Commit the ends of these topics for a group, as if it had read them."""
        consumer = self._cell.brokers.consumer(name)
        with self._cell.brokers.admin() as admin:
            counts = admin.partitions(topics)
        parts = [partition(topic, number) for topic in counts for number in range(counts[topic])]
        consumer.assign(parts)
        ends = consumer.end_offsets(parts)
        consumer.commit({each: committed_offset(offset) for each, offset in ends.items()})
        consumer.close(autocommit=False)


@pytest.fixture
def readers(cell: ACells) -> Readers:
    return Readers(cell)


@pytest.fixture
def admin(brokers: Brokers) -> Generator[Admin]:
    with brokers.admin() as admin:
        yield admin


@pytest.fixture
def settling(cell: ACells, admin: Admin, readers: Readers) -> Generator[Settling]:
    groups: Callable[[], Sequence[str]] = lambda: readers.names  # noqa: E731
    with closing(Settling(cell.cell.brokers, admin, cell.cell.topics, groups)) as settling:
        yield settling


def _decide(cell: ACells, customer: str, **more: Any) -> None:
    cell.decide(register(customer, correlationid="a", **more))
    cell.publish_all()


def test_at_rest_when_every_reader_has_passed(
    cell: ACells, settling: Settling, readers: Readers
) -> None:
    topics = cell.cell.topics
    _decide(cell, "acme-1")
    with pytest.raises(NotAtRest, match=readers.names[0]):
        settling.wait(ALL, SOON)
    readers.commit_ends(readers.names[0], topics.events, topics.outcomes)
    with pytest.raises(NotAtRest, match=readers.names[1]):
        settling.wait(ALL, SOON)
    readers.commit_ends(readers.names[1], topics.events, topics.outcomes)
    settling.wait(ALL, 10)
    assert sorted(each["id"] for each in settling.events) == ["csp/self/1", "customer/acme-1/1"]


def test_a_refusal_is_waited_for_by_those_who_hear_refusals(
    cell: ACells, settling: Settling, readers: Readers
) -> None:
    topics = cell.cell.topics
    readers.commit_ends(readers.names[0], topics.events, topics.outcomes)
    readers.commit_ends(readers.names[1], topics.events)
    cell.decide(register("acme-1"))
    _decide(cell, "acme-1", id="again")
    with pytest.raises(NotAtRest, match=readers.names[0]):
        settling.wait(ALL, SOON)
    readers.commit_ends(readers.names[0], topics.outcomes)
    settling.wait(ALL, 10)


def test_commands_that_reactors_sent_are_waited_for(
    cell: ACells, settling: Settling, readers: Readers, brokers: Brokers
) -> None:
    topics = cell.cell.topics
    sent = register("acme-1", correlationid="a", source="/tieline/process")
    publish(brokers, topics.internal, written(sent))
    with pytest.raises(NotAtRest, match="outcomes of 1 commands"):
        settling.wait(ALL, SOON)
    with cell.intake() as intake:
        while not intake.turn(100).records:
            pass
    cell.publish_all()
    for name in readers.names:
        readers.commit_ends(name, topics.events, topics.outcomes)
    settling.wait(ALL, 10)


def _moving(correlation: str, change_id: str, circuit: str = "c1") -> dict[str, Any]:
    """An event that is about a change of bandwidth."""
    return {
        **register("acme-1"),
        "id": f"circuit/{circuit}/7",
        "source": "/test",
        "type": "tieline.bandwidth.change-retried.v1",
        "subject": f"circuit/{circuit}",
        "correlationid": correlation,
        "causationid": "r-1",
        "data": {"change_id": change_id},
    }


def _step(id: str) -> dict[str, Any]:
    """A command that a process sends, under the correlation id of its change."""
    return register("acme-1", id=id, source="/tieline/process", correlationid="change")


@pytest.mark.parametrize("step_first", [True, False], ids=["step first", "event first"])
def test_what_follows_for_a_change_that_is_moved_on_is_waited_for(
    cell: ACells, settling: Settling, readers: Readers, brokers: Brokers, *, step_first: bool
) -> None:
    """Partitions may show the process's command before the event that it answers."""
    readers.names.clear()
    topics = cell.cell.topics
    sent = [
        (topics.internal, _step("c1/up-1/switch-over/2")),
        (topics.events, _moving("a", "up-1")),
    ]
    for topic, message in sent if step_first else reversed(sent):
        publish(brokers, topic, written(message))
        with suppress(NotAtRest):
            settling.wait(ALL, SOON)
    with pytest.raises(NotAtRest, match="outcomes of 1 commands"):
        settling.wait(ALL, SOON)


@pytest.mark.parametrize("id", ["c1/up-10/switch-over/2", "c2/up-1/switch-over/2"])
def test_steps_of_other_changes_are_not_waited_for(
    cell: ACells, settling: Settling, readers: Readers, brokers: Brokers, id: str
) -> None:
    readers.names.clear()
    publish(brokers, cell.cell.topics.events, written(_moving("a", "up-1")))
    publish(brokers, cell.cell.topics.internal, written(_step(id)))
    settling.wait(ALL, 10)


def test_an_outcome_is_no_rest_before_its_events(
    cell: ACells, settling: Settling, readers: Readers, brokers: Brokers
) -> None:
    """The outcome's partition may show a transaction before the partition of its events does."""
    readers.names.clear()
    cell.decide(register("acme-1", correlationid="a"))
    ((number, stored),) = cell.cell.log.outcomes(0, 10)
    answer = stored.outcome().as_cloudevent(cell.cell.source)
    first = answer | {"position": 0, "place": number}
    publish(brokers, cell.cell.topics.outcomes, written(first))
    with pytest.raises(NotAtRest, match="waits for 2 events"):
        settling.wait(ALL, SOON)
    settling.forget()
    publish(brokers, cell.cell.topics.outcomes, written(answer))
    settling.wait(ALL, 10)
    settling.forget()
    settling.wait(ALL, 10)


def test_what_belongs_to_others_is_not_waited_for(cell: ACells, settling: Settling) -> None:
    _decide(cell, "acme-1")
    settling.wait({"b"}, 10)
    assert settling.events == []


def test_brokers_that_fall_silent_are_not_waited_for_for_ever(
    cell: ACells, settling: Settling, monkeypatch: pytest.MonkeyPatch
) -> None:
    _decide(cell, "acme-1")

    def silent(*_: object) -> dict[Any, Any]:
        return {}

    consumer = settling._consumer  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(consumer, "poll", silent)
    with pytest.raises(Unreachable, match="gave nothing more"):
        settling.wait(ALL, SOON)
