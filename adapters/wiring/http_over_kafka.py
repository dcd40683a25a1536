"""HTTP over Kafka and PostgreSQL: commands are published, and engines elsewhere decide them. As
many servers as wanted, with no state of their own.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from anyio import to_thread

from adapters.door import Door
from adapters.http import chores
from adapters.http.asking.gate import Gate
from adapters.http.desk import NotDecided, Queue
from adapters.http.publishing import NEEDS, PATIENCE, TO_PUBLISH, PublishedDesk, PublishingPart
from adapters.http.world import World
from adapters.kafka.dead_letters import listed
from adapters.kafka.outcomes import Outcomes
from adapters.kafka.topics import topics_of
from adapters.kafka.writer import Writer
from adapters.keys.cell import CellKeys
from adapters.keys.revealing import revealed
from adapters.observe.health import Health
from adapters.observe.traces import Tracing
from adapters.parts.loop import Part
from adapters.settings import Settings
from adapters.wiring.brokers import brokers_of, feed_to_read, speakers_of
from adapters.wiring.http import Ends, Serving, world_of
from adapters.wiring.serving import Frame, opened
from adapters.wiring.stores import engine_to_read, log_to_read
from adapters.wiring.workers import door_of, keys_of, worker_of
from domain.engine.log import Log, LogError
from domain.engine.outcomes import Outcome
from domain.words.secret import Secret
from projections.database import Live, answers, reading
from projections.lanes import have_reached
from projections.runner import Runner
from projections.views import VIEWS

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from adapters.engine.worker import Worker
    from adapters.kafka.binding import Outgoing

PART: Final = "http"

T = TypeVar("T")


def serving_over_kafka(settings: Settings) -> Serving:
    """HTTP and console alone. Raises SettingsError where everybody could speak for everybody."""
    brokers_of(settings)
    speakers_of(settings)

    def make(queue: Queue, health: Health, tracing: Tracing) -> Part:
        return opened(partial(_publishing, queue), settings, health, tracing)

    return Serving(PART, NEEDS, make, partial(_world, settings), settings.metrics)


def _publishing(queue: Queue, frame: Frame) -> Part:
    """The part that publishes what callers send, and hears what becomes of it."""
    settings, log = frame.settings, frame.log()
    topics = frame.ready(log)
    engine = frame.opened.enter_context(engine_to_read(settings))
    door = Door(speakers_of(settings), seed=settings.seed, keys=frame.keeps(keys_of(settings, log)))
    writer = frame.keeps(Writer(frame.brokers))
    outcomes = frame.topics.outcomes

    def write(records: "Sequence[Outgoing]") -> None:
        writer.write([(frame.topics.http, each) for each in records])

    def listen() -> Outcomes:
        return Outcomes(frame.brokers, frame.topics, topics[outcomes].partitions)

    patience = PATIENCE / settings.haste
    part = frame.keeps(PublishingPart(queue, door, write, listen, frame.health, patience))
    return frame.probing(part, topics=topics, log=log.mark, views=lambda: answers(engine))


@contextmanager
def _world(settings: Settings, queue: Queue, gate: Gate) -> Generator[World]:
    """What answers are made from. Raises LogError."""
    with ExitStack() as opened:
        log = opened.enter_context(log_to_read(settings))
        engine = opened.enter_context(engine_to_read(settings))
        keys = opened.enter_context(closing(keys_of(settings, log)))
        standing = Standing(settings, engine)
        opened.callback(standing.close)
        views = partial(reading, engine)
        ends = Ends(
            PublishedDesk(queue, partial(_revealed, log, keys), TO_PUBLISH / settings.haste),
            speakers_of(settings),
            has_reached=partial(_has_reached, log, views),
            runner=standing.runner,
            chores=BesideEngines(settings),
            dead=partial(listed, brokers_of(settings), topics_of(settings.prefix)),
        )
        yield opened.enter_context(world_of(settings, gate, log, views, ends))


class Hands(NamedTuple):
    """A worker on the log with its way in."""

    worker: "Worker"
    door: Door


class BesideEngines:
    """Does chores with a worker of its own, as the command line does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def do(self, what: "Callable[[chores.Hands], T]") -> T:
        """Do something, in a thread. Raises NotDecided, and the LookupError that it raises."""
        try:
            return await to_thread.run_sync(self._do, what)
        except LogError as fault:
            raise NotDecided(str(fault)) from fault

    def _do(self, what: "Callable[[chores.Hands], T]") -> T:
        with worker_of(self._settings) as worker:
            return what(Hands(worker, door_of(self._settings, worker)))


def _revealed(log: Log, keys: CellKeys, outcome: Outcome) -> Secret | None:
    return revealed(outcome, log, keys)


def _has_reached(
    log: Log, views: Callable[[], AbstractContextManager[Live]], wanted: Mapping[str, int]
) -> bool:
    """Whether every view has applied these versions of streams; what never was is reached."""
    there = {stream: last for stream, last in wanted.items() if log.events(stream, last - 1, last)}
    with views() as live:
        return have_reached(live.connection, [view.name for view in VIEWS], there)


class Standing:
    """The runner of the views, which is asked how they stand; its reader of topics is kept."""

    def __init__(self, settings: Settings, engine: "Engine") -> None:
        self._settings = settings
        self._engine = engine
        self._lock = Lock()
        self._opened = ExitStack()
        self._runner: Runner | None = None

    @contextmanager
    def runner(self) -> Generator[Runner]:
        """The runner, for one reader at a time. Raises Unreachable, TopicsError."""
        with self._lock:
            if self._runner is None:
                feed = self._opened.enter_context(feed_to_read(self._settings))
                self._runner = Runner(self._engine, feed, VIEWS)
            try:
                yield self._runner
            except BaseException:
                self._forget()
                raise

    def close(self) -> None:
        """Let go of the reader."""
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        self._runner = None
        self._opened.close()
