"""Lists as of a time: what the views showed then, whatever came since."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from projections import circuits, customers, locations, networks, route_filters
from projections.database import Live, opened, reading, scratch
from projections.listing import Listing
from projections.past import build_then, position_at
from projections.runner import Runner
from projections.views import VIEWS
from tests.examples import a_network, a_route_filter
from tests.projections.histories import InMemory, time_at, told
from tests.projections.stories import WORLD, a_replace_first, a_revert

DATABASES = ("sqlite",)
"""A view of the past is built in SQLite, whatever keeps the log."""

LISTINGS: Sequence[Listing] = (
    circuits.LISTING,
    customers.LISTING,
    locations.LISTING,
    networks.LISTING,
    route_filters.LISTING,
)


def everything(live: Live) -> list[Any]:
    return [list(each.every(live)) for each in LISTINGS]


@pytest.mark.parametrize("story", [a_replace_first, a_revert])
def test_at_every_moment_a_list_is_what_it_was(story: Any) -> None:
    events = told(WORLD, a_network(), story(), a_route_filter())
    log, engine = InMemory(events), opened("sqlite://")
    shapes = {shape for each in LISTINGS for shape in each.shapes}
    for position in range(len(events) + 1):
        Runner(engine, InMemory(events[:position]).source, VIEWS).catch_up()
        with scratch() as past:
            build_then(past, log.log, time_at(position), shapes)
            with reading(past) as then, reading(engine) as live:
                assert everything(then) == everything(live), position
    engine.dispose()


def test_a_time_is_a_position() -> None:
    events = told(WORLD)
    log = InMemory(events).log
    assert [position_at(log, time_at(each)) for each in range(len(events) + 3)] == [
        *range(len(events) + 1),
        len(events),
        len(events),
    ]
    assert position_at(InMemory([]).log, time_at(1)) == 0


def test_events_of_one_time_belong_together() -> None:
    events = [replace(each, time=time_at(each.position // 3)) for each in told(WORLD)]
    log = InMemory(events).log
    for time in {each.time for each in events}:
        assert position_at(log, time) == max(each.position for each in events if each.time == time)
