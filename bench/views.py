"""Rebuilding views: all of ours, beside one view of the library's, one transaction per event.

The library's view is the cheapest there is: a trail, with one inserted row per event. Its runner
can't follow SQLite (`subscribe` is not implemented there), so a loop here does the same.
"""

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder

from adapters.clocks import MessageClock
from adapters.log import open_log
from bench.library import Happened, Naive
from bench.year import START, built
from projections.database import opened
from projections.feed import LogFeed
from projections.rebuild import rebuild
from projections.views import VIEWS

_ROW = "INSERT INTO trail VALUES (?, ?, ?, ?, ?, ?)"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS trail (position INTEGER PRIMARY KEY, subject TEXT, "
    "version INTEGER, type TEXT, actor TEXT, data TEXT)"
)


def ours(folder: str, file: str) -> float:
    """Events per second while all views are rebuilt."""
    built()
    log = open_log(f"sqlite:///{file}")
    events = log.mark().position
    with TemporaryDirectory(dir=folder) as place:
        engine = opened(f"sqlite:///{Path(place, 'views.db')}")
        started = perf_counter()
        rebuild(engine, LogFeed(log), VIEWS)
        seconds = perf_counter() - started
        engine.dispose()
    log.close()
    return events / seconds


class Trail(SQLiteTrackingRecorder):
    """The library's kind of view: rows, and the position beside them."""

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), _TABLE]

    def add(self, event: Happened, tracking: Tracking) -> None:
        """One event, in a transaction of its own."""
        kind = type(event).says.kind
        row = (event.originator_id, event.originator_version, kind, event.actor, str(event.data))
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(_ROW, (tracking.notification_id, *row))


def library(folder: str, file: str, synchronous: str, upto: int) -> float:
    """Events per second into a single view; `synchronous` is FULL, the default, or NORMAL."""
    naive = Naive(Path(file), MessageClock(START))
    with TemporaryDirectory(dir=folder) as place:
        view = trail_in(Path(place, "view.db"), synchronous)
        done = 0
        started = perf_counter()
        while done < upto:
            page = naive.recorder.select_notifications(done + 1, 1000)
            for each in page:
                event: Any = naive.mapper.to_domain_event(each)
                view.add(event, Tracking("naive", each.id))
            if not page:
                break
            done = page[-1].id
        per_second = done / (perf_counter() - started)
        view.datastore.close()
    naive.close()
    return per_second


def trail_in(file: Path, synchronous: str) -> Trail:
    """A new view of the library's kind."""
    datastore = SQLiteDatastore(str(file), pool_size=1, max_overflow=0)
    view = Trail(datastore)
    view.create_table()
    with datastore.get_connection(commit=True) as connection:
        connection.cursor().execute(f"PRAGMA synchronous={synchronous}")
    return view


def bare(folder: str, file: str) -> float:
    """Events per second copied, undecoded, into one table in one transaction: the limit."""
    with TemporaryDirectory(dir=folder) as place:
        connection = sqlite3.connect(Path(place, "view.db"), isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(_TABLE)
        connection.execute("ATTACH ? AS log", (file,))
        started = perf_counter()
        connection.execute(
            "INSERT INTO trail SELECT rowid, originator_id, originator_version, topic, NULL, state "
            "FROM log.stored_events ORDER BY rowid"
        )
        seconds = perf_counter() - started
        events: int = connection.execute("SELECT COUNT(*) FROM trail").fetchone()[0]
        connection.close()
    return events / seconds
