"""The one place where parts are put together; what is opened here is closed here.

Each function imports what it needs, so that a verb which only reads starts without what it doesn't.
"""

import os
import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote

from adapters.settings import Settings, SettingsError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from adapters.embedded import Embedded
    from adapters.log import SqliteLog
    from adapters.reactors.reactor import Reactor
    from adapters.worker import Entropy, Worker
    from domain.batch import Clock
    from projections.database import Live
    from projections.projection import Shape
    from projections.runner import Runner


@contextmanager
def log_of(settings: Settings) -> "Generator[SqliteLog]":
    """The event log. Raises LogError."""
    from adapters.log import BUSY_TIMEOUT, open_log

    patience = BUSY_TIMEOUT if settings.patience is None else settings.patience
    with closing(open_log(settings.database, busy_timeout=patience)) as log:
        yield log


@contextmanager
def worker_of(
    settings: Settings, clock: "Clock | None" = None, entropy: "Entropy" = os.urandom
) -> "Generator[Worker]":
    """A worker on the log, by itself. Raises LogError."""
    from adapters.clocks import wall_clock
    from adapters.worker import Worker
    from domain.decisions import Terms

    with log_of(settings) as log, _defective(settings.defect):
        yield Worker(log, Terms(settings.owner), clock or wall_clock, entropy)


@contextmanager
def embedded(
    settings: Settings, clock: "Clock | None" = None, entropy: "Entropy" = os.urandom
) -> "Generator[Embedded]":
    """Everything in one process: worker, reactors and views. Raises LogError."""
    from adapters.embedded import Embedded

    with ExitStack() as opened:
        worker = opened.enter_context(worker_of(settings, clock, entropy))
        engine = opened.enter_context(engine_of(settings))
        runner = _runner(engine, worker.log)
        yield Embedded(worker, _reactors(settings, worker, engine), lambda: _forward(runner))


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
def runner_of(settings: Settings) -> "Generator[Runner]":
    """The runner of all views, on the log. Raises LogError."""
    with log_of(settings) as log, engine_of(settings) as engine:
        yield _runner(engine, log)


@contextmanager
def views_of(settings: Settings, *shapes: "Shape") -> "Generator[Live]":
    """The live views named by their shapes, as far as the log has come. Raises LogError.

    They are brought forward only where they are behind: a process that was killed between its
    commands and its views, another machine's edition.
    """
    from projections.database import reading

    with engine_of(settings) as engine:
        if not _up_to_date(engine, settings, shapes):
            with log_of(settings) as log:
                _runner(engine, log).catch_up()
        with reading(engine) as live:
            yield live


def _up_to_date(engine: "Engine", settings: Settings, shapes: "tuple[Shape, ...]") -> bool:
    from projections.database import ViewMissing, reading

    head = _head(settings)
    if head is None:
        return False
    with suppress(ViewMissing), reading(engine) as live:
        at = [live.generation(shape) for shape in shapes]
        heard = max(each.outcomes for each in at)
        return all(each.position >= head[0] for each in at) and heard in (0, head[1])
    return False


def _head(settings: Settings) -> tuple[int, int] | None:
    """How far the log has come, in events and outcomes; None if that takes opening it properly.

    Asked of the file itself: loading the log's code takes longer than showing a row.
    """
    path = unquote(settings.database.removeprefix("sqlite:///"))
    asked = "SELECT (SELECT MAX(rowid) FROM stored_events), (SELECT MAX(seq) FROM outcomes)"
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as connection:
            position, outcome = connection.execute(asked).fetchone()
            return position or 0, outcome or 0
    except sqlite3.Error:
        return None


def _runner(engine: "Engine", log: Any) -> "Runner":
    from projections.runner import Runner
    from projections.views import VIEWS

    return Runner(engine, log, VIEWS)


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
