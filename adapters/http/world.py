"""What answers are made from: the desk of the engine, the log and the views to read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from adapters.engine.planning import Planned
from adapters.http.asking.gate import Gate
from adapters.http.chores import Tending
from adapters.http.desk import Desk, Sent
from adapters.http.event_index import EventIndex
from adapters.http.kept_rows import KeptRows
from adapters.http.rights import Rights
from adapters.kafka.dead_letters import Dead
from domain.engine.log import Log
from projections.database import Live
from projections.runner import Runner

DeadLetters = Callable[[], Iterable[Dead]]


@dataclass(frozen=True)
class World:
    """A server's own world; each question opens the views for itself."""

    desk: Desk
    gate: Gate
    rights: Rights
    log: Log
    views: Callable[[], AbstractContextManager[Live]]
    plan: Callable[[Sequence[Sent]], Planned]
    """What commands would do, each as if the ones before it had been written."""
    plan_each: Callable[[Sequence[Sent]], Sequence[Planned]]
    """What commands would do, each by itself and all as of one moment."""
    views_then: Callable[..., AbstractContextManager[Live]]
    """`views_then(time, *shapes)`: views of these shapes as they were."""
    runner: Callable[[], AbstractContextManager[Runner]]
    """The runner of the views, which is only asked how they stand."""
    has_reached: Callable[[Mapping[str, int]], bool]
    """Whether the views have these versions of streams, or there is nothing to wait for."""
    kept_source: Callable[[str, str], str]
    """`kept_source(principal, source)`: the source under which a command is kept."""
    cell: str
    """The `source` of this cell's events and outcomes: `/tieline`."""
    chores: Tending
    """What is done on the log beside deciding what callers send."""
    dead: DeadLetters | None = None
    """The records that could not be read as commands; None where no records come."""
    rows: KeptRows = field(default_factory=KeptRows)
    """Things as they are, kept while nothing moves."""
    index: EventIndex = field(default_factory=EventIndex)
    """How far events are found by whose they are."""
