"""Each part exposes the metrics that it feeds, under the names that dashboard and alerts use."""

import pytest

from adapters.observe.health import Health
from adapters.observe.metrics import LAG, OF_PART, count_lag, registry_of
from tests.observe.counting import rise


def names_of(part: str) -> set[str]:
    registry = registry_of(part, "1.2.3", "/test", Health(part, ()))
    return {family.name for family in registry.collect() if family.name.startswith("tieline_")}


EVERYWHERE = {
    *("tieline_build", "tieline_alive", "tieline_ready", "tieline_dependency_down"),
    *("tieline_halted", "tieline_spans_dropped"),
}


@pytest.mark.parametrize(
    ("part", "own"),
    [
        (
            "engine",
            {
                *("tieline_commands", "tieline_dead_records", "tieline_batch_commands"),
                *("tieline_decision_seconds", "tieline_append_seconds"),
                *("tieline_batches_decided_again", "tieline_parked_commands"),
                *("tieline_clock_behind", "tieline_clock_ahead_seconds"),
                *("tieline_consumer_lag_records", "tieline_log_position"),
            },
        ),
        (
            "relay",
            {
                *("tieline_log_position", "tieline_relay_position", "tieline_relay_behind"),
                *("tieline_relayed_records", "tieline_relay_transactions"),
                *("tieline_group_lag_records", "tieline_group_ownerless_partitions"),
                *("tieline_oldest_command_seconds", "tieline_command_retention_seconds"),
                *("tieline_expired_commands", "tieline_topic_setting_fault"),
            },
        ),
        (
            "process",
            {
                *("tieline_consumer_lag_records", "tieline_reader_active"),
                "tieline_overdue_changes",
                *("tieline_clock_behind", "tieline_clock_ahead_seconds"),
            },
        ),
        (
            "project",
            {
                *("tieline_consumer_lag_records", "tieline_view_events"),
                *("tieline_view_stopped_streams", "tieline_view_delay_seconds"),
                "tieline_reader_active",
            },
        ),
    ],
)
def test_a_part_exposes_its_own(part: str, own: set[str]) -> None:
    assert names_of(part) == own | EVERYWHERE


def test_every_part_is_listed() -> None:
    assert set(OF_PART) == {"engine", "relay", "process", "project", "serve", "http"}


@pytest.mark.parametrize(
    ("part", "name", "labels"),
    [
        ("engine", "tieline_commands_total", {"outcome": "accepted"}),
        ("engine", "tieline_commands_total", {"outcome": "parked"}),
        ("relay", "tieline_relay_transactions_total", {"result": "given-up"}),
    ],
)
def test_what_is_rare_is_there_from_the_start(part: str, name: str, labels: dict[str, str]) -> None:
    """A counter that appears with its first event shows no increase."""
    registry = registry_of(part, "1.2.3", "/test", Health(part, ()))
    assert registry.get_sample_value(name, labels) is not None


def test_no_time_of_creation_is_told_for_every_counter() -> None:
    registry = registry_of("engine", "1.2.3", "/test", Health("engine", ()))
    names = {sample.name for family in registry.collect() for sample in family.samples}
    assert not {name for name in names if name.endswith("_created")}


def test_lag_stands_until_the_partition_goes_to_another_member() -> None:
    with rise(LAG) as first:
        count_lag("g", {("t.commands", 0): 7, ("t.commands", 1): 2})
    assert first.of("tieline_consumer_lag_records", group="g", topic="t.commands", partition="1")
    with rise(LAG) as second:
        count_lag("g", {("t.commands", 0): 0}, gone=[("t.commands", 1)])
    left = {
        dict(labels)["partition"]: risen
        for (_, labels), risen in second.by.items()
        if dict(labels)["group"] == "g"
    }
    assert left == {"0": -7}


def test_a_partition_that_was_never_counted_may_go() -> None:
    count_lag("g", {}, gone=[("t.commands", 9)])
