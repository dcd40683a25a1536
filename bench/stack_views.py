"""Events on Kafka into one view on PostgreSQL, beside only reading them."""

from time import perf_counter

import psycopg

from adapters.kafka.clients import Brokers, in_order
from adapters.kafka.kafka_python import partition
from adapters.kafka.topics import topics_of
from bench.stack_cell import Cell, sustained

VIEW = "circuits"
_COUNTED = "SELECT coalesce(sum(version), 0) FROM view_streams WHERE view = %s"


def ours(cell: Cell, events: int, views: str) -> float:
    """Events per second, from the first to the last page committed, into a new database.

    A view counts the versions of every stream, including events that it ignores, so their sum is
    the number of events that it has read.
    """
    database = cell.servers.postgres.create(views)
    with (
        psycopg.connect(database, autocommit=True) as connection,
        cell.launched(f"project {VIEW}", TIELINE_VIEWS=database),
    ):

        def passed() -> int:
            made = connection.execute("SELECT to_regclass('view_streams')").fetchone()
            if made == (None,):
                return 0
            (count,) = connection.execute(_COUNTED, [VIEW]).fetchone() or (0,)
            return int(count)

        return sustained("the pages", passed, events)


def bare(bootstrap: str, prefix: str, events: int) -> float:
    """Committed events per second that bare kafka-python reads, doing nothing with them."""
    topic = topics_of(prefix).events
    brokers = Brokers(bootstrap)
    with brokers.admin() as admin:
        count = admin.partitions([topic])[topic]
    parts = [partition(topic, number) for number in range(count)]
    consumer = brokers.consumer(max_poll_records=5000)
    consumer.assign(parts)
    for each in parts:
        consumer.seek(each, 0)
    read = first = 0
    started = perf_counter()
    while read < events:
        begun = perf_counter()
        found = len(in_order(consumer.poll(500)))
        if not read:
            first, started = found, perf_counter() if found < events else begun
        read += found
    seconds = perf_counter() - started
    consumer.close()
    return (events - first or events) / seconds
