"""Settings of topics that were made beforehand: refused where they break a promise, told where they
weaken one.
"""

from itertools import product
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from adapters.kafka.admin import Admin, Described, TopicSpec
from adapters.kafka.clients import Brokers
from adapters.kafka.topic_settings import (
    FOR_EVER,
    JUDGED,
    LARGEST,
    REFUSED,
    SOUND,
    WEAK,
    Finding,
    Given,
    refused,
    standings,
    weak,
)
from adapters.kafka.topics import TopicsError, prepare, settings_now, topics_of
from tests.kafka.test_topics import Facts
from tests.waiting import until

UNCLEAN = "unclean.leader.election.enable"
SETTINGS = {
    **FOR_EVER,
    "min.insync.replicas": "2",
    UNCLEAN: "false",
}


def given(
    holds: str = "events",
    setting: str = "",
    value: str = "",
    *,
    brokers: int = 3,
    replicas: int = 3,
) -> Given:
    """A topic whose settings are sound but for the one named."""
    settings = {**SETTINGS, **({setting: value} if setting else {})}
    return Given(holds, f"cell.{holds}", settings, Described(4, "an-id", replicas), brokers)


@pytest.mark.parametrize("holds", ["events", "outcomes", "commands", "internal", "dead"])
def test_a_topic_as_we_make_it_on_three_brokers_is_sound(holds: str) -> None:
    assert [*refused(given(holds)), *weak(given(holds))] == []


@pytest.mark.parametrize("holds", ["events", "outcomes", "commands", "internal"])
@pytest.mark.parametrize("policy", ["compact", "compact,delete"])
def test_a_topic_in_which_records_replace_one_another_is_refused(holds: str, policy: str) -> None:
    (finding,) = refused(given(holds, "cleanup.policy", policy))
    assert finding[:4] == (f"cell.{holds}", "cleanup.policy", policy, "delete")


@pytest.mark.parametrize("setting", ["retention.ms", "retention.bytes"])
def test_events_that_expire_are_refused(setting: str) -> None:
    (finding,) = refused(given("events", setting, "604800000"))
    assert finding.setting == setting
    assert "and -1 is wanted: events never expire" in str(finding)
    assert not list(refused(given("outcomes", setting, "604800000")))


@pytest.mark.parametrize(
    ("topic", "setting"),
    [
        (given("outcomes", "retention.ms", "604800000"), "retention.ms"),
        (given("dead", "retention.ms", "604800000"), "retention.ms"),
        (given("commands", "retention.ms", "3600000"), "retention.ms"),
        (given("internal", "retention.ms", "3600000"), "retention.ms"),
        (given("events", "max.message.bytes", str(LARGEST - 1)), "max.message.bytes"),
        (given("outcomes", "max.message.bytes", "1048588"), "max.message.bytes"),
        (given(replicas=1), "replication.factor"),
        (given(replicas=2), "replication.factor"),
        (given(replicas=1, brokers=2), "replication.factor"),
        (given("events", "min.insync.replicas", "1"), "min.insync.replicas"),
        (
            given("events", UNCLEAN, "true"),
            UNCLEAN,
        ),
    ],
    ids=str,
)
def test_what_is_weak_is_told(topic: Given, setting: str) -> None:
    assert [finding.setting for finding in weak(topic)] == [setting]
    assert not list(refused(topic))
    others = dict.fromkeys(((topic.name, each) for each in JUDGED), SOUND)
    assert standings([topic]) == {**others, (topic.name, setting): WEAK}


def test_one_broker_has_no_more_than_one_copy() -> None:
    for setting, value in (
        ("min.insync.replicas", "1"),
        (UNCLEAN, "true"),
    ):
        assert not list(weak(given("events", setting, value, brokers=1, replicas=1)))


def test_settings_that_may_not_be_read_are_told() -> None:
    unread = Given("events", "cell.events", {}, Described(4), 1)
    assert not list(refused(unread))
    assert [finding.setting for finding in weak(unread)] == ["settings"]


@pytest.fixture
def admin(brokers: Brokers) -> Any:
    with brokers.admin() as admin:
        yield admin


def test_events_that_expire_on_the_brokers_are_refused(admin: Admin, prefix: str) -> None:
    topics = topics_of(prefix)
    admin.create([TopicSpec(topics.events, 3, {"retention.ms": "3600000"})])
    with pytest.raises(TopicsError, match=f"{topics.events}, retention.ms is 3600000, and -1 is"):
        prepare(admin, topics, Facts())


def test_what_is_weak_on_the_brokers_is_told_and_taken(admin: Admin, prefix: str) -> None:
    topics, told = topics_of(prefix), list[Finding]()
    small = {**FOR_EVER, "max.message.bytes": "1048588"}
    admin.create([TopicSpec(topics.events, 3, small)])
    prepare(admin, topics, Facts(), tell=told.append)
    assert [(each.topic, each.setting) for each in told] == [(topics.events, "max.message.bytes")]


def test_a_setting_that_changes_under_a_running_cell_is_seen(admin: Admin, prefix: str) -> None:
    topics = topics_of(prefix)
    assert settings_now(admin, topics) == {}, "there is none yet"
    prepare(admin, topics, Facts())
    sound = dict.fromkeys(product(topics, JUDGED), SOUND)
    until("they are sound", lambda: settings_now(admin, topics) == sound)
    configs = {"retention.ms": "60000"}
    changed = ConfigResource(ConfigResourceType.TOPIC, topics.events, configs=configs)
    admin._client.alter_configs([changed])  # pyright: ignore[reportPrivateUsage]
    now = sound | {(topics.events, "retention.ms"): REFUSED}
    until("it is seen", lambda: settings_now(admin, topics) == now)
