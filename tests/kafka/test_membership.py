"""Whether a member takes part in its group is for the brokers to say, not for the member."""

from collections.abc import Generator
from typing import Any, cast

import pytest
from kafka import admin as kafka_admin
from kafka.admin import KafkaAdminClient

from adapters.kafka.admin import Admin, TopicSpec
from adapters.kafka.api import Consumer, Partition
from adapters.kafka.clients import Brokers
from adapters.kafka.membership import Member, absence
from adapters.observe.health import Health
from adapters.parts.probing import EVERY, Attendance
from tests.waiting import until


@pytest.fixture
def admin(brokers: Brokers, prefix: str) -> Generator[Admin]:
    with brokers.admin() as admin:
        admin.create([TopicSpec(f"{prefix}.read", 3, {})])
        yield admin


@pytest.fixture
def member(brokers: Brokers, admin: Admin, prefix: str) -> Generator[Member]:
    del admin  # it has made the topic
    topic = f"{prefix}.read"
    consumer = brokers.consumer(f"{prefix}-group")
    try:
        consumer.subscribe([topic])
        yield Member(consumer, f"{prefix}-group", [topic])
    finally:
        consumer.close(autocommit=False)


def _mistaken(admin: Admin, group: str) -> None:
    """Have a client take a broker that is gone for the group's coordinator, as it does for good
    after the group has moved to another.
    """
    admin.group_offsets(group)
    known: dict[Any, int] = cast(Any, admin)._client._manager.cluster._coordinators
    of_group = [each for each in known if each[1] == group]
    assert of_group, "the library remembers it"
    known.update(dict.fromkeys(of_group, 99))


def test_a_group_that_moved_to_another_broker_is_found_there(admin: Admin, member: Member) -> None:
    _joins(member, 3)
    _mistaken(admin, member.group)
    assert admin.group_members(member.group) == {member.id: member.believes}
    _mistaken(admin, member.group)
    assert admin.group_offsets(member.group) == {}


def _joins(member: Member, count: int) -> set[Partition]:
    def polls() -> bool:
        member.consumer.poll(100)
        return len(member.believes) == count

    until(f"it has {count} partitions", polls)
    return member.believes


def _expelled(kafka: str, member: Member) -> None:
    """The brokers drop a member, as they do with one that was silent; it does not know yet."""
    client: Any = KafkaAdminClient(bootstrap_servers=kafka.split(","))
    try:
        named: Any = kafka_admin
        client.remove_group_members(member.group, [named.MemberToRemove(member_id=member.id)])
    finally:
        client.close()


def test_one_that_reads_everything_takes_part(admin: Admin, member: Member) -> None:
    assert "do not know it" in str(absence(admin, member, set()))
    assert absence(admin, member, _joins(member, 3)) is None


def test_one_that_was_expelled_and_does_not_know(kafka: str, admin: Admin, member: Member) -> None:
    every = _joins(member, 3)
    _expelled(kafka, member)
    assert member.believes == every, "it believes that it has them all"
    assert "do not know it" in str(absence(admin, member, every))


def test_one_that_does_not_read_what_it_was_given(admin: Admin, member: Member) -> None:
    every = _joins(member, 3)
    asleep = Member(cast("Consumer", Asleep(member)), member.group, member.topics)
    assert "gave it 3 partitions, and it reads 0" in str(absence(admin, asleep, every))


class Asleep:
    """A consumer that was given partitions and has not taken them up."""

    def __init__(self, member: Member) -> None:
        self.group_metadata = member.consumer.group_metadata

    def assignment(self) -> set[Any]:
        return set()


def test_partitions_that_are_with_nobody(admin: Admin, member: Member) -> None:
    every = _joins(member, 3) | {Partition(member.topics[0], 3)}
    assert "1 partitions of" in str(absence(admin, member, every))


def test_what_keeps_it_away_counts_from_the_second_look_on(
    kafka: str, admin: Admin, member: Member
) -> None:
    now, health = 100.0, Health("some", ["group"])
    attendance = Attendance(admin, [member], health, lambda: now)
    _joins(member, 3)
    attendance.turn()
    assert health.is_ready()
    _expelled(kafka, member)
    told: list[bool] = []
    for _ in range(3):
        now += EVERY
        attendance.turn()
        attendance.turn()
        told.append(health.is_ready())
    assert told == [True, False, False]
