"""What waits is told from the brokers' side, also where nobody is there to read it."""

from collections.abc import Generator, Mapping
from contextlib import closing
from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from adapters.kafka.admin import Admin
from adapters.kafka.backlog import Backlog, Waiting
from adapters.kafka.clients import Brokers
from adapters.kafka.groups import group_of
from adapters.kafka.kafka_python import committed_offset, partition
from projections.feed import EVERYTHING, Selection
from projections.views import VIEWS
from tests.kafka.cells import ACells
from tests.waiting import until

NAMES = [view.name for view in VIEWS]
A_WEEK_MS = 7 * 24 * 3600 * 1000


@pytest.fixture
def admin(brokers: Brokers) -> Generator[Admin]:
    with brokers.admin() as admin:
        yield admin


@pytest.fixture
def backlog(cell: ACells, brokers: Brokers, admin: Admin, prefix: str) -> Backlog:
    del cell  # it has made the topics
    return Backlog(admin, brokers, prefix, NAMES)


def _reads(cell: ACells, group: str, wanted: Selection = EVERYTHING) -> None:
    """Join a group, read all that there is, commit, leave."""
    with closing(cell.feed(group)) as feed:
        at: dict[str, int] = {}

        def has_read() -> bool:
            at.update(feed.read(at, 1000, wanted).checkpoint)
            end = feed.end()
            return feed.active and all(at[lane] >= end[lane] for lane in at)

        until("it has read everything", has_read)
        feed.commit()
        until("it is committed", lambda: _committed(cell, group) == sum(at.values()))


def _committed(cell: ACells, group: str) -> int:
    with cell.cell.brokers.admin() as admin:
        return sum(offset for offset, _ in admin.group_offsets(group).values())


def test_a_group_without_members_is_behind_and_all_its_partitions_are_with_nobody(
    cell: ACells, backlog: Backlog, prefix: str
) -> None:
    group = group_of(prefix, "project")
    cell.customers(1, 3)
    cell.publish_all()
    _reads(cell, group)
    lag, ownerless = backlog.standing(group)
    assert (sum(lag.values()), ownerless) == (0, 6)
    cell.customers(4, 5)
    cell.publish_all()
    lag, _ = backlog.standing(group)
    assert sum(lag.values()) >= 4 + 2, "four events, two outcomes, and the ends of transactions"
    with closing(cell.feed(group)) as feed:
        until("it is the one that reads", lambda: feed.read({}, 10) and feed.active)
        assert backlog.standing(group).ownerless == 0


def test_views_that_hear_no_refusals_are_not_behind_there(
    cell: ACells, backlog: Backlog, prefix: str
) -> None:
    group = group_of(prefix, "project", "circuits")
    cell.customers(1, 2)
    cell.publish_all()
    _reads(cell, group, Selection(refusals=False))
    lag, _ = backlog.standing(group)
    assert {each.topic for each in lag} == {cell.cell.topics.events}
    assert sum(lag.values()) == 0


def test_the_groups_of_this_cell_and_of_no_other(
    cell: ACells, backlog: Backlog, prefix: str
) -> None:
    parts = ("alarm-process", "bandwidth-change", "engine", "project")
    always = [f"{prefix}-{part}" for part in parts]
    assert backlog.groups() == always
    for group in (f"{prefix}-project-trail", f"{prefix}-project-engine"):
        _commit(cell, group, {0: 0})
    assert backlog.groups() == [*always[:3], f"{prefix}-project-trail"]


def test_the_oldest_command_that_nobody_decided(
    kafka: str, cell: ACells, backlog: Backlog, prefix: str
) -> None:
    topic, engines = cell.cell.topics.commands, f"{prefix}-engine"
    assert backlog.topics == (topic, cell.cell.topics.internal, cell.cell.topics.http)
    assert backlog.waiting(topic) == Waiting(None, A_WEEK_MS, 0)
    _publish(kafka, topic, {0: [5_000, 7_000], 1: [6_000], 2: []})
    assert backlog.waiting(topic) == Waiting(5_000, A_WEEK_MS, 0)
    _commit(cell, engines, {0: 1}, topic)
    assert backlog.waiting(topic).oldest == 6_000
    _commit(cell, engines, {0: 1, 1: 1}, topic)
    assert backlog.waiting(topic).oldest == 7_000
    _commit(cell, engines, {0: 2, 1: 1}, topic)
    assert backlog.waiting(topic).oldest is None
    assert sum(backlog.standing(engines).lag.values()) == 0


def test_commands_that_were_deleted_before_anybody_decided_them(
    kafka: str, cell: ACells, backlog: Backlog, prefix: str
) -> None:
    topic = cell.cell.topics.commands
    _publish(kafka, topic, {0: [5_000, 6_000, 7_000], 1: [8_000]})
    _commit(cell, f"{prefix}-engine", {0: 1, 1: 1}, topic)
    assert backlog.waiting(topic).expired == 0
    client: Any = KafkaAdminClient(bootstrap_servers=kafka.split(","))
    client.delete_records({partition(topic, 0): 2, partition(topic, 1): 1})
    client.close()
    assert backlog.waiting(topic) == Waiting(7_000, A_WEEK_MS, 1)
    _commit(cell, f"{prefix}-engine", {0: 3}, topic)
    assert backlog.waiting(topic) == Waiting(None, A_WEEK_MS, 0)


def _publish(kafka: str, topic: str, times: Mapping[int, list[int]]) -> None:
    """Write a record at each of these times, in milliseconds, by partition."""
    producer: Any = KafkaProducer(bootstrap_servers=kafka.split(","))
    for number, written in times.items():
        for time in written:
            producer.send(topic, b"{}", partition=number, timestamp_ms=time).get(10)
    producer.close()


def _commit(cell: ACells, group: str, offsets: Mapping[int, int], topic: str | None = None) -> None:
    consumer = cell.cell.brokers.consumer(group)
    where = topic or cell.cell.topics.events
    try:
        consumer.commit({partition(where, n): committed_offset(at) for n, at in offsets.items()})
    finally:
        consumer.close(autocommit=False)
