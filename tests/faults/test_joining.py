"""A member of a group that asks seldom, and waits briefly: it joins all the same."""

from time import monotonic, sleep

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from adapters.kafka.clients import Brokers

BRIEF_MS, SELDOM = 0, 0.15
"""Milliseconds too short for a join, and seconds within which a join is done."""


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
