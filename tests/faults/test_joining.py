"""A group's member that polls seldom and waits briefly still joins; one that waits long reads as
soon as it has joined.
"""

from collections.abc import Generator
from time import monotonic, sleep
from typing import Any

import pytest
from kafka.admin import KafkaAdminClient, NewPartitions, NewTopic

from adapters.kafka.api import Consumer
from adapters.kafka.clients import Brokers

BRIEF_MS, SELDOM = 0, 0.15
"""Milliseconds of a poll, too few for a join; seconds between polls, enough for a join."""

FOR_EVER_MS = 24 * 3600 * 1000


@pytest.fixture
def member(kafka: str, prefix: str) -> Generator[Consumer]:
    """Has subscribed to a topic with four partitions, and not polled yet."""
    topic = f"{prefix}.joining"
    admin = KafkaAdminClient(bootstrap_servers=kafka.split(","))
    try:
        admin.create_topics([NewTopic(topic, 4, 1)])  # pyright: ignore[reportUnknownMemberType]
    finally:
        admin.close()
    consumer = Brokers(kafka).consumer(f"{prefix}-group")
    try:
        consumer.subscribe([topic])
        yield consumer
    finally:
        consumer.close(autocommit=False)


@pytest.mark.parametrize("_again", range(2))
def test_a_join_that_ends_between_two_polls_counts(member: Consumer, _again: int):
    deadline = monotonic() + 20
    while not member.assignment():
        assert monotonic() < deadline, "it never joined"
        member.poll(BRIEF_MS)
        sleep(SELDOM)
    assert len(member.assignment()) == 4


@pytest.mark.timeout(30)
def test_a_poll_ends_when_there_are_partitions_even_without_records(member: Consumer):
    assert not member.poll(FOR_EVER_MS)
    assert len(member.assignment()) == 4


@pytest.mark.timeout(60)
def test_a_leader_whose_topic_grows_while_it_rejoins_still_takes_part(kafka: str, prefix: str):
    """The leader's join ends between two of its polls, and its view of the topic has changed."""
    topic = f"{prefix}.growing"
    admin = KafkaAdminClient(bootstrap_servers=kafka.split(","))
    leader, other = (Brokers(kafka).consumer(f"{prefix}-group") for _ in range(2))
    try:
        admin.create_topics([NewTopic(topic, 3, 1)])  # pyright: ignore[reportUnknownMemberType]
        leader.subscribe([topic])
        _until_dealt([leader], 3)
        other.subscribe([topic])
        _until_dealt([leader, other], 3)
        admin.create_partitions({topic: NewPartitions(5)})  # pyright: ignore[reportUnknownMemberType]
        _hear_of_partitions(leader, topic, 5)
        for _ in range(6):  # the other rejoins while the leader is between two polls
            other.poll(300)
        _until_dealt([leader, other], 5)
    finally:
        for member in (leader, other):
            member.close(autocommit=False)
        admin.close()


def _hear_of_partitions(leader: Any, topic: str, count: int) -> None:
    """Let the leader hear how its topic has grown and begin to rejoin, alone."""
    deadline = monotonic() + 20
    inside = leader._client.cluster, leader._coordinator
    while len(leader.partitions_for_topic(topic) or ()) < count or not inside[1].rejoining:
        assert monotonic() < deadline, "it never heard of them"
        inside[0].request_update()
        leader.poll(200)


def _until_dealt(members: list[Consumer], count: int) -> None:
    """Poll until the members have all partitions among them, each at least one."""
    deadline = monotonic() + 25
    while True:
        dealt = [len(each.assignment()) for each in members]
        if sum(dealt) == count and all(dealt):
            return
        assert monotonic() < deadline, f"of {count} partitions the members have {dealt}"
        for each in members:
            each.poll(200)
