"""The one place where parts are put together; what is opened here is closed here.

Each function imports what it needs, so that a verb which only reads starts without what it doesn't.
"""

import os
import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import quote, unquote

from adapters.settings import Settings, SettingsError

Source = Literal["log", "topic"]
"""Where views are built from."""

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from adapters.engine.desk import Desk
    from adapters.engine.embedded import Embedded
    from adapters.engine.worker import Entropy, Worker
    from adapters.observe.watch import Watch
    from adapters.reactors.reactor import Reactor
    from domain.engine.batch import Clock
    from domain.engine.log import Log
    from projections.database import Live
    from projections.feed import Feed
    from projections.projection import Shape
    from projections.runner import Runner


@contextmanager
def log_of(settings: Settings) -> "Generator[Log]":
    """The event log. Raises LogError."""
    from adapters.log import BUSY_TIMEOUT, open_log

    patience = BUSY_TIMEOUT if settings.patience is None else settings.patience
    with closing(open_log(settings.database, busy_timeout=patience)) as log:
        yield log


@contextmanager
def worker_of(
    settings: Settings,
    clock: "Clock | None" = None,
    entropy: "Entropy" = os.urandom,
    watch: "Watch | None" = None,
) -> "Generator[Worker]":
    """A worker on the log, by itself. Raises LogError."""
    from adapters.clocks import wall_clock
    from adapters.engine.worker import Worker
    from adapters.observe.watch import UNWATCHED
    from domain.decider.states import Terms

    with log_of(settings) as log, _defective(settings.defect):
        terms = Terms(settings.owner)
        kind = _seeded(settings.seed) if settings.seed else Worker
        yield kind(log, terms, clock or wall_clock, entropy, watch or UNWATCHED)


def _seeded(seed: str) -> "type[Worker]":
    """A worker whose runs repeat, for tests (TIELINE_TEST_ENTROPY)."""
    from adapters.engine.seeded import SeededWorker

    return type("Seeded", (SeededWorker,), {"seed": seed})


@contextmanager
def embedded(
    settings: Settings, clock: "Clock | None" = None, entropy: "Entropy" = os.urandom
) -> "Generator[Embedded]":
    """Everything in one process: worker, reactors and views. Raises LogError."""
    from adapters.engine.embedded import Embedded

    with ExitStack() as opened:
        worker = opened.enter_context(worker_of(settings, clock, entropy))
        engine = opened.enter_context(engine_of(settings))
        runner = _runner(engine, worker.log)
        yield Embedded(worker, _reactors(settings, worker, engine), lambda: _forward(runner))


@contextmanager
def worked_to_rest(settings: Settings) -> "Generator[Worker]":
    """A worker whose log is worked to rest on leaving, where no parts run that do so by themselves.

    Raises LogError.
    """
    if settings.kafka:
        with worker_of(settings) as worker:
            yield worker
    else:
        with embedded(settings) as parts:
            yield parts.worker
            parts.settle()


@contextmanager
def desk_of(settings: Settings, *, awaits: bool = True, settles: bool = True) -> "Generator[Desk]":
    """Where commands are handed in: published where there are brokers, else decided here.

    Raises LogError, Unreachable.
    """
    if settings.kafka:
        from adapters.parts.wiring import kafka_desk

        with kafka_desk(settings, awaits=awaits, settles=settles) as desk:
            yield desk
    else:
        from adapters.engine.desk import EmbeddedDesk

        with embedded(settings) as parts:
            yield EmbeddedDesk(parts, settings.cell)


@contextmanager
def engine_of(settings: Settings) -> "Generator[Engine]":
    """The database of the views."""
    from projections.database import opened

    engine = opened(settings.views)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def runner_of(settings: Settings, source: "Source | None" = None) -> "Generator[Runner]":
    """The runner of all views: on the topics where there are brokers, else on the log, unless
    `source` names one of them. Raises LogError, Unreachable.
    """
    with ExitStack() as opened:
        log = opened.enter_context(log_of(settings))
        engine = opened.enter_context(engine_of(settings))
        if (source or _source_of(settings)) == "log":
            yield _runner(engine, log)
        else:
            from adapters.parts.wiring import feed_of

            yield _runner_on(engine, opened.enter_context(feed_of(settings, log)))


