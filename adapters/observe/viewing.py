"""Reports the pages of views: metrics, a log line for each page, and at debug one per event."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from adapters.observe.logs import bound, logger
from adapters.observe.metrics import VIEW_DELAY, VIEW_EVENTS
from adapters.observe.traces import UNTRACED, Traced, Tracing
from domain.engine.records import Recorded
from domain.words.values import read_time

_DEBUG: Final = 10


def _now() -> datetime:
    return datetime.now(UTC)


class ViewWatch:
    """Watches the views that one part keeps up to date."""

    def __init__(self, tracing: Tracing = UNTRACED, now: Callable[[], datetime] = _now) -> None:
        self._tracing = tracing
        self._now = now
        self._log = logger(__name__)

    def visible(self, views: Sequence[str], events: Sequence[Recorded], began: int) -> None:
        """Count, log and trace a page of events whose rows have been committed in these views, all
        at once; `began` is in nanoseconds since 1970.
        """
        now = self._now()
        times = {each.time for each in events}
        delays = [max(0.0, (now - read_time(at)).total_seconds()) for at in times]
        for view in views:
            VIEW_EVENTS.labels(view).inc(len(events))
            for delay in delays:
                VIEW_DELAY.labels(view).observe(delay)
        self._log.info("applied", events=len(events), views=" ".join(views))
        if self._log.is_enabled_for(_DEBUG):
            self._tell_each(views, events)
        for view in views:
            self._tracing.record("project", _traced(view, events), began)

    def _tell_each(self, views: Sequence[str], events: Sequence[Recorded]) -> None:
        for each in events:
            with bound(
                correlation_id=each.correlation_id,
                command_id=each.causation_id,
                subject=each.stream,
            ):
                told = {"id": each.id, "type": each.event.kind, "views": " ".join(views)}
                self._log.debug("visible", **told)


def _traced(view: str, events: Sequence[Recorded]) -> Iterator[Traced]:
    for each in events:
        if each.traceparent is not None:
            attributes = {
                "tieline.view": view,
                "tieline.id": each.id,
                "tieline.subject": each.stream,
                "tieline.correlation_id": each.correlation_id,
            }
            yield Traced(each.traceparent, each.event.kind, attributes)
