"""A group's member that polls seldom and waits briefly still joins; one that waits long reads as
soon as it has joined.
"""

from collections.abc import Generator
from time import monotonic, sleep

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

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
