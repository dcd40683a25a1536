"""A location's capacity over time: each level is what the location showed at that time."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.location.events import (
    CapacityReleased,
    CapacityTaken,
    LocationClosed,
    LocationResized,
)
from domain.words.structs import Event
from projections import capacity
from projections.capacity import Level, levels
from projections.time_travel import show_as_of
from tests.examples import a_location, a_pair
from tests.projections.histories import InMemory, time_at, told


def a_history(*events: Event, **fields: Any) -> InMemory:
    facts = [("location/frankfurt", event) for event in events]
    return InMemory(told(a_location("frankfurt", **fields), facts))


def taken(mbps: int) -> CapacityTaken:
    return CapacityTaken(circuit_id="c1", provider="colt", pair="pair-1", bandwidth_mbps=mbps)


def released(mbps: int) -> CapacityReleased:
    return CapacityReleased(circuit_id="c1", provider="colt", pair="pair-1", bandwidth_mbps=mbps)


def resized(mbps: int) -> LocationResized:
    pair = a_pair(capacity_mbps=mbps)
    return LocationResized(routers=[pair])


def course(log: InMemory, **asked: Any) -> Sequence[Level]:
    location = show_as_of(log.log, "location", "frankfurt", time_at(len(log.told)))
    assert location is not None
    return levels(log.log, location, **asked)


HISTORY = (taken(500), LocationClosed(), resized(20_000), taken(1001), released(500))


def test_each_level_is_what_the_location_showed_then() -> None:
    log = a_history(*HISTORY, oversubscription="1.5")
    found = course(log)
    assert [each.time for each in found] == [each.time for each in log.told]
    for each in found:
        shown = show_as_of(log.log, "location", "frankfurt", each.time)
        assert shown is not None
        pairs = shown["pairs"]
        assert each.taken_mbps == sum(pair["taken_mbps"] for pair in pairs)
        assert each.capacity_mbps == each.taken_mbps + sum(pair["free_mbps"] for pair in pairs)


def test_a_course_begins_with_the_level_of_then() -> None:
    since = time_at(3)[:-8] + "5" + time_at(3)[-7:]
    first, *rest = course(a_history(*HISTORY), since=since)
    assert first == Level(since, 500, 10_000)
    assert [each.time for each in rest] == [time_at(4), time_at(5), time_at(6)]


def test_of_many_levels_some_are_told() -> None:
    found = course(a_history(*(taken(1) for _ in range(500))), most=60)
    assert len(found) == 60
    assert found[0].taken_mbps == 0
    assert found[-1].taken_mbps == 500


def test_of_a_long_history_the_newest_events_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "MOST_EVENTS", 3)
    log = a_history(taken(500), taken(200), released(100), taken(50))
    assert [(each.taken_mbps, each.capacity_mbps) for each in course(log)] == [
        (700, 10_000),
        (600, 10_000),
        (650, 10_000),
    ]
    found = course(a_history(taken(500), taken(200), resized(20_000), taken(50)))
    assert [(each.taken_mbps, each.capacity_mbps) for each in found] == [
        (700, 20_000),
        (750, 20_000),
    ]


def test_what_may_be_sold_is_rounded_down_for_each_pair() -> None:
    pairs = [a_pair(name, capacity_mbps=1) for name in ("x", "y")]
    opened = told(a_location("frankfurt", *pairs, oversubscription="1.5"))
    assert course(InMemory(opened))[0].capacity_mbps == 2
