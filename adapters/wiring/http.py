"""HTTP on one machine: the engine in its thread, questions answered beside it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from threading import Lock
from typing import Final

from adapters.door import kept_source
from adapters.engine.planning import Planned, each_planned, planned
from adapters.http.asking.gate import Gate
from adapters.http.desk import EnginePart, Queue, Sent
from adapters.http.rights import Rights
from adapters.http.world import World
from adapters.observe.health import Health
from adapters.observe.watch import Watch
from adapters.settings import Settings
from adapters.speakers import parsed
from adapters.wiring.embedded import embedded
from adapters.wiring.stores import engine_to_read, log_to_read
from adapters.wiring.views import runner_to_read, views_then
from adapters.wiring.workers import door_of, planner_of
from domain.decider.states import Terms
from domain.engine.log import Log
from projections.database import Live, reading
from projections.feed import read_events
from projections.views import VIEWS

MOMENT: Final = 2.0
"""Seconds that the simulated network takes: long enough that people see each step."""


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
def world_of(settings: Settings, queue: Queue, gate: Gate) -> Generator[World]:
    """What answers are made from, once the engine has made log and views. Raises LogError."""
    with ExitStack() as opened:
        plan, plan_each = opened.enter_context(_planner(settings))
        log = opened.enter_context(log_to_read(settings))
        engine = opened.enter_context(engine_to_read(settings))
        views = partial(reading, engine)
        yield World(
            desk=queue,
            gate=gate,
            rights=Rights(log, Terms(settings.owner)),
            log=log,
            views=views,
            plan=plan,
            plan_each=plan_each,
            views_then=partial(views_then, settings),
            runner=partial(runner_to_read, settings),
            has_reached=partial(_has_reached, log, views),
            kept_source=partial(kept_source, parsed(settings.sources, settings.owner)),
            cell=settings.cell,
        )


Plan = Callable[[Sequence[Sent]], Planned]
PlanEach = Callable[[Sequence[Sent]], Sequence[Planned]]


@contextmanager
def _planner(settings: Settings) -> Generator[tuple[Plan, PlanEach]]:
    """Dry runs, one after the other: of commands that follow on each other, and of each alone."""
    with planner_of(settings) as worker:
        door = door_of(settings, worker, parsed(settings.sources, settings.owner))
        lock = Lock()

        def plan(sent: Sequence[Sent]) -> Planned:
            with lock:
                return planned(worker, door.from_callers(sent), settings.cell)

        def plan_each(sent: Sequence[Sent]) -> Sequence[Planned]:
            with lock:
                return each_planned(worker, door.from_callers(sent), settings.cell)

        yield plan, plan_each


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
