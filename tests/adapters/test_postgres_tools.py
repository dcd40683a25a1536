"""The library's own tools read the log on PostgreSQL."""

from collections.abc import Generator

import pytest
from eventsourcing.application import LocalNotificationLog
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from msgspec.structs import replace
from psycopg.conninfo import conninfo_to_dict

from adapters.log import open_log
from adapters.log.mapper import EventMapper
from domain.engine.log import Log
from tests.contract.submitting import (
    MIXED,
    WORLD,
    everything,
    submit,
)


@pytest.fixture
def log(database: str) -> Generator[Log]:
    log = open_log(database)
    yield log
    log.close()


# --- the library's tools ---


def test_the_librarys_notification_log_and_mapper_read_it(log: Log, database: str) -> None:
    submit(log, *WORLD)
    submit(log, *MIXED)
    mapper = EventMapper()
    recorder = _recorder(database)
    recorder.create_table()  # finds its table there, and leaves it as it is

    notifications = LocalNotificationLog(recorder, 1000).select(1, 1000)

    assert [mapper.to_domain_event(each) for each in notifications] == log.feed(0, 1000)
    assert recorder.max_notification_id() == log.mark().position
    stored = recorder.select_events("circuit/c1")
    assert [mapper.to_stored_event(each) for each in log.events("circuit/c1")] == stored
    recorder.datastore.close()


def test_the_librarys_recorder_can_not_write_past_the_lock(log: Log, database: str) -> None:
    """The recorder would assign positions of its own, so the table refuses it."""
    submit(log, *WORLD)
    submit(log, *MIXED)
    before = everything(log)
    mapper, recorder = EventMapper(), _recorder(database)
    recorder.create_table()
    event = mapper.to_stored_event(replace(log.events("circuit/c1")[0], stream="circuit/c77"))

    with pytest.raises(Exception, match="notification_id"):
        recorder.insert_events([event])

    assert everything(log) == before
    recorder.datastore.close()


def _recorder(database: str) -> PostgresApplicationRecorder:
    said = {name: str(value) for name, value in conninfo_to_dict(database).items()}
    store = PostgresDatastore(
        said["dbname"],
        said["host"],
        said["port"],
        said["user"],
        said.get("password", ""),
        originator_id_type="text",
    )
    return PostgresApplicationRecorder(store)
