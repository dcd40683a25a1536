"""A time in the past: what a view showed then is what it shows of the events up to then."""

from typing import Any

import pytest

from projections import circuits, customers, locations
from projections.database import reading
from projections.runner import Runner
from projections.time_travel import show_as_of, show_at_version
from projections.views import VIEWS
from tests.projections.histories import InMemory, built_from, opened, time_at, told
from tests.projections.stories import WORLD, a_replace_first, a_revert, a_teardown_first

SUBJECTS = [
    ("circuit", "c1", circuits.show),
    ("circuit", "c1.r2", circuits.show),
    ("customer", "acme", customers.show),
    ("location", "frankfurt", locations.show),
]


@pytest.mark.parametrize("story", [a_teardown_first, a_replace_first, a_revert])
def test_at_every_second_then_is_what_now_was(story: Any) -> None:
    events = told(WORLD, story())
    log, engine = InMemory(events), opened()
    for position in range(len(events) + 1):
        Runner(engine, InMemory(events[:position]).source, VIEWS).catch_up()
        with reading(engine) as live:
            for kind, id, show in SUBJECTS:
                then = show_as_of(log.log, kind, id, time_at(position))
                assert then == show(live, id), (position, kind, id)


@pytest.mark.parametrize(("kind", "id", "show"), SUBJECTS)
def test_the_last_version_is_now(kind: str, id: str, show: Any) -> None:
    log = InMemory(told(WORLD, a_replace_first()))
    with reading(built_from(log)) as live:
        now = show(live, id)
    assert show_at_version(log.log, kind, id, now["version"]) == now


def test_a_version_is_shown_as_it_ended() -> None:
    """The successor's steps are included, which it took while the old circuit kept this version."""
    log = InMemory(told(WORLD, a_replace_first()))
    started: Any = show_at_version(log.log, "circuit", "c1", 6)
    assert (started["version"], started["change"]["step"]) == (6, "switch-over")
    assert started["replaced_by"] is None


@pytest.mark.parametrize("version", [-1, 0, 99])
def test_a_version_that_never_was(version: int) -> None:
    log = InMemory(told(WORLD))
    assert show_at_version(log.log, "circuit", "c1", version) is None


def test_before_it_was() -> None:
    log = InMemory(told(WORLD))
    assert show_as_of(log.log, "circuit", "c1", time_at(0)) is None
    assert show_as_of(log.log, "circuit", "c9", time_at(99)) is None
