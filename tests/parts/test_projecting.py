"""The part that keeps views: it applies pages, reports stopped streams, stands by for another."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from structlog.testing import capture_logs

from adapters.clocks import MessageClock
from adapters.engine.worker import Worker
from adapters.kafka.feed import KafkaFeed
from adapters.log import open_log
from adapters.observe.health import Health
from adapters.observe.metrics import VIEW_EVENTS, VIEW_STOPPED
from adapters.parts.projecting import NEEDS, ProjectingPart
from domain.decider.states import Terms
from projections.database import opened
from projections.runner import Runner
from projections.views import VIEWS
from tests.doors import a_door
from tests.observe.counting import rise
from tests.parts.feeds import DealtFeed, shown_active
from tests.parts.test_reacting import LAID, START


@pytest.fixture
def feed(tmp_path: Path) -> Generator[DealtFeed]:
    with closing(open_log(f"sqlite:///{tmp_path}/log.db")) as log:
        worker = Worker(log, Terms(), MessageClock(START))
        worker.handle(a_door().from_own_parts([dict(each) for each in LAID[:2]]))
        yield DealtFeed(log)


@pytest.fixture
def health() -> Health:
    return Health("project", NEEDS)


@pytest.fixture
def part(feed: DealtFeed, health: Health, tmp_path: Path) -> Generator[ProjectingPart]:
    engine = opened(f"sqlite:///{tmp_path}/views.db")
    runner = Runner(engine, feed, [each for each in VIEWS if each.name == "customers"])
    yield ProjectingPart(runner, cast("KafkaFeed", feed), health)
    engine.dispose()


def test_a_page_is_applied_noted_and_counted(feed: DealtFeed, part: ProjectingPart) -> None:
    feed.deals(feed.events())
    with rise(VIEW_EVENTS) as risen:
        assert part.turn()
        assert not part.turn()
    assert feed.noted == 2
    assert risen.labels_of("tieline_view_events_total") == {"customers": len(feed.events())}


def test_a_gap_is_told_and_so_is_its_healing(feed: DealtFeed, part: ProjectingPart) -> None:
    acme = [each for each in feed.events() if each.stream == "customer/acme"]
    with capture_logs() as told:
        feed.deals(acme[1:])
        with rise(VIEW_STOPPED) as risen:
            part.turn()
        assert risen.labels_of("tieline_view_stopped_streams") == {"customers": 1}
        feed.deals(acme)
        with rise(VIEW_STOPPED) as risen:
            part.turn()
        assert risen.labels_of("tieline_view_stopped_streams") == {"customers": -1}
    names = [each["event"] for each in told if each["event"].startswith("stream-")]
    assert names == ["stream-stopped", "stream-healed"]


def test_one_that_stands_by_does_nothing(
    feed: DealtFeed, part: ProjectingPart, health: Health
) -> None:
    feed.active = False
    assert not part.turn()
    assert feed.noted == 0
    assert health.report(health.ready())["doing"] == "stands by"
    assert shown_active() == 0
    feed.active = True
    part.turn()
    assert health.report(health.ready())["doing"] == "projects"
    assert shown_active() == 1


def test_it_leaves_its_group(feed: DealtFeed, part: ProjectingPart) -> None:
    part.close()
    assert feed.closed
