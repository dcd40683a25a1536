"""`tieline project`: keeps views up with the topics."""

from datetime import UTC, datetime
from typing import Final

from adapters.kafka.feed import KafkaFeed
from adapters.observe.health import Health
from adapters.observe.logs import logger
from adapters.observe.metrics import VIEW_DELAY, VIEW_EVENTS, VIEW_STOPPED, count_lag
from domain.words import read_time
from projections.runner import Runner, Step

NEEDS: Final = ("kafka", "views")


class ProjectingPart:
    """Some views over one feed. Of several in a group one is active, the others stand by."""

    def __init__(self, runner: Runner, feed: KafkaFeed, health: Health) -> None:
        self._runner = runner
        self._feed = feed
        self._health = health
        self._stopped: dict[tuple[str, str], int] = {}
        for view in runner.views:
            VIEW_EVENTS.labels(view.name)
            VIEW_STOPPED.labels(view.name).set(0)

    def turn(self) -> bool:
        """Apply a page."""
        step = self._runner.step()
        self._health.answers("kafka")
        self._health.answers("views")
        if not self._feed.active:
            self._health.does("stands by")
            return False
        self._health.does("projects")
        self._feed.commit()
        self._report(step)
        return step.entries > 0

    def close(self) -> None:
        """Leave the group."""
        self._feed.close()

    def _report(self, step: Step) -> None:
        for view, gap in step.stopped:
            self._stopped[view, gap.stream] = gap.wanted
            logger(__name__).error("stream-stopped", view=view, **gap._asdict())
        for view, gap in step.healed:
            self._stopped.pop((view, gap.stream), None)
            logger(__name__).info("stream-healed", view=view, stream=gap.stream)
        now = datetime.now(UTC)
        times = {each.time for each in self._feed.last.events} if step.entries else set[str]()
        for view in self._runner.views:
            stopped = sum(name == view.name for name, _ in self._stopped)
            VIEW_STOPPED.labels(view.name).set(stopped)
            VIEW_EVENTS.labels(view.name).inc(step.entries)
            for time in times:
                VIEW_DELAY.labels(view.name).observe((now - read_time(time)).total_seconds())
        assert self._feed.group is not None
        count_lag(self._feed.group, self._feed.lag())
