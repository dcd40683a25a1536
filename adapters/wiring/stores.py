"""The two stores: the event log, and the database of the views; each to write, or only to read."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import quote

from adapters.settings import Settings
from adapters.sqlite_files import SQLITE, nearest, path_of, refuse_foreign, to_read

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from domain.engine.log import Log


@contextmanager
def log_of(settings: Settings) -> "Generator[Log]":
    """The event log; whatever of it is missing is made. Raises LogError."""
    from adapters.log import open_log

    with closing(open_log(settings.database, busy_timeout=_patience(settings))) as log:
        yield log


@contextmanager
def existing_log_of(settings: Settings) -> "Generator[Log]":
    """The event log, to be written; it must be there. Raises LogError."""
    refuse_missing(settings)
    with log_of(settings) as log:
        yield log


@contextmanager
def log_to_read(settings: Settings) -> "Generator[Log]":
    """The event log for a verb that only reads: it makes and changes nothing. Raises LogError."""
    from adapters.log import open_log_to_read

    with closing(open_log_to_read(settings.database, busy_timeout=_patience(settings))) as log:
        yield log


@contextmanager
def log_to_plan_on(settings: Settings) -> "Generator[Log]":
    """The event log for a dry run. Where there is none, nor one that may have been meant, it is an
    empty one that is gone afterwards: the first command would make one. Raises LogError.
    """
    from adapters.log import open_log

    path = path_of(settings.database)
    if path is None or path.exists() or nearest(path):
        with log_to_read(settings) as log:
            yield log
        return
    with (
        TemporaryDirectory(prefix="tieline-plan-") as folder,
        closing(open_log(f"{SQLITE}{quote(folder)}/empty.db")) as log,
    ):
        yield log


def refuse_missing(settings: Settings) -> None:
    """Raise LogError where there is no log yet: a slip in its address must not make one."""
    with log_to_read(settings):
        pass


@contextmanager
def engine_of(settings: Settings) -> "Generator[Engine]":
    """The database of the views; a file is made where it is missing. Raises FileUnusable."""
    from projections.database import opened

    if path := path_of(settings.views):
        refuse_foreign(path)
    engine = opened(settings.views)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def engine_to_read(settings: Settings) -> "Generator[Engine]":
    """The database of the views, of which nothing is made or changed. Raises FileUnusable."""
    from projections.database import file_to_read, opened

    path = path_of(settings.views)
    if path is None:
        engine = opened(settings.views)
    else:
        connect = partial(sqlite3.connect, to_read(path), uri=True, check_same_thread=False)
        engine = file_to_read(connect)
    try:
        yield engine
    finally:
        engine.dispose()


def _patience(settings: Settings) -> float:
    from adapters.log import BUSY_TIMEOUT

    return BUSY_TIMEOUT if settings.patience is None else settings.patience
