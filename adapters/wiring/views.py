"""The views: brought forward by a runner, and read as far as the log has come."""

import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, Literal

from adapters.settings import Settings
from adapters.sqlite_files import may_write, path_of, to_read
from adapters.wiring.stores import engine_of, engine_to_read, existing_log_of, log_to_read

Source = Literal["log", "topic"]
"""Where views are built from."""

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from domain.engine.log import Log
    from projections.database import Live
    from projections.feed import Events, Feed
    from projections.projection import Shape
    from projections.runner import Runner


@contextmanager
def runner_of(settings: Settings, source: "Source | None" = None) -> "Generator[Runner]":
    """The runner of all views: on the topics where there are brokers, otherwise on the log, unless
    `source` names one of them. Raises LogError, Unreachable.
    """
    with ExitStack() as opened:
        log = opened.enter_context(existing_log_of(settings))
        engine = opened.enter_context(engine_of(settings))
        if (source or _source_of(settings)) == "log":
            yield runner_on_log(engine, log)
        else:
            from adapters.wiring.brokers import feed_of

            yield _runner_on(engine, opened.enter_context(feed_of(settings, log)))


def _source_of(settings: Settings) -> "Source":
    return "topic" if settings.kafka else "log"


@contextmanager
def runner_to_read(settings: Settings) -> "Generator[Runner]":
    """The runner of all views, for verbs that only ask it how they stand.

    Raises LogError, Unreachable.
    """
    with ExitStack() as opened:
        log = opened.enter_context(log_to_read(settings))
        engine = opened.enter_context(views_or_none(settings))
        if settings.kafka:
            from adapters.wiring.brokers import feed_to_read

            yield _runner_on(engine, opened.enter_context(feed_to_read(settings)))
        else:
            yield runner_on_log(engine, log)


@contextmanager
def views_of(settings: Settings, *shapes: "Shape") -> "Generator[Live]":
    """The live views named by their shapes, as far as the log has come. Raises LogError.

    They are brought forward only if they are behind, e.g. after a process was killed between its
    commands and its views, or where another edition wrote them. With Kafka, `tieline project` keeps
    them up to date.
    """
    from projections.database import reading

    with ExitStack() as opened:
        head = None if settings.kafka else _head(settings)
        engine = opened.enter_context(views_or_none(settings))
        if not settings.kafka and not _up_to_date(engine, head, shapes):
            engine = opened.enter_context(_brought_forward(settings))
        yield opened.enter_context(reading(engine))


@contextmanager
def views_then(settings: Settings, time: str, *shapes: "Shape") -> "Generator[Live]":
    """The views of these shapes as they were at a time, built for this reader. Raises LogError."""
    from projections.database import reading, scratch
    from projections.past import build_then

    with log_to_read(settings) as log, scratch() as engine:
        build_then(engine, log, time, shapes)
        with reading(engine) as live:
            yield live


@contextmanager
def views_or_none(settings: Settings) -> "Generator[Engine]":
    """The database of the views, to be read; an empty one where there is none yet."""
    from projections.database import scratch

    path = path_of(settings.views)
    there = path is None or path.exists() or settings.views == settings.database
    with engine_to_read(settings) if there else scratch() as engine:
        yield engine


@contextmanager
def _brought_forward(settings: Settings) -> "Generator[Engine]":
    """The views brought up to the log: where they are kept, or else built for this reader alone."""
    from projections.database import scratch

    with log_to_read(settings) as log:
        path = path_of(settings.views)
        if path is None or may_write(path):
            with engine_of(settings) as engine:
                if _caught_up(engine, log):
                    yield engine
                    return
        with scratch() as engine:
            runner_on_log(engine, log).catch_up()
            yield engine


def _caught_up(engine: "Engine", log: "Log") -> bool:
    """Bring views forward where they are kept; False if nothing can be written there."""
    from sqlalchemy.exc import DBAPIError

    from projections.database import refuses_writing

    try:
        runner_on_log(engine, log).catch_up()
    except DBAPIError as fault:
        if refuses_writing(fault):
            return False
        raise
    return True


def _up_to_date(
    engine: "Engine", head: tuple[int, int] | None, shapes: "tuple[Shape, ...]"
) -> bool:
    from projections.database import ViewMissing, reading
    from projections.feed import read_events, read_outcomes

    if head is None:
        return False
    with suppress(ViewMissing), reading(engine) as live:
        at = [live.checkpoint(shape) for shape in shapes]
        heard = max(read_outcomes(each) for each in at)
        return all(read_events(each) == head[0] for each in at) and heard in (0, head[1])
    return False


def _head(settings: Settings) -> tuple[int, int] | None:
    """How far the log has come, in events and outcomes; None if only the log's own code can tell.

    A file is queried directly: loading the log's code takes longer than showing a row.
    """
    path = path_of(settings.database)
    if path is None:
        with log_to_read(settings) as log:
            mark = log.mark()
        return mark.position, mark.outcome
    asked = "SELECT (SELECT MAX(rowid) FROM stored_events), (SELECT MAX(seq) FROM outcomes)"
    uri = to_read(path)
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            position, outcome = connection.execute(asked).fetchone()
            return position or 0, outcome or 0
    except sqlite3.Error:
        return None


def runner_on_log(engine: "Engine", log: "Log", events: "Events | None" = None) -> "Runner":
    """The runner of all views on the log itself; `events` gives a page of it."""
    from projections.feed import LogFeed

    return _runner_on(engine, LogFeed(log, events))


def _runner_on(engine: "Engine", feed: "Feed") -> "Runner":
    from projections.runner import Runner
    from projections.views import VIEWS

    return Runner(engine, feed, VIEWS)