def _source_of(settings: Settings) -> "Source":
    return "topic" if settings.kafka else "log"


@contextmanager
def views_of(settings: Settings, *shapes: "Shape") -> "Generator[Live]":
    """The live views named by their shapes, as far as the log has come. Raises LogError.

    They are brought forward only where they are behind: a process that was killed between its
    commands and its views, another machine's edition. With Kafka, `tieline project` does that.
    """
    from projections.database import reading

    with engine_of(settings) as engine:
        if not settings.kafka and not _up_to_date(engine, settings, shapes):
            with log_of(settings) as log:
                _runner(engine, log).catch_up()
        with reading(engine) as live:
            yield live


def _up_to_date(engine: "Engine", settings: Settings, shapes: "tuple[Shape, ...]") -> bool:
    from projections.database import ViewMissing, reading
    from projections.feed import read_events, read_outcomes

    head = _head(settings)
    if head is None:
        return False
    with suppress(ViewMissing), reading(engine) as live:
        at = [live.places(shape) for shape in shapes]
        heard = max(read_outcomes(each) for each in at)
        return all(read_events(each) >= head[0] for each in at) and heard in (0, head[1])
    return False


def _head(settings: Settings) -> tuple[int, int] | None:
    """How far the log has come, in events and outcomes; None if that takes opening it properly.

    A file is asked itself: loading the log's code takes longer than showing a row.
    """
    if not settings.database.startswith("sqlite:///"):
        with log_of(settings) as log:
            mark = log.mark()
        return mark.position, mark.outcome
    path = unquote(settings.database.removeprefix("sqlite:///"))
    asked = "SELECT (SELECT MAX(rowid) FROM stored_events), (SELECT MAX(seq) FROM outcomes)"
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as connection:
            position, outcome = connection.execute(asked).fetchone()
            return position or 0, outcome or 0
    except sqlite3.Error:
        return None


def _runner(engine: "Engine", log: Any) -> "Runner":
    from projections.feed import LogFeed

    return _runner_on(engine, LogFeed(log))


def _runner_on(engine: "Engine", feed: "Feed") -> "Runner":
    from projections.runner import Runner
    from projections.views import VIEWS

    return Runner(engine, feed, VIEWS)


def _forward(runner: "Runner") -> None:
    runner.catch_up()


def _reactors(settings: Settings, worker: "Worker", engine: "Engine") -> "list[Reactor]":
    from adapters.reactors.memory import Memory
    from adapters.reactors.network import SimulatedNetwork
    from adapters.reactors.process import BandwidthChangeProcess

    reactors: list[Reactor] = [BandwidthChangeProcess(Memory(engine, "bandwidth-change"))]
    if settings.network == "simulated":
        reactors.append(SimulatedNetwork(worker.state, Memory(engine, "simulated-network")))
    return reactors


@contextmanager
def _defective(verb: str | None) -> Generator[None]:
    """A defect for trying out parking (TIELINE_TEST_DEFECT): deciding one command raises."""
    if verb is None:
        yield
        return
    from domain.catalogue import INSIDE_COMMANDS, RULES

    if verb not in INSIDE_COMMANDS:
        raise SettingsError(f"TIELINE_TEST_DEFECT names {verb}, which is no command")

    def fails(*_: object) -> Any:
        raise RuntimeError(f"TIELINE_TEST_DEFECT makes {verb} fail")

    rules, kind = cast("dict[type, Any]", RULES), INSIDE_COMMANDS[verb]
    sound = rules[kind]
    rules[kind] = replace(sound, decide=fails)
    try:
        yield
    finally:
        rules[kind] = sound
