"""What is the same of HTTP wherever commands are decided: the world that answers are made from."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from adapters.door import kept_source
from adapters.engine.planning import Planned, each_planned, planned
from adapters.http.asking.gate import Gate
from adapters.http.chores import Tending
from adapters.http.desk import Desk, Queue, Sent
from adapters.http.rate import rated
from adapters.http.rights import Rights
from adapters.http.world import World
from adapters.observe.health import Health
from adapters.observe.traces import Tracing
from adapters.parts.loop import Part
from adapters.settings import Settings
from adapters.speakers import Speakers
from adapters.wiring.views import views_then
from adapters.wiring.workers import door_of, planner_of
from domain.decider.states import Terms
from domain.engine.log import Log
from projections.database import Live
from projections.runner import Runner

if TYPE_CHECKING:
    from adapters.http.world import DeadLetters


@dataclass(frozen=True)
class Serving:
    """One way to serve: the part that commands go to, and the world that answers are made from."""

    part: str
    """What it is called by those who watch."""
    needs: Sequence[str]
    make: Callable[[Queue, Health, Tracing], Part]
    """Makes the part that takes commands from the queue. Raises LogError, Unreachable."""
    world: Callable[[Queue, Gate], AbstractContextManager[World]]
    """The world, once that part was ready."""
    watched: str = ""
    """Where health and metrics are answered apart from the interface, from the start."""


@dataclass(frozen=True)
class Ends:
    """What differs in a world between one process and several."""

    desk: Desk
    speakers: Speakers
    has_reached: Callable[[Mapping[str, int]], bool]
    runner: Callable[[], AbstractContextManager[Runner]]
    chores: Tending
    dead: "DeadLetters | None" = None


@contextmanager
def world_of(
    settings: Settings,
    gate: Gate,
    log: Log,
    views: Callable[[], AbstractContextManager[Live]],
    ends: Ends,
) -> Generator[World]:
    """What answers are made from. Raises LogError."""
    with _planner(settings, ends.speakers) as (plan, plan_each):
        yield World(
            desk=rated(ends.desk, settings.http_rate),
            gate=gate,
            rights=Rights(log, Terms(settings.owner)),
            log=log,
            views=views,
            plan=plan,
            plan_each=plan_each,
            views_then=partial(views_then, settings),
            runner=ends.runner,
            has_reached=ends.has_reached,
            kept_source=partial(kept_source, ends.speakers),
            cell=settings.cell,
            dead=ends.dead,
            chores=ends.chores,
        )


Plan = Callable[[Sequence[Sent]], Planned]
PlanEach = Callable[[Sequence[Sent]], Sequence[Planned]]


@contextmanager
def _planner(settings: Settings, speakers: Speakers) -> Generator[tuple[Plan, PlanEach]]:
    """Dry runs, one after the other: of commands that follow on each other, and of each alone."""
    with planner_of(settings) as worker:
        door = door_of(settings, worker, speakers)
        lock = Lock()

        def plan(sent: Sequence[Sent]) -> Planned:
            with lock:
                return planned(worker, door.from_callers(sent), settings.cell)

        def plan_each(sent: Sequence[Sent]) -> Sequence[Planned]:
            with lock:
                return each_planned(worker, door.from_callers(sent), settings.cell)

        yield plan, plan_each
