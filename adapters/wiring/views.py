"""The views: brought forward by a runner, and read as far as the log has come."""

import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, unquote

from adapters.settings import Settings
from adapters.wiring.stores import engine_of, log_of

Source = Literal["log", "topic"]
"""Where views are built from."""

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from domain.engine.log import Log
    from projections.database import Live
    from projections.feed import Feed
    from projections.projection import Shape
    from projections.runner import Runner


@contextmanager
def runner_of(settings: Settings, source: "Source | None" = None) -> "Generator[Runner]":
    """The runner of all views: on the topics where there are brokers, otherwise on the log, unless
    `source` names one of them. Raises LogError, Unreachable.
    """
    with ExitStack() as opened:
        log = opened.enter_context(log_of(settings))
        engine = opened.enter_context(engine_of(settings))
        if (source or _source_of(settings)) == "log":
            yield runner_on_log(engine, log)
        else:
            from adapters.wiring.brokers import feed_of

            yield _runner_on(engine, opened.enter_context(feed_of(settings, log)))


def _source_of(settings: Settings) -> "Source":
    return "topic" if settings.kafka else "log"


@contextmanager
def views_of(settings: Settings, *shapes: "Shape") -> "Generator[Live]":
    """The live views named by their shapes, as far as the log has come. Raises LogError.

    They are brought forward only if they are behind, e.g. after a process was killed between its
    commands and its views, or where another edition wrote them. With Kafka, `tieline project` keeps
    them up to date.
    """
    from projections.database import reading

    with engine_of(settings) as engine:
        if not settings.kafka and not _up_to_date(engine, settings, shapes):
            with log_of(settings) as log:
                runner_on_log(engine, log).catch_up()
        with reading(engine) as live:
            yield live


def _up_to_date(engine: "Engine", settings: Settings, shapes: "tuple[Shape, ...]") -> bool:
    from projections.database import ViewMissing, reading
    from projections.feed import read_events, read_outcomes

    head = _head(settings)
    if head is None:
        return False
    with suppress(ViewMissing), reading(engine) as live:
        at = [live.checkpoint(shape) for shape in shapes]
        heard = max(read_outcomes(each) for each in at)
        return all(read_events(each) >= head[0] for each in at) and heard in (0, head[1])
    return False


def _head(settings: Settings) -> tuple[int, int] | None:
    """How far the log has come, in events and outcomes; None if only the log's own code can tell.

    A file is queried directly: loading the log's code takes longer than showing a row.
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


def runner_on_log(engine: "Engine", log: "Log") -> "Runner":
    """The runner of all views on the log itself."""
    from projections.feed import LogFeed

    return _runner_on(engine, LogFeed(log))


def _runner_on(engine: "Engine", feed: "Feed") -> "Runner":
    from projections.runner import Runner
    from projections.views import VIEWS

    return Runner(engine, feed, VIEWS)
