"""`tieline project`: keeps views up to date with the topics."""

from time import time_ns
from typing import Final

from adapters.kafka.feed import KafkaFeed
from adapters.observe.health import Health
from adapters.observe.logs import logger
from adapters.observe.metrics import READER_ACTIVE, VIEW_EVENTS, VIEW_STOPPED, Lag
from adapters.observe.viewing import ViewWatch
from projections.forward import PageResult
from projections.runner import Runner

NEEDS: Final = ("kafka", "views", "group")


class ProjectingPart:
    """Some views over one feed. Of several parts in a group one is active, the others stand by."""

    def __init__(
        self, runner: Runner, feed: KafkaFeed, health: Health, watch: ViewWatch | None = None
    ) -> None:
        self._runner = runner
        self._feed = feed
        self._health = health
        self._watch = watch or ViewWatch()
        self._stopped: dict[tuple[str, str], int] = {}
        self._lag = Lag(str(feed.group))
        for view in runner.views:
            VIEW_EVENTS.labels(view.name)
            VIEW_STOPPED.labels(view.name).set(0)

    def turn(self) -> bool:
        """Apply a page."""
        began = time_ns()
        result = self._runner.step()
        if result.entries:
            self._health.answers("kafka")
            self._health.answers("views")
        READER_ACTIVE.labels(str(self._feed.group)).set(self._feed.active)
        if not self._feed.active:
            self._health.does("stands by")
            self._lag.show({})
            return False
        self._health.does("projects")
        self._feed.commit()
        self._report(result, began)
        return result.entries > 0

    def close(self) -> None:
        """Leave the group."""
        self._feed.close()

    def _report(self, result: PageResult, began: int) -> None:
        for view, gap in result.stopped:
            self._stopped[view, gap.stream] = gap.wanted
            said = "another event came under an id that was applied" if gap.is_final else "a gap"
            logger(__name__).error("stream-stopped", view=view, said=said, **gap._asdict())
        for view, gap in result.healed:
            self._stopped.pop((view, gap.stream), None)
            logger(__name__).info("stream-healed", view=view, stream=gap.stream)
        for view in self._runner.views:
            stopped = sum(name == view.name for name, _ in self._stopped)
            VIEW_STOPPED.labels(view.name).set(stopped)
        if events := self._feed.last.events if result.entries else ():
            names = [view.name for view in self._runner.views]
            self._watch.visible(names, events, began)
        self._lag.show(self._feed.lag())
