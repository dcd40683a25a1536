"""A group's member that polls seldom and waits briefly still joins."""

from time import monotonic, sleep

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from adapters.kafka.clients import Brokers

BRIEF_MS, SELDOM = 0, 0.15
"""Milliseconds of a poll, too few for a join; seconds between polls, enough for a join."""


@pytest.mark.parametrize("group", ["first", "second"])
def test_a_join_that_ends_between_two_polls_counts(kafka: str, prefix: str, group: str):
    topic = f"{prefix}.joining"
    admin = KafkaAdminClient(bootstrap_servers=kafka.split(","))
    try:
        admin.create_topics([NewTopic(topic, 4, 1)])  # pyright: ignore[reportUnknownMemberType]
    finally:
        admin.close()
    consumer = Brokers(kafka).consumer(f"{prefix}-{group}")
    try:
        consumer.subscribe([topic])
        deadline = monotonic() + 20
        while not consumer.assignment():
            assert monotonic() < deadline, "it never joined"
            consumer.poll(BRIEF_MS)
            sleep(SELDOM)
        assert len(consumer.assignment()) == 4
    finally:
        consumer.close(autocommit=False)
