"""The two stores: the event log, and the database of the views."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from adapters.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from domain.engine.log import Log


@contextmanager
def log_of(settings: Settings) -> "Generator[Log]":
    """The event log. Raises LogError."""
    from adapters.log import BUSY_TIMEOUT, open_log

    patience = BUSY_TIMEOUT if settings.patience is None else settings.patience
    with closing(open_log(settings.database, busy_timeout=patience)) as log:
        yield log


@contextmanager
def engine_of(settings: Settings) -> "Generator[Engine]":
    """The database of the views."""
    from projections.database import opened

    engine = opened(settings.views)
    try:
        yield engine
    finally:
        engine.dispose()
