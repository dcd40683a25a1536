"""HTTP on one machine: the engine in its thread, questions answered beside it."""

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import Final

from adapters.http.asking.gate import Gate
from adapters.http.desk import NEEDS, EnginePart, Queue
from adapters.http.world import World
from adapters.observe.batches import BatchWatch
from adapters.observe.health import Health
from adapters.observe.traces import Tracing
from adapters.observe.watch import Watch
from adapters.settings import Settings
from adapters.speakers import parsed
from adapters.wiring.embedded import embedded
from adapters.wiring.http import Ends, Serving, world_of
from adapters.wiring.stores import engine_to_read, log_to_read
from adapters.wiring.views import runner_to_read
from domain.engine.log import Log
from projections.database import Live, reading
from projections.feed import read_events
from projections.views import VIEWS

PART: Final = "serve"

MOMENT: Final = 2.0
"""Seconds that the simulated network takes: long enough that people see each step."""


def embedded_serving(settings: Settings) -> Serving:
    """Engine, processes, views and HTTP in one process."""

    def make(queue: Queue, health: Health, tracing: Tracing) -> EnginePart:
        return make_engine(settings, queue, health, BatchWatch(tracing))

    return Serving(PART, NEEDS, make, partial(_world, settings))


def make_engine(settings: Settings, queue: Queue, health: Health, watch: Watch) -> EnginePart:
    """The embedded engine behind its queue. Raises LogError."""
    with ExitStack() as opened:
        speakers = parsed(settings.sources, settings.owner)
        parts = opened.enter_context(
            embedded(settings, speakers=speakers, moment=MOMENT, watch=watch)
        )
        parts.settle()
        return EnginePart(parts, queue, health, opened.pop_all().close)


@contextmanager
def _world(settings: Settings, queue: Queue, gate: Gate) -> Generator[World]:
    """What answers are made from, once the engine has made log and views. Raises LogError."""
    with log_to_read(settings) as log, engine_to_read(settings) as engine:
        views = partial(reading, engine)
        ends = Ends(
            queue,
            parsed(settings.sources, settings.owner),
            has_reached=partial(_has_reached, log, views),
            runner=partial(runner_to_read, settings),
            chores=queue.chores,
        )
        with world_of(settings, gate, log, views, ends) as world:
            yield world


def _has_reached(
    log: Log, views: Callable[[], AbstractContextManager[Live]], wanted: Mapping[str, int]
) -> bool:
    """Whether every view has read the log up to these versions; what never was is reached."""
    position = 0
    for stream, last in wanted.items():
        for each in log.events(stream, last - 1, last):
            position = max(position, each.position)
    with views() as live:
        return all(read_events(live.checkpoint(view.shape)) >= position for view in VIEWS)
