"""The log as a feed: two lanes, read from any checkpoint up to any other."""

from typing import Any

from projections.feed import EVERYTHING, Selection, are_of_one_feed, read_events, read_outcomes
from projections.projection import Shape, View
from projections.runner import Runner
from tests.examples import a_customer
from tests.projections.histories import InMemory, a_refusal, opened, told
from tests.projections.stories import WORLD

DATABASES = ("sqlite",)
EVENTS = told(WORLD)
REFUSED = [a_refusal(n, 2, "circuit/c1") for n in (2, 5, 9)]
FEED = InMemory(EVENTS, REFUSED).source


def test_its_end_is_its_last_event_and_its_last_outcome() -> None:
    assert FEED.end() == {"events": len(EVENTS), "outcomes": 9}
    assert InMemory([]).source.end() == {"events": 0, "outcomes": 0}


def test_pages_end_where_their_last_entries_stand() -> None:
    page = FEED.read({}, 2)
    assert (page.events, page.refusals) == (EVENTS[:2], REFUSED[:2])
    assert page.checkpoint == {"events": 2, "outcomes": 5}
    rest = FEED.read(page.checkpoint, 1000)
    assert (rest.events, rest.refusals) == (EVENTS[2:], REFUSED[2:])
    assert rest.checkpoint == FEED.end()


def test_nothing_is_read_beyond_where_it_should_end() -> None:
    page = FEED.read({}, 1000, EVERYTHING, {"events": 3, "outcomes": 6})
    assert (page.events, page.refusals) == (EVENTS[:3], REFUSED[:2])
    assert page.checkpoint == {"events": 3, "outcomes": 6}
    assert FEED.read(FEED.end(), 1000, EVERYTHING, page.checkpoint).checkpoint == FEED.end()


def test_only_what_is_wanted_is_read() -> None:
    kind = EVENTS[-1].event.kind
    page = FEED.read({}, 1000, Selection(frozenset([kind]), refusals=False))
    assert {each.event.kind for each in page.events} == {kind}
    assert (page.refusals, page.checkpoint) == ((), {"events": len(EVENTS)})


def test_lanes_add_up() -> None:
    checkpoint = {"events/0": 3, "events/1": 4, "outcomes/0": 5, "outcomes/1": 6}
    assert (read_events(checkpoint), read_outcomes(checkpoint)) == (7, 11)


def test_readers_of_one_feed_share_lanes() -> None:
    assert are_of_one_feed({"events": 1}, {"events": 2, "outcomes": 0})
    assert are_of_one_feed({}, {"events/0": 2})
    assert not are_of_one_feed({"events": 1}, {"events/0": 2})


class Noted:
    """The work of a view that only notes what it is given."""

    def __init__(self, noted: list[int]) -> None:
        self._noted = noted

    def apply(self, recorded: Any) -> None:
        self._noted.append(recorded.position)

    def written(self) -> Any:
        return {}

    def removed(self) -> Any:
        return {}


def test_a_view_that_is_ahead_of_another_is_given_nothing_again() -> None:
    def noting(name: str) -> tuple[View, list[int]]:
        noted: list[int] = []

        def work(*_: Any) -> Noted:
            return Noted(noted)

        return View(Shape(name, 1, lambda _: {}), None, work), noted

    (ahead, of_ahead), (behind, of_behind) = noting("ahead"), noting("behind")
    log, engine = InMemory(told(a_customer())), opened()
    Runner(engine, log.source, [ahead]).catch_up()
    Runner(engine, FEED, [ahead, behind], page=2).catch_up()
    assert of_behind == [each.position for each in EVENTS]
    assert of_ahead == of_behind
